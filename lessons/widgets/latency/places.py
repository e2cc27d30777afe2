"""Who is where, who is served from where, and what choosing a place on the map does."""

from __future__ import annotations

import orjson

from lessons.simulator.engine.geography import Place, known_places
from lessons.simulator.latency import Result, Scenario
from lessons.simulator.latency.scenario import REGIONS_MAX, network_of, shares_of
from lessons.widgets.kit import MapLine, MapPoint, Pick, WorldMap, words
from lessons.widgets.kit.roles import Role

ROLES: tuple[Role, ...] = ("a", "b", "c", "d", "e")


def situation(scenario: Scenario) -> WorldMap:
    """Users and regions, and nothing of who waits how long."""
    at = network_of(scenario).places
    points = [_region(scenario, at[region], named=region not in shares_of(scenario)) for region in _known(scenario)]
    users = [_users(at[group], share, "ink", words.percent(share)) for group, share in _groups(scenario).items()]
    return WorldMap("Users and regions", (*users, *points))


def world(scenario: Scenario, result: Result) -> WorldMap:
    """Each group with its p99 and a line to its nearest region; every place can be chosen."""
    at = network_of(scenario).places
    groups = _groups(scenario)
    points = []
    for group, share in groups.items():
        note = words.number(result.by_group[group]["p99"], "ms")
        points.append(_users(at[group], share, role_of(scenario, result.nearest[group]), note))
    for region in _known(scenario):
        points.append(_region(scenario, at[region], named=region not in groups, pick=closing(scenario, region)))
    for one in result.next_regions:
        if one.region in at:
            place = at[one.region]
            pick = opening(scenario, one.region)
            points.append(
                MapPoint(place.id, "candidate", city(place.id), place.latitude, place.longitude, "muted", pick=pick)
            )
    slowest = slowest_group(result)
    lines = tuple(
        MapLine(f"users {group}", region, role_of(scenario, region), marked=group == slowest)
        for group, region in result.nearest.items()
        if group in groups and region in at and group != region
    )
    return WorldMap("99 in 100 requests are answered within", tuple(points), lines)


def opening(scenario: Scenario, region: str) -> Pick | None:
    """Adds the region; None where there is no room for more."""
    if len(scenario.regions) >= REGIONS_MAX:
        return None
    return Pick((_regions((*scenario.regions, region)),), f"Open a region in {city(region)}")


def closing(scenario: Scenario, region: str) -> Pick | None:
    """Takes the region away; None for the last one."""
    if len(scenario.regions) == 1:
        return None
    left = tuple(name for name in scenario.regions if name != region)
    return Pick((_regions(left),), f"Close the region in {city(region)}")


def _regions(names: tuple[str, ...]) -> tuple[str, str]:
    return "regions", orjson.dumps(names).decode()


def city(name: str) -> str:
    """The city of a region of the matrices; a name of the reader's own stays as it is."""
    known = known_places().get(name)
    return known.city if known else name


def role_of(scenario: Scenario, region: str) -> Role:
    """Colour and shape of a region, by its place in the list."""
    place = scenario.regions.index(region)
    return ROLES[place] if place < len(ROLES) else "ink"


def slowest_group(result: Result) -> str:
    """The group whose p99 is the highest, the first of equals."""
    return max(result.by_group, key=lambda group: result.by_group[group]["p99"])


def _groups(scenario: Scenario) -> dict[str, float]:
    at = network_of(scenario).places
    return {group: share for group, share in shares_of(scenario).items() if group in at}


def _known(scenario: Scenario) -> list[str]:
    at = network_of(scenario).places
    return [region for region in scenario.regions if region in at]


def _users(place: Place, share: float, role: Role, note: str) -> MapPoint:
    return MapPoint(
        f"users {place.id}",
        "users",
        city(place.id),
        place.latitude,
        place.longitude,
        role,
        note=note,
        share_fraction=share,
    )


def _region(scenario: Scenario, place: Place, *, named: bool, pick: Pick | None = None) -> MapPoint:
    """Where users are too, their name stands for both."""
    name = city(place.id) if named else ""
    return MapPoint(place.id, "region", name, place.latitude, place.longitude, role_of(scenario, place.id), pick=pick)
