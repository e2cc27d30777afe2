"""Do alerts ring when the published arithmetic, the lens and Prometheus's own states say they do?"""

from collections.abc import Callable

import numpy as np
import pytest

from lessons.observability.ringing import Ring, rings
from lessons.observability.signals import Series, Signals, counter, gauge, scrapes
from lessons.observability.slo import BurnRate, Slo
from lessons.observability.slo_file import read_slo
from lessons.simulator import alerting

SLO = read_slo()
TIMES = scrapes(before_s=3_600, until_s=7_200, step_s=15)
RATE_RPS = 1_000.0
Rates = Callable[[np.ndarray], np.ndarray]


def grown(rate_rps: np.ndarray) -> np.ndarray:
    """A counter with this rate in the stretch that ends at each sample."""
    return np.concatenate([[0.0], np.cumsum(rate_rps[1:] * np.diff(TIMES))]) + 1e6


def failing(fraction: float, *, starts_s: float = 0.0, ends_s: float = 1e9) -> np.ndarray:
    return np.where((starts_s < TIMES) & (ends_s >= TIMES), fraction, 0.0)


def requests(region: str, rate_rps: float, failed: np.ndarray) -> list[Series]:
    labels = {"region": region, "endpoint": "/orders", "method": "POST"}
    made = [
        counter("http_requests_total", grown(rate_rps * (1 - failed)), code="200", **labels),
        counter("http_requests_total", grown(rate_rps * failed), code="503", **labels),
    ]
    every = grown(np.full(TIMES.shape, rate_rps))
    for le in (f"{SLO.late_s:g}", "+Inf"):
        made.append(Series("http_request_duration_seconds_bucket", {"region": region, "le": le}, every, "histogram"))
    made.append(Series("http_request_duration_seconds_count", {"region": region}, every, "histogram"))
    return made


def signals(*series: Series) -> Signals:
    return Signals(TIMES, 15.0, series)


def of(found: tuple[Ring, ...], name: str) -> list[Ring]:
    return [ring for ring in found if ring.alert == name]


def times_s(found: tuple[Ring, ...], name: str) -> list[tuple[float, float | None]]:
    return [(ring.fired_s, ring.stopped_s) for ring in of(found, name)]


@pytest.mark.parametrize("fraction", [1.0, 0.5, 0.15, 0.1, 0.05, 0.02])
def test_a_burn_rate_rings_when_the_workbook_says_to_one_evaluation(fraction: float) -> None:
    """(1 - SLO) / share of errors x window x burn rate (SRE Workbook, chapter 5)."""
    found = rings(signals(*requests("a", RATE_RPS, failing(fraction))), SLO)
    for alert in (one for one in SLO.burns("availability", "service") if one.severity == "page"):
        expected_s = 0.001 / fraction * alert.long_s * alert.burn_rate
        if expected_s > 7_000:
            assert of(found, alert.name) == []
            continue
        assert 0 <= times_s(found, alert.name)[0][0] - expected_s <= SLO.evaluation_interval_s + 15


@pytest.mark.parametrize(("fraction", "lasts_s"), [(1.0, 120.0), (1.0, 600.0), (0.3, 900.0), (0.1, 1_800.0)])
def test_rings_agree_with_the_lens_to_one_evaluation(fraction: float, lasts_s: float) -> None:
    found = rings(signals(*requests("a", RATE_RPS, failing(fraction, ends_s=lasts_s))), SLO)
    pages = [one for one in SLO.burns("availability", "service") if one.severity == "page"]
    lens = alerting.run(
        alerting.Scenario(
            errors=[[0.0, lasts_s, fraction]],  # type: ignore[arg-type]
            rules=[_rule(alert) for alert in pages],  # type: ignore[arg-type]
            step_s=15.0,
            eval_interval_s=SLO.evaluation_interval_s,
            horizon_s=7_200.0,
        ),
        seed=1,
    )
    for alert, expected in zip(pages, lens.alerts, strict=True):
        here = times_s(found, alert.name)
        assert bool(here) == (expected.fired_at_s is not None)
        if expected.fired_at_s is not None:
            assert abs(here[0][0] - expected.fired_at_s) <= SLO.evaluation_interval_s
            assert (here[0][1] is None) == (expected.resolved_at_s is None)
            if here[0][1] is not None and expected.resolved_at_s is not None:
                assert abs(here[0][1] - expected.resolved_at_s) <= SLO.evaluation_interval_s


def _rule(alert: BurnRate) -> dict[str, float]:
    return {"burn_rate": alert.burn_rate, "long_s": alert.long_s, "short_s": alert.short_s, "for_s": alert.for_s}


def test_a_quiet_day_rings_nothing() -> None:
    quiet = [gauge("region_healthy", np.ones(TIMES.shape), region="a")]
    quiet += [gauge("db_replication_lag_seconds", np.full(TIMES.shape, 5.0), region="a")]
    assert rings(signals(*requests("a", RATE_RPS, failing(0.0)), *quiet), SLO) == ()


def test_a_region_with_too_little_traffic_does_not_ring_for_itself() -> None:
    for rate_rps, rang in ((SLO.region_requests_rps_min / 2, False), (SLO.region_requests_rps_min * 2, True)):
        found = rings(
            signals(*requests("large", RATE_RPS, failing(0.0)), *requests("small", rate_rps, failing(1.0))), SLO
        )
        assert bool(of(found, "RegionAvailabilityBurnsFast")) is rang


def test_a_small_region_is_diluted_in_the_sum_and_not_in_its_own_rule() -> None:
    """1 % of the traffic, all of it failing, burns ten times the budget: below the 14.4 of the fast page."""
    found = rings(signals(*requests("large", 990.0, failing(0.0)), *requests("small", 10.5, failing(1.0))), SLO)
    assert of(found, "AvailabilityBurnsFast") == []
    assert of(found, "RegionAvailabilityBurnsFast")[0].labels == ("small",)


@pytest.mark.parametrize(("lasts_s", "rang"), [(45.0, False), (60.0, False), (120.0, True)])
def test_a_condition_has_to_hold_for_its_for(lasts_s: float, rang: bool) -> None:
    """A minute of two evaluations: at 0 and 30 s it is pending, at 60 s it rings if it still holds."""
    healthy = np.where((TIMES >= 0) & (lasts_s > TIMES), 0.0, 1.0)
    found = rings(signals(gauge("region_healthy", healthy, region="a")), SLO)
    assert times_s(found, "RegionUnhealthy") == ([(60.0, 120.0)] if rang else [])


def test_what_holds_again_waits_again() -> None:
    healthy = np.where(((TIMES >= 0) & (TIMES < 200)) | ((TIMES >= 300) & (TIMES < 500)), 0.0, 1.0)
    found = rings(signals(gauge("region_healthy", healthy, region="a")), SLO)
    assert times_s(found, "RegionUnhealthy") == [(60.0, 210.0), (360.0, 510.0)]


def test_lag_rings_in_units_of_the_rpo() -> None:
    lag_s = np.clip(TIMES, 0, None)
    found = times_s(
        rings(signals(gauge("db_replication_lag_seconds", lag_s, region="a")), SLO), "ReplicationLagNearsRpo"
    )
    # Above 15 s first seen at 30 s, and a minute later it rings.
    assert found == [(90.0, None)]


def test_one_place_outside_that_has_an_answer_keeps_the_probe_quiet() -> None:
    fails, answers = np.where(TIMES >= 0, 0.0, 1.0), np.ones(TIMES.shape)
    one = [
        gauge("probe_success", fails, region="a", vantage="x"),
        gauge("probe_success", answers, region="a", vantage="y"),
    ]
    both = [gauge("probe_success", fails, region="a", vantage=name) for name in "xy"]
    assert of(rings(signals(*one), SLO), "ProbeFails") == []
    assert times_s(rings(signals(*both), SLO), "ProbeFails") == [(60.0, None)]


def test_traffic_that_moves_rings_for_both_regions() -> None:
    moved = np.where(TIMES > 0, 1.0, 0.0)
    labels = {"endpoint": "/orders", "method": "POST", "code": "200"}
    found = rings(
        signals(
            counter("http_requests_total", grown(700 * (1 - moved)), region="a", **labels),
            counter("http_requests_total", grown(300 + 700 * moved), region="b", **labels),
        ),
        SLO,
    )
    assert {ring.labels for ring in of(found, "TrafficShifted")} == {("a",), ("b",)}


def test_traffic_that_is_gone_rings_though_nothing_fails() -> None:
    labels = {"endpoint": "/orders", "method": "POST", "code": "200", "region": "a"}
    found = rings(signals(counter("http_requests_total", grown(np.where(TIMES > 0, 0.0, 1_000.0)), **labels)), SLO)
    [(fired_s, _)] = times_s(found, "TrafficGone")
    # Nine tenths of the five minutes have to pass, then two minutes more.
    assert 270 + 120 <= fired_s <= 270 + 120 + 2 * SLO.evaluation_interval_s
    assert of(found, "AvailabilityBurnsFast") == []


def test_a_window_longer_than_the_samples_sees_the_quiet_time_before_them() -> None:
    """Six hours and three days reach before the first sample: what was quiet then dilutes, and no rule rings early."""
    found = rings(signals(*requests("a", RATE_RPS, failing(1.0, ends_s=60.0))), SLO)
    assert times_s(found, "AvailabilityBurns") == []
    long = rings(signals(*requests("a", RATE_RPS, failing(1.0, ends_s=200.0))), SLO)
    assert times_s(long, "AvailabilityBurns")[0][0] == pytest.approx(130, abs=SLO.evaluation_interval_s + 15)


def test_rings_come_in_the_order_of_time_and_pages_first(slo: Slo = SLO) -> None:
    healthy = gauge("region_healthy", np.where(TIMES >= 0, 0.0, 1.0), region="a")
    found = rings(signals(healthy, *requests("a", RATE_RPS, failing(1.0))), slo)
    assert [ring.fired_s for ring in found] == sorted(ring.fired_s for ring in found)
    severities = [ring.severity for ring in found if ring.fired_s == found[0].fired_s]
    assert severities == sorted(severities)
