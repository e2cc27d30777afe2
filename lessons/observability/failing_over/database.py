"""Who takes writes, and how far is each copy behind?

The lag is the age of the oldest write that a copy does not have, as in the lens of replication lag. While nothing
reaches the copy that write only grows older; what was missed then comes in evenly over the catching up of the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lessons.observability.failing_over.observed import Observed, Switches
from lessons.observability.failing_over.traffic import happened
from lessons.observability.signals import Series, counter, gauge
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.data_plane import INSTANT_S

LEAVES_OUT = (
    "The lag of a copy before the fault is constant, as in the run; a real one wavers.",
    "With backup and restore nothing is replicated: the lag is the age of the last backup, and no series says whether "
    "replication runs.",
)


def series(run: Observed) -> Iterator[Series]:
    """The primary, the copies, and how often the primary changed."""
    stores = stores_of(run)
    for region, sides in run.regions.items():
        yield gauge("db_primary", np.any([stores.primary[side] for side in sides], axis=0), region=region)
        lag_s = np.max([stores.lag_s[side] for side in sides], axis=0)
        yield gauge("db_replication_lag_seconds", lag_s, region=region)
        if run.scenario.strategy != "backup_restore":
            running = np.all([stores.running[side] for side in sides], axis=0)
            yield gauge("db_replication_running", running, region=region)
    changes = (run.moments.promoted_s, run.moments.failback_shift_s) if run.scenario.promotes else ()
    yield counter("db_leader_changes_total", happened(run, *changes))


@dataclass(frozen=True, eq=False)
class Stores:
    """Per side and scrape: whether it takes writes, whether it receives those of others, and how far it is behind."""

    primary: dict[str, Switches]
    running: dict[str, Switches]
    lag_s: dict[str, Array]


def stores_of(run: Observed) -> Stores:
    """The store of the side that fails, and that of the other."""
    cut, took_over = _cut(run), _took_over(run)
    primary = {"old": _old_primary(run, took_over), "new": _new_primary(run, took_over)}
    down = cut & (run.scenario.fault != "partition")
    running = {"old": ~cut | (primary["old"] & ~down), "new": ~cut | primary["new"]}
    lag_s = {"old": _old_lag_s(run), "new": _new_lag_s(run)}
    if run.scenario.promotes:
        lag_s = {side: np.where(primary[side], 0.0, values) for side, values in lag_s.items()}
    return Stores(primary, running, lag_s)


def _between(run: Observed, starts_s: float | None, ends_s: float | None) -> Switches:
    starts, ends = (np.inf if at_s is None else at_s for at_s in (starts_s, ends_s))
    return np.asarray((run.times_s >= starts) & (run.times_s < ends))


def _cut(run: Observed) -> Switches:
    """While nothing passes between the sides: one is lost, or the link is."""
    if run.scenario.fault in ("switchover", "gray_failure"):
        return np.zeros(run.times_s.shape, dtype=np.bool_)
    return _between(run, 0.0, run.scenario.fault_duration_s)


def _took_over(run: Observed) -> Switches:
    return _between(run, run.takeover_s, run.moments.failback_shift_s)


def _old_primary(run: Observed, took_over: Switches) -> Switches:
    """Not while it is lost, fenced for a change of hands, or replaced; cut off, it does not hear that it was."""
    scenario, moments, cut = run.scenario, run.moments, _cut(run)
    lost = cut & (scenario.fault != "partition" or scenario.replication == "sync")
    if not scenario.promotes:
        return ~lost
    starts_s = moments.restored_s if scenario.fault == "switchover" else moments.decided_s
    fenced = _between(run, starts_s, moments.promoted_s) & ~cut & (scenario.fault != "gray_failure")
    fenced |= _between(run, moments.failback_s, moments.failback_shift_s)
    return ~lost & ~fenced & (cut | ~took_over)


def _new_primary(run: Observed, took_over: Switches) -> Switches:
    if not run.scenario.promotes:
        return np.ones(run.times_s.shape, dtype=np.bool_)
    return took_over & ~_between(run, run.moments.failback_s, run.moments.failback_shift_s)


def _new_lag_s(run: Observed) -> Array:
    """How far the other side is behind the one that fails."""
    scenario, takeover_s = run.scenario, run.takeover_s
    if scenario.strategy == "backup_restore":
        return _backup_age_s(run)
    if scenario.replication == "sync":
        return np.zeros_like(run.times_s)
    if not _cut(run).any():
        return np.full_like(run.times_s, scenario.replication_lag_s)
    if not scenario.promotes and scenario.fault != "partition" and takeover_s is not None:
        # What the lost side had not given away is lost once users are sent away: nobody waits for it any more.
        ends_s = min(takeover_s, scenario.fault_duration_s)
        return _missing_s(run, 0.0, ends_s, base_s=scenario.replication_lag_s, catching_up_s=0.0)
    return _missing_s(run, 0.0, scenario.fault_duration_s, base_s=scenario.replication_lag_s)


def _old_lag_s(run: Observed) -> Array:
    """How far the side that fails is behind the other: it misses what is written there while it is cut off."""
    scenario, takeover_s = run.scenario, run.takeover_s
    if scenario.strategy == "backup_restore":
        since_s = 0.0 if takeover_s is None else takeover_s
        return np.asarray((run.times_s - since_s) % scenario.backup_interval_s)
    base_s = 0.0 if scenario.replication == "sync" else scenario.replication_lag_s
    if scenario.promotes and takeover_s is None:
        return np.zeros_like(run.times_s)
    since_s = takeover_s if scenario.promotes and takeover_s is not None else 0.0
    # Nothing is written elsewhere before another side takes over.
    lone = run.times_s < since_s if scenario.promotes else np.zeros_like(run.times_s, dtype=np.bool_)
    if not _cut(run).any():
        return np.where(lone, 0.0, base_s)
    missing_s = _missing_s(run, since_s, max(since_s, scenario.fault_duration_s), base_s=base_s)
    return np.where(lone, 0.0, missing_s)


def _missing_s(
    run: Observed, since_s: float, until_s: float, *, base_s: float, catching_up_s: float | None = None
) -> Array:
    """Nothing arrives between two moments; then what was missed comes in evenly, until the copy is as near as ever."""
    lasts_s = run.scenario.resync_s if catching_up_s is None else catching_up_s
    growing = np.clip(run.times_s - since_s, 0.0, until_s - since_s)
    after_s = np.maximum(run.times_s - until_s, 0.0)
    left = np.clip(1 - after_s / lasts_s, 0.0, 1.0) if lasts_s > INSTANT_S else run.times_s < until_s
    return np.asarray(base_s + growing * left)


def _backup_age_s(run: Observed) -> Array:
    """Age of the newest backup. At the fault it is what the run drew; none is made while the fault lasts."""
    interval_s = run.scenario.backup_interval_s
    drawn = float(stream(run.seed, "writes").random((run.scenario.runs, 3))[0, 0])
    age_s = drawn * interval_s + run.times_s
    return np.where(_cut(run), age_s, age_s % interval_s)
