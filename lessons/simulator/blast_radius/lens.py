"""What does one broken boundary take with it, and which shared things decide how much?

A closed form, no chance in it: requests follow their share of users, and every share is of the whole. Within seconds a
load balancer avoids a zone in which nothing works; users leave a region in which nothing works at the moment `moved`;
a copy is promoted at the moment `promoted`. A cell or a deploy is broken by what its users bring along (a request, a
change), so that nobody is moved away from it. A region carries its running capacity and drops what is above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lessons.simulator.blast_radius.breaking import Broken, Thing, holds_data, occupied, things_broken, together
from lessons.simulator.blast_radius.reach import Reach, data_lost_fraction, reach_of
from lessons.simulator.blast_radius.scenario import MOMENTS, Scenario, zone_name

LEAVES_OUT = (
    "How long anything lasts: the answer holds at one moment (failover tells the hours).",
    "Queues and retries of an overloaded survivor: it drops what is above its capacity and goes on.",
    "Writes that a region forwards to the primary elsewhere do not count as load there.",
    "Which requests need which dependency: needs are independent of one another, and the same for reads and writes.",
    "Changes that corrupt data: a bad deploy stops its cells and leaves the data as it was.",
)


@dataclass(frozen=True)
class ZoneFare:
    """How a zone fares. `bad_cells` of its cells are broken; `occupied` tells whether anything runs there."""

    name: str
    state: str
    bad_cells: int
    occupied: bool


@dataclass(frozen=True)
class RegionFare:
    """How a region fares, and its users: shares of those at home there that fail. `store` is "" where it has none."""

    name: str
    users_share_fraction: float
    state: str
    users_fraction: float
    reads_fraction: float
    writes_fraction: float
    utilisation_fraction: float | None
    store: str
    store_state: str
    zones: tuple[ZoneFare, ...]


@dataclass(frozen=True)
class NeedFare:
    """How a dependency fares; `region` is where a global one lives ("" = outside). Where each region or zone has its
    own, `places` are region and zone (from 0; the first zone for one in a region) and state of each.
    """

    name: str
    scope: str
    region: str
    state: str
    places: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Result:
    """Shares (0 to 1) of what is hit, at the scenario's moment. A user is hit when reads or writes fail.

    `survivor_utilisation_fraction` is that of the fullest region that still serves (None: none does); above 1 it drops
    the excess. `shared` is the smallest set of broken things that alone gives the same radius, in words;
    `lost_writes_s` is how many seconds of the newest writes are gone.
    """

    users_fraction: float
    reads_fraction: float
    writes_fraction: float
    data_unavailable_fraction: float
    data_lost_fraction: float
    stack_fraction: float
    survivor_utilisation_fraction: float | None
    shared: tuple[str, ...]
    affected_homes: tuple[str, ...]
    lost_writes_s: float
    regions: tuple[RegionFare, ...]
    needs: tuple[NeedFare, ...]


def run(scenario: Scenario, *, seed: int) -> Result:
    """One broken boundary at one moment. The seed changes nothing: there is no chance in it."""
    things = things_broken(scenario)
    broken = together(scenario, things)
    reach = reach_of(scenario, broken)
    shares = np.array(scenario.shares)
    lost = data_lost_fraction(scenario, broken, reach)
    carried = [one for one in reach.utilisation if one is not None]
    return Result(
        users_fraction=_share(float(shares @ reach.users)),
        reads_fraction=_share(float(shares @ reach.reads)),
        writes_fraction=_share(float(shares @ reach.writes)),
        data_unavailable_fraction=_share(reach.data_unavailable_fraction),
        data_lost_fraction=_share(lost),
        stack_fraction=_share(reach.stack_fraction),
        survivor_utilisation_fraction=max(carried, default=None),
        shared=_smallest(scenario, things, reach),
        affected_homes=tuple(
            name
            for name, share, hit in zip(scenario.names, shares, reach.users, strict=True)
            if share > 0 and hit > 1e-9
        ),
        lost_writes_s=lost * scenario.data_history_s,
        regions=tuple(_fare(scenario, broken, reach, region) for region in range(scenario.regions)),
        needs=tuple(
            NeedFare(need.name, need.scope, need.region, *_need_states(scenario, broken, number))
            for number, need in enumerate(scenario.needs)
        ),
    )


def _smallest(scenario: Scenario, things: tuple[Thing, ...], reach: Reach) -> tuple[str, ...]:
    """The fewest broken things that, broken alone, hit the same users, reads, writes and data."""
    whole = reach.key(scenario)
    for size in range(len(things) + 1):
        for few in combinations(things, size):
            if reach_of(scenario, together(scenario, few)).key(scenario) == whole:
                return tuple(thing.name for thing in few)
    raise AssertionError("all of them together are the whole")


def _share(value: float) -> float:
    """A share without the dust of floating point."""
    return 0.0 if value < 1e-12 else 1.0 if value > 1 - 1e-12 else float(value)


def _fare(scenario: Scenario, broken: Broken, reach: Reach, region: int) -> RegionFare:
    zones = tuple(_zone_fare(scenario, broken, region, zone) for zone in range(scenario.zones))
    hit = any(zone.state != "healthy" for zone in zones) or (scenario.shares[region] > 0 and reach.users[region] > 1e-9)
    down = bool(broken.services[region].sum() == (occupied(scenario) > 0).sum())
    stands = holds_data(scenario, region)
    bad = broken.bad_cells[region].any()
    return RegionFare(
        name=scenario.names[region],
        users_share_fraction=scenario.shares[region],
        state="down" if down else "degraded" if hit else "healthy",
        users_fraction=_share(float(reach.users[region])),
        reads_fraction=_share(float(reach.reads[region])),
        writes_fraction=_share(float(reach.writes[region])),
        utilisation_fraction=reach.utilisation[region],
        store=_store_role(scenario, region, reach) if stands else "",
        store_state="down" if broken.stores[region] else "degraded" if bad else "healthy",
        zones=zones,
    )


def _store_role(scenario: Scenario, region: int, reach: Reach) -> str:
    if scenario.data == "active_active":
        return "takes writes"
    if scenario.data == "home_region":
        return "home data"
    writer = reach.promoted[0]
    if region == writer:
        return "primary" if region == 0 else "promoted"
    if region == 0:
        return "old primary" if writer is not None else "primary"
    return "copy waits" if scenario.data == "dr_replica" else "read copy"


def _zone_fare(scenario: Scenario, broken: Broken, region: int, zone: int) -> ZoneFare:
    bad = round(float(broken.bad_cells[region, zone]) * scenario.cells)
    lacks = bool(broken.needs[:, region, zone].any())
    down = bool(broken.services[region, zone])
    state = "down" if down or bad == scenario.cells else "degraded" if bad or lacks else "healthy"
    there = bool(occupied(scenario)[zone] > 0)
    return ZoneFare(zone_name(scenario, region, zone), state if there else "healthy", bad, there)


def _need_states(scenario: Scenario, broken: Broken, number: int) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    reach, scope = broken.needs[number], scenario.needs[number].scope
    whole = "down" if reach.all() else "degraded" if reach.any() else "healthy"
    if scope == "global":
        return whole, ()
    zones = [0] if scope == "regional" else [zone for zone in range(scenario.zones) if occupied(scenario)[zone] > 0]
    places = ((region, zone) for region in range(scenario.regions) for zone in zones)
    return whole, tuple((region, zone, "down" if reach[region, zone] else "healthy") for region, zone in places)


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: every set of broken things may have to be tried, and a dependency more doubles them."""
    return 1.0 + 0.15 * 2.0 ** (len(scenario.needs) + 2)


def costly_field(scenario: Scenario) -> str:
    return "dependencies"


def summary(scenario: Scenario, result: Result) -> str:
    """Who is hit, and which shared things decide it, in one sentence."""
    when = MOMENTS[scenario.moment]
    hit = (
        f"{when[0].upper()}{when[1:]}: {_percent(result.reads_fraction)} of reads and "
        f"{_percent(result.writes_fraction)} of writes fail, for {_percent(result.users_fraction)} of users"
    )
    if scenario.boundary == "none":
        return f"{hit}, because nothing is broken."
    if not result.shared:
        return f"{hit}: nobody still relies on what is lost."
    return f"{hit}; {decides(result)} that radius."


def decides(result: Result) -> str:
    """The smallest set of shared things with its verb ("the one primary store in us-east sets")."""
    one = len(result.shared) == 1 and not result.shared[0].startswith("the services")
    return f"{' and '.join(result.shared)} {'sets' if one else 'set'}"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.3g} %"
