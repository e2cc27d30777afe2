"""What is a panel of a dashboard, and what is a layer? Said once for Grafana, the dashboard wall and the pages."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lessons.observability.queries import Vector, gauge
from lessons.observability.signals import Signals
from lessons.simulator.engine.stats import Array

Unit = Literal["fraction", "s", "rps", "messages", "count", "times", "yes_no"]
Answer = tuple[tuple[str, Array], ...]
SERVICE = '{service="$service"}'
ALL_REGIONS = "all regions"
REGION = '{service="$service",region=~"$region"}'
AT_LEAST_ONE = 0.5  # a threshold of counts: `increase` estimates, so one change may count as a little less
PHASES = {"early": "From the first day", "later": "Once several regions serve"}


@dataclass(frozen=True)
class Threshold:
    """From where on a panel is red: above, below or other than `value`. `words` say what is then the matter."""

    value: float
    side: Literal["above", "below", "other_than"]
    words: str

    def crossed(self, values: Array) -> Array:
        """1 where the threshold is crossed, else 0, also where there is no value."""
        beyond = {
            "above": values > self.value,
            "below": values < self.value,
            "other_than": (values != self.value) & ~np.isnan(values),
        }[self.side]
        return np.asarray(beyond, dtype=np.float64)


@dataclass(frozen=True)
class Panel:
    """One graph. `expr` is PromQL with the variables $service and $region; `legend` names a line by its labels.

    `value` computes from the signals of a run what `expr` asks of a Prometheus that scraped them and evaluates the
    recording rules. `below` is the slug of the layer to open next; `alerts` are those that watch what it shows.
    """

    slug: str
    title: str
    question: str
    unit: Unit
    description: str
    expr: str
    threshold: Threshold
    phase: Literal["early", "later"]
    below: str
    value: Callable[[Signals], Answer]
    legend: str = "{{region}}"
    alerts: tuple[str, ...] = ()

    def query(self, *, service: str, region: str = ".+") -> str:
        """The expression with its variables filled, as Grafana sends it."""
        return self.expr.replace("$service", service).replace("$region", region)


@dataclass(frozen=True)
class Layer:
    """One dashboard. Read from the top: the first layer says that something is wrong, the next ones where."""

    slug: str
    title: str
    question: str
    panels: tuple[Panel, ...]

    def of_phase(self, phase: str) -> tuple[Panel, ...]:
        """The panels that a system needs from this phase on."""
        return tuple(panel for panel in self.panels if panel.phase == phase)


def of_gauge(metric: str, *, combine: str, by: tuple[str, ...] = ("region",)) -> dict[str, Any]:
    """`expr` and `value` of a panel that shows a gauge, combined over all labels but `by`: the same asked twice."""
    selector = REGION if by else SERVICE
    return {
        "expr": f"{combine} by ({', '.join(('service', *by))}) ({metric}{selector})",
        "value": lambda signals: lines(gauge(signals, metric, by=by, combine=combine)),
    }


def lines(found: Vector) -> Answer:
    """One line for each label set, named by its labels."""
    return tuple((" ".join(filter(None, key)) if key else ALL_REGIONS, values) for key, values in found.items())


def each(found: Vector, change: Callable[[Array], Array]) -> Vector:
    """The same label sets with changed values."""
    return {key: change(values) for key, values in found.items()}


def gaps_as_none(values: Array) -> list[float | None]:
    """A plain list in which None stands for a moment without data."""
    return [None if math.isnan(value) else value for value in values.tolist()]


def latest(values: Array) -> float:
    """The last value that there is, NaN when there is none."""
    seen = values[~np.isnan(values)]
    return float(seen[-1]) if len(seen) else math.nan
