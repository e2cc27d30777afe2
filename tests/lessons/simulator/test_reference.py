"""Does the bulk model agree with a world in which every request is played one by one?"""

import math

import numpy as np
import pytest

from lessons.simulator import failover

COMMON = {
    "request_rate_rps": 4,
    "write_fraction": 0.5,
    "health_check_interval_s": 10,
    "horizon_s": 200,
    "fault_duration_s": 200,
    "dns_ttl_s": 40,
    "timeout_ms": 200,
}
SITUATIONS = {
    "one checker": {},
    "checkers counting from the answer": {"checkers": 5, "interval_counted_from": "answer", "probe_timeout_s": 6},
    "stubborn resolvers": {"stale_resolver_fraction": 0.3, "stale_resolver_ttl_s": 120},
}
RUNS = 60


@pytest.mark.parametrize("given", SITUATIONS.values(), ids=SITUATIONS)
def test_bulk_and_request_by_request_agree_within_confidence_limits(by_request, given):
    """Means of two independent samples differ by at most 3.5 standard errors."""
    scenario = failover.Scenario(**{**COMMON, **given})
    played = [by_request.play(scenario, seed=seed) for seed in range(RUNS)]
    bulk = [failover.run(scenario, seed=seed) for seed in range(RUNS * 4)]
    for field in ("detected_at_s", "promoted_at_s", "lost_writes"):
        _agree([getattr(run, field) for run in played], [getattr(run, field) for run in bulk])
    _agree([run.failed / run.offered for run in played], [1 - run.availability_fraction for run in bulk])
    _agree(
        [float(np.mean(run.client_moved_at_s)) for run in played],
        [_moved_within(run, scenario.horizon_s) for run in bulk],
    )


def _moved_within(run, horizon_s):
    """Mean time of those users who moved before the horizon, from the series: what the played world can see."""
    moved = run.series["moved_fraction"]
    steps = np.diff(np.append(moved, moved[-1]))
    return float(((run.series["t_s"] + 0.5) * steps).sum() / steps.sum())


def _agree(played, bulk):
    error = math.hypot(np.std(played) / math.sqrt(len(played)), np.std(bulk) / math.sqrt(len(bulk)))
    assert np.mean(played) == pytest.approx(np.mean(bulk), abs=3.5 * error)
