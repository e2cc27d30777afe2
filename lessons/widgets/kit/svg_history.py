"""How does a history look as SVG? A column for each client, a bar for each operation from its call down to its answer.

Time runs down, one row for each call and each answer: the order is true, the distances are not, and the times stand at
the side. Filled is a write, hollow a read, half filled a change; what never got an answer has no lower end. An
operation that shows what is wrong carries its number in a diamond, and a frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from lessons.widgets.kit import words
from lessons.widgets.kit.histories import Deed, History, Lane
from lessons.widgets.kit.svg_pen import Pen, document, short, text_width

LEFT, RIGHT, TOP = 74.0, 714.0, 52.0
ROW = 15.0
BAR = 14.0
LINE = 28.0
DIAMOND = 14.0
TIMES_APART = 3  # rows, so that the times do not touch
FILLINGS = {"write": ".75", "read": "0", "change": ".3", "moment": ".75"}


@dataclass(frozen=True)
class _Rows:
    """The moments of a history from the first to the last, each on a row of its own."""

    moments: tuple[tuple[float, str], ...]

    def of(self, moment: float, what: str) -> float:
        """The y of a call or an answer."""
        return TOP + ROW * self.moments.index((moment, what))

    def between(self, at_s: float) -> float:
        """The y just before the first thing that comes at or after a moment."""
        return TOP + ROW * sum(moment < at_s for moment, _ in self.moments) - ROW / 2

    @property
    def bottom(self) -> float:
        """The y below everything."""
        return TOP + ROW * len(self.moments) + 8


def draw(history: History, pen: Pen, label: str) -> str:
    """Bands under lanes under operations; the label says the verdict."""
    rows = _rows(history)
    width = (RIGHT - LEFT) / max(1, len(history.lanes))
    for band in history.bands:
        _band(pen, rows.between(band.starts), rows.between(band.ends))
    places = {lane.id: LEFT + place * width for place, lane in enumerate(history.lanes)}
    for lane in history.lanes:
        _lane(pen, lane, places[lane.id], width, rows.bottom)
    _times(pen, rows)
    for deed in history.deeds:
        lane = next(one for one in history.lanes if one.id == deed.lane)
        _deed(pen, history, deed, lane, places[deed.lane], width, rows)
    lines = [
        "s, downwards, not to scale. Filled: write; hollow: read.",
        *(f"Shaded: {one.text}." for one in history.bands),
    ]
    for place, line in enumerate(lines):
        pen.text(8, rows.bottom + LINE * (place + 1), line)
    height = math.ceil(rows.bottom + LINE * len(lines) + 12)
    return document(pen, kind="history", height=height, label=f"{label} {history.verdict}", data={})


def _rows(history: History) -> _Rows:
    """An answer comes before a call of the same moment."""
    moments = [(deed.starts_s, f"2 {deed.id}") for deed in history.deeds]
    moments += [(deed.ends_s, f"1 {deed.id}") for deed in history.deeds if deed.ends_s is not None and _lasts(deed)]
    return _Rows(tuple(sorted(moments)))


def _lasts(deed: Deed) -> bool:
    return deed.ends_s is not None and deed.ends_s > deed.starts_s


def _band(pen: Pen, starts: float, ends: float) -> None:
    if ends <= starts:
        return
    pen.add(
        "rect",
        "fill role-muted",
        x=LEFT - 6,
        y=starts,
        width=RIGHT - LEFT + 10,
        height=ends - starts,
        fill="currentColor",
        stroke="currentColor",
        **{"fill-opacity": ".12", "stroke-dasharray": "4 5"},
    )


def _lane(pen: Pen, lane: Lane, x: float, width: float, bottom: float) -> None:
    pen.rule(x + BAR / 2, TOP - 10, x + BAR / 2, bottom, "axis", dash="1 6")
    pen.text(x, 28, fitted(lane.name, width - 8), classes="label label--title")
    pen.line(f"M{short(x)} 38H{short(x + width - 14)}", f"line role-{lane.role}", role=lane.role, width=4)


def _times(pen: Pen, rows: _Rows) -> None:
    """Times at the side, as many as there is room for."""
    last = -TIMES_APART
    for row, (moment, _) in enumerate(rows.moments):
        if row - last >= TIMES_APART:
            pen.text(LEFT - 8, TOP + ROW * row + 8, words.tick(round(moment, 3)), anchor="end")
            last = row


def _deed(pen: Pen, history: History, deed: Deed, lane: Lane, x: float, width: float, rows: _Rows) -> None:
    top = rows.of(deed.starts_s, f"2 {deed.id}")
    bottom = _bottom(history, deed, rows, top)
    pen.open("g", f"deed state-done role-{lane.role}", **{"data-place": deed.id})
    if deed.ends_s is None:
        path = f"M{short(x)} {short(bottom)}V{short(top)}H{short(x + BAR)}V{short(bottom)}"
        pen.add("path", "shape", d=path, fill="none", stroke="currentColor", **{"stroke-dasharray": "4 4"})
    else:
        pen.add(
            "rect",
            "shape",
            x=x,
            y=top,
            width=BAR,
            height=max(bottom - top, 4.0),
            fill="currentColor",
            stroke="currentColor",
            **{"fill-opacity": FILLINGS[deed.kind], "stroke-width": "2"},
        )
    left = x + BAR + 4 + (2 * DIAMOND if deed.number else 0)
    said = deed.text if text_width(deed.text) <= x + width - left else deed.short
    pen.text(left, top + 12, fitted(said, x + width - left))
    if deed.number:
        _mark(pen, deed, x, top, said, width)
    pen.close("g")


def _bottom(history: History, deed: Deed, rows: _Rows, top: float) -> float:
    """Where a bar ends. One without an answer goes on to the next operation of its lane."""
    if deed.ends_s is not None:
        return rows.of(deed.ends_s, f"1 {deed.id}") if _lasts(deed) else top + 4
    later = [rows.of(one.starts_s, f"2 {one.id}") for one in history.deeds if one.lane == deed.lane]
    return min([place - 6 for place in later if place > top], default=rows.bottom)


def _mark(pen: Pen, deed: Deed, x: float, top: float, said: str, width: float) -> None:
    """The number in a diamond, and a frame around bar and words."""
    middle, y = x + BAR + 4 + DIAMOND, top + 5
    corners = [(middle, y - DIAMOND), (middle + DIAMOND, y), (middle, y + DIAMOND), (middle - DIAMOND, y)]
    path = "M" + "L".join(f"{short(a)} {short(b)}" for a, b in corners) + "Z"
    pen.add("path", "role-bad", d=path, fill="none", stroke="currentColor", **{"stroke-width": "2.5"})
    pen.text(middle, y + 7, str(deed.number), anchor="middle")
    reach = min(BAR + 10 + 2 * DIAMOND + text_width(said), width - 4)
    pen.add(
        "rect",
        "role-bad",
        x=x - 5,
        y=top - 10,
        width=reach + 6,
        height=30.0,
        rx="5",
        fill="none",
        stroke="currentColor",
        **{"stroke-width": "2.5"},
    )


def fitted(text: str, room: float) -> str:
    """The text, or its beginning with an ellipsis where there is no room for all of it."""
    if text_width(text) <= room:
        return text
    return text[: max(1, int(room / text_width("x")) - 1)].rstrip() + "\u2026"
