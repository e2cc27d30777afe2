"""What does Plotly get? Plain dicts without colours: every trace, shape and note says its role, the page colours it."""

from __future__ import annotations

from typing import Any

from lessons.widgets.kit import plotly_panels, words
from lessons.widgets.kit.charts import Bars, Mark, Panels, Plot, Series, Timeline
from lessons.widgets.kit.output import View
from lessons.widgets.kit.roles import PLOTLY_DASHES, PLOTLY_PATTERNS, PLOTLY_SYMBOLS, STATE_ROLES
from lessons.widgets.kit.scale import extent, thin, time_ticks

POINTS_MAX = 600
MARKERS_MAX = 30
HEIGHT = 360


def figure(view: View) -> dict[str, Any] | None:
    """`data` and `layout`; None for what stays SVG: topologies, boundaries, maps, histories, orders,
    bars to choose from, timelines with lanes.

    `meta.role` of a trace and `name` of a shape or an annotation is a role ("a", "ink", ...) with a colour in the CSS.
    """
    if isinstance(view, Timeline):
        return None if view.lanes else _timeline(view)
    if isinstance(view, Plot):
        return _plot(view)
    if isinstance(view, Panels):
        return plotly_panels.figure(view)
    if isinstance(view, Bars) and not any(view.picks):
        return _bars(view)
    return None


def _layout(**parts: Any) -> dict[str, Any]:
    return {
        "height": HEIGHT,
        "autosize": True,
        "margin": {"l": 64, "r": 16, "t": 40, "b": 56},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        "dragmode": False,
        "hovermode": "x",
        "barmode": "overlay",
        **parts,
    }


def _axis(title: str, **parts: Any) -> dict[str, Any]:
    return {"title": {"text": title}, "fixedrange": True, "zeroline": False, "automargin": True, **parts}


def _line(series: Series, *, pale: bool) -> dict[str, Any]:
    x, y = thin(series, POINTS_MAX)
    few = len(x) <= MARKERS_MAX
    return {
        "type": "scatter",
        "mode": "lines+markers" if few and not pale else "lines",
        "name": f"{series.name} (before)" if pale else series.name,
        "x": [round(float(value), 3) for value in x],
        "y": [round(float(value), 4) for value in y],
        "line": {
            "dash": PLOTLY_DASHES.get(series.role, "solid"),
            "shape": "hv" if series.shape == "step" else "linear",
            "width": 1.5 if pale else 2.5,
        },
        "marker": {"symbol": PLOTLY_SYMBOLS[series.role], "size": 8},
        "opacity": 0.45 if pale else 1,
        "meta": {"role": series.role, "pale": pale},
    }


def _lines(series: tuple[Series, ...], before: tuple[Series, ...]) -> list[dict[str, Any]]:
    return [*(_line(one, pale=True) for one in before), *(_line(one, pale=False) for one in series)]


def _marks(marks: tuple[Mark, ...]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shapes and annotations for labelled lines across the drawing."""
    shapes, notes = [], []
    for mark in marks:
        other = "y" if mark.axis == "x" else "x"
        shapes.append(
            {
                "type": "line",
                "name": mark.role,
                f"{mark.axis}ref": mark.axis,
                f"{other}ref": "paper",
                f"{mark.axis}0": mark.at,
                f"{mark.axis}1": mark.at,
                f"{other}0": 0,
                f"{other}1": 0.86 if mark.axis == "x" else 1,
                "line": {"dash": "dash", "width": 2},
            }
        )
        notes.append(
            {
                "text": mark.text,
                "name": mark.role,
                "showarrow": False,
                f"{mark.axis}ref": mark.axis,
                f"{other}ref": "paper",
                mark.axis: mark.at,
                other: 0.86 if mark.axis == "x" else 1,
                "xanchor": "left" if mark.axis == "x" else "right",
                "yanchor": "top" if mark.axis == "x" else "bottom",
            }
        )
    return shapes, notes


def _plot(plot: Plot) -> dict[str, Any]:
    shapes, notes = _marks(plot.marks)
    for band in plot.bands:
        shapes.append(
            {
                "type": "rect",
                "name": band.role,
                "xref": "x",
                "yref": "paper",
                "x0": band.starts,
                "x1": band.ends,
                "y0": 0,
                "y1": 1,
                "opacity": 0.14,
                "layer": "below",
                "line": {"width": 0},
            }
        )
    every = (*plot.series, *plot.before)
    x_range = plot.x_range or extent([one.x for one in every], from_zero=False)
    y_range = plot.y_range or extent([one.y for one in every])
    return {
        "data": _lines(plot.series, plot.before),
        "layout": _layout(
            xaxis=_axis(plot.x_title, range=list(x_range)),
            yaxis=_axis(plot.y_title, range=list(y_range)),
            shapes=shapes,
            annotations=notes,
        ),
    }


def _timeline(timeline: Timeline) -> dict[str, Any]:
    shapes, notes = _marks(timeline.marks)
    data = _lines(timeline.series, timeline.before)
    for phase in timeline.phases:
        lasts = f"{words.duration(phase.starts_s)} to {words.duration(phase.ends_s)}"
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": phase.name,
                "base": [phase.starts_s],
                "x": [phase.ends_s - phase.starts_s],
                "y": [0],
                "width": [1],
                "yaxis": "y2",
                "showlegend": False,
                "text": [phase.name],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "hoverinfo": "text",
                "hovertext": [f"{phase.name}: {lasts}"],
                "marker": {"pattern": {"shape": PLOTLY_PATTERNS[phase.state], "fillmode": "overlay"}},
                "meta": {"role": STATE_ROLES[phase.state], "state": phase.state},
            }
        )
    seen = [event for event in timeline.events if timeline.starts_s <= event.at_s <= timeline.ends_s]
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "events",
            "x": [round(event.at_s, 3) for event in seen],
            "y": [-0.9 for _ in seen],
            "yaxis": "y2",
            "showlegend": False,
            "hoverinfo": "text",
            "hovertext": [f"{words.duration(event.at_s)}: {event.text}" for event in seen],
            "marker": {"symbol": "triangle-down", "size": 9},
            "meta": {"role": "ink"},
        }
    )
    labelled, unit = time_ticks(timeline.starts_s, timeline.ends_s)
    y_range = extent([one.y for one in (*timeline.series, *timeline.before)])
    return {
        "data": data,
        "layout": _layout(
            xaxis=_axis(
                f"{timeline.x_title} ({unit})",
                range=[timeline.starts_s, timeline.ends_s],
                tickvals=[at for at, _ in labelled],
                ticktext=[text for _, text in labelled],
            ),
            yaxis=_axis(timeline.y_title, range=list(y_range), domain=[0, 0.8]),
            yaxis2={
                "domain": [0.84, 1],
                "range": [-1.4, 0.6],
                "fixedrange": True,
                "visible": False,
            },
            shapes=shapes,
            annotations=notes,
        ),
    }


def _bars(bars: Bars) -> dict[str, Any]:
    data = []
    for values, pale in ((bars.before, True), (bars.values, False)):
        if not values:
            continue
        for place, category in enumerate(bars.categories):
            value = values[place]
            role = bars.roles[place]
            data.append(
                {
                    "type": "bar",
                    "orientation": "h",
                    "name": f"{category} (before)" if pale else category,
                    "y": [category],
                    "x": [value],
                    "width": [0.2 if pale else 0.5],
                    "offset": [0.26 if pale else -0.25],
                    "text": [""] if pale else [bars.labels[place]],
                    "textposition": "auto",
                    "opacity": 0.45 if pale else 1,
                    "marker": {"pattern": {"shape": ""}},
                    "meta": {"role": role, "pale": pale},
                }
            )
    axis: dict[str, Any] = {"type": "log"} if bars.log else {"rangemode": "tozero"}
    if bars.most is not None:
        axis["range"] = [0, max(bars.most, *(value or 0.0 for value in (*bars.values, *bars.before)))]
    return {
        "data": data,
        "layout": _layout(
            height=80 + 56 * len(bars.categories),
            xaxis=_axis(bars.x_title, **axis),
            yaxis=_axis("", autorange="reversed"),
            showlegend=False,
            hovermode="closest",
        ),
    }
