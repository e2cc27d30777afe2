"""How far does an asynchronous copy fall behind, when has it caught up, and what is lost if the primary goes meanwhile?

A fluid model: writes come evenly, and the copy takes them in evenly, up to a rate. So every number is arithmetic, exact
at every moment; there are no dice. Before 0 everything was steady.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.engine.stats import Array

LEAVES_OUT = (
    "Chance: real writes come in clumps, so a copy with little room to spare is behind more often than here.",
    "A copy that stores what arrives and applies it later: what it has stored is not lost, and still has to be applied "
    "before it can serve. Here a write counts once the copy has taken it in.",
    "A primary that slows its writers down, or refuses them, when a copy is too far behind.",
    "Batches, large transactions and schema changes, which hold up all that stands behind them.",
)
_POINTS = 300


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """A primary that takes writes, a copy that follows, a stall, a busy time, and the loss of the primary."""

    write_rate_rps: float = param(
        1_000.0, label="Writes", unit="rps", min=1, max=1_000_000, step=10, passport="lag-write-rate"
    )
    apply_rate_rps: float = param(
        1_100.0,
        label="The copy takes in at most",
        unit="rps",
        min=1,
        max=1_000_000,
        step=10,
        help="What is left over the writes is its headroom.",
        passport="lag-apply-rate",
    )
    stall_s: float = param(
        60.0,
        label="The copy stalls for",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="It takes in nothing: a restart, a long lock, a cut link.",
        passport="lag-stall",
    )
    stall_at_s: float = param(60.0, label="Stall begins at", unit="s", min=0, max=86_400, step=1, passport="lag-times")
    burst_factor: float = param(
        1.0,
        label="Writes in the busy time",
        unit="times",
        min=0.1,
        max=100,
        step=0.05,
        help="As a multiple of the rate at other times.",
        passport="lag-burst",
    )
    burst_at_s: float = param(
        300.0, label="Busy time begins at", unit="s", min=0, max=86_400, step=1, passport="lag-times"
    )
    burst_s: float = param(1_200.0, label="Busy time lasts", unit="s", min=0, max=86_400, step=1, passport="lag-burst")
    link_delay_s: float = param(
        0.0,
        label="A write is on its way for",
        unit="s",
        min=0,
        max=60,
        step=0.1,
        help="Even a copy with nothing to do is behind by that much.",
        passport="lag-link",
    )
    lost_at_s: float = param(
        120.0,
        label="The primary is lost at",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="For what a loss at that moment costs; the curves go on as if it had not happened.",
        passport="lag-times",
    )
    horizon_s: float = param(
        1_200.0, label="Shown", unit="s", min=60, max=86_400, step=60, scale="log", passport="lag-times"
    )


@dataclass(frozen=True, eq=False)
class Result:
    """Times in seconds from 0. A lag is the age of the oldest write that the copy has not taken in.

    `caught_up_at_s`: the moment from which on nothing waits any more (None: that never comes), `catch_up_s` the same
    counted from the end of the stall; `estimated_catch_up_s` is what arithmetic with the usual rate promises at that
    end. `rpo_s` and `lost_writes` belong to the loss of the primary. `series` has `t_s`, `written_rps`, `taken_in_rps`,
    `behind_writes` and `lag_s`.
    """

    catch_up_s: float | None
    caught_up_at_s: float | None
    estimated_catch_up_s: float | None
    peak_lag_s: float
    peak_at_s: float
    peak_behind_writes: float
    mean_lag_s: float
    rpo_s: float
    lost_writes: float
    series: dict[str, Any]


@dataclass(frozen=True)
class _Curve:
    """A function of time in straight pieces; level before the first knot, and after the last one as `slope` says."""

    at: Array
    values: Array
    slope: float = 0.0

    def __call__(self, moments: Array) -> Array:
        beyond = np.maximum(moments - self.at[-1], 0.0) * self.slope
        return np.asarray(np.interp(moments, self.at, self.values) + beyond)


def run(scenario: Scenario, *, seed: int) -> Result:
    """The whole story. Nothing is left to chance, so `seed` changes nothing."""
    written, waiting = _written(scenario), _waiting(scenario)
    moments = _moments(scenario, waiting)
    behind, lag = _behind(scenario, written, waiting, moments)
    stall_ends_s = scenario.stall_at_s + scenario.stall_s
    caught_up_at_s = _caught_up_at_s(waiting)
    shown = moments <= scenario.horizon_s
    # Rounded, so that of equal peaks the first is named.
    worst = int(np.argmax(np.where(shown, np.round(lag, 9), -1.0)))
    lost = _behind(scenario, written, waiting, np.array([scenario.lost_at_s]))
    spare_rps = scenario.apply_rate_rps - scenario.write_rate_rps
    left = float(waiting(np.array([stall_ends_s]))[0])
    return Result(
        catch_up_s=None if caught_up_at_s is None else max(0.0, caught_up_at_s - stall_ends_s),
        caught_up_at_s=caught_up_at_s,
        estimated_catch_up_s=0.0 if left == 0 else left / spare_rps if spare_rps > 0 else None,
        peak_lag_s=float(lag[worst]),
        peak_at_s=float(moments[worst]),
        peak_behind_writes=float(behind[shown].max()),
        mean_lag_s=float(np.trapezoid(lag[shown], moments[shown]) / scenario.horizon_s),
        rpo_s=float(lost[1][0]),
        lost_writes=float(lost[0][0]),
        series=_series(scenario, waiting, moments[shown], behind[shown], lag[shown]),
    )


def _rate_rps(scenario: Scenario, at_s: float) -> float:
    """Writes a second just after a moment."""
    busy = scenario.burst_at_s <= at_s < scenario.burst_at_s + scenario.burst_s
    return scenario.write_rate_rps * (scenario.burst_factor if busy else 1.0)


def _capacity_rps(scenario: Scenario, at_s: float) -> float:
    """What the copy can take in just after a moment."""
    stalled = scenario.stall_at_s <= at_s < scenario.stall_at_s + scenario.stall_s
    return 0.0 if stalled else scenario.apply_rate_rps


def _written(scenario: Scenario) -> _Curve:
    """Writes since 0, negative before: in full pieces, long enough for every write that can still be waiting."""
    starts = -scenario.link_delay_s - 1.0
    knots = sorted({starts, 0.0, scenario.burst_at_s, scenario.burst_at_s + scenario.burst_s})
    steps = [(end - start) * _rate_rps(scenario, start) for start, end in pairwise(knots)]
    values = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.array(knots)
    return _Curve(at, values - values[knots.index(0.0)], _rate_rps(scenario, knots[-1]))


def _waiting(scenario: Scenario) -> _Curve:
    """Writes that have arrived at the copy and are not taken in. They arrive `link_delay_s` after they were written."""
    delay_s = scenario.link_delay_s
    changes = {
        0.0,
        scenario.stall_at_s,
        scenario.stall_at_s + scenario.stall_s,
        scenario.burst_at_s + delay_s,
        scenario.burst_at_s + scenario.burst_s + delay_s,
    }
    at, values = [0.0], [0.0]
    knots = [*sorted(changes), np.inf]
    for start, end in pairwise(knots):
        # In the middle of a piece no rounding can mistake one rate for the next.
        middle = (start + min(end, start + 1.0)) / 2
        grows_rps = _rate_rps(scenario, middle - delay_s) - _capacity_rps(scenario, middle)
        if grows_rps < 0 and values[-1] > 0 and start + values[-1] / -grows_rps < end:
            at.append(start + values[-1] / -grows_rps)
            values.append(0.0)
        elif np.isfinite(end) and end > start:
            at.append(end)
            values.append(max(0.0, values[-1] + grows_rps * (end - start)))
        if np.isfinite(end) and at[-1] < end:
            at.append(end)
            values.append(0.0)
    return _Curve(np.array(at), np.array(values), max(0.0, grows_rps))


def _behind(scenario: Scenario, written: _Curve, waiting: _Curve, moments: Array) -> tuple[Array, Array]:
    """Writes that only the primary has, and the age of the oldest of them."""
    taken_in = written(moments - scenario.link_delay_s) - waiting(moments)
    behind = written(moments) - taken_in
    # When was the write number `taken_in` written? The curve of writes, read the other way round.
    beyond = np.maximum(taken_in - written.values[-1], 0.0) / written.slope
    when = np.interp(taken_in, written.values, written.at) + beyond
    return np.maximum(behind, 0.0), np.maximum(moments - when, 0.0)


def _moments(scenario: Scenario, waiting: _Curve) -> Array:
    """Evenly spread moments, and all at which something changes, so that no peak is missed."""
    busy = (scenario.burst_at_s, scenario.burst_at_s + scenario.burst_s)
    turns = [float(moment) for moment in waiting.at]
    # A lag also turns when the copy comes to the writes of another rate.
    written = _written(scenario)
    grid = np.linspace(0.0, scenario.horizon_s, _POINTS)
    every = np.unique(np.concatenate([grid, turns, busy]))
    taken_in = written(every - scenario.link_delay_s) - waiting(every)
    passing = np.interp(written(np.array(busy)), taken_in, every)
    return np.unique(np.concatenate([every, passing]))


def _caught_up_at_s(waiting: _Curve) -> float | None:
    """The last moment at which something waited."""
    if waiting.slope > 0 or waiting.values[-1] > 0:
        return None
    still = np.flatnonzero(waiting.values > 0)
    return float(waiting.at[still[-1] + 1]) if len(still) else 0.0


def _series(scenario: Scenario, waiting: _Curve, moments: Array, behind: Array, lag: Array) -> dict[str, Any]:
    writes = np.array([_rate_rps(scenario, moment) for moment in moments])
    arrives = np.array([_rate_rps(scenario, moment - scenario.link_delay_s) for moment in moments])
    capacity = np.array([_capacity_rps(scenario, moment) for moment in moments])
    busy = (waiting(moments) > 1e-9) | (arrives > capacity)
    return {
        "t_s": moments,
        "written_rps": writes,
        "taken_in_rps": np.where(busy, capacity, arrives),
        "behind_writes": behind,
        "lag_s": lag,
    }


def cost_ms(scenario: Scenario) -> float:
    """A few hundred points, whatever the horizon and the rates."""
    return 3.0


def costly_field(scenario: Scenario) -> str:
    """Nothing here costs much; the horizon is what a reader would lower."""
    return "horizon_s"


def summary(scenario: Scenario, result: Result) -> str:
    """How far behind, for how long, and what a loss takes, in one sentence."""
    then = (
        "never catches up" if result.catch_up_s is None else f"has caught up {result.catch_up_s:,.0f} s after its stall"
    )
    return (
        f"The copy is {result.peak_lag_s:,.1f} s behind at worst and {then}; "
        f"losing the primary at {scenario.lost_at_s:,.0f} s takes {result.lost_writes:,.0f} writes."
    )
