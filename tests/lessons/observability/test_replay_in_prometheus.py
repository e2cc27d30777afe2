"""Does the page ring in a real Prometheus that scrapes a replay, when the lens of alerting says it would?

The replay is 40 times as fast, and so are the rules. The page looks back over an hour: the quiet hour before is taken
in as blocks, the last of it and the incident are scraped as they happen.
"""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lessons.observability.openmetrics import openmetrics
from lessons.observability.pace import Pace
from lessons.observability.runs import signals_of
from lessons.observability.scraping import JOB, LOOKBACK_S
from lessons.observability.signals import Signals
from lessons.observability.slo import BurnRate
from lessons.observability.slo_file import read_slo
from lessons.simulator import alerting, failover
from lessons.simulator.presets import presets

ROOT = Path(__file__).resolve().parents[3]
SPEED = 40
LAST_OF_THE_QUIET_S = 400  # ten real seconds, to start a Prometheus in
PAGE = "AvailabilityBurnsFast"
PATIENCE_S = 45.0

pytestmark = pytest.mark.prometheus


@pytest.fixture(scope="module")
def incident(content):
    start = presets(content, "failover")["hot-standby"]
    scenario = failover.Scenario(**start.values)
    return start, scenario, failover.run(scenario, seed=start.seed)


@pytest.fixture(scope="module")
def rings(incident, real, tmp_path_factory):
    """Every alert that fired: {name: [incident times of the evaluations at which it did]}."""
    start, scenario, result = incident
    folder = tmp_path_factory.mktemp("replay")
    port = real.free_port()
    command = [sys.executable, "manage.py", "replay", start.name, "--speed", str(SPEED)]
    command += ["--port", str(port), "--before", str(LAST_OF_THE_QUIET_S), "--rules", str(folder)]
    replay = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert replay.stdout.readline().startswith(f"Serving failover/{start.name} on http://127.0.0.1:")
        quiet = signals_of("failover", scenario, result, seed=start.seed, before_s=3_600, step_s=15)
        _take_in_the_hour_before(real, folder, quiet, {"job": JOB, "instance": f"127.0.0.1:{port}"})
        with real.running(folder, lookback=Pace(SPEED).lasts(LOOKBACK_S)) as prometheus:
            _wait_for_the_page_to_stop(prometheus)
            fault_at_s = _fault_at_s(prometheus, scenario)
            found = {}
            for labels, samples in prometheus.samples('ALERTS{alertstate="firing"}[2m]'):
                moments = [(at_s - fault_at_s) * SPEED for at_s, _ in samples]
                found.setdefault(labels["alertname"], []).extend(moments)
            return found
    finally:
        replay.terminate()
        replay.wait(timeout=20)
        replay.stdout.close()


def _take_in_the_hour_before(real, folder, signals, target):
    """The quiet before the replay began, at its pace, up to now; the counters then start anew, as after a restart.

    `target` has the labels that a scrape adds; without them this would be the hour of another target.
    """
    rows = signals.times_s < 0
    series = (replace(one, labels=one.labels | target, values=one.values[rows]) for one in signals.series)
    short = Signals(signals.times_s[rows] / SPEED, signals.step_s / SPEED, tuple(series))
    real.into_blocks(folder, openmetrics(short, zero_at_s=time.time()))


def _wait_for_the_page_to_stop(prometheus):
    until, rang = time.monotonic() + PATIENCE_S, False
    while time.monotonic() < until:
        alerts = {
            one["labels"]["alertname"] for one in prometheus.get("/api/v1/alerts")["alerts"] if one["state"] == "firing"
        }
        rang = rang or PAGE in alerts
        if rang and PAGE not in alerts:
            return
        time.sleep(0.2)
    raise AssertionError(f"{PAGE} {'did not resolve' if rang else 'never fired'} within {PATIENCE_S:.0f} s")


def _fault_at_s(prometheus, scenario):
    """The real time of the fault, from a lag that grows with the time since it."""
    guesses = [
        at_s - (lag_s - scenario.replication_lag_s) / SPEED
        for _, samples in prometheus.samples('db_replication_lag_seconds{region="eu-central"}[2m]')
        for at_s, lag_s in samples
        if lag_s > scenario.replication_lag_s
    ]
    # A scrape takes a moment, so the earliest guess is the nearest.
    return min(guesses)


@pytest.fixture(scope="module")
def predicted(incident, rings):
    """What the lens says of the same errors, evaluated at the moments at which Prometheus evaluated."""
    _, scenario, result = incident
    slo = read_slo()
    (page,) = [alert for alert in slo.alerts if isinstance(alert, BurnRate) and alert.name == PAGE]
    every_s = slo.evaluation_interval_s
    ahead_s = -rings[PAGE][0] % every_s
    series = result.series
    failed = series["failed_rps"] / np.maximum(series["offered_rps"], 1)
    errors = [
        [at_s + ahead_s, at_s + ahead_s + 1, fraction]
        for at_s, fraction in zip(series["t_s"].tolist(), failed.tolist(), strict=True)
        if fraction > 0
    ]
    rule = {"burn_rate": page.burn_rate, "long_s": page.long_s, "short_s": page.short_s, "for_s": page.for_s}
    asked = alerting.Scenario(
        errors=errors,
        rules=[rule],
        slo_target_fraction=slo.of_kind("availability").target_fraction,
        period_s=slo.period_s,
        eval_interval_s=every_s,
        step_s=1,
        horizon_s=scenario.horizon_s + ahead_s,
    )
    (alert,) = alerting.run(asked, seed=1).alerts
    return alert.fired_at_s - ahead_s, alert.resolved_at_s - ahead_s


def test_the_page_fires_within_one_evaluation_of_what_the_lens_predicts(rings, predicted):
    assert rings[PAGE][0] == pytest.approx(predicted[0], abs=read_slo().evaluation_interval_s)


def test_the_page_resolves_within_one_evaluation_of_what_the_lens_predicts(rings, predicted):
    every_s = read_slo().evaluation_interval_s
    assert rings[PAGE][-1] + every_s == pytest.approx(predicted[1], abs=every_s)


def test_the_alerts_that_say_why_fire_as_well_and_none_before_the_fault(rings):
    assert {"RegionUnhealthy", "ReplicationStopped", "ProbeFails", "TrafficShifted"} <= rings.keys()
    assert {name: moments[0] for name, moments in rings.items() if moments[0] <= 0} == {}
