"""How does a quorum look on a map? Copies by shape, the ways of their answers, and the one that decides drawn bold."""

from __future__ import annotations

from collections import Counter

from lessons.simulator.engine.network import Network
from lessons.simulator.quorum_latency import Result, Scenario
from lessons.simulator.quorum_latency.scenario import client_of, leader_of, network_of, replicas_of, rtt_between
from lessons.widgets.kit import MapLine, MapPoint, WorldMap, words
from lessons.widgets.kit.roles import Role
from lessons.widgets.quorum_latency.placing import city, next_choice

ROLES: tuple[Role, ...] = ("a", "b", "c", "d", "e")
CLIENT = "client"
CLIENT_SHARE = 0.2  # a disc that is wider than any region's shape


def situation(scenario: Scenario) -> WorldMap:
    """Copies, leader and client, and nothing of who waits for whom."""
    links = network_of(scenario)
    asker = asking(scenario)
    points = [_copy(scenario, links, region, _who(scenario, region)) for region in _drawn(scenario, links)]
    lines = [MapLine(asker, region, "muted") for region in _drawn(scenario, links) if region != asker]
    known = {point.id for point in points}
    return WorldMap(
        "Copies, and where the client is",
        (*_client(scenario, links), *points),
        tuple(line for line in lines if line.starts in known and scenario.mode != "quorum"),
    )


def world(scenario: Scenario, result: Result) -> WorldMap:
    """Who answers when; every place can be chosen."""
    links = network_of(scenario)
    points = [
        _copy(scenario, links, region, _note(scenario, result, region), choosable=True)
        for region in _drawn(scenario, links)
    ]
    for name in links.names:
        if name in links.places and name not in scenario.regions:
            place = links.places[name]
            pick = next_choice(scenario, name)
            points.append(MapPoint(name, "candidate", city(name), place.latitude, place.longitude, "muted", pick=pick))
    return WorldMap(_title(scenario, result), (*_client(scenario, links), *points), _lines(scenario, result, links))


def asking(scenario: Scenario) -> str:
    """Who asks the copies: the leader, or without one the client."""
    return client_of(scenario) if scenario.mode == "quorum" else leader_of(scenario)


def role_of(scenario: Scenario, region: str) -> Role:
    """Colour and shape of a region, by its place in the list."""
    order = list(dict.fromkeys(scenario.regions))
    place = order.index(region) if region in order else len(ROLES)
    return ROLES[place] if place < len(ROLES) else "ink"


def needed_regions(result: Result) -> set[str]:
    """Regions among whose copies the nearest ones are that are waited for."""
    return {one.region for one in result.acknowledgements[: result.needed]}


def _title(scenario: Scenario, result: Result) -> str:
    if result.slowest_needed is None:
        return "A commit waits for no other copy"
    return f"A commit waits for {city(result.slowest_needed)}"


def _drawn(scenario: Scenario, links: Network) -> list[str]:
    """Regions with a copy whose position is known."""
    return [region for region in dict.fromkeys(scenario.regions) if region in links.places]


def _who(scenario: Scenario, region: str) -> str:
    """Leader, client, more than one copy: what is known before the run."""
    held = Counter(replicas_of(scenario))[region]
    said = []
    if scenario.mode != "quorum" and region == leader_of(scenario):
        said.append("leader")
    if region == client_of(scenario):
        said.append(CLIENT)
    if held != 1:
        said.append(f"{held} copies" if held else "no copy")
    return ", ".join(said)


def _note(scenario: Scenario, result: Result, region: str) -> str:
    who = _who(scenario, region)
    far = [one for one in result.acknowledgements if one.region == region]
    if not far or region == asking(scenario):
        return who
    said = words.number(far[0].rtt_ms, "ms")
    if region == result.slowest_needed:
        said += ", last needed"
    elif region not in needed_regions(result):
        said += ", not needed"
    return f"{said}, {who}" if who else said


def _copy(scenario: Scenario, links: Network, region: str, note: str, *, choosable: bool = False) -> MapPoint:
    place = links.places[region]
    return MapPoint(
        region,
        "region",
        city(region),
        place.latitude,
        place.longitude,
        role_of(scenario, region),
        note=note,
        pick=next_choice(scenario, region) if choosable else None,
    )


def _client(scenario: Scenario, links: Network) -> list[MapPoint]:
    """A disc around the client's place; where a copy is, the copy has the words."""
    client = client_of(scenario)
    if client not in links.places:
        return []
    place, alone = links.places[client], client not in scenario.regions
    name, note = (city(client), CLIENT) if alone else ("", "")
    return [
        MapPoint(CLIENT, "users", name, place.latitude, place.longitude, "ink", note=note, share_fraction=CLIENT_SHARE)
    ]


def _lines(scenario: Scenario, result: Result, links: Network) -> tuple[MapLine, ...]:
    """From whoever asks to every copy, and from a client elsewhere to the leader."""
    asker, client = asking(scenario), client_of(scenario)
    needed = needed_regions(result)
    lines = []
    for region in dict.fromkeys(one.region for one in result.acknowledgements):
        if region == asker or region not in links.places or asker not in links.places:
            continue
        role: Role = role_of(scenario, region) if region in needed else "muted"
        lines.append(MapLine(_end(scenario, asker), region, role, marked=region == result.slowest_needed))
    if client != asker and client in links.places and asker in links.places:
        way_ms = rtt_between(scenario, links, client, asker)
        lines.append(MapLine(CLIENT, asker, "ink", text=words.number(way_ms, "ms")))
    return tuple(lines)


def _end(scenario: Scenario, asker: str) -> str:
    """The id of the point that lines start from: without a leader the client's own disc."""
    return CLIENT if scenario.mode == "quorum" else asker
