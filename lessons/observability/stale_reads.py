"""What does the monitoring see of one key on several replicas? Runs of the lens of staleness, for an hour.

A read is stale when the newest write was acknowledged a shorter time ago than that write takes to be visible. With
writes at random moments that age is exponential, so the chance is the mean of 1 - exp(-rate x time) over the run's own
trials.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lessons.observability.signals import (
    COMMIT_BOUNDS_S,
    Series,
    Signals,
    counter,
    histogram,
    requests,
    rounded_down,
    scrapes,
)
from lessons.simulator import staleness
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.scenario import PRIMARY_REGION
from lessons.simulator.staleness.scenario import wars_of
from lessons.simulator.staleness.wars import Trials, draw

SHOWN_S = 3_600.0  # passport: staleness-shown

LEAVES_OUT = (
    "Change: one key under steady traffic, counted for an hour.",
    "Writes that follow before the last one is visible: a read counts as stale for the newest write alone.",
    "The regions of the replicas: everything is counted where the client is.",
)


def signals(
    scenario: staleness.Scenario, result: staleness.Result, *, seed: int, before_s: float, step_s: float
) -> Signals:
    """Reads, fresh and stale; writes and how long their commits take. `seed` is that of the run: its trials return."""
    times_s = scrapes(before_s=before_s, until_s=SHOWN_S, step_s=step_s)
    trials = draw(wars_of(scenario), n=scenario.n, r=scenario.r, w=scenario.w, trials=scenario.trials, seed=seed)
    return Signals(times_s, step_s, tuple(_series(scenario, trials, seed, times_s)), LEAVES_OUT)


def stale_fraction(trials: Trials, write_rate_rps: float) -> float:
    """The share of reads that miss the newest write, at this rate of writes."""
    visible_after_s = np.maximum(trials.fresh_after_ms, 0.0) / 1_000
    return float(-np.expm1(-write_rate_rps * visible_after_s).mean())


def _series(scenario: staleness.Scenario, trials: Trials, seed: int, times_s: Array) -> Iterator[Series]:
    lasts_s = np.diff(times_s)
    reads = stream(seed, "signals-reads").poisson(scenario.client_read_rate_rps * lasts_s)
    writes = stream(seed, "signals-writes").poisson(scenario.write_rate_rps * lasts_s)
    stale = stream(seed, "signals-stale").binomial(reads, stale_fraction(trials, scenario.write_rate_rps))
    for kind, counts in (("read", reads), ("write", writes)):
        yield requests(kind, _since_the_first(counts), region=PRIMARY_REGION)
    for told, counts in (("fresh", reads - stale), ("stale", stale)):
        yield counter("db_reads_total", _since_the_first(counts), region=PRIMARY_REGION, result=told)
    written = _since_the_first(writes)
    took_s = np.sort(trials.write_ms) / 1_000
    shares = np.append(np.searchsorted(took_s, COMMIT_BOUNDS_S, side="right") / len(took_s), 1.0)
    yield from histogram(
        "db_commit_duration_seconds",
        bounds_s=COMMIT_BOUNDS_S,
        reached=rounded_down(shares[:, None] * written),
        sums=written * float(took_s.mean()),
        region=PRIMARY_REGION,
    )


def _since_the_first(counts: npt.NDArray[np.int64]) -> Array:
    return np.concatenate([[0.0], np.cumsum(counts, dtype=np.float64)])
