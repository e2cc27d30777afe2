"""How do failure domains look as SVG? Boxes in boxes, with the signs of their states; each can be chosen to fail."""

from __future__ import annotations

from lessons.widgets.kit.output import Boundaries, Boundary
from lessons.widgets.kit.svg_pen import Pen, document, state_marks

LEFT, WIDTH, TOP = 8.0, 704.0, 8.0
ROW, GAP = 62.0, 10.0


def draw(view: Boundaries, pen: Pen, label: str) -> str:
    """One row per boundary."""
    for row, boundary in enumerate(view.boundaries):
        _box(pen, boundary, LEFT, TOP + row * (ROW + GAP), WIDTH, ROW)
    return document(
        pen, kind="boundaries", height=int(2 * TOP + len(view.boundaries) * (ROW + GAP)), label=label, data={}
    )


def _box(pen: Pen, boundary: Boundary, x: float, y: float, width: float, height: float) -> None:
    pen.open_pick(boundary.pick)
    pen.open("g", f"place place--{boundary.kind} state-{boundary.state} role-{boundary.role}")
    pen.add("rect", "shape", x=x, y=y, width=width, height=height, rx="6", fill="none", stroke="currentColor")
    state_marks(pen, state=boundary.state, x=x, y=y, width=width, height=height)
    pen.text(x + 8, y + 25, boundary.name)
    pen.text(x + width - 8, y + 25, boundary.note, anchor="end", classes="label place-note")
    pen.close("g")
    pen.close_pick(boundary.pick)
