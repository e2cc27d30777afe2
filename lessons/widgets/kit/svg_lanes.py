"""How does a Timeline with lanes look as SVG? Phases as a strip, numbered events, and a bar for each lane."""

from __future__ import annotations

from lessons.widgets.kit.charts import Phase, Timeline
from lessons.widgets.kit.scale import Scale, time_ticks
from lessons.widgets.kit.svg_pen import Pen, document, text_width
from lessons.widgets.kit.svg_timeline import event_marks, phase_bar

LEFT, RIGHT = 12.0, 708.0
TOP, ROW, BAR = 80.0, 60.0, 24.0
BAR_MIN = 3.0  # what lasts a minute of a day is a line at least


def draw(timeline: Timeline, pen: Pen, label: str) -> str:
    """The strip, the events over the full height, the lanes, and a clock below."""
    across = Scale(timeline.starts_s, timeline.ends_s, LEFT, RIGHT)
    bottom = TOP + ROW * len(timeline.lanes) + 4
    for phase in timeline.phases:
        phase_bar(pen, phase, across)
    event_marks(pen, timeline, across, bottom)
    for row, lane in enumerate(timeline.lanes):
        _lane(pen, lane, across, TOP + ROW * row)
    _clock(pen, timeline, across, bottom)
    return document(pen, kind="lanes", height=int(bottom + 66), label=label, data={})


def _lane(pen: Pen, lane: Phase, across: Scale, y: float) -> None:
    """The name starts where the bar does, or as far to the right as it fits."""
    starts = across.at(lane.starts_s)
    pen.text(max(LEFT, min(starts, RIGHT - text_width(lane.name))), y + 22, lane.name)
    shortest_s = BAR_MIN / (RIGHT - LEFT) * (across.ends - across.starts)
    lasts = Phase(lane.name, lane.starts_s, max(lane.ends_s, lane.starts_s + shortest_s), lane.state)
    phase_bar(pen, lasts, across, top=y + 30, height=BAR, named=False)


def _clock(pen: Pen, timeline: Timeline, across: Scale, bottom: float) -> None:
    labelled, unit = time_ticks(timeline.starts_s, timeline.ends_s)
    title = timeline.x_title if timeline.ticks else f"{timeline.x_title} ({unit})"
    pen.rule(LEFT, bottom, RIGHT, bottom, "axis")
    for at_s, text in timeline.ticks or labelled:
        x = across.at(at_s)
        pen.rule(x, bottom, x, bottom + 6, "axis")
        half = text_width(text) / 2
        pen.text(min(max(x, half), 720 - half), bottom + 28, text, anchor="middle")
    pen.text((LEFT + RIGHT) / 2, bottom + 56, title, anchor="middle")
