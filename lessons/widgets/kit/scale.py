"""Where does a value lie on an axis, which values get a tick, and which points of a long series are worth drawing?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lessons.widgets.kit import words
from lessons.widgets.kit.charts import Numbers, Series

Floats = npt.NDArray[np.float64]
_TIME_STEPS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400)


@dataclass(frozen=True)
class Scale:
    """A stretch of values laid over a stretch of pixels."""

    starts: float
    ends: float
    pixel_starts: float
    pixel_ends: float

    def at(self, value: float) -> float:
        """The pixel of a value, kept within the axis."""
        span = self.ends - self.starts or 1.0
        share = min(1.0, max(0.0, (value - self.starts) / span))
        return self.pixel_starts + share * (self.pixel_ends - self.pixel_starts)


def ticks(starts: float, ends: float, wanted: int = 4) -> list[float]:
    """Round values inside the stretch, about as many as wanted."""
    span = ends - starts
    if span <= 0 or not math.isfinite(span):
        return [starts]
    rough = span / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(starts / step - 1e-9)
    return [round(index * step, 12) for index in range(first, math.floor(ends / step + 1e-9) + 1)]


def time_ticks(starts_s: float, ends_s: float, wanted: int = 5) -> tuple[list[tuple[float, str]], str]:
    """(moment, label) pairs and the unit they are labelled in."""
    span_s = max(ends_s - starts_s, 1e-9)
    unit, unit_s = ("s", 1) if span_s <= 600 else ("min", 60) if span_s <= 3 * 3_600 else ("h", 3_600)
    rough = span_s / wanted
    if rough < 1:
        return [(at, words.tick(at)) for at in ticks(starts_s, ends_s, wanted)], unit
    step = next((step for step in _TIME_STEPS_S if step >= rough * 0.999 and step % unit_s == 0), 86_400)
    first, last = math.ceil(starts_s / step - 1e-9), math.floor(ends_s / step + 1e-9)
    return [(float(index * step), words.tick(index * step / unit_s)) for index in range(first, last + 1)], unit


def extent(parts: list[Numbers], *, from_zero: bool = True) -> tuple[float, float]:
    """The smallest and largest value of all, widened a little at the top so that a line is not cut."""
    values = [np.asarray(part, dtype=float) for part in parts if len(part)]
    if not values:
        return 0.0, 1.0
    low, high = min(float(part.min()) for part in values), max(float(part.max()) for part in values)
    low = min(low, 0.0) if from_zero else low
    return (low, high * 1.05 if high > 0 else high) if high > low else (low, low + 1.0)


def thin(series: Series, points_max: int) -> tuple[Floats, Floats]:
    """At most so many points of a series: straight stretches keep their ends, long ones four points a bucket."""
    x, y = np.asarray(series.x, dtype=float), np.asarray(series.y, dtype=float)
    if len(x) > 2:
        kept = np.ones(len(x), dtype=bool)
        kept[1:-1] = _level_breaks(y) if series.shape == "step" else _bends(x, y)
        x, y = x[kept], y[kept]
    if len(x) <= points_max:
        return x, y
    # First, lowest, highest and last of each stretch: what is drawn stays within a pixel of the whole series.
    edges = np.linspace(x[0], x[-1], points_max // 4 + 1)[1:-1]
    starts = [0, *np.searchsorted(x, edges).tolist(), len(x)]
    chosen: set[int] = set()
    for first, after in pairwise(starts):
        if after > first:
            part = y[first:after]
            chosen.update((first, first + int(part.argmin()), first + int(part.argmax()), after - 1))
    indices = np.array(sorted(chosen))
    return x[indices], y[indices]


def _level_breaks(y: Floats) -> npt.NDArray[np.bool_]:
    broken: npt.NDArray[np.bool_] = (y[1:-1] != y[:-2]) | (y[1:-1] != y[2:])
    return broken


def _bends(x: Floats, y: Floats) -> npt.NDArray[np.bool_]:
    """Inner points at which a line changes direction."""
    before, after = (y[1:-1] - y[:-2]) * (x[2:] - x[1:-1]), (y[2:] - y[1:-1]) * (x[1:-1] - x[:-2])
    room = 1e-9 * max(1.0, float(np.abs(y).max())) * max(1e-9, float(np.ptp(x)))
    bent: npt.NDArray[np.bool_] = np.abs(before - after) > room
    return bent
