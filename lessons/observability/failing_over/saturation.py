"""How full is each region: its capacity, its utilisation, requests in flight, connections to the store?

Requests in flight follow from Little's law: requests a second times the time each of them takes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lessons.observability.failing_over.durations import answers, gives_up_s
from lessons.observability.failing_over.observed import KINDS, Observed
from lessons.observability.signals import Series, gauge
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.data_plane import capacity_of
from lessons.simulator.failover.scenario import given

PLANNED_UTILISATION = 0.6  # passport: planned-utilisation
CONNECTION_HELD_S = 0.02  # passport: connection-held
POOL_USE_AT_CAPACITY = 0.5  # passport: pool-use

LEAVES_OUT = (
    "The lens asks for no capacity of the side that fails: it is taken to be planned for its own users.",
    "A pool that is full turns nobody away here; the run has already said who fails.",
)


def series(run: Observed) -> Iterator[Series]:
    """Capacity, utilisation, requests in flight and connections of each region."""
    for region, sides in run.regions.items():
        capacity_rps = np.sum([side_capacity_rps(run, side) for side in sides], axis=0)
        yield gauge("region_capacity_rps", capacity_rps, region=region)
        yield gauge("region_utilisation_ratio", _utilisation(run, sides, capacity_rps), region=region)
        yield gauge("region_requests_in_flight", _in_flight(run, sides), region=region)
        limit = np.maximum(np.ceil(capacity_rps * CONNECTION_HELD_S / POOL_USE_AT_CAPACITY - 1e-9), 0.0)
        yield gauge("db_connections_limit", limit, region=region)
        yield gauge("db_connections_in_use", np.minimum(_connections(run, sides), limit), region=region)


def side_capacity_rps(run: Observed, side: str) -> Array:
    """As the run says of the side that takes over; the one that fails was planned for its users, and may be gone."""
    scenario = run.scenario
    if side == "new":
        return capacity_of(scenario, run.moments, run.times_s) * scenario.request_rate_rps
    planned = given(scenario.affected_user_fraction) / PLANNED_UTILISATION
    share = max(planned, given(scenario.standby_capacity_fraction) if not scenario.promotes else 0.0)
    gone = (run.times_s >= 0) & (run.times_s < scenario.fault_duration_s)
    gone &= scenario.fault in ("region_loss", "zone_loss")
    return np.where(gone, 0.0, share * scenario.request_rate_rps)


def _utilisation(run: Observed, sides: tuple[str, ...], capacity_rps: Array) -> Array:
    """What gets in over what there is room for; no room at all is full as soon as somebody is turned away.

    Counts vary by chance, a region's room does not, so a full region may seem a little over or under 1.
    """
    served_rps = run.rate_at_each_scrape(run.count(sides=sides, outcomes=("answered", "refused")))
    turned_away = run.rate_at_each_scrape(run.count(sides=sides, outcomes=("dropped",))) > 0
    full = np.divide(served_rps, capacity_rps, out=turned_away.astype(np.float64), where=capacity_rps > 0)
    return np.minimum(full, 1.0)


def _in_flight(run: Observed, sides: tuple[str, ...]) -> Array:
    parts = answers(run, sides=sides, kinds=KINDS)
    found = [run.rate_at_each_scrape(part.counts) * part.mean_s for part in parts]
    return np.asarray(np.sum(found, axis=0)) if found else np.zeros_like(run.times_s)


def _connections(run: Observed, sides: tuple[str, ...]) -> Array:
    """An answer holds one for a short while; a write that finds no primary keeps its until the client gives up."""
    answered = run.rate_at_each_scrape(run.count(sides=sides, outcomes=("answered",)))
    waiting = run.rate_at_each_scrape(run.count(sides=sides, outcomes=("refused",)))
    return np.round(answered * CONNECTION_HELD_S + waiting * gives_up_s(run))
