"""Does our PromQL answer as Prometheus does? Its documented cases; a whole incident is in test_panels_in_prometheus."""

import math
import subprocess

import numpy as np
import pytest
import yaml

from lessons.observability.queries import before, gauge, increase, over_time, quantile, rate, ratio
from lessons.observability.signals import Series, Signals

TIMES = np.arange(0.0, 301.0, 15.0)


def signals(*series: Series, times=TIMES) -> Signals:
    return Signals(times, 15.0, series)


def counter(values, **labels) -> Series:
    return Series("seen_total", labels, np.asarray(values, dtype=float), "counter")


def rounded(value: float) -> float:
    """`round(value, 0.0001)`: promtool compares to the last digit, which depends on the order of a sum."""
    return math.floor(value * 10_000 + 0.5) / 10_000


def test_a_steady_counter_has_its_rate_wherever_the_window_is_full():
    found = rate(signals(counter(TIMES * 2)), "seen_total", by=(), window_s=60)[()]
    assert found[4:] == pytest.approx(2.0)
    assert np.isnan(found[0]), "one sample is no rate"


def test_rates_add_up_over_what_is_not_asked_for():
    given = signals(
        counter(TIMES, region="a", code="200"),
        counter(TIMES * 3, region="a", code="503"),
        counter(TIMES * 5, region="b", code="200"),
    )
    by_region = rate(given, "seen_total", by=("region",), window_s=60)
    assert by_region.keys() == {("a",), ("b",)}
    assert by_region[("a",)][-1] == pytest.approx(4)
    failed = rate(given, "seen_total", by=("region",), window_s=60, where=lambda labels: labels["code"] == "503")
    assert failed.keys() == {("a",)}
    shares = ratio(failed, by_region)
    assert shares[("a",)][-1] == pytest.approx(0.75)
    assert shares[("b",)][-1] == 0, "no failure yet, and so no series of it: 0, not nothing"


@pytest.mark.prometheus
@pytest.mark.parametrize("window_s", [30, 60, 100, 150, 600])
@pytest.mark.parametrize("shape", ["steady", "from zero", "burst", "late"])
def test_increase_is_what_promtool_computes(real, tmp_path, window_s, shape):
    """Extrapolation to the window's ends, to a start of the counter, and from half a gap: at every sample."""
    values = {
        "steady": 1_000 + 7 * TIMES,
        "from zero": TIMES * 3,
        "burst": np.where(TIMES >= 90, 500.0, 10.0),
        "late": np.maximum(0.0, TIMES - 120) ** 2,
    }[shape]
    found = increase(signals(counter(values)), "seen_total", by=(), window_s=window_s)[()]
    expected = [
        {
            "expr": f"round(increase(seen_total[{window_s}s]), 0.0001)",
            "eval_time": f"{at_s:.0f}s",
            "exp_samples": [] if np.isnan(one) else [{"labels": "{}", "value": rounded(one)}],
        }
        for at_s, one in zip(TIMES, found, strict=True)
    ]
    series = {"series": "seen_total", "values": " ".join(f"{value:.12g}" for value in values)}
    test = {"interval": "15s", "input_series": [series], "promql_expr_test": expected}
    (tmp_path / "test.yml").write_text(yaml.safe_dump({"tests": [test]}))
    done = subprocess.run(["promtool", "test", "rules", "test.yml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_quantile_is_spread_evenly_inside_its_bucket():
    """The example of Prometheus's documentation: the quantile's rank, then a straight line through its bucket."""
    buckets = {("0.1",): np.array([50.0]), ("0.2",): np.array([90.0]), ("+Inf",): np.array([100.0])}
    assert quantile(buckets, 0.5)[()][0] == pytest.approx(0.1)
    assert quantile(buckets, 0.7)[()][0] == pytest.approx(0.15)
    assert quantile(buckets, 0.99)[()][0] == pytest.approx(0.2), "the last bucket has no end: its start is told"
    assert np.isnan(quantile({("0.1",): np.array([0.0]), ("+Inf",): np.array([0.0])}, 0.5)[()][0])


@pytest.mark.prometheus
@pytest.mark.parametrize("wanted", [0.01, 0.5, 0.9, 0.95, 0.99, 1.0])
def test_a_quantile_is_what_promtool_computes(real, tmp_path, wanted):
    counts = {"0.05": 3.0, "0.1": 3.0, "0.25": 60.0, "1": 97.0, "+Inf": 100.0}
    found = quantile({(le,): np.array([count]) for le, count in counts.items()}, wanted)[()][0]
    series = [{"series": f'b_bucket{{le="{le}"}}', "values": f"{count:g}"} for le, count in counts.items()]
    asked = {
        "expr": f"round(histogram_quantile({wanted}, b_bucket), 0.0001)",
        "eval_time": "0s",
        "exp_samples": [{"labels": "{}", "value": rounded(found)}],
    }
    test = {"interval": "15s", "input_series": series, "promql_expr_test": [asked]}
    (tmp_path / "test.yml").write_text(yaml.safe_dump({"tests": [test]}))
    done = subprocess.run(["promtool", "test", "rules", "test.yml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_gauges_are_combined_over_what_is_not_asked_for():
    given = signals(
        Series("up", {"region": "a", "vantage": "x"}, np.zeros(TIMES.shape), "gauge"),
        Series("up", {"region": "a", "vantage": "y"}, np.ones(TIMES.shape), "gauge"),
    )
    for combine, expected in [("min", 0), ("max", 1), ("avg", 0.5), ("sum", 1)]:
        assert gauge(given, "up", by=("region",), combine=combine)[("a",)][0] == expected
    assert gauge(given, "none", by=()) == {}


def test_over_time_and_offset_look_back_as_far_as_they_are_asked():
    values = np.where(TIMES == 60, np.nan, TIMES)
    highest = over_time(values, TIMES, 60, np.max)
    assert highest[-1] == 300
    assert highest[4] == 45, "what says nothing is left out"
    assert over_time(values, TIMES, 60, np.mean)[-1] == pytest.approx(np.mean(TIMES[-5:]))
    earlier = before(TIMES, TIMES, 40)
    assert np.isnan(earlier[:3]).all()
    assert earlier[3] == 0, "the latest sample of 45 s - 40 s is that of 0 s"
