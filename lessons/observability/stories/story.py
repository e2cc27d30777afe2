"""What is a story? A situation with samples of series, and what has to ring in it when.

Every situation is sampled at each evaluation, begins with enough quiet to fill every window, and keeps clear of moments
at which a value lies exactly on its threshold: there the last digit of a sum would decide.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lessons.observability.samples import Samples
from lessons.observability.slo import Alert

JUST = 0.01  # how far below or above its threshold a story that is just so stays, as a share of it
REQUESTS_RPS = 1e7  # so many that a share of them is as good as a whole number


@dataclass(frozen=True)
class Firing:
    """One alert that fires: its labels, and the value that its text tells (NaN: nobody reports)."""

    labels: dict[str, str]
    value: float


@dataclass(frozen=True)
class Check:
    """What fires at a moment, counted from the first sample."""

    at_s: float
    alert: str
    firings: tuple[Firing, ...]


@dataclass(frozen=True)
class Story:
    """A situation: samples of each series every `step_s`, and what has to be so when."""

    name: str
    step_s: float
    series: dict[str, Samples]
    checks: tuple[Check, ...]


def turns(
    alert: Alert, step_s: float, *, fires_s: float, resolves_s: float, firing: Mapping[float, tuple[Firing, ...]]
) -> tuple[Check, ...]:
    """Nothing one evaluation before it fires, firing from then to one evaluation before it resolves, then nothing."""
    return (
        Check(fires_s - step_s, alert.name, ()),
        Check(fires_s, alert.name, firing[fires_s]),
        Check(resolves_s - step_s, alert.name, firing[resolves_s - step_s]),
        Check(resolves_s, alert.name, ()),
    )


def series_name(metric: str, labels: dict[str, str]) -> str:
    told = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{metric}{{{told}}}"


def rounded_up(seconds: float, step_s: float) -> float:
    return math.ceil(seconds / step_s - 1e-9) * step_s
