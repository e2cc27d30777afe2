"""Where do words go on a map, so that they cover neither one another nor what they name?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lessons.widgets.kit.svg_pen import text_width

LINE = 24.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Label:
    """Words of one or two lines beside a mark of some size at a place. `must`: drawn even where it covers something."""

    lines: tuple[str, ...]
    x: float
    y: float
    reach: float
    must: bool = True


@dataclass(frozen=True)
class Placed:
    """Where a label's first line is written: `y` is the foot of the letters."""

    label: Label
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Box:
    """A rectangle that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def shared(self, other: Box) -> float:
        """The area that two boxes have in common."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0.0

    def holds(self, point: Point) -> bool:
        """Whether the point lies inside."""
        return self.left < point[0] < self.right and self.top < point[1] < self.bottom


def place_labels(
    labels: Sequence[Label], *, taken: Sequence[Box], passing: Sequence[Point], width: float, height: float
) -> list[Placed]:
    """Each label at the best of eight sides, in the order given; optional ones only where they cover nothing.

    `taken` are marks, `passing` are points that lines go through: a word may cross a line before it covers a mark.
    """
    used = list(taken)
    placed = []
    for label in labels:
        ways = [(_cost(box, used, passing, width, height) + order, one, box) for order, one, box in _sides(label)]
        cost, best, box = min(ways, key=lambda way: way[0])
        if label.must or cost < 60:
            placed.append(best)
            used.append(box)
    return placed


def _cost(box: Box, used: Sequence[Box], passing: Sequence[Point], width: float, height: float) -> float:
    outside = max(0.0, -box.left) + max(0.0, box.right - width) + max(0.0, -box.top) + max(0.0, box.bottom - height)
    return outside * 200 + sum(box.shared(other) for other in used) + 25 * sum(box.holds(point) for point in passing)


def _sides(label: Label) -> list[tuple[float, Placed, Box]]:
    """Right, left, above, below and the corners, each with a small preference."""
    wide, high, gap = max(text_width(line) for line in label.lines), LINE * len(label.lines), label.reach + 5
    lean = gap * 0.75
    spots = (
        (0, gap, -high / 2, "start"),
        (4, -gap, -high / 2, "end"),
        (8, 0.0, -gap - high, "middle"),
        (8, 0.0, gap, "middle"),
        (12, lean, -lean - high * 0.7, "start"),
        (12, lean, lean - high * 0.3, "start"),
        (16, -lean, -lean - high * 0.7, "end"),
        (16, -lean, lean - high * 0.3, "end"),
    )
    found = []
    for order, dx, dy, anchor in spots:
        x, top = label.x + dx, label.y + dy
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        box = Box(left, top, left + wide, top + high)
        found.append((float(order), Placed(label, x, top + LINE * 0.8, anchor), box))
    return found
