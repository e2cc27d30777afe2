"""How do the copies come to agree, and what does the agreed value still hold? One way for registers, one for sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lessons.simulator.conflicts.copies import Log, lineage, register_of, stamp_ranks
from lessons.simulator.conflicts.scenario import Scenario
from lessons.simulator.conflicts.schedule import Flags, Ints, Writes

# Rules under which a copy holds one write of each key; under the others it holds them all.
REGISTERS = ("last_write_wins", "home_region")


@dataclass(frozen=True)
class Merged:
    """For each write whether the final value holds its addition, and whether a copy refused it though it held nothing
    later; and when the last copy changed for the last time."""

    kept: Flags
    dropped: Flags
    changed_at_s: float


def merge(scenario: Scenario, writes: Writes, logs: list[Log]) -> Merged:
    """What becomes of every write once it has reached every copy."""
    if scenario.merge in REGISTERS:
        return _merge_registers(writes, logs, stamp_ranks(scenario, writes))
    return _merge_sets(writes, logs)


def _merge_registers(writes: Writes, logs: list[Log], ranks: Ints) -> Merged:
    """The highest stamp wins, and its value is all that is left: what its writer saw, and what it added."""
    parent = np.full(len(writes), -1, dtype=np.int64)
    dropped = np.zeros(len(writes), dtype=np.bool_)
    changed_at_s = 0.0
    for region, log in enumerate(logs):
        held = register_of(log, ranks)
        wins = (held.winner < 0) | (ranks[log.number] > ranks[held.winner])
        own = writes.region[log.number] == region
        parent[log.number[own]] = held.winner[own]
        dropped[log.number[~wins & (log.number > held.latest)]] = True
        changed_at_s = max(changed_at_s, float(log.at_s[wins].max(initial=0.0)))
    return Merged(lineage(_last_of_each_key(writes.key, ranks), parent), dropped, changed_at_s)


def _merge_sets(writes: Writes, logs: list[Log]) -> Merged:
    """Each copy holds every write that it got; what all of them hold is kept."""
    copies = np.zeros(len(writes), dtype=np.int64)
    for log in logs:
        copies += np.bincount(log.number, minlength=len(writes))
    changed_at_s = max(float(log.at_s.max(initial=0.0)) for log in logs)
    return Merged(copies == len(logs), np.zeros(len(writes), dtype=np.bool_), changed_at_s)


def copies_equal(scenario: Scenario, writes: Writes, logs: list[Log], at_s: float) -> bool:
    """Whether every copy holds the same at a moment: of registers the winner of each key, of sets all that arrived."""
    ranks = stamp_ranks(scenario, writes)
    held: list[Ints] = []
    for log in logs:
        arrived = np.sort(log.number[log.at_s <= at_s])
        if scenario.merge in REGISTERS:
            arrived = np.sort(arrived[_last_of_each_key(writes.key[arrived], ranks[arrived])])
        held.append(arrived)
    return all(np.array_equal(one, held[0]) for one in held)


def _last_of_each_key(key: Ints, ranks: Ints) -> Ints:
    """Where the highest rank of each key stands."""
    order = np.lexsort((ranks, key))
    ends = np.append(key[order][1:] != key[order][:-1], True)[: len(key)]
    last: Ints = order[ends]
    return last
