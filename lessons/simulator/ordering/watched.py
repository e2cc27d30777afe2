"""What do the first messages of one key look like, as they were written and as each consumer sees them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.ordering.broken import follows_from_s
from lessons.simulator.ordering.keys import Ints, Keys
from lessons.simulator.ordering.paths import Paths
from lessons.simulator.ordering.scenario import Scenario, in_partitions, lanes_of, regions_of, shares_of

MESSAGES = 9
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Message:
    """One message of the watched key. `number` counts from 1 in the order written."""

    number: int
    region: str
    written_at_s: float
    partition: int


@dataclass(frozen=True)
class Late:
    """A consumer sees the message `earlier` after the message `later`, which followed it."""

    consumer: str
    earlier: int
    later: int


@dataclass(frozen=True)
class Watched:
    """Messages in the order written; `seen[consumer]` are their numbers in the order in which that consumer sees them.

    `late` names for each message that is seen too late the first of its followers seen before it.
    """

    key: int
    messages: tuple[Message, ...]
    seen: dict[str, tuple[int, ...]]
    late: tuple[Late, ...]


def watched_of(scenario: Scenario, paths: Paths, keys: Keys, seed: int) -> Watched:
    """Nine messages of the key, drawn one by one: when (Poisson), from where, through which partition."""
    key = min(scenario.watched_key, scenario.keys) - 1
    rate = scenario.write_rate_rps * float(keys.weights[key])
    written_s = np.cumsum(stream(seed, "watched gaps").exponential(size=MESSAGES)) / rate
    reached = np.cumsum(list(shares_of(scenario).values()))
    dice = stream(seed, "watched regions").random(MESSAGES) * reached[-1]
    regions = np.minimum(np.searchsorted(reached, dice, side="right"), len(reached) - 1)
    lanes = np.full(MESSAGES, keys.partitions[key])
    if in_partitions(scenario) and scenario.partition_key == "region":
        lanes = keys.of_region[regions]
    if in_partitions(scenario) and scenario.partition_key == "none":
        lanes = (stream(seed, "watched lanes").random(MESSAGES) * lanes_of(scenario)).astype(np.int64)
    names = regions_of(scenario)
    messages = tuple(
        Message(number, names[region], float(at_s), int(lane) + 1)
        for number, (region, at_s, lane) in enumerate(zip(regions, written_s, lanes, strict=True), start=1)
    )
    follows = _follows(written_s, follows_from_s(paths)[regions][:, regions])
    seen, late = {}, []
    for consumer, name in enumerate(names):
        arrives_s = written_s + paths.seen_s[regions, lanes, consumer]
        order = np.argsort(arrives_s, kind="stable").astype(np.int64)
        seen[name] = tuple(int(place) + 1 for place in order)
        late += _late(name, order, follows)
    return Watched(key + 1, messages, seen, tuple(late))


def _follows(written_s: Array, from_s: Array) -> Bools:
    """[a, b]: whether message b followed message a."""
    after_s = written_s[None, :] - written_s[:, None]
    found: Bools = (after_s > 0) & (after_s >= from_s)
    return found


def _late(consumer: str, order: Ints, follows: Bools) -> list[Late]:
    found = []
    for place, earlier in enumerate(order):
        before = [later for later in order[:place] if follows[earlier, later]]
        if before:
            found.append(Late(consumer, int(earlier) + 1, int(before[0]) + 1))
    return found
