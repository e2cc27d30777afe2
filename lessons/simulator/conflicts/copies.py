"""What does each copy hold, and what did a writer see when it wrote? Every write followed to every copy.

All copies of a key are plain registers that hold one write at a time, or sets that hold them all. A write is known by
its number in the order of true time, and by its rank in the order of the stamps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lessons.simulator.conflicts.scenario import Scenario, skew_s
from lessons.simulator.conflicts.schedule import Flags, Ints, Writes, in_the_cut, side
from lessons.simulator.engine.stats import Array


@dataclass(frozen=True)
class Log:
    """The writes in the order in which one copy gets them, key by key: `number` and `at_s` of each arrival."""

    number: Ints
    at_s: Array
    starts: Ints  # place of the first arrival of the same key


def log_of(scenario: Scenario, writes: Writes, region: int) -> Log:
    """How the writes arrive at the copy of a region. Of two that arrive at once the earlier one comes first."""
    at_s = arrivals_s(scenario, writes, region)
    number = np.lexsort((at_s, writes.key)) if scenario.keys > 1 else np.argsort(at_s, kind="stable")
    return Log(number, at_s[number], _starts(writes.key[number]))


def arrivals_s(scenario: Scenario, writes: Writes, region: int) -> Array:
    """When each write arrives there: at once at home, elsewhere after the lag, and after a cut that lies between."""
    waits = in_the_cut(scenario, writes.at_s) & (side(scenario, writes.region) != side(scenario, region))
    sent_s = np.where(waits, scenario.partition_s, writes.at_s)
    lag_s: Array = np.where(writes.region == region, 0.0, scenario.replication_lag_s)
    return sent_s + lag_s


def seen_before(log: Log, writes: Writes, region: int) -> tuple[Ints, Ints]:
    """The numbers of a region's own writes, and how many writes to the key its copy held before each of them."""
    places = np.flatnonzero(writes.region[log.number] == region)
    return log.number[places], places - log.starts[places]


def written_before(writes: Writes) -> Ints:
    """How many writes to the same key were made anywhere before each write."""
    order = np.argsort(writes.key, kind="stable")
    before = np.empty(len(order), dtype=np.int64)
    before[order] = np.arange(len(order)) - _starts(writes.key[order])
    return before


def _starts(key: Ints) -> Ints:
    """Where the stretch of equal keys begins that each place belongs to."""
    changes = np.concatenate([[0], key[1:] != key[:-1]])[: len(key)]
    starts: Ints = np.maximum.accumulate(np.where(changes, np.arange(len(key)), 0))
    return starts


def stamp_ranks(scenario: Scenario, writes: Writes) -> Ints:
    """The place of each write in the order of the stamps. Of equal stamps the later write's counts as the higher."""
    stamp_s = writes.at_s + np.array(skew_s(scenario))[writes.region]
    ranks = np.empty(len(writes), dtype=np.int64)
    ranks[np.argsort(stamp_s, kind="stable")] = np.arange(len(writes))
    return ranks


@dataclass(frozen=True)
class Register:
    """What a copy held just before each arrival, as numbers of writes: by the stamp, and in true time (-1: nothing)."""

    winner: Ints
    latest: Ints


def register_of(log: Log, ranks: Ints) -> Register:
    """A copy that keeps the write with the highest stamp."""
    by_rank = np.empty(len(ranks), dtype=np.int64)
    by_rank[ranks] = np.arange(len(ranks))
    best = _largest_before(ranks[log.number], log.starts)
    return Register(np.where(best < 0, -1, by_rank[best]), _largest_before(log.number, log.starts))


def _largest_before(values: Ints, starts: Ints) -> Ints:
    """The largest value since the start of the same key, without the value itself; -1 at the start."""
    if len(values) == 0:
        return values
    # Values of later keys are lifted above all earlier ones, so that one sweep goes through every key.
    lift = starts * (len(values) + 1)
    reached = np.maximum.accumulate(values + lift)
    before = np.concatenate([[-1], reached[:-1]]) - lift
    return np.where(np.arange(len(values)) == starts, -1, before)


def lineage(last: Ints, parent: Ints) -> Flags:
    """Which writes the values of these last writes were built on, themselves among them.

    Ancestors are found in strides that double, so the length of a history costs next to nothing.
    """
    nowhere = len(parent)
    step = np.concatenate([np.where(parent < 0, nowhere, parent), [nowhere]])
    kept = np.zeros(nowhere + 1, dtype=np.bool_)
    kept[last] = True
    while (step[:-1] != nowhere).any():
        kept[step[np.flatnonzero(kept)]] = True
        step = step[step]
    return kept[:-1]
