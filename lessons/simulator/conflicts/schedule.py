"""Who writes what, when? Drawn at random or given, and every write in the order of true time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lessons.simulator.conflicts.scenario import Scenario
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Writes:
    """One entry for each write, earlier ones first; its place is its number.

    `region` is where it is carried out: the writer's own, or the home of its key. `counted` is false for writes from
    before 0, which are on their way when the run begins.
    """

    at_s: Array
    writer: Ints
    region: Ints
    key: Ints
    counted: Flags

    def __len__(self) -> int:
        return len(self.at_s)

    def only(self, kept: Flags) -> Writes:
        """The writes that are marked."""
        return Writes(self.at_s[kept], self.writer[kept], self.region[kept], self.key[kept], self.counted[kept])


def scheduled(scenario: Scenario, seed: int) -> Writes:
    """Every write as its writer sends it, still in the writer's own region."""
    if scenario.schedule is not None:
        given = np.array(scenario.schedule, dtype=np.float64).reshape(-1, 3)
        writer = given[:, 1].astype(np.int64)
        everyone = np.ones(len(given), dtype=np.bool_)
        return Writes(given[:, 0], writer, writer, given[:, 2].astype(np.int64), everyone)
    parts = [_drawn(scenario, writer, seed) for writer in range(scenario.writers)]
    at_s = np.concatenate([moments for moments, _ in parts])
    key = np.concatenate([keys for _, keys in parts])
    writer = np.repeat(np.arange(scenario.writers), [len(moments) for moments, _ in parts])
    order = np.argsort(at_s, kind="stable")
    return Writes(at_s[order], writer[order], writer[order], key[order], at_s[order] >= 0)


def _drawn(scenario: Scenario, writer: int, seed: int) -> tuple[Array, Ints]:
    """Moments and keys of one writer. Before 0 it wrote just so, and what is still on its way counts as met."""
    rate = scenario.write_rate_rps
    after_s = _moments(stream(seed, f"writer-{writer}"), rate, scenario.horizon_s)
    before_s = _moments(stream(seed, f"writer-{writer}-before"), rate, scenario.replication_lag_s)
    after_key = stream(seed, f"keys-{writer}").random(len(after_s))
    before_key = stream(seed, f"keys-{writer}-before").random(len(before_s))
    key = np.concatenate([before_key[::-1], after_key]) * scenario.keys
    return np.concatenate([-before_s[::-1], after_s]), key.astype(np.int64)


def _moments(chance: np.random.Generator, rate: float, until_s: float) -> Array:
    """A Poisson process: another rate stretches the same moments, and a longer run only adds to them."""
    moments = np.zeros(0)
    expected = rate * until_s
    last = 0.0
    while expected > 0 and last < expected:
        left = expected - last
        gaps = chance.standard_exponential(int(left + 6 * left**0.5) + 16)
        moments = np.concatenate([moments, last + np.cumsum(gaps)])
        last = float(moments[-1])
    return moments[moments < expected] / rate if rate > 0 else moments


def at_home(scenario: Scenario, writes: Writes) -> tuple[Writes, Flags]:
    """The writes as the homes of their keys carry them out, and which of all writes are refused.

    Homes are dealt to keys in turn. A home on the other side of the cut cannot be asked.
    """
    home = writes.key % scenario.writers
    cut_off = (side(scenario, writes.writer) != side(scenario, home)) & in_the_cut(scenario, writes.at_s)
    return replace(writes, region=home).only(~cut_off), cut_off


def side(scenario: Scenario, region: Any) -> Any:
    """On which side of the cut a region lies (also of an array): the first half, or the rest."""
    return region < scenario.writers // 2


def in_the_cut(scenario: Scenario, at_s: Array) -> Flags:
    """Whether what is sent at these moments has to wait until the link is back."""
    waits: Flags = (at_s >= 0) & (at_s < scenario.partition_s)
    return waits
