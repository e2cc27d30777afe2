"""How does a partial order look as SVG? Boxes in rows, stronger ones above, lines down to what they imply.

The chosen one has a thick frame, what it implies is filled, what implies it is drawn plain, the rest is dashed.
"""

from __future__ import annotations

from dataclasses import dataclass

from lessons.widgets.kit.histories import PartialOrder, Rank
from lessons.widgets.kit.svg_pen import Pen, document, short, text_width

LEFT, RIGHT = 6.0, 714.0
HEIGHT, GAP_DOWN, GAP_ACROSS = 62.0, 34.0, 4.0
LEGEND_LINE = 28.0
FILLINGS = {"chosen": ".3", "implied": ".16", "stronger": "0", "apart": "0"}


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float


def draw(order: PartialOrder, pen: Pen, label: str) -> str:
    """Lines between rows, then the boxes."""
    boxes = _layout(order)
    standing = {rank.id: rank.standing for rank in order.ranks}
    for stronger, weaker in order.lines:
        both = {standing[stronger], standing[weaker]} <= {"chosen", "implied"}
        _line(pen, boxes[stronger], boxes[weaker], strong=both)
    for rank in order.ranks:
        _rank(pen, rank, boxes[rank.id])
    y = (max(rank.level for rank in order.ranks) + 1) * (HEIGHT + GAP_DOWN) + 4
    for place, line in enumerate(order.legend):
        pen.text(LEFT, y + place * LEGEND_LINE + 20, line)
    return document(pen, kind="order", height=int(y + len(order.legend) * LEGEND_LINE + 8), label=label, data={})


def _layout(order: PartialOrder) -> dict[str, _Box]:
    """Each row's boxes side by side, as wide as their words, spread over the width."""
    boxes = {}
    for level in sorted({rank.level for rank in order.ranks}):
        row = [rank for rank in order.ranks if rank.level == level]
        wide = [max(text_width(line) for line in lines_of(rank)) + 20 for rank in row]
        gap = max(GAP_ACROSS, (RIGHT - LEFT - sum(wide)) / (len(row) + 1))
        x = LEFT + gap
        for rank, width in zip(row, wide, strict=True):
            boxes[rank.id] = _Box(x, 6 + level * (HEIGHT + GAP_DOWN), width)
            x += width + gap
    return boxes


def lines_of(rank: Rank) -> tuple[str, ...]:
    """The sign and the name, on two lines where the name has two words."""
    first, _, rest = rank.name.partition(" ")
    if not rest:
        return (f"{rank.sign} {first}".strip(),)
    halves = rank.name.split(" ")
    middle = (len(halves) + 1) // 2
    return f"{rank.sign} {' '.join(halves[:middle])}".strip(), " ".join(halves[middle:])


def _line(pen: Pen, upper: _Box, lower: _Box, *, strong: bool) -> None:
    x1, y1 = upper.x + upper.width / 2, upper.y + HEIGHT
    x2, y2 = lower.x + lower.width / 2, lower.y
    pen.line(
        f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}",
        "line role-a" if strong else "line axis",
        width=3.5 if strong else 1.5,
    )


def _rank(pen: Pen, rank: Rank, box: _Box) -> None:
    pen.open_pick(rank.pick)
    pen.open("g", f"rank role-{'a' if rank.standing in ('chosen', 'implied') else 'ink'}")
    dash = {"stroke-dasharray": "5 5"} if rank.standing == "apart" else {}
    pen.add(
        "rect",
        "shape",
        x=box.x,
        y=box.y,
        width=box.width,
        height=HEIGHT,
        rx="6",
        fill="currentColor",
        stroke="currentColor",
        **{"fill-opacity": FILLINGS[rank.standing], "stroke-width": "5" if rank.standing == "chosen" else "2"},
        **dash,
    )
    lines = lines_of(rank)
    for place, line in enumerate(lines):
        y = box.y + (39 if len(lines) == 1 else 26 + place * 26)
        pen.text(box.x + box.width / 2, y, line, anchor="middle")
    pen.close("g")
    pen.close_pick(rank.pick)
