"""How do panels look as SVG? One under the other in one column, all on the same axis of time.

One column, because two of them cannot be read on a phone; and so the eye finds what moved first on one upright line.
A dashed line is a panel's threshold; under the curve a bar says when it was crossed. A gap has no data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from lessons.widgets.kit.charts import Mark, Panel, Panels, Series
from lessons.widgets.kit.scale import Floats, Scale, thin, ticks, time_ticks
from lessons.widgets.kit.svg_history import fitted
from lessons.widgets.kit.svg_pen import Pen, document, path_of, short, text_width
from lessons.widgets.kit.svg_plot import axis_data

LEFT, RIGHT = 92.0, 704.0
LINE = 27.0
GRAPH = 84.0
RED_BAR = 7.0
GAP = 18.0
POINTS_MAX, POINTS_MIN = 720, 16  # of the whole drawing, and of one line
SIGN = "\u25c6"


def draw(panels: Panels, pen: Pen, label: str) -> str:
    """Panel after panel, each with the upright lines, then the axis that they share."""
    across = Scale(panels.starts_s, panels.ends_s, LEFT, RIGHT)
    lines = sum(len(panel.series) for panel in panels.panels)
    points = max(POINTS_MIN, POINTS_MAX // max(1, lines))
    top = 0.0
    for panel in panels.panels:
        top = _panel(pen, panel, panels.marks, across, top, points)
    bottom = top - GAP + 4
    labelled, unit = time_ticks(panels.starts_s, panels.ends_s)
    pen.rule(LEFT, bottom, RIGHT, bottom, "axis")
    for at_s, text in labelled:
        x, half = across.at(at_s), text_width(text) / 2
        pen.rule(x, bottom, x, bottom + 6, "axis")
        pen.text(min(x, 718 - half), bottom + 28, text, anchor="middle")
    pen.text((LEFT + RIGHT) / 2, bottom + 56, f"{panels.x_title} ({unit})", anchor="middle")
    for place, line in enumerate(panels.legend):
        pen.text(8, bottom + 86 + place * LINE, line)
    height = int(bottom + 68 + LINE * len(panels.legend))
    return document(pen, kind="panels", height=height, label=label, data=axis_data(across))


def _panel(pen: Pen, panel: Panel, marks: tuple[Mark, ...], across: Scale, top: float, points: int) -> float:
    """One graph under its words; gives the top of the next."""
    pen.open("g", "panel")
    y = _words(pen, panel, top)
    up = Scale(*span_of(panel), y + GRAPH, y + 4)
    _grid(pen, up)
    _rules(pen, panel, marks, across, up, y)
    for one in panel.series:
        path = "".join(
            path_of(x, part, across, up, step=one.shape == "step", whole=True) for x, part in pieces(one, points)
        )
        if path:
            pen.line(path, f"line role-{one.role}", role=one.role, width=3)
    _red(pen, panel, across, y + GRAPH + 3)
    pen.close("g")
    return y + GRAPH + RED_BAR + GAP


def _words(pen: Pen, panel: Panel, top: float) -> float:
    """Title, note and legend; gives the top of the graph."""
    sign = f"{SIGN} " if panel.marked else ""
    room = RIGHT - 8 - (text_width(panel.note) + 12 if panel.note else 0)
    named = f"{sign}{panel.title} ({panel.unit})" if panel.unit else f"{sign}{panel.title}"
    pen.text(8, top + 22, fitted(named, room), classes="label label--title")
    if panel.note:
        pen.text(RIGHT, top + 22, panel.note, anchor="end")
    y = top + LINE + 6
    return _legend(pen, panel.series, y) if len(panel.series) > 1 else y


def _grid(pen: Pen, up: Scale) -> None:
    at = labels(up.starts, up.ends)
    grid = "".join(f"M{LEFT:g} {short(up.at(value))}H{RIGHT:g}" for value, _ in at)
    pen.add("path", "grid", d=grid, fill="none", stroke="currentColor")
    for value, text in at:
        pen.text(LEFT - 8, up.at(value) + 7, text, anchor="end")


def _rules(pen: Pen, panel: Panel, marks: tuple[Mark, ...], across: Scale, up: Scale, y: float) -> None:
    """The threshold across, and a line upright at each mark."""
    if panel.threshold is not None:
        pen.open("g", "role-bad")
        pen.rule(LEFT, up.at(panel.threshold), RIGHT, up.at(panel.threshold), "mark-line", dash="7 4")
        pen.close("g")
    for mark in marks:
        pen.open("g", f"mark role-{mark.role}")
        pen.rule(across.at(mark.at), y, across.at(mark.at), y + GRAPH, "mark-line", dash="2 5")
        pen.close("g")


def _red(pen: Pen, panel: Panel, across: Scale, y: float) -> None:
    """A bar for each stretch in which the threshold is crossed."""
    for starts_s, ends_s in panel.red:
        starts, ends = across.at(starts_s), across.at(ends_s)
        pen.add(
            "rect",
            "fill role-bad",
            x=starts,
            y=y,
            width=max(3.0, ends - starts),
            height=RED_BAR,
            fill="currentColor",
        )


def _legend(pen: Pen, series: tuple[Series, ...], top: float) -> float:
    """Names with a sample of their line, in as many rows as they need; gives the y below."""
    x, y = 8.0, top + 16
    for one in series:
        wide = 40 + 7 + text_width(one.name) + 18
        if x > 8 and x + wide - 18 > RIGHT:
            x, y = 8.0, y + LINE
        pen.line(f"M{x:g} {y - 7:g}h40", f"line role-{one.role}", role=one.role, width=3)
        pen.text(x + 47, y, one.name)
        x += wide
    return y + 8


def span_of(panel: Panel) -> tuple[float, float]:
    """The panel's range, or from the lowest to the highest of all values and the threshold, a little wider."""
    if panel.y_range is not None:
        low, high = panel.y_range
        return low, high + 0.06 * (high - low)
    values = [np.asarray(one.y, dtype=float) for one in panel.series]
    seen = np.concatenate([part[np.isfinite(part)] for part in values]) if values else np.array([])
    known = [float(value) for value in (seen.min(), seen.max())] if len(seen) else []
    known += [panel.threshold] if panel.threshold is not None else []
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if high <= low:
        high = low + (abs(low) * 0.01 or 1.0)
    room = 0.06 * (high - low)
    return (low if low == 0 else low - room), high + room


def labels(low: float, high: float) -> list[tuple[float, str]]:
    """Two or three values of the axis, with as many digits as tell them apart."""
    at = ticks(low, high, 2)
    at = at if len(at) > 1 else ticks(low, high, 3)
    step = min((after - before for before, after in pairwise(at)), default=abs(high - low) or 1.0)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    digits += 0 if abs(round(step, digits) - step) < 1e-9 * step else 1
    return [(value, short_number(value, digits)) for value in at]


def short_number(value: float, digits: int) -> str:
    """Thousands as k, millions as M; else with the digits that the axis needs."""
    for size, prefix in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= 10 * size or (size == 1e6 and abs(value) >= size):
            return f"{value / size:.3g}\u2009{prefix}".replace("-", "\u2212")
    return f"{value:,.{digits}f}".replace("-", "\u2212")


def pieces(series: Series, points: int) -> Iterator[tuple[Floats, Floats]]:
    """The stretches with data, each thinned to its share of the points: ends and extremes stay."""
    x, y = np.asarray(series.x, dtype=float), np.asarray(series.y, dtype=float)
    known = np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(int)))
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        part = Series(series.name, x[first:after], y[first:after], series.role, series.shape)
        yield thin(part, max(8, points * (after - first) // max(1, int(known.sum()))))
