"""What happens in so many years? Every component goes up and down, each time for an exponential time.

Each component's own part and the common cause are alternating renewal processes that start in their steady state.
Whenever a serving component is down, one draw decides whether failover works this time, until all that serve are up
again. Over a long time the whole is then down as often as the formula says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lessons.simulator.availability.formula import Parts
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array

_DRAWS_MAX = 100
Bools = npt.NDArray[np.bool_]
# A history has many changes of few processes: small whole numbers keep it in little memory.
Steps = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Watched:
    """What a simulated stretch showed. A failure is a stretch in which the whole was down, however it came."""

    down_fraction: float
    standard_error_fraction: float
    failures: int
    component_failures: int


@dataclass(frozen=True)
class _Changes:
    """One process: the moments at which it changes, and whether it is up at first."""

    at_s: Array
    up_first: bool

    @property
    def steps(self) -> Steps:
        """+1 where it comes up, -1 where it goes down."""
        steps = np.ones(len(self.at_s), dtype=np.int8)
        steps[0 if self.up_first else 1 :: 2] = -1
        return steps

    @property
    def failures(self) -> int:
        """How often it goes down."""
        return (len(self.at_s) + int(self.up_first)) // 2


def watch(
    split: Parts, needed: int, *, coverage_fraction: float, mttr_s: float, horizon_s: float, seed: int
) -> Watched:
    """One simulated history."""
    count = len(split.own_down)
    every = [
        _changes(down, mttr_s=mttr_s, horizon_s=horizon_s, seed=seed, name=f"component-{place}")
        for place, down in enumerate(split.own_down.tolist())
    ]
    every.append(_changes(split.common_down, mttr_s=mttr_s, horizon_s=horizon_s, seed=seed, name="common-cause"))
    history = _History(every, horizon_s)
    place = np.arange(count + 1)
    serving = history.up(place < needed) == needed
    enough = history.up(place < count) >= needed
    common_up = history.up(place == count) == 1
    works = common_up & (serving | (enough & _covered(~serving, coverage_fraction, seed)))
    return _watched(works, history.edges_s, sum(one.failures for one in every))


class _History:
    """The changes of several processes in one order of time. There is one stretch more than there are changes."""

    def __init__(self, every: list[_Changes], horizon_s: float) -> None:
        moments = np.concatenate([one.at_s for one in every])
        order = np.argsort(moments, kind="stable")
        self._up_first = np.array([one.up_first for one in every])
        self._steps = np.concatenate([one.steps for one in every])[order]
        self._owners = np.repeat(np.arange(len(every), dtype=np.int8), [len(one.at_s) for one in every])[order]
        self.edges_s = np.concatenate([[0.0], moments[order], [horizon_s]])

    def up(self, members: Bools) -> Steps:
        """How many of these processes are up in each stretch."""
        up = np.full(len(self._steps) + 1, self._up_first[members].sum(), dtype=np.int8)
        up[1:] += np.cumsum(self._steps * members[self._owners], dtype=np.int8)
        return up


def _changes(down: float, *, mttr_s: float, horizon_s: float, seed: int, name: str) -> _Changes:
    """A process that is down this share of the time. Up and down times have streams of their own, so that another
    mean stretches the same history instead of dealing a new one."""
    up_first = bool(stream(seed, f"{name}-start").random() >= down)
    if down <= 0 or down >= 1:
        return _Changes(np.empty(0), down <= 0)
    up_s = mttr_s * (1.0 - down) / down
    cycles = horizon_s / (up_s + mttr_s)
    ups, downs = stream(seed, f"{name}-up"), stream(seed, f"{name}-down")
    batch = int(cycles + 6 * np.sqrt(cycles) + 10)
    moments: Array = np.zeros(1)
    pieces: list[Array] = []
    for _ in range(_DRAWS_MAX):
        lasts_s = np.empty(2 * batch)
        lasts_s[0 if up_first else 1 :: 2] = up_s * ups.standard_exponential(batch)
        lasts_s[1 if up_first else 0 :: 2] = mttr_s * downs.standard_exponential(batch)
        moments = moments[-1] + np.cumsum(lasts_s)
        pieces.append(moments)
        if moments[-1] >= horizon_s:
            break
    else:
        raise AssertionError("a process never reached the horizon")
    whole = np.concatenate(pieces)
    return _Changes(whole[: int(np.searchsorted(whole, horizon_s))], up_first)


def _covered(wanted: Bools, coverage_fraction: float, seed: int) -> Bools:
    """Whether failover works, for each stretch: one draw for each time that it is wanted, however long."""
    spells = np.cumsum(wanted & ~np.concatenate([[False], wanted[:-1]]))
    works: Bools = stream(seed, "coverage").random(int(spells[-1]) + 1) < coverage_fraction
    covered: Bools = works[spells]
    return covered


def _watched(works: Bools, edges_s: Array, component_failures: int) -> Watched:
    """Down time and failures of the whole. The error is that of a ratio over cycles from one failure to the next."""
    fails = ~works & np.concatenate([[True], works[:-1]])
    returns = works & ~np.concatenate([[True], works[:-1]])
    starts_s, ends_s = edges_s[:-1][fails], edges_s[:-1][returns]
    if len(ends_s) < len(starts_s):
        ends_s = np.append(ends_s, edges_s[-1])
    horizon_s = float(edges_s[-1])
    lasts_s = ends_s - starts_s
    down = float(lasts_s.sum()) / horizon_s
    error = _cycles_error(starts_s, lasts_s, down, horizon_s)
    return Watched(down, error, len(starts_s), component_failures)


def _cycles_error(starts_s: Array, lasts_s: Array, down: float, horizon_s: float) -> float:
    """The standard error of the share of time down: each failure and the time up after it is one cycle, and what a
    cycle has more or less of down time than its length would have on average varies from cycle to cycle."""
    if len(starts_s) < 2:
        return down
    cycles_s = np.diff(starts_s, append=horizon_s + starts_s[0])
    return float(np.sqrt(((lasts_s - down * cycles_s) ** 2).sum())) / horizon_s
