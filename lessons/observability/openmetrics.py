"""How are series written down for Prometheus: OpenMetrics with timestamps, or its own text format of one moment?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from lessons.observability.signals import COUNTER, HISTOGRAM, METRICS, Metric, Series, Signals, family_of
from lessons.simulator.engine.stats import Array

ZERO_AT_S = 1_767_225_600.0  # the moment 0 of a run that is told no other: 2026-01-01 00:00 UTC
TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def openmetrics(signals: Signals, *, zero_at_s: float = ZERO_AT_S) -> Iterator[str]:
    """The whole run as OpenMetrics text, line by line. `zero_at_s` is the Unix time of the moment 0."""
    # To the millisecond, as Prometheus keeps them.
    stamps = [f"{at_s:.3f}".removesuffix(".000") for at_s in (signals.times_s + zero_at_s).tolist()]
    for metric, members in families(signals.series):
        name = metric.name.removesuffix("_total") if metric.kind == COUNTER else metric.name
        yield f"# TYPE {name} {metric.kind}\n"
        if metric.unit:
            yield f"# UNIT {name} {metric.unit}\n"
        yield f"# HELP {name} {_escaped(metric.help)}\n"
        for group in _side_by_side(members):
            # The parts of one histogram stand together, moment by moment.
            heads = [head(series) for series in group]
            texts = [_numbers(series.values) for series in group]
            for row, stamp in enumerate(stamps):
                for before, values in zip(heads, texts, strict=True):
                    yield f"{before} {values[row]} {stamp}\n"
    yield "# EOF\n"


def prometheus_text(signals: Signals, values: Sequence[float]) -> Iterator[str]:
    """One moment in the text format of Prometheus, line by line; `values` are in the order of the series."""
    places = {id(series): value for series, value in zip(signals.series, values, strict=True)}
    for metric, members in families(signals.series):
        yield f"# HELP {metric.name} {_escaped(metric.help)}\n"
        yield f"# TYPE {metric.name} {metric.kind}\n"
        for series in members:
            yield f"{head(series)} {_number(places[id(series)])}\n"


def families(series: Iterable[Series]) -> list[tuple[Metric, list[Series]]]:
    """The series by family, in the order in which families are named."""
    found: dict[str, list[Series]] = {}
    for one in series:
        found.setdefault(family_of(one).name, []).append(one)
    return [(METRICS[name], found[name]) for name in METRICS if name in found]


def head(series: Series) -> str:
    """Name and labels: what stands before the value."""
    inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in series.labels.items())
    return f"{series.name}{{{inside}}}"


def _side_by_side(members: list[Series]) -> list[list[Series]]:
    """Each series alone; of histograms, all parts with the same labels but `le` together."""
    groups: dict[tuple[object, ...], list[Series]] = {}
    for place, series in enumerate(members):
        alike = _but_le(series.labels) if series.kind == HISTOGRAM else (place,)
        groups.setdefault(alike, []).append(series)
    return list(groups.values())


def _but_le(labels: Mapping[str, str]) -> tuple[object, ...]:
    return tuple(pair for pair in labels.items() if pair[0] != "le")


def _numbers(values: Array) -> list[str]:
    return [_number(value) for value in np.asarray(values).tolist()]


def _number(value: float) -> str:
    """Whole numbers without a fraction, others with the digits that matter."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.12g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
