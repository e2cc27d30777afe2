"""What would Prometheus answer? Its rate, sums, ratios and quantiles over the samples of a run, at every scrape.

Every function takes and gives `Vector`s: one array per label set, over the same moments. What Prometheus would not
answer is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lessons.observability.signals import Signals
from lessons.simulator.engine.stats import Array

Vector = dict[tuple[str, ...], Array]
Where = Callable[[Mapping[str, str]], bool]


def gauge(signals: Signals, metric: str, *, by: tuple[str, ...], combine: str = "sum") -> Vector:
    """A gauge, combined ("sum", "min", "max" or "avg") over all labels but those of `by`."""
    how: dict[str, Callable[..., Array]] = {"sum": np.sum, "min": np.min, "max": np.max, "avg": np.mean}
    rows: dict[tuple[str, ...], list[Array]] = {}
    for series in signals.named(metric):
        key = tuple(series.labels.get(label, "") for label in by)
        rows.setdefault(key, []).append(series.values)
    return {key: how[combine](np.stack(found), axis=0) for key, found in sorted(rows.items())}


def rate(
    signals: Signals,
    metric: str,
    *,
    by: tuple[str, ...],
    window_s: float,
    where: Where = lambda labels: True,
) -> Vector:
    """`sum by (...) (rate(metric[window]))`: per second, with the extrapolation of Prometheus to the window's ends."""
    return {
        key: values / window_s
        for key, values in increase(signals, metric, by=by, window_s=window_s, where=where).items()
    }


def increase(
    signals: Signals,
    metric: str,
    *,
    by: tuple[str, ...],
    window_s: float,
    where: Where = lambda labels: True,
) -> Vector:
    """`sum by (...) (increase(metric[window]))`: the rate times the window."""
    found: Vector = {}
    for series in signals.named(metric):
        if where(series.labels):
            key = tuple(series.labels.get(label, "") for label in by)
            found[key] = _added(found.get(key), _increase(signals.times_s, series.values, window_s))
    return dict(sorted(found.items()))


def ratio(part: Vector, whole: Vector) -> Vector:
    """`(part or 0 * whole) / whole` by label set; where there is nothing of the whole, nothing is said."""
    return quotient({key: np.nan_to_num(part.get(key, np.zeros_like(values))) for key, values in whole.items()}, whole)


def quotient(part: Vector, whole: Vector) -> Vector:
    """`part / (whole > 0)` by the label sets that both have."""
    return {key: part[key] / np.where(whole[key] > 0, whole[key], np.nan) for key in part if key in whole}


def quantile(buckets: Vector, wanted: float) -> Vector:
    """`histogram_quantile`: `buckets` are rates whose last label is `le`; evenly spread inside a bucket.

    A quantile in the last bucket, which has no end, is that bucket's start.
    """
    grouped: dict[tuple[str, ...], list[tuple[float, Array]]] = {}
    for key, values in buckets.items():
        grouped.setdefault(key[:-1], []).append((float(key[-1].replace("+Inf", "inf")), values))
    return {key: _quantile(sorted(rows, key=lambda row: row[0]), wanted) for key, rows in grouped.items()}


def over_time(values: Array, times_s: Array, window_s: float, combine: Callable[[Array], Any]) -> Array:
    """`max_over_time`, `avg_over_time`, ... of one series: of all answers in the window that ends at each moment."""
    starts = np.searchsorted(times_s, times_s - window_s - 1e-9)
    found = np.full(len(values), np.nan)
    for place, start in enumerate(starts):
        seen = values[start : place + 1]
        seen = seen[~np.isnan(seen)]
        if len(seen):
            found[place] = combine(seen)
    return found


def before(values: Array, times_s: Array, offset_s: float) -> Array:
    """`offset`: the latest sample of so long ago."""
    places = np.searchsorted(times_s, times_s - offset_s + 1e-9, side="right") - 1
    return np.where(places >= 0, values[np.maximum(places, 0)], np.nan)


def _added(sofar: Array | None, one: Array) -> Array:
    """A sum that leaves out those who say nothing, and says nothing when nobody says anything."""
    if sofar is None:
        return one
    both = np.nan_to_num(sofar) + np.nan_to_num(one)
    return np.where(np.isnan(sofar) & np.isnan(one), np.nan, both)


def _increase(times: Array, values: Array, window_s: float) -> Array:
    """`increase` at every sample: Prometheus `extrapolatedRate` for a counter that is never reset.

    The window holds both its ends, as in Prometheus 2. With fewer than two samples in it there is no answer.
    """
    first = np.searchsorted(times, times - window_s - 1e-9)
    last = np.arange(len(times))
    gaps = last - first
    delta = values - values[first]
    lasts_s = times - times[first]
    with np.errstate(divide="ignore", invalid="ignore"):
        between_s = lasts_s / gaps
        to_zero_s = np.where(delta > 0, lasts_s * values[first] / delta, np.inf)
        to_start_s = np.minimum(times[first] - (times - window_s), to_zero_s)
        before_s = np.where(to_start_s < 1.1 * between_s, to_start_s, between_s / 2)
        return np.where(gaps > 0, delta * (lasts_s + before_s) / lasts_s, np.nan)


def _quantile(rows: list[tuple[float, Array]], wanted: float) -> Array:
    ends = np.array([end for end, _ in rows])
    counts = np.maximum.accumulate(np.stack([values for _, values in rows]), axis=0)
    total = counts[-1]
    rank = wanted * total
    place = np.minimum((counts < rank).sum(axis=0), len(ends) - 1)
    column = np.arange(counts.shape[1])
    before = np.where(place > 0, counts[np.maximum(place - 1, 0), column], 0.0)
    starts = np.where(place > 0, ends[np.maximum(place - 1, 0)], 0.0)
    inside = counts[place, column] - before
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(inside > 0, (rank - before) / inside, 1.0)
        within = starts + (np.where(np.isinf(ends[place]), starts, ends[place]) - starts) * share
    return np.where(total > 0, within, np.nan)
