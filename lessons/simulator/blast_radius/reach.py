"""Who is hit by what is broken? Users move as far as the moment allows, and survivors carry what they can."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lessons.simulator.blast_radius.breaking import ONE_PRIMARY, Broken, Flags, Floats, holds_data, occupied
from lessons.simulator.blast_radius.scenario import Scenario

READ_ANYWHERE = ("read_replicas", "active_active")


@dataclass(frozen=True, eq=False)
class Reach:
    """Shares that fail, by home region of the users; then by serving region what it carries (None: nothing does)."""

    users: Floats
    reads: Floats
    writes: Floats
    utilisation: tuple[float | None, ...]
    dead: Flags
    data_unavailable_fraction: float
    stack_fraction: float
    promoted: tuple[int | None, ...]

    def key(self, scenario: Scenario) -> tuple[float, ...]:
        """The radius: users, reads and writes that fail, and the data that nobody can read."""
        shares = np.array(scenario.shares)
        return (
            *(round(float(shares @ part), 9) for part in (self.users, self.reads, self.writes)),
            round(self.data_unavailable_fraction, 9),
        )


def reach_of(scenario: Scenario, broken: Broken) -> Reach:
    """How far the broken things reach."""
    weight = np.where(_dead_zones(scenario, broken), 0.0, occupied(scenario))
    alive = weight.sum(axis=1)
    dead = alive == 0
    stores = _writable(scenario, broken, dead)
    moved = _moved(scenario, dead, alive, stores)
    load = np.array(scenario.shares) @ moved
    capacity = _capacity(scenario) * alive
    carried = np.minimum(1.0, np.divide(capacity, load, out=np.ones_like(load), where=load > capacity))
    bad = broken.bad_cells @ occupied(scenario)
    answered = np.where(dead, 0.0, carried * (1 - _unmet(scenario, broken, weight)) * (1 - bad))
    write_paths, read_paths = _paths(scenario, broken, stores, bad)
    writes = 1 - (moved * answered * write_paths).sum(axis=1)
    reads = 1 - (moved * answered * read_paths).sum(axis=1)
    return Reach(
        users=np.maximum(reads, writes),
        reads=reads,
        writes=writes,
        utilisation=tuple(
            None if dead[one] or capacity[one] == 0 else float(load[one] / capacity[one])
            for one in range(scenario.regions)
        ),
        dead=dead,
        data_unavailable_fraction=_data_unavailable(scenario, broken, stores, bad),
        stack_fraction=_stack(scenario, broken, stores),
        promoted=stores,
    )


def _dead_zones(scenario: Scenario, broken: Broken) -> Flags:
    """Zones in which nothing works, so that a load balancer sends nobody there. What fails everywhere alike (a global
    dependency) makes no zone worse than another and moves nobody."""
    dead = broken.services.copy()
    for number, need in enumerate(scenario.needs):
        if need.scope != "global" and need.need == "hard" and need.share_fraction == 1:
            dead |= broken.needs[number]
    return dead


def _capacity(scenario: Scenario) -> Floats:
    """What each region can carry, as a share of all requests: its own load and the spare that already runs."""
    spare = scenario.spare_capacity_fraction if scenario.static_stability else 0.0
    shares = np.array(scenario.shares)
    return np.where(shares > 0, shares * (1 + spare), scenario.standby_capacity_fraction)


def _writable(scenario: Scenario, broken: Broken, dead: Flags) -> tuple[int | None, ...]:
    """Which region takes the writes of users at home in each region (None: none does). For stores that take writes
    everywhere it is the region itself, or None where its store is gone."""
    homes = range(scenario.regions)
    if scenario.data == "active_active":
        return tuple(None if broken.stores[one] else one for one in homes)
    if scenario.data == "home_region":
        waits = {one: (one + 1) % scenario.regions for one in homes}
        return tuple(_store_for(scenario, broken, dead, one, [waits[one]]) for one in homes)
    copies = [one for one in homes if one and holds_data(scenario, one)]
    return (_store_for(scenario, broken, dead, 0, copies),) * scenario.regions


def _store_for(scenario: Scenario, broken: Broken, dead: Flags, region: int, copies: list[int]) -> int | None:
    """The region itself while its store stands, then the first copy that may be promoted at this moment."""
    if not broken.stores[region]:
        return region
    able = [one for one in copies if not broken.stores[one] and not dead[one]]
    return able[0] if able and scenario.moment == "promoted" else None


def _moved(scenario: Scenario, dead: Flags, alive: Floats, stores: tuple[int | None, ...]) -> Floats:
    """Share of the users at home in a region (row) that each region serves (column)."""
    stays = np.eye(scenario.regions)
    shares = np.array(scenario.shares)
    if scenario.moment == "at_once" or not dead.any() or dead.all():
        return stays
    able = ~dead & (_capacity(scenario) > 0)
    serving = able & (shares > 0)
    if serving.any():
        target = np.where(serving, shares, 0.0)
    else:
        standbys = able & np.array([scenario.data in READ_ANYWHERE or one in stores for one in range(len(shares))])
        target = (np.arange(len(shares)) == int(np.argmax(standbys))) & standbys
    if not target.any():
        return stays
    stays[dead] = target / target.sum()
    return stays


def _unmet(scenario: Scenario, broken: Broken, weight: Floats) -> Floats:
    """Share of the requests in each region that fail for want of something they cannot do without. Which requests need
    what is independent."""
    met = np.ones_like(weight)
    for number, need in enumerate(scenario.needs):
        if need.need == "hard":
            met *= 1 - need.share_fraction * broken.needs[number]
    total = weight.sum(axis=1)
    answered: Floats = np.divide((weight * met).sum(axis=1), total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(1 - answered)


def _paths(scenario: Scenario, broken: Broken, stores: tuple[int | None, ...], bad: Floats) -> tuple[Floats, Floats]:
    """Whether writes and reads of users at home in a region (row), served in another (column), find their data: 1, 0,
    or the share whose part of the data is not in a bad cell there."""
    regions = range(scenario.regions)

    def way(store: int | None, serving: int) -> float:
        # A bad cell in the serving region has been counted there.
        return 0.0 if store is None else 1.0 if store == serving else 1 - float(bad[store])

    everywhere = scenario.data == "active_active"
    writes = np.array(
        [[way(stores[serving if everywhere else home], serving) for serving in regions] for home in regions]
    )
    if scenario.data not in READ_ANYWHERE:
        return writes, writes
    intact = [one for one in regions if not broken.stores[one]]
    nearest = [one if not broken.stores[one] else (intact[0] if intact else None) for one in regions]
    reads = np.array([[way(nearest[serving], serving) for serving in regions] for _ in regions])
    return writes, reads


def _data_unavailable(scenario: Scenario, broken: Broken, stores: tuple[int | None, ...], bad: Floats) -> float:
    """Share of the data that no store which works can give to anybody."""
    if scenario.data in READ_ANYWHERE:
        return float(np.where(broken.stores, 1.0, bad).min())
    lacking = [1.0 if store is None else float(bad[store]) for store in stores]
    return float(np.array(scenario.shares) @ lacking) if scenario.data == "home_region" else lacking[0]


def _stack(scenario: Scenario, broken: Broken, stores: tuple[int | None, ...]) -> float:
    """Share of the cells that are broken, or work without something that they call."""
    hurt = np.maximum(broken.services, broken.bad_cells)
    for number, need in enumerate(scenario.needs):
        hurt = np.maximum(hurt, need.share_fraction * broken.needs[number])
    without_store = np.array([store is None for store in stores])
    hurt = np.maximum(hurt, without_store[:, None])
    return float((hurt @ occupied(scenario)).mean())


def data_lost_fraction(scenario: Scenario, broken: Broken, reach: Reach) -> float:
    """Share of the data that is gone: the last writes that no copy had, once a copy is promoted or the disks are
    destroyed; everything, where there was no copy at all."""
    tail = min(1.0, scenario.replication_lag_s / scenario.data_history_s)
    shares = np.array(scenario.shares)
    owned = shares if scenario.data not in ONE_PRIMARY else np.eye(1, scenario.regions)[0]
    lost = 0.0
    for region in range(scenario.regions):
        copied = scenario.data != "one_primary" and scenario.regions > 1
        if broken.stores[region]:
            switched = reach.promoted[region] not in (None, region)
            if scenario.destroyed or (switched and copied):
                lost += owned[region] * (tail if copied else 1.0)
        elif scenario.destroyed and scenario.boundary == "cell":
            # Other zones have the same by synchronous copies; a region of one zone relies on other regions.
            alone = not scenario.multi_az or scenario.zones == 1
            part = float(broken.bad_cells[region] @ occupied(scenario))
            lost += owned[region] * part * (tail if copied else 1.0) * alone
    return float(lost)
