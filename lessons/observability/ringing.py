"""When does each alert ring and stop, had a Prometheus with our rules watched the run?

The conditions of alert_rules.py, computed from the samples of a run at every evaluation. A condition is pending from
the first evaluation at which it holds, rings at the first that is its `for` later if it held all the while, and stops
at the first at which it does not hold. Before the samples begin everything was as in the quiet time: a window that
reaches farther back than they do sees its rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np
import numpy.typing as npt

from lessons.observability import recorded
from lessons.observability.queries import Vector, gauge, over_time
from lessons.observability.signals import Signals
from lessons.observability.slo import Alert, BurnRate, Gauge, Kind, ReplicationLag, Slo, TrafficGone, TrafficShift
from lessons.simulator.engine.stats import Array

Holds = dict[tuple[str, ...], npt.NDArray[np.bool_]]
ROUNDING = 1e-9
LEAVES_OUT = (
    "Alerts on what nobody reports any more: every series of a run is there to its end.",
    "The way from a ringing alert to a person: grouping, routing, the call, waking up.",
)


@dataclass(frozen=True)
class Ring:
    """One alert, by name, ringing for one label set (`labels` are its values, such as a region). Seconds from the
    fault; `stopped_s` None: it still rings when the run ends."""

    alert: str
    severity: str
    labels: tuple[str, ...]
    fired_s: float
    stopped_s: float | None

    @property
    def words(self) -> str:
        """The name, and for whom it rings where there are several."""
        return f"{self.alert} ({', '.join(self.labels)})" if self.labels else self.alert


def rings(signals: Signals, slo: Slo) -> tuple[Ring, ...]:
    """Every ring of every alert in the order of time, pages before tickets of the same moment.

    The rules are evaluated at every multiple of the evaluation interval, with the latest sample.
    """
    moments_s = _evaluations(signals, slo)
    places = np.searchsorted(signals.times_s, moments_s + ROUNDING, side="right") - 1
    found = []
    for alert in slo.alerts:
        for labels, holds in condition(alert, slo, signals).items():
            for fired_s, stopped_s in _turns(holds[places], moments_s, alert.for_s):
                found.append(Ring(alert.name, alert.severity, labels, fired_s, stopped_s))
    return tuple(sorted(found, key=lambda ring: (ring.fired_s, ring.severity != "page")))


def _evaluations(signals: Signals, slo: Slo) -> Array:
    interval_s = slo.evaluation_interval_s
    first, last = np.ceil(signals.times_s[0] / interval_s), np.floor(signals.times_s[-1] / interval_s)
    return np.asarray(np.arange(first, last + 1) * interval_s)


def _turns(holds: npt.NDArray[np.bool_], moments_s: Array, for_s: float) -> list[tuple[float, float | None]]:
    """When a condition fires and stops."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(np.int8)))
    found: list[tuple[float, float | None]] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        fires = int(np.searchsorted(moments_s, moments_s[start] + for_s - ROUNDING))
        if fires < end:
            found.append((float(moments_s[fires]), float(moments_s[end]) if end < len(moments_s) else None))
    return found


@singledispatch
def condition(alert: Alert, slo: Slo, signals: Signals) -> Holds:
    """Whether the alert's expression has an answer at each sample, by label set."""
    raise AssertionError(f"every kind of alert has a condition, {type(alert).__name__} too")


@condition.register
def _(alert: BurnRate, slo: Slo, signals: Signals) -> Holds:
    objective, times_s = slo.objective(alert.objective), signals.times_s
    bad, whole = _bad_and_whole(
        signals, slo, objective.kind, recorded.REGION if alert.scope == "region" else recorded.ALL
    )
    limit = alert.burn_rate * objective.budget_fraction * (1 + ROUNDING)
    found: Holds = {}
    for key, requests in whole.items():
        windows_s = (alert.long_s, alert.short_s)
        beyond = [_share(bad[key], requests, times_s, window_s) > limit for window_s in windows_s]
        if alert.scope == "region":
            enough = slo.region_requests_rps_min * alert.long_s
            beyond.append(_window(requests, times_s, alert.long_s) > enough)
        found[key] = np.all(beyond, axis=0)
    return found


def _bad_and_whole(signals: Signals, slo: Slo, kind: Kind, by: tuple[str, ...]) -> tuple[Vector, Vector]:
    """Counters of what an objective calls bad (failed, or late) and of all requests."""
    if kind == "availability":
        name = "http_requests_total"
        return _counted(signals, name, by, failed=True), _counted(signals, name, by)
    whole = _counted(signals, "http_request_duration_seconds_count", by)
    in_time = _counted(signals, "http_request_duration_seconds_bucket", by, le=f"{slo.late_s:g}")
    return {key: whole[key] - in_time[key] for key in whole}, whole


@condition.register
def _(alert: ReplicationLag, slo: Slo, signals: Signals) -> Holds:
    found = gauge(signals, "db_replication_lag_seconds", by=recorded.REGION, combine="max")
    return {key: values / slo.rpo_s > alert.rpo_fraction for key, values in found.items()}


@condition.register
def _(alert: Gauge, slo: Slo, signals: Signals) -> Holds:
    by = tuple(label for label in alert.per if label != "service")
    found = gauge(signals, alert.metric, by=by, combine=alert.combine)
    return {
        key: values > alert.value if alert.side == "above" else values < alert.value for key, values in found.items()
    }


@condition.register
def _(alert: TrafficShift, slo: Slo, signals: Signals) -> Holds:
    if not signals.named("http_requests_total"):
        return {}
    shares = recorded.traffic_share(signals, recorded.FIVE_MINUTES_S)
    return {
        key: np.abs(share - over_time(share, signals.times_s, alert.baseline_s, np.mean)) > alert.share_fraction
        for key, share in shares.items()
    }


@condition.register
def _(alert: TrafficGone, slo: Slo, signals: Signals) -> Holds:
    found = recorded.request_rate(signals, recorded.ALL, recorded.FIVE_MINUTES_S)
    return {
        key: np.nan_to_num(rate) < alert.peak_fraction * over_time(rate, signals.times_s, alert.baseline_s, np.max)
        for key, rate in found.items()
    }


def _counted(signals: Signals, name: str, by: tuple[str, ...], *, failed: bool = False, **labels: str) -> Vector:
    """Counters summed over all labels but those of `by`."""
    found: Vector = {}
    for series in signals.named(name, **labels):
        key = tuple(series.labels[label] for label in by)
        counts = not failed or recorded.failed(series.labels)
        found[key] = found.get(key, np.zeros_like(series.values)) + (series.values if counts else 0.0)
    return found


def _window(counter: Array, times_s: Array, window_s: float) -> Array:
    """What a counter has gained in the window that ends at each sample; before the first, at the quiet time's rate."""
    quiet = times_s <= 0
    lasts_s = times_s[quiet][-1] - times_s[0] if quiet.any() else 0.0
    rate = (counter[quiet][-1] - counter[0]) / lasts_s if lasts_s > 0 else 0.0
    since_s = times_s - window_s
    past: Any = np.interp(since_s, times_s, counter) + rate * np.minimum(since_s - times_s[0], 0.0)
    return np.asarray(counter - past)


def _share(bad: Array, whole: Array, times_s: Array, window_s: float) -> Array:
    requests = _window(whole, times_s, window_s)
    failures = _window(bad, times_s, window_s)
    return np.divide(failures, requests, out=np.zeros_like(failures), where=requests > 0)
