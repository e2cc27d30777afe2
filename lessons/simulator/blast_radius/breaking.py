"""What exactly is broken when a boundary fails: services, stores, dependencies, cells?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lessons.simulator.blast_radius.needs import Need
from lessons.simulator.blast_radius.scenario import Scenario, zone_name

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
ONE_PRIMARY = ("one_primary", "dr_replica", "read_replicas")


@dataclass(frozen=True, eq=False)
class Broken:
    """What does not work. `services` and `bad_cells` (share of the cells) by region and zone, `stores` by region,
    `needs` by dependency, region and zone: whether that zone has to do without it."""

    services: Flags
    bad_cells: Floats
    stores: Flags
    needs: Flags


@dataclass(frozen=True, eq=False)
class Thing:
    """One thing that many rely on, in words ("the one primary store in us-east"), and what its loss alone breaks."""

    name: str
    broken: Broken


def together(scenario: Scenario, things: Iterable[Thing]) -> Broken:
    """Everything that is broken when all these things are."""
    whole = _nothing(scenario)
    for thing in things:
        whole = Broken(
            whole.services | thing.broken.services,
            np.maximum(whole.bad_cells, thing.broken.bad_cells),
            whole.stores | thing.broken.stores,
            whole.needs | thing.broken.needs,
        )
    return whole


def things_broken(scenario: Scenario) -> tuple[Thing, ...]:
    """The shared things that the boundary takes with it, services first; none where nothing stood."""
    boundary = scenario.boundary
    if boundary in ("region", "zone"):
        return _place(scenario)
    if boundary in ("cell", "deploy"):
        return _cells(scenario)
    if boundary == "dependency":
        number = scenario.broken_dependency - 1
        need = scenario.needs[number]
        return (Thing(_need_name(scenario, need), _without(scenario, needs=_reach_of(scenario, need, number))),)
    return ()


def occupied(scenario: Scenario) -> Floats:
    """The share of a region's services that each of its zones has: all alike, or all in the first."""
    if scenario.multi_az:
        return np.full(scenario.zones, 1 / scenario.zones)
    first = np.zeros(scenario.zones)
    first[0] = 1.0
    return first


def holds_data(scenario: Scenario, region: int) -> bool:
    """Whether a store stands in a region (counted from 0)."""
    return {"one_primary": region == 0, "dr_replica": region <= 1}.get(scenario.data, True)


def store_name(scenario: Scenario, region: int) -> str:
    """What the store of a region (counted from 0) is to the others."""
    name = scenario.names[region]
    if scenario.data in ONE_PRIMARY:
        return f"the one primary store in {name}" if region == 0 else f"the copy in {name}"
    if scenario.data == "home_region":
        return f"the store of those at home in {name}"
    return f"the store in {name}"


def _place(scenario: Scenario) -> tuple[Thing, ...]:
    """A zone or a region: its services, the store that has no other leg, and what is hosted there."""
    region, zone = scenario.broken_region - 1, scenario.broken_zone - 1
    hit = np.zeros((scenario.regions, scenario.zones), dtype=np.bool_)
    hit[region, zone if scenario.boundary == "zone" else slice(None)] = True
    where = scenario.names[region] if scenario.boundary == "region" else zone_name(scenario, region, zone)
    services = hit & (occupied(scenario) > 0)
    if not services.any():
        return ()
    things = [Thing(f"the services in {where}", _without(scenario, services=services))]
    # What is spread over zones with synchronous copies falls only with all of them.
    gone = bool(services[region].sum() == (occupied(scenario) > 0).sum())
    if gone and holds_data(scenario, region):
        things.append(
            Thing(store_name(scenario, region), _without(scenario, stores=np.arange(scenario.regions) == region))
        )
    for number, need in enumerate(scenario.needs):
        reach = np.zeros((len(scenario.needs), scenario.regions, scenario.zones), dtype=np.bool_)
        if need.scope == "zonal":
            reach[number] = services
        elif need.scope == "regional" and gone:
            reach[number, region] = True
        elif need.region == scenario.names[region] and gone:
            reach[number] = True
        if reach.any():
            things.append(Thing(_need_name(scenario, need), _without(scenario, needs=reach)))
    return tuple(things)


def _cells(scenario: Scenario) -> tuple[Thing, ...]:
    bad = _reached(scenario)
    if not bad.any():
        return ()
    if scenario.boundary == "cell":
        where = zone_name(scenario, scenario.broken_region - 1, scenario.broken_zone - 1)
        return (Thing(f"cell {scenario.broken_cell} in {where}", _without(scenario, bad_cells=bad)),)
    count = round(bad.sum() * scenario.cells)
    return (
        Thing(f"the change that reached {count} of {_cells_there(scenario)} cells", _without(scenario, bad_cells=bad)),
    )


def _cells_there(scenario: Scenario) -> int:
    return scenario.regions * scenario.cells * (scenario.zones if scenario.multi_az else 1)


def _reached(scenario: Scenario) -> Floats:
    """The share of the cells of each zone that is bad: one cell, or the steps that a deploy has done from there on."""
    zones = scenario.zones if scenario.multi_az else 1
    if scenario.broken_zone > zones:
        return np.zeros((scenario.regions, scenario.zones))
    cells = _cells_there(scenario)
    per_step = {"cell": 1, "zone": scenario.cells, "region": zones * scenario.cells, "everywhere": cells}
    first = (
        ((scenario.broken_region - 1) * zones + scenario.broken_zone - 1) * scenario.cells + scenario.broken_cell - 1
    )
    step, steps = 1, 1
    if scenario.boundary == "deploy":
        step = per_step[scenario.deploy_wave]
        steps = math.ceil(scenario.deploy_reach_fraction * (cells // step) - 1e-9)
    hit = np.zeros(cells)
    hit[(first // step * step + np.arange(steps * step)) % cells] = 1.0
    share = np.zeros((scenario.regions, scenario.zones))
    share[:, :zones] = hit.reshape(scenario.regions, zones, scenario.cells).mean(axis=2)
    return share


def _need_name(scenario: Scenario, need: Need) -> str:
    name = f"the {need.name[0].lower()}{need.name[1:]}"
    region, zone = scenario.broken_region - 1, scenario.broken_zone - 1
    if need.scope == "zonal":
        whole = scenario.boundary == "region"
        return f"{name} in {scenario.names[region] if whole else zone_name(scenario, region, zone)}"
    if need.scope == "regional":
        return f"{name} in {scenario.names[region]}"
    sharers = "all regions share" if scenario.regions > 1 else "all users share"
    return f"{name}{f' in {need.region}' if need.region else ''} that {sharers}"


def _reach_of(scenario: Scenario, need: Need, number: int) -> Flags:
    """Which zones have to do without a dependency that broke by itself."""
    reach = np.zeros((len(scenario.needs), scenario.regions, scenario.zones), dtype=np.bool_)
    region, zone = scenario.broken_region - 1, scenario.broken_zone - 1
    if need.scope == "global":
        reach[number] = True
    elif need.scope == "regional":
        reach[number, region] = True
    else:
        reach[number, region, zone] = True
    return reach


def _without(scenario: Scenario, **parts: Any) -> Broken:
    nothing = _nothing(scenario)
    return Broken(**{name: parts.get(name, getattr(nothing, name)) for name in Broken.__dataclass_fields__})


def _nothing(scenario: Scenario) -> Broken:
    regions, zones = scenario.regions, scenario.zones
    return Broken(
        np.zeros((regions, zones), dtype=np.bool_),
        np.zeros((regions, zones)),
        np.zeros(regions, dtype=np.bool_),
        np.zeros((len(scenario.needs), regions, zones), dtype=np.bool_),
    )
