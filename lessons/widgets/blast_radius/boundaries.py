"""How is a deployment drawn as boxes that can be broken?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lessons.simulator.blast_radius import Result, Scenario
from lessons.simulator.blast_radius.lens import NeedFare, RegionFare, ZoneFare
from lessons.widgets.kit import Boundaries, Boundary, Pick, words
from lessons.widgets.kit.roles import Role, State

ROLES: tuple[Role, ...] = ("a", "b", "c", "d", "e")
CELL_PICKS_MAX = 30
Sets = dict[str, str | int]


def boundaries(title: str, scenario: Scenario, result: Result, *, picks: bool = True) -> Boundaries:
    """Every boundary with its state. `picks`: each can be chosen to fail, and a broken one to heal."""
    drawn = [one for region in range(len(result.regions)) for one in _region(scenario, result, region)]
    drawn += [one for number in range(len(result.needs)) for one in _need(scenario, result.needs[number], number)]
    if not picks:
        drawn = [
            Boundary(one.id, one.kind, one.name, one.role, one.state, one.inside, one.note, None, one.shared)
            for one in drawn
        ]
    return Boundaries(title, tuple(drawn))


def _region(scenario: Scenario, result: Result, number: int) -> Iterator[Boundary]:
    region, role = result.regions[number], ROLES[number % len(ROLES)]
    here: Sets = {"boundary": "region", "broken_region": number + 1}
    yield Boundary(
        f"region-{number}",
        "region",
        region.name,
        role,
        _state(region.state),
        note=_note(scenario, region),
        pick=_pick(scenario, f"region {region.name}", here),
    )
    for place, zone in enumerate(region.zones):
        yield from _zone(scenario, zone, number, place, role)
    if region.store:
        yield Boundary(
            f"store-{number}", "store", region.store, role, _state(region.store_state), inside=f"region-{number}"
        )


def _note(scenario: Scenario, region: RegionFare) -> str:
    """Before the break who is at home there, after it how many of them are hit."""
    if region.users_share_fraction == 0:
        return "no users at home"
    if scenario.boundary == "none":
        return f"{words.percent(region.users_share_fraction)} of users"
    return f"users hit: {words.percent(region.users_fraction)}"


def _zone(scenario: Scenario, zone: ZoneFare, region: int, place: int, role: Role) -> Iterator[Boundary]:
    number: Sets = {"broken_region": region + 1, "broken_zone": place + 1}
    name = zone.name.rsplit("-", 1)[-1]
    if scenario.regions <= 2 and scenario.zones <= 3:
        name = f"zone {name}"
    if scenario.regions == scenario.zones == 1 and scenario.cells > 1:
        name = f"{name}: {words.count(scenario.cells)} cells"
    yield Boundary(
        f"zone-{region}-{place}",
        "zone",
        name,
        role if zone.occupied else "muted",
        _state(zone.state),
        inside=f"region-{region}",
        pick=_pick(scenario, f"zone {zone.name}", {"boundary": "zone", **number}) if zone.occupied else None,
    )
    if scenario.cells == 1 or not zone.occupied:
        return
    there = scenario.regions * (scenario.zones if scenario.multi_az else 1) * scenario.cells
    first = _first_bad(scenario, region, place) if zone.bad_cells else 0
    for cell in range(scenario.cells):
        bad = zone.state == "down" or (cell - first) % scenario.cells < zone.bad_cells
        pick = _pick(
            scenario, f"cell {cell + 1} of {zone.name}", {"boundary": "cell", **number, "broken_cell": cell + 1}
        )
        yield Boundary(
            f"cell-{region}-{place}-{cell}",
            "cell",
            f"cell {cell + 1}",
            role,
            "down" if bad else "healthy",
            inside=f"zone-{region}-{place}",
            pick=pick if there <= CELL_PICKS_MAX or cell == 0 else None,
        )


def _first_bad(scenario: Scenario, region: int, zone: int) -> int:
    """Where the bad cells of a zone begin: at the chosen one in its own zone, at the first in those that follow."""
    chosen = (region + 1, zone + 1) == (scenario.broken_region, scenario.broken_zone)
    return scenario.broken_cell - 1 if chosen else 0


def _need(scenario: Scenario, need: NeedFare, number: int) -> Iterator[Boundary]:
    """A bar that all share, or one in each region or zone."""
    which: Sets = {"boundary": "dependency", "broken_dependency": number + 1}
    names = list(scenario.names)
    if need.scope == "global":
        lives = names.index(need.region) if need.region else None
        yield Boundary(
            f"need-{number}",
            "dependency",
            need.name,
            "ink",
            _state(need.state),
            inside="" if lives is None else f"region-{lives}",
            note=f"in {need.region}" if need.region else "outside our regions",
            pick=_pick(scenario, need.name, which),
            shared=True,
        )
        return
    for region, zone, state in need.places:
        inside = f"region-{region}" if need.scope == "regional" else f"zone-{region}-{zone}"
        where: Sets = {"broken_region": region + 1}
        if need.scope == "zonal":
            where["broken_zone"] = zone + 1
        yield Boundary(
            f"need-{number}-{region}-{zone}",
            "dependency",
            need.name.removesuffix(" provider"),
            "ink",
            _state(state),
            inside=inside,
            pick=_pick(scenario, f"{need.name} in {names[region]}", {**which, **where}),
        )


def _pick(scenario: Scenario, name: str, sets: Sets) -> Pick:
    """Breaking it, or healing it when it is what is broken."""
    broken = all(str(getattr(scenario, field)) == str(value) for field, value in sets.items())
    if broken:
        return Pick((("boundary", "none"),), f"Heal {name}")
    return Pick(tuple((field, str(value)) for field, value in sets.items()), f"Break {name}")


def _state(state: str) -> State:
    return cast(State, state)
