"""What does Plotly get of panels? Graphs under one another with one axis of time, as plain dicts."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from lessons.widgets.kit.charts import Panel, Panels, Series
from lessons.widgets.kit.roles import PLOTLY_DASHES
from lessons.widgets.kit.scale import time_ticks
from lessons.widgets.kit.svg_panels import SIGN, pieces, span_of

POINTS_MAX = 240  # of one line
HEIGHT_EACH, HEIGHT_MORE = 180, 110
GAP = 0.36  # of a panel's share of the height, for its words
TITLE_WIDTH = 36  # characters in a line, so that a phone shows all of them


def figure(panels: Panels) -> dict[str, Any]:
    """`data` and `layout`; panel k has the axis y, y2, y3 and so on, the first one on top."""
    count = len(panels.panels)
    data: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    named: set[tuple[str, str]] = set()
    for place, panel in enumerate(panels.panels):
        axis = "" if place == 0 else str(place + 1)
        top = 1 - place / count
        domain = [max(0.0, top - 1 / count), top - GAP / count]
        axes[f"yaxis{axis}"] = _y_axis(panel, domain)
        for one in panel.series:
            data.append(_line(one, axis, first=(one.name, one.role) not in named))
            named.add((one.name, one.role))
        shapes += _shapes(panel, axis, domain)
        notes.append(_title(panel, domain))
    shapes += [_upright(mark.at, mark.role) for mark in panels.marks]
    layout = {**_frame(count), "shapes": shapes, "annotations": notes, "xaxis": _x_axis(panels), **axes}
    return {"data": data, "layout": layout}


def _frame(count: int) -> dict[str, Any]:
    """What does not depend on the panels but on how many they are: the more, the higher."""
    return {
        "height": HEIGHT_MORE + HEIGHT_EACH * count,
        "autosize": True,
        "margin": {"l": 64, "r": 16, "t": 24, "b": 56},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": -72 / (HEIGHT_EACH * count), "yanchor": "top"},
        "dragmode": False,
        "hovermode": "x",
    }


def _y_axis(panel: Panel, domain: list[float]) -> dict[str, Any]:
    return {
        "domain": domain,
        "range": list(span_of(panel)),
        "fixedrange": True,
        "zeroline": False,
        "nticks": 3,
        "automargin": True,
    }


def _x_axis(panels: Panels) -> dict[str, Any]:
    labelled, unit = time_ticks(panels.starts_s, panels.ends_s)
    return {
        "title": {"text": f"{panels.x_title} ({unit})"},
        "anchor": f"y{len(panels.panels)}" if len(panels.panels) > 1 else "y",
        "range": [panels.starts_s, panels.ends_s],
        "tickvals": [at for at, _ in labelled],
        "ticktext": [text for _, text in labelled],
        "fixedrange": True,
        "zeroline": False,
    }


def _line(series: Series, axis: str, *, first: bool) -> dict[str, Any]:
    """One trace; a moment without data between two pieces keeps them apart."""
    x: list[float | None] = []
    y: list[float | None] = []
    for part_x, part_y in pieces(series, POINTS_MAX):
        if x:
            x, y = [*x, x[-1]], [*y, None]
        x += np.round(part_x, 2).tolist()
        y += [float(f"{value:.5g}") for value in part_y]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": series.name,
        "legendgroup": f"{series.name} {series.role}",
        "showlegend": first,
        "x": x,
        "y": y,
        "yaxis": f"y{axis}",
        "line": {
            "dash": PLOTLY_DASHES.get(series.role, "solid"),
            "shape": "hv" if series.shape == "step" else "linear",
            "width": 2.5,
        },
        "meta": {"role": series.role, "pale": False},
    }


def _shapes(panel: Panel, axis: str, domain: list[float]) -> list[dict[str, Any]]:
    """The threshold as a dashed line, and a bar under the graph for each stretch in which it is crossed."""
    made = []
    if panel.threshold is not None:
        made.append(
            {
                "type": "line",
                "name": "bad",
                "xref": "paper",
                "yref": f"y{axis}",
                "x0": 0,
                "x1": 1,
                "y0": panel.threshold,
                "y1": panel.threshold,
                "line": {"dash": "dash", "width": 1.5},
            }
        )
    height = (domain[1] - domain[0]) * 0.06
    for starts_s, ends_s in panel.red:
        made.append(
            {
                "type": "rect",
                "name": "bad",
                "xref": "x",
                "yref": "paper",
                "x0": starts_s,
                "x1": ends_s,
                "y0": domain[0],
                "y1": domain[0] + height,
                "opacity": 0.8,
                "line": {"width": 0},
            }
        )
    return made


def _title(panel: Panel, domain: list[float]) -> dict[str, Any]:
    sign = f"{SIGN} " if panel.marked else ""
    unit = f" ({panel.unit})" if panel.unit else ""
    lines = textwrap.wrap(f"{sign}{panel.title}{unit}", TITLE_WIDTH) + [panel.note] * bool(panel.note)
    return {
        "text": "<br>".join(lines),
        "align": "left",
        "name": "ink",
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": domain[1],
        "xanchor": "left",
        "yanchor": "bottom",
    }


def _upright(at_s: float, role: str) -> dict[str, Any]:
    return {
        "type": "line",
        "name": role,
        "xref": "x",
        "yref": "paper",
        "x0": at_s,
        "x1": at_s,
        "y0": 0,
        "y1": 1,
        "line": {"dash": "dot", "width": 1.5},
    }
