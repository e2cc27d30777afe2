"""What does the monitoring see of a failover? The series of every kind, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.observability.failing_over import (
    caches,
    database,
    durations,
    health,
    probes,
    saturation,
    streams,
    traffic,
)
from lessons.observability.failing_over.observed import Observed, observed
from lessons.observability.signals import Series, Signals, scrapes
from lessons.simulator import failover

MODELS = (traffic, durations, health, saturation, database, caches, streams, probes)
OVERLOAD = (
    "Overload is what a failover has of it: a side without the capacity for everybody drops the rest at once (presets "
    "warm-standby and pilot-light), and no queue grows."
)
LEAVES_OUT = (*(sentence for model in MODELS for sentence in model.LEAVES_OUT), OVERLOAD)


def signals(
    scenario: failover.Scenario, result: failover.Result, *, seed: int, before_s: float, step_s: float
) -> Signals:
    """The run at each scrape, from `before_s` of quiet before the fault to its end. `seed` is that of the run."""
    times_s = scrapes(before_s=before_s, until_s=scenario.horizon_s, step_s=step_s)
    run = observed(scenario, result, seed=seed, times_s=times_s)
    return Signals(times_s, step_s, tuple(_all_series(run)), LEAVES_OUT)


def _all_series(run: Observed) -> Iterator[Series]:
    for model in MODELS:
        yield from model.series(run)
