"""What does the monitoring see while one copy falls behind and catches up? Runs of the lens of replication lag.

The primary writes to us-east alone; eu-central holds the copy. Nobody is moved, and every write is acknowledged.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lessons.observability.signals import Series, Signals, gauge, requests, rounded_down, scrapes
from lessons.simulator import replication_lag
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.scenario import PRIMARY_REGION, STANDBY_REGION

LEAVES_OUT = (
    "Reads: the run has writes alone.",
    "The loss of the primary: the run says what it would cost at one moment, and its curves go on without it.",
)


def signals(
    scenario: replication_lag.Scenario, result: replication_lag.Result, *, seed: int, before_s: float, step_s: float
) -> Signals:
    """The run's lag and backlog at each scrape, and its writes counted. Nothing is drawn, so `seed` changes nothing."""
    times_s = scrapes(before_s=before_s, until_s=scenario.horizon_s, step_s=step_s)
    return Signals(times_s, step_s, tuple(_series(scenario, result, times_s)), LEAVES_OUT)


def _series(scenario: replication_lag.Scenario, result: replication_lag.Result, times_s: Array) -> Iterator[Series]:
    always, never = np.ones_like(times_s), np.zeros_like(times_s)
    run = result.series
    yield requests("write", _written(scenario, times_s), region=PRIMARY_REGION)
    stall_ends_s = scenario.stall_at_s + scenario.stall_s
    running = np.where((times_s >= scenario.stall_at_s) & (times_s < stall_ends_s), 0.0, 1.0)
    for region, primary in ((PRIMARY_REGION, True), (STANDBY_REGION, False)):
        yield gauge("route_share_ratio", always if primary else never, region=region)
        yield gauge("region_healthy", always, region=region)
        yield gauge("db_primary", always if primary else never, region=region)
        yield gauge("db_replication_running", always if primary else running, region=region)
        lag_s, behind = (np.interp(times_s, run["t_s"], run[name]) for name in ("lag_s", "behind_writes"))
        yield gauge("db_replication_lag_seconds", never if primary else lag_s, region=region)
        yield gauge("db_replication_pending_writes", never if primary else behind, region=region)


def _written(scenario: replication_lag.Scenario, times_s: Array) -> Array:
    """Writes since the first scrape: evenly, and more in the busy time."""
    busy_s = np.clip(times_s - scenario.burst_at_s, 0.0, scenario.burst_s)
    usual = scenario.write_rate_rps * (times_s - times_s[0])
    return rounded_down(usual + scenario.write_rate_rps * (scenario.burst_factor - 1) * busy_s)
