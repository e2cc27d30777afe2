"""How does a trace look as SVG? A row for each span: its name and time, under them its bar on one axis of all spans.

A bar is a frame as long as the span. Filled is what the whole request waits for in this span alone: filled parts do not
overlap, and together they are the length of the request. A span done several times shows its joints.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from lessons.widgets.kit import words
from lessons.widgets.kit.histories import Span, Waterfall
from lessons.widgets.kit.scale import Scale, ticks
from lessons.widgets.kit.svg_history import fitted
from lessons.widgets.kit.svg_pen import Pen, document, short, text_width

LEFT, RIGHT = 8.0, 704.0
ROW, BAR_TOP, BAR = 62.0, 30.0, 20.0
INDENT = 14.0
LEGEND_LINE = 28.0
JOINTS_MAX = 40  # more of them would be one grey bar
SIGN = "\u25c6"


def draw(waterfall: Waterfall, pen: Pen, label: str) -> str:
    """The rows over faint upright lines, the axis, the legend."""
    longest = max((span.ends_ms for span in waterfall.spans), default=1.0)
    across = Scale(0.0, longest or 1.0, LEFT, RIGHT)
    bottom = ROW * len(waterfall.spans) + 4
    at_ms = ticks(0.0, longest or 1.0, 4)
    for tick_ms in at_ms:
        pen.rule(across.at(tick_ms), 0.0, across.at(tick_ms), bottom, "grid")
    filled = any(span.own for span in waterfall.spans)
    for row, span in enumerate(waterfall.spans):
        waited = not filled or any(one.own for one in _with_called(waterfall.spans, row))
        _span(pen, span, across, top=row * ROW, hollow=filled, waited=waited)
    _axis(pen, across, at_ms, bottom)
    for place, line in enumerate(waterfall.legend):
        pen.text(LEFT, bottom + 62 + place * LEGEND_LINE, line)
    height = int(bottom + 70 + LEGEND_LINE * len(waterfall.legend))
    return document(pen, kind="waterfall", height=height, label=label, data={})


def _axis(pen: Pen, across: Scale, at_ms: list[float], bottom: float) -> None:
    pen.rule(LEFT, bottom, RIGHT, bottom, "axis")
    for tick_ms in at_ms:
        x, text = across.at(tick_ms), words.tick(tick_ms)
        pen.rule(x, bottom, x, bottom + 6, "axis")
        half = text_width(text) / 2
        pen.text(min(max(x, LEFT + half), 700 - half), bottom + 28, text, anchor="middle")
    # The unit stands where no value is: between the first two.
    free = (across.at(at_ms[0]) + across.at(at_ms[1])) / 2 if len(at_ms) > 1 else (LEFT + RIGHT) / 2
    pen.text(free, bottom + 28, "ms", anchor="middle")


def _with_called(spans: Sequence[Span], row: int) -> list[Span]:
    """A span and all that it called, which follow it and lie deeper."""
    after = takewhile(lambda one: one.depth > spans[row].depth, spans[row + 1 :])
    return [spans[row], *after]


def _span(pen: Pen, span: Span, across: Scale, *, top: float, hollow: bool, waited: bool) -> None:
    pen.open_pick(span.pick)
    pen.open("g", f"span role-{span.role}")
    if span.pick is not None and pen.link_to is not None:
        # The whole row answers to a pointer, and shows the focus.
        pen.add(
            "rect", "shape", x=2.0, y=top + 1, width=716.0, height=ROW - 2, rx="4", fill="none", pointer_events="all"
        )
    _words(pen, span, top)
    starts, ends = across.at(span.starts_ms), across.at(span.ends_ms)
    fill = "0" if hollow else ".3"
    dash = {} if waited else {"stroke-dasharray": "5 4"}
    _bar(pen, starts, ends, top, fill=fill, width="4" if span.marked else "1.5", **dash)
    for own_starts, own_ends in span.own:
        _bar(pen, across.at(own_starts), across.at(own_ends), top, fill=".85", width="0")
    inner = [across.at(piece[0]) for piece in span.pieces[1:]]
    if 0 < len(inner) <= JOINTS_MAX:
        joints = "".join(f"M{short(x)} {short(top + BAR_TOP - 4)}v{short(BAR + 8)}" for x in inner)
        pen.line(joints, "label", width=2)
    pen.close("g")
    pen.close_pick(span.pick)


def _words(pen: Pen, span: Span, top: float) -> None:
    """What it is and where, from the left; the note from the right."""
    x = LEFT + INDENT * span.depth
    sign = f"{SIGN} " if span.marked else ""
    said = f"{sign}{span.name}, {span.place}" if span.place else f"{sign}{span.name}"
    room = RIGHT - x - (text_width(span.note) + 12 if span.note else 0)
    pen.text(x, top + 21, fitted(said, room), classes="label label--title" if span.marked else "label")
    if span.note:
        pen.text(RIGHT, top + 21, span.note, anchor="end")


def _bar(pen: Pen, starts: float, ends: float, top: float, *, fill: str, width: str, **more: str) -> None:
    pen.add(
        "rect",
        "",
        x=starts,
        y=top + BAR_TOP,
        width=max(2.0, ends - starts),
        height=BAR,
        fill="currentColor",
        stroke="currentColor",
        **{"fill-opacity": fill, "stroke-width": width, **more},
    )
