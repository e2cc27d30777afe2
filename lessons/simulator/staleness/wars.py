"""When does a write commit, when does a read return, and how long must it wait to see the write? Drawn in blocks.

Each replica has a stream of chance for each of its four messages, so neither another quorum nor another replica, nor
more trials, change a delay that was there before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lessons.simulator.engine.distributions import Delay
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.staleness.fits import Wars

# Delays of one kind in a block: few enough for a processor's cache, many enough that Python does not count.
BLOCK_NUMBERS = 96_000


@dataclass(frozen=True)
class Trials:
    """One entry for each pair of a write and a read, in ms.

    `fresh_after_ms` is the shortest time from the commit to the read with which the read sees the write; at most 0:
    it sees it however soon it comes.
    """

    write_ms: Array
    read_ms: Array
    fresh_after_ms: Array


def draw(wars: Wars, *, n: int, r: int, w: int, trials: int, seed: int) -> Trials:
    """So many independent writes, each with one read."""
    drawn = Trials(*(np.empty(trials) for _ in range(3)))
    messages = _Messages(wars, n, seed)
    size = BLOCK_NUMBERS // n
    for starts in range(0, trials, size):
        block = slice(starts, min(starts + size, trials))
        _fill(drawn, block, messages, r=r, w=w)
    return drawn


def _fill(drawn: Trials, block: slice, messages: _Messages, *, r: int, w: int) -> None:
    size = block.stop - block.start
    found = meet(*messages.of_the_write(size), *messages.of_the_read(size), r=r, w=w)
    drawn.write_ms[block] = found.write_ms
    drawn.read_ms[block] = found.read_ms
    drawn.fresh_after_ms[block] = found.fresh_after_ms


def meet(written_ms: Array, acked_ms: Array, asked_ms: Array, answered_ms: Array, *, r: int, w: int) -> Trials:
    """What comes of a write and a read, given when each reaches every replica and is answered (replicas x pairs).

    A read asked t after the commit reaches replica i at commit + t + asked[i] and misses the write there when that is
    before written[i]: when t is below written[i] - asked[i] - commit. One fresh answer among the first r is enough.
    """
    committed_ms = kth_smallest(acked_ms, w)
    fresh_after_ms = _least_of_first(written_ms - asked_ms, answered_ms, r) - committed_ms
    return Trials(committed_ms, kth_smallest(answered_ms, r), fresh_after_ms)


class _Messages:
    """Delays of the four messages to and from every replica, one row for each replica."""

    def __init__(self, wars: Wars, n: int, seed: int) -> None:
        self.wars = wars
        self.n = n
        self.chance = {
            name: [stream(seed, f"{name} {replica}") for replica in range(n)]
            for name in ("write", "ack", "read", "response")
        }
        self.local = {name: stream(seed, f"{name} local") for name in ("write", "read")}

    def of_the_write(self, size: int) -> tuple[Array, Array]:
        """When the write reaches each replica, and when its acknowledgement is back; from the write's start."""
        return self._there_and_back("write", self.wars.write, "ack", self.wars.ack, size)

    def of_the_read(self, size: int) -> tuple[Array, Array]:
        """When the read reaches each replica, and when its answer is back; from the read's start."""
        return self._there_and_back("read", self.wars.read, "response", self.wars.response, size)

    def _there_and_back(self, there: str, to: Delay, back: str, fro: Delay, size: int) -> tuple[Array, Array]:
        there_ms, back_ms = self._rows(there, to, size), self._rows(back, fro, size)
        if self.wars.remote_ms:
            far_ms = self.wars.remote_ms * self._is_remote(self.local[there], size)
            there_ms += far_ms
            back_ms += far_ms
        back_ms += there_ms
        return there_ms, back_ms

    def _rows(self, name: str, delay: Delay, size: int) -> Array:
        rows = np.empty((self.n, size))
        for row, chance in zip(rows, self.chance[name], strict=True):
            row[:] = delay.sample(chance, size)
        return rows

    def _is_remote(self, chance: np.random.Generator, size: int) -> npt.NDArray[np.bool_]:
        """All replicas but one, drawn anew for every operation: whoever coordinates it sits beside that one."""
        local = (chance.random(size) * self.n).astype(np.intp)
        remote: npt.NDArray[np.bool_] = np.arange(self.n)[:, None] != local
        return remote


def kth_smallest(rows: Array, k: int) -> Array:
    """In every column the k-th smallest, k from 1. Rows are few and columns many, so whole rows are compared."""
    if k == 1:
        return np.asarray(rows.min(axis=0))
    if k == len(rows):
        return np.asarray(rows.max(axis=0))
    left: list[Array] = list(rows)
    for _ in range(k):
        smallest: Array = left[0]
        larger: list[Array] = []
        for row in left[1:]:
            larger.append(np.maximum(smallest, row))
            smallest = np.minimum(smallest, row)
        left = larger
    return smallest


def _least_of_first(values: Array, answered_ms: Array, r: int) -> Array:
    """In every column the smallest value among the r rows that answer first; of equals the upper rows are first."""
    if r == len(values):
        return np.asarray(values.min(axis=0))
    if r == 1:
        return _value_of_first(values, answered_ms)
    before = np.zeros(values.shape, dtype=np.int8)
    for upper in range(len(values)):
        for lower in range(upper + 1, len(values)):
            overtakes = answered_ms[lower] < answered_ms[upper]
            before[upper] += overtakes
            before[lower] += ~overtakes
    return np.asarray(np.where(before < r, values, np.inf).min(axis=0))


def _value_of_first(values: Array, answered_ms: Array) -> Array:
    first: Array = answered_ms[0]
    value: Array = values[0]
    for row, other in zip(answered_ms[1:], values[1:], strict=True):
        value = np.where(row < first, other, value)
        first = np.minimum(first, row)
    return value
