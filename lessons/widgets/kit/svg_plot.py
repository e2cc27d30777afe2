"""How does a Plot look as SVG? Lines over one axis, told apart by dash as well as colour."""

from __future__ import annotations

from lessons.widgets.kit import words
from lessons.widgets.kit.charts import Mark, Plot, Series
from lessons.widgets.kit.scale import Scale, extent, thin, ticks
from lessons.widgets.kit.svg_pen import Pen, document, path_of, text_width

HEIGHT = 360
LEFT, RIGHT, TOP, BOTTOM = 84.0, 704.0, 76.0, 296.0
POINTS_MAX = 240


def draw(plot: Plot, pen: Pen, label: str) -> str:
    """Grid, bands, lines, marks, legend and axis titles."""
    every = (*plot.series, *plot.before)
    x_starts, x_ends = plot.x_range or extent([one.x for one in every], from_zero=False)
    y_starts, y_ends = plot.y_range or extent([one.y for one in every])
    across, up = Scale(x_starts, x_ends, LEFT, RIGHT), Scale(y_starts, y_ends, BOTTOM, TOP)
    pen.text(8, 24, plot.y_title)
    legend(pen, plot.series, y=56)
    grid(pen, up, [(at, words.tick(at)) for at in ticks(y_starts, y_ends, 3)])
    for band in plot.bands:
        starts, ends = across.at(band.starts), across.at(band.ends)
        pen.add(
            "rect",
            f"band role-{band.role}",
            x=starts,
            y=TOP,
            width=max(1.0, ends - starts),
            height=BOTTOM - TOP,
            fill="currentColor",
            **{"fill-opacity": ".14"},
        )
        if ends - starts > text_width(band.text):
            pen.text((starts + ends) / 2, TOP + 22, band.text, anchor="middle")
    lines(pen, plot.before, across, up, pale=True)
    lines(pen, plot.series, across, up, pale=False)
    marks(pen, plot.marks, across, up)
    bottom_axis(pen, across, [(at, words.tick(at)) for at in ticks(x_starts, x_ends, 4)], plot.x_title)
    return document(pen, kind="plot", height=HEIGHT, label=label, data=axis_data(across))


def axis_data(across: Scale) -> dict[str, str]:
    """The attributes with which a playhead finds the pixel of a moment."""
    return {
        "x0": f"{across.pixel_starts:g}",
        "x1": f"{across.pixel_ends:g}",
        "t0": f"{across.starts:g}",
        "t1": f"{across.ends:g}",
    }


def lines(pen: Pen, series: tuple[Series, ...], across: Scale, up: Scale, *, pale: bool) -> None:
    """Every series as one path."""
    for one in series:
        x, y = thin(one, POINTS_MAX)
        classes = f"line{' pale' if pale else ''} role-{one.role}"
        path = path_of(x, y, across, up, step=one.shape == "step")
        if path:
            pen.line(path, classes, role=one.role, width=2 if pale else 3)


def legend(pen: Pen, series: tuple[Series, ...], *, y: float) -> None:
    """Names with a sample of their line, from the left."""
    x = 8.0
    for one in series:
        pen.line(f"M{x:g} {y - 7:g}h40", f"line role-{one.role}", role=one.role, width=3)
        pen.text(x + 47, y, one.name)
        x += 66 + text_width(one.name)


def grid(pen: Pen, up: Scale, labelled: list[tuple[float, str]]) -> None:
    """Horizontal lines with their values at the left."""
    for value, text in labelled:
        y = up.at(value)
        pen.rule(LEFT, y, RIGHT, y, "grid")
        pen.text(LEFT - 8, y + 7, text, anchor="end")


def bottom_axis(pen: Pen, across: Scale, labelled: list[tuple[float, str]], title: str) -> None:
    """The axis line, its values and its title with the unit."""
    pen.rule(LEFT, BOTTOM, RIGHT, BOTTOM, "axis")
    for value, text in labelled:
        x = across.at(value)
        pen.rule(x, BOTTOM, x, BOTTOM + 6, "axis")
        near_end = x + text_width(text) / 2 > 718
        pen.text(718 if near_end else x, BOTTOM + 28, text, anchor="end" if near_end else "middle")
    pen.text((LEFT + RIGHT) / 2, BOTTOM + 56, title, anchor="middle")


def marks(pen: Pen, wanted: tuple[Mark, ...], across: Scale, up: Scale) -> None:
    """Labelled lines across the drawing, such as a reader's guess; beyond the axis at its edge, with an arrow."""
    for order, mark in enumerate(wanted):
        scale = across if mark.axis == "x" else up
        beyond = mark.at > scale.ends
        text = f"{mark.text} →" if beyond else mark.text
        pen.open("g", f"mark role-{mark.role}")
        if mark.axis == "x":
            x = across.at(mark.at)
            pen.rule(x, up.pixel_ends, x, up.pixel_starts, "mark-line", dash="7 4")
            ends = x + text_width(text) + 8 > RIGHT
            pen.text(x - 8 if ends else x + 8, up.pixel_ends + 84 + 26 * order, text, anchor="end" if ends else "start")
        else:
            y = up.at(mark.at)
            pen.rule(across.pixel_starts, y, across.pixel_ends, y, "mark-line", dash="7 4")
            pen.text(RIGHT, y - 8 if y > TOP + 26 else y + 24, text, anchor="end")
        pen.close("g")
