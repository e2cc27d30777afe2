"""How do Bars look as SVG? A name, a bar and the number beside it; what never ends is an open, dotted bar."""

from __future__ import annotations

import math
from collections.abc import Callable

from lessons.widgets.kit.charts import Bars
from lessons.widgets.kit.roles import SVG_DASHES
from lessons.widgets.kit.svg_pen import Pen, document, text_width

LEFT, RIGHT = 8.0, 704.0
ROW, BAR = 66.0, 26.0
TOP, TOP_ALONE = 0.0, 40.0


def draw(bars: Bars, pen: Pen, label: str) -> str:
    """One row per category, longest value to the right edge; the other run as a thin pale bar underneath."""
    room = RIGHT - LEFT - max((text_width(text) for text in bars.labels), default=0.0) - 16
    length = lengths(bars, max(room, 120.0))
    top = TOP_ALONE if pen.standalone else TOP
    if pen.standalone:
        # On a page the title stands above the picture.
        pen.text(LEFT, 24, bars.title, classes="label label--title")
    for row, (category, text, role) in enumerate(zip(bars.categories, bars.labels, bars.roles, strict=True)):
        y = top + row * ROW
        value = bars.values[row]
        pick = bars.picks[row] if bars.picks else None
        if pick is not None:
            pen.open_pick(pick)
        if pick is not None and pen.link_to is not None:
            # The whole row answers to a pointer, and shows the focus.
            pen.add(
                "rect",
                "shape",
                x=LEFT - 4,
                y=y,
                width=RIGHT - LEFT + 8,
                height=ROW - 2,
                rx="4",
                fill="none",
                pointer_events="all",
            )
        pen.text(LEFT, y + 22, category)
        width = length(value)
        dash = {"stroke-dasharray": SVG_DASHES[role]} if role in SVG_DASHES and value is not None else {}
        open_end = {"stroke-dasharray": "3 5"} if value is None else {}
        pen.add(
            "rect",
            f"fill role-{role}",
            x=LEFT,
            y=y + 30,
            width=width,
            height=BAR,
            fill="currentColor",
            stroke="currentColor",
            **{"fill-opacity": "0" if value is None else ".75"},
            **(open_end or dash),
        )
        if bars.before:
            pen.add(
                "rect",
                f"fill pale role-{role}",
                x=LEFT,
                y=y + 30 + BAR,
                width=length(bars.before[row]),
                height=7.0,
                fill="currentColor",
            )
        pen.text(LEFT + width + 10, y + 51, text)
        if pick is not None:
            pen.close_pick(pick)
    height = int(top + len(bars.categories) * ROW + 40)
    pen.text(LEFT, height - 12, bars.x_title)
    return document(pen, kind="bars", height=height, label=label, data={})


def lengths(bars: Bars, room: float) -> Callable[[float | None], float]:
    """The function from a value to the length of its bar."""
    known = [value for value in (*bars.values, *bars.before) if value is not None and value > 0]
    highest = max(known, default=1.0) if bars.most is None else max(bars.most, *known, 0.0)
    floor = 10.0 ** math.floor(math.log10(min(known))) if known else 1.0

    def length(value: float | None) -> float:
        if value is None:
            return room
        if value <= 0:
            return 1.0
        if bars.log and highest > floor:
            return max(1.0, room * math.log(value / floor) / math.log(highest / floor))
        return max(1.0, room * value / highest)

    return length
