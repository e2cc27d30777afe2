"""How do lines of a log look as SVG? Two rows each: when, how grave, from where and which trace; under them what.

A sign goes with the level, so that the eye finds errors without their colour. The line whose trace is shown is framed.
"""

from __future__ import annotations

from lessons.widgets.kit import words
from lessons.widgets.kit.histories import Log, LogLine
from lessons.widgets.kit.svg_history import fitted
from lessons.widgets.kit.svg_pen import Pen, document, text_width

LEFT, RIGHT = 10.0, 706.0
ROW = 66.0
LEGEND_LINE = 28.0
SIGNS = {"info": "\u25cb", "warning": "\u25b2", "error": "\u25a0"}
ROLES = {"info": "muted", "warning": "e", "error": "bad"}


def draw(log: Log, pen: Pen, label: str) -> str:
    """The lines, then what they are of how many."""
    if not log.lines:
        pen.text(LEFT, 28, "No line.")
    for row, line in enumerate(log.lines):
        _line(pen, line, row * ROW)
    bottom = ROW * max(1, len(log.lines))
    for place, text in enumerate(log.legend):
        pen.text(LEFT, bottom + 24 + place * LEGEND_LINE, text)
    height = int(bottom + 12 + LEGEND_LINE * len(log.legend))
    return document(pen, kind="log", height=height, label=label, data={})


def _line(pen: Pen, line: LogLine, top: float) -> None:
    pen.open_pick(line.pick)
    pen.open("g", f"log-line role-{ROLES[line.level]}")
    if line.chosen or (line.pick is not None and pen.link_to is not None):
        pen.add(
            "rect",
            "shape",
            x=3.0,
            y=top + 2,
            width=714.0,
            height=ROW - 5,
            rx="5",
            fill="none",
            pointer_events="all",
            **({"stroke": "currentColor", "stroke-width": "3"} if line.chosen else {}),
        )
    pen.parts.append(
        f'<text x="{LEFT:g}" y="{top + 27:g}" fill="currentColor" class="log-sign">{SIGNS[line.level]}</text>'
    )
    trace = f"trace {line.trace}" if line.trace else ""
    head = f"{words.duration(line.at_s)} {line.level} {line.place}"
    room = RIGHT - LEFT - 28 - (text_width(trace) + 14 if trace else 0)
    pen.text(LEFT + 28, top + 27, fitted(head, room), classes="label label--title")
    if trace:
        pen.text(RIGHT, top + 27, trace, anchor="end")
    pen.text(LEFT + 28, top + 53, fitted(line.text, RIGHT - LEFT - 28))
    pen.close("g")
    pen.close_pick(line.pick)
