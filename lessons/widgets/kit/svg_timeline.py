"""How does a Timeline look as SVG? Phases as a strip, events as numbered marks, series below on the same time axis."""

from __future__ import annotations

from lessons.widgets.kit import words
from lessons.widgets.kit.charts import Phase, Timeline
from lessons.widgets.kit.scale import Scale, extent, ticks, time_ticks
from lessons.widgets.kit.svg_pen import Pen, cross, document, hatching, text_width
from lessons.widgets.kit.svg_plot import BOTTOM, HEIGHT, LEFT, RIGHT, axis_data, bottom_axis, grid, legend, lines, marks

STRIP_TOP, STRIP_HEIGHT = 4.0, 36.0
EVENTS_Y = 62.0
PLOT_TOP = 108.0


def draw(timeline: Timeline, pen: Pen, label: str) -> str:
    """The strip, the events, the series, then marks over all of them."""
    across = Scale(timeline.starts_s, timeline.ends_s, LEFT, RIGHT)
    for phase in timeline.phases:
        phase_bar(pen, phase, across)
    if timeline.series:
        low, high = extent([one.y for one in (*timeline.series, *timeline.before)])
        up = Scale(low, high, BOTTOM, PLOT_TOP)
        grid(pen, up, [(at, words.tick(at)) for at in ticks(low, high, 3)])
    else:
        up = Scale(0, 1, BOTTOM, PLOT_TOP)
    event_marks(pen, timeline, across, BOTTOM)
    legend(pen, timeline.series, y=94)
    pen.text(RIGHT, 94, timeline.y_title, anchor="end")
    lines(pen, timeline.before, across, up, pale=True)
    lines(pen, timeline.series, across, up, pale=False)
    marks(pen, timeline.marks, across, up)
    labelled, unit = time_ticks(timeline.starts_s, timeline.ends_s)
    bottom_axis(pen, across, labelled, f"{timeline.x_title} ({unit})")
    return document(pen, kind="timeline", height=HEIGHT, label=label, data=axis_data(across))


def phase_bar(
    pen: Pen, phase: Phase, across: Scale, *, top: float = STRIP_TOP, height: float = STRIP_HEIGHT, named: bool = True
) -> None:
    """A stretch as a bar that shows its state, with its name inside where there is room for it."""
    starts, ends = across.at(phase.starts_s), across.at(phase.ends_s)
    if ends - starts < 1:
        return
    width = ends - starts
    solid = {"healthy": ".3", "degraded": ".08"}.get(phase.state, "0")
    dash = {"unknown": "2 4"}.get(phase.state)
    pen.open("g", f"phase state-{phase.state}")
    pen.add(
        "rect",
        "shape",
        x=starts,
        y=top,
        width=width,
        height=height,
        fill="currentColor",
        stroke="currentColor",
        **{"fill-opacity": solid},
        **({"stroke-dasharray": dash} if dash else {}),
    )
    if phase.state == "degraded":
        pen.line(hatching(starts, top, width, height), "mark-degraded", width=1)
    elif phase.state == "down":
        pen.line(cross(starts, top, width, height), "mark-down", width=1)
    name = phase.name if text_width(phase.name) + 12 < width else "?" if phase.state == "unknown" else ""
    if named and name and width > 18:
        pen.text((starts + ends) / 2, top + 25, name, anchor="middle")
    pen.close("g")


def event_marks(pen: Pen, timeline: Timeline, across: Scale, bottom: float) -> None:
    """Numbers where there is room for them; the sentences stand beside the figure in the same order."""
    last = -100.0
    for order, event in enumerate(timeline.events, start=1):
        if not timeline.starts_s <= event.at_s <= timeline.ends_s:
            continue
        x = across.at(event.at_s)
        pen.rule(x, STRIP_TOP + STRIP_HEIGHT, x, bottom, "event", dash="1 5")
        number = str(order)
        if x - last >= 26 + 12 * (len(number) - 1):
            pen.text(x, EVENTS_Y, number, anchor="middle", classes="label event-number")
            last = x
