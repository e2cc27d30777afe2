"""Who waits how long for the distance, and where would a region have to be so that they wait less?

Ways are great circles in fibre times the factor by which real paths are longer; a percentile is one over users.
"""

from __future__ import annotations

from collections.abc import Iterable

from lessons.simulator.engine.geography import FIBRE_KM_PER_ROUND_TRIP_MS, fibre_floor_ms
from lessons.widgets.ladder_advisor.scenario import CITIES, Scenario

# Way between users and the region of their own continent (passport advisor-near).
NEAR_MS = 20.0


def floor_ms(user: str, region: str) -> float:
    """The round trip that light in straight fibre takes from a continent's users to a continent's region."""
    return fibre_floor_ms(CITIES[user], CITIES[region])


def copy_ms(scenario: Scenario) -> float:
    """The round trip to the region that holds the copy: what a synchronous write adds."""
    return scenario.second_region_km / FIBRE_KM_PER_ROUND_TRIP_MS * scenario.path_factor


def wait_p99_ms(scenario: Scenario, regions: Iterable[str]) -> float:
    """The wait that 99 % of all users stay within, each going to the nearest of the regions."""
    ways = _ways(scenario, regions, scenario.path_factor)
    return _reached(ways) + NEAR_MS + scenario.server_ms


def floor_p99_ms(scenario: Scenario, regions: Iterable[str]) -> float:
    """The part of it that no network can take away."""
    return _reached(_ways(scenario, regions, 1.0))


def nearer(scenario: Scenario, objective_ms: float) -> tuple[str, ...]:
    """Regions to serve from until the objective is met: each time where most of the slowest users are."""
    serving: tuple[str, ...] = (scenario.home,)
    while wait_p99_ms(scenario, serving) > objective_ms:
        following = _slowest(scenario, serving)
        if following in serving:
            break
        serving = (*serving, following)
    return serving


def writers(scenario: Scenario) -> tuple[str, ...]:
    """Regions that would have to take writes, so that they are soon enough for users who are far; the first one alone
    where distance is not the matter, or where the data may not leave."""
    if scenario.residency != "none":
        return (scenario.home,)
    loses_nothing = scenario.rpo_objective_s < scenario.replication_lag_s
    # Records with a home region have their copy next door; waiting for it is part of the write.
    waits_ms = copy_ms(scenario) if loses_nothing and scenario.home_region_data else 0.0
    if wait_p99_ms(scenario, (scenario.home,)) <= scenario.write_p99_objective_ms:
        return (scenario.home,)
    return nearer(scenario, scenario.write_p99_objective_ms - waits_ms)


def copy_in_time(scenario: Scenario, written_in: tuple[str, ...]) -> bool:
    """Whether writes may wait for a copy in the next region, within their objective or where that is missed anyway.

    Where several places write, only records with a home region have their copy next door; the others would wait for
    another continent.
    """
    if len(written_in) > 1 and not scenario.home_region_data:
        return False
    wait_ms, objective_ms = wait_p99_ms(scenario, written_in), scenario.write_p99_objective_ms
    return wait_ms > objective_ms or wait_ms + copy_ms(scenario) <= objective_ms


def _slowest(scenario: Scenario, regions: Iterable[str]) -> str:
    """The continent whose users wait longest among those that count: the one to serve next."""
    ways = _ways(scenario, regions, 1.0)
    limit = _reached(ways)
    counted = [(way, share, name) for name, (way, share) in ways.items() if way >= limit]
    return max(counted, key=lambda one: (one[1], one[0]))[2]


def _ways(scenario: Scenario, regions: Iterable[str], factor: float) -> dict[str, tuple[float, float]]:
    served = tuple(regions)
    return {
        user: (factor * min(floor_ms(user, region) for region in served), share)
        for user, share in scenario.shares().items()
    }


def _reached(ways: dict[str, tuple[float, float]]) -> float:
    """The shortest way that at least 99 % of users do not exceed."""
    reached = 0.0
    for way, share in sorted(ways.values()):
        reached += share
        if reached >= 0.99 - 1e-9:
            return way
    return max(way for way, _ in ways.values())
