"""What do the recorded series hold? Each as Prometheus records it (rules.py), computed from the samples of a run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lessons.observability.queries import Vector, quantile, rate, ratio
from lessons.observability.signals import Signals
from lessons.simulator.engine.stats import Array

ALL: tuple[str, ...] = ()
REGION = ("region",)
ENDPOINT = ("endpoint",)
# The windows of the recorded series: 1m, 5m, 10m and 1h in their names.
MINUTE_S, FIVE_MINUTES_S, TEN_MINUTES_S, HOUR_S = 60.0, 300.0, 600.0, 3_600.0
PERCENTILES = {"P50": 0.5, "P95": 0.95, "P99": 0.99}


def failed(labels: Mapping[str, str]) -> bool:
    """Whether a request counts against the budget: the server failed, or sent it away because it was full."""
    return labels["code"].startswith("5") or labels["code"] == "429"


def request_rate(signals: Signals, by: tuple[str, ...], window_s: float) -> Vector:
    """Requests a second."""
    return rate(signals, "http_requests_total", by=by, window_s=window_s)


def error_ratio(signals: Signals, by: tuple[str, ...], window_s: float) -> Vector:
    """The share of requests that failed."""
    bad = rate(signals, "http_requests_total", by=by, window_s=window_s, where=failed)
    return ratio(bad, request_rate(signals, by, window_s))


def slow_ratio(signals: Signals, by: tuple[str, ...], window_s: float, *, threshold_s: float) -> Vector:
    """The share of requests without an answer within the threshold, which is a bound of a bucket."""
    bound = f"{threshold_s:g}"
    name = "http_request_duration_seconds"
    counted = rate(signals, f"{name}_count", by=by, window_s=window_s)
    within = rate(signals, f"{name}_bucket", by=by, window_s=window_s, where=lambda labels: labels["le"] == bound)
    assert counted.keys() == within.keys(), f"there is a bucket up to {bound} s"
    return {key: 1 - share for key, share in ratio(within, counted).items()}


def duration_quantile(signals: Signals, name: str, by: tuple[str, ...], window_s: float, *, wanted: float) -> Vector:
    """A quantile of a histogram of seconds, such as .99."""
    return quantile(rate(signals, f"{name}_bucket", by=(*by, "le"), window_s=window_s), wanted)


def traffic_share(signals: Signals, window_s: float) -> Vector:
    """Which share of all requests each region gets."""
    total = request_rate(signals, ALL, window_s)[()]
    regions = request_rate(signals, REGION, window_s)
    return {key: ratio({(): one}, {(): total})[()] for key, one in regions.items()}


def smaller(one: Array, other: Array) -> Array:
    """`(one < other) or other`: the smaller of two, nothing where either says nothing."""
    return np.where(np.isnan(one) | np.isnan(other), np.nan, np.fmin(one, other))
