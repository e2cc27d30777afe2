"""Which region would help most, and what lies between every group and every region? An exact search, no dice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lessons.simulator.engine.network import Network
from lessons.simulator.engine.stats import Array
from lessons.simulator.latency.scenario import Scenario, shares_of


@dataclass(frozen=True)
class Pair:
    """What lies between a group of users and a region. `floor_ms` and `times_floor` are None where a place is unknown;
    `times_floor` too within one city."""

    users: str
    region: str
    rtt_ms: float
    floor_ms: float | None
    times_floor: float | None


@dataclass(frozen=True)
class NextRegion:
    """Round trips to the nearest region, if this one were added."""

    region: str
    mean_rtt_ms: float
    slowest_rtt_ms: float


def next_regions(scenario: Scenario, links: Network, shortest_ms: Array, weights: Array) -> tuple[NextRegion, ...]:
    """Every place that is not a region yet and that all users can reach, tried out one by one."""
    found = []
    for name in links.names:
        if name in scenario.regions:
            continue
        try:
            then_ms = np.minimum(shortest_ms, links.table_ms(shares_of(scenario), (name,))[:, 0])
        except KeyError:
            continue
        found.append(NextRegion(name, float(weights @ then_ms), float(then_ms.max())))
    return tuple(sorted(found, key=lambda one: _aim(scenario, one.mean_rtt_ms, one.slowest_rtt_ms)))


def _aim(scenario: Scenario, mean_ms: float, slowest_ms: float) -> tuple[float, float]:
    """What the search makes small: first what was asked for, then the other. Rounded, so that equals are equal."""
    mean_ms, slowest_ms = round(mean_ms, 6), round(slowest_ms, 6)
    return (mean_ms, slowest_ms) if scenario.next_by == "mean" else (slowest_ms, mean_ms)


def better(scenario: Scenario, then: NextRegion, now_ms: tuple[float, float]) -> bool:
    return _aim(scenario, then.mean_rtt_ms, then.slowest_rtt_ms)[0] < _aim(scenario, *now_ms)[0]


def pairs(links: Network, shares: Mapping[str, float], regions: tuple[str, ...]) -> tuple[Pair, ...]:
    made = []
    for group in shares:
        for region in regions:
            rtt_ms, floor_ms = links.rtt_ms(group, region), links.floor_ms(group, region)
            made.append(Pair(group, region, rtt_ms, floor_ms, rtt_ms / floor_ms if floor_ms else None))
    return tuple(made)
