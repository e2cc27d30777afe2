"""How does a promtool test write down the samples of a series? Stretches of a counter that rises, or of a level."""

from __future__ import annotations

import math

Samples = str
Phases = list[tuple[int, float]]


def counter(phases: Phases) -> Samples:
    """0 at the first sample; then so many samples that each add so much, phase by phase."""
    return rising(phases, then_gone=0)


def rising(phases: Phases, *, then_gone: int) -> Samples:
    """The same, and at the end nobody reports: a mark that says so, and samples that are not there.

    Whole numbers only: the last digit of a sum could let a counter fall, which Prometheus takes for a restart.
    """
    told, reached = ["0"], 0
    for samples, step in phases:
        if samples:
            whole = round(step)
            told.append(f"{reached + whole}+{whole}x{samples - 1}")
            reached += samples * whole
    if then_gone:
        told += ["stale", f"_x{then_gone - 1}"]
    return " ".join(told)


def gauge(phases: Phases) -> Samples:
    """The level of the first phase at the first sample, then so many samples of each level; NaN: it is not reported."""
    told = [_number(phases[0][1])]
    for samples, level in phases:
        if math.isnan(level):
            told += ["stale", f"_x{samples - 1}"]
        elif samples:
            told.append(f"{_number(level)}+0x{samples - 1}")
    return " ".join(told)


def _number(value: float) -> str:
    return f"{round(value, 6):.15g}"
