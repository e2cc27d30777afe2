"""How do failure domains look as SVG? Boxes in boxes, with the signs of their states; each can be chosen to fail.

What stands inside nothing is a column (regions, as a rule): zones side by side in it, cells as squares in them, its
store as a drum, its dependencies as bars. What all share is a bar across everything, with a stem to where it lives.
Boxes are siblings in the drawing, not nested, so that each is its own link. Where there are too many to tell apart,
those of one state become one box with their number.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

from lessons.widgets.kit.places import Boundaries, Boundary
from lessons.widgets.kit.svg_pen import CHARACTER_WIDTH, Pen, cross, document, hatching, short, state_marks, text_width

LEFT, RIGHT, TOP = 8.0, 712.0, 8.0
COLUMN_GAP, GAP, PAD = 12.0, 6.0, 8.0
HEAD, LEAF, BAR = 62.0, 36.0, 42.0
ZONE_ROW, ZONE_NAME, ZONE_WIDTH_MIN = 40.0, 28.0, 62.0
CELL_SIDES, CELL_GAP = (40.0, 28.0, 20.0, 14.0), 4.0
CELLS_DEEP = 92.0
CROSS = 30.0
CELLS_MAX, ZONES_MAX = 60, 24
DASHES = {"down": "9 5", "unknown": "2 5"}


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float
    height: float


def draw(view: Boundaries, pen: Pen, label: str) -> str:
    """Columns in rows of three at most, then the bars that all share."""
    boundaries = _told_apart(view.boundaries)
    bars = [one for one in boundaries if one.shared]
    columns = [one for one in boundaries if not one.shared and not one.inside]
    across = {1: 1, 2: 2, 4: 2}.get(len(columns), 3)
    width = (RIGHT - LEFT - (across - 1) * COLUMN_GAP) / across
    y, boxes = TOP, {}
    for start in range(0, len(columns), across):
        row = columns[start : start + across]
        height = max(_height(boundaries, one, width) for one in row)
        for place, one in enumerate(row):
            boxes[one.id] = _Box(LEFT + place * (width + COLUMN_GAP), y, width, height)
            _column(pen, boundaries, one, boxes[one.id])
        y += height + COLUMN_GAP
    for place, bar in enumerate(bars):
        box = _Box(LEFT, y + GAP + place * (BAR + GAP), RIGHT - LEFT, BAR)
        if place == 0 and len(columns) <= across:
            _stems(pen, bar, list(boxes.items()), box)
        _named(pen, bar, box)
    y += bool(bars) * GAP + len(bars) * (BAR + GAP)
    return document(pen, kind="boundaries", height=math.ceil(y), label=label, data={})


def _told_apart(boundaries: Sequence[Boundary]) -> list[Boundary]:
    """Boundaries few enough to be drawn: too many zones or cells become one box for each state inside their holder."""
    for kind, most in (("cell", CELLS_MAX), ("zone", ZONES_MAX)):
        if sum(one.kind == kind for one in boundaries) > most:
            boundaries = _gathered(boundaries, kind)
    return list(boundaries)


def _gathered(boundaries: Sequence[Boundary], kind: str) -> list[Boundary]:
    counts: dict[tuple[str, str], int] = {}
    for one in boundaries:
        if one.kind == kind:
            counts[one.inside, one.state] = counts.get((one.inside, one.state), 0) + 1
    seen: dict[tuple[str, str], str] = {}
    left_out: set[str] = set()
    kept = []
    for one in boundaries:
        key = (one.inside, one.state)
        if one.kind == kind and key in seen:
            left_out.add(one.id)
        elif one.kind == kind:
            seen[key] = one.id
            name = one.name if counts[key] == 1 else f"{counts[key]} {kind}s"
            kept.append(dataclasses.replace(one, name=name))
        elif one.inside not in left_out:
            kept.append(one)
    return kept


def _inside(boundaries: Sequence[Boundary], holder: str, *kinds: str) -> list[Boundary]:
    return [one for one in boundaries if one.inside == holder and one.kind in kinds and not one.shared]


def _height(boundaries: Sequence[Boundary], column: Boundary, width: float) -> float:
    zones = _inside(boundaries, column.id, "zone")
    others = _inside(boundaries, column.id, "dependency", "store")
    inner = _zones_height(boundaries, zones, width - 2 * PAD) if zones else 0.0
    return HEAD + inner + len(others) * (LEAF + GAP) + PAD


def _zones_height(boundaries: Sequence[Boundary], zones: Sequence[Boundary], width: float) -> float:
    zone_width, in_rows = _zone_width(boundaries, zones, width)
    if in_rows:
        return len(zones) * (ZONE_ROW + GAP) + GAP
    deepest = max(_cells_height(_inside(boundaries, one.id, "cell"), zone_width) for one in zones)
    return ZONE_NAME + deepest + 2 * GAP + PAD


def _zone_width(boundaries: Sequence[Boundary], zones: Sequence[Boundary], width: float) -> tuple[float, bool]:
    """How wide a zone is, and whether zones lie under one another because they would be too narrow to be touched or to
    hold their words."""
    side_by_side = (width - (len(zones) - 1) * GAP) / len(zones)
    gathered = [cell for zone in zones for cell in _inside(boundaries, zone.id, "cell") if _many(cell)]
    longest = max(text_width(one.name) for one in (*zones, *gathered)) + 24
    in_rows = side_by_side < max(ZONE_WIDTH_MIN, longest) and len(zones) > 1
    return (width if in_rows else side_by_side), in_rows


def _many(cell: Boundary) -> bool:
    """Whether it stands for several of its kind."""
    return cell.name.endswith(" cells")


def _cells_height(cells: Sequence[Boundary], width: float) -> float:
    if not cells:
        return 14.0
    if any(_many(cell) for cell in cells):
        return len(cells) * (LEAF + CELL_GAP) + CELL_GAP
    side = _cell_side(len(cells), width)
    return _cell_rows(len(cells), width, side) * (side + CELL_GAP) + CELL_GAP


def _cell_side(count: int, width: float) -> float:
    """The largest side at which all of them fit."""
    for side in CELL_SIDES:
        if _cell_rows(count, width, side) * (side + CELL_GAP) <= CELLS_DEEP:
            return side
    return CELL_SIDES[-1]


def _cell_rows(count: int, width: float, side: float) -> int:
    return math.ceil(count / _cells_a_row(width, side))


def _cells_a_row(width: float, side: float) -> int:
    return max(1, int((width - 2 * GAP + CELL_GAP) // (side + CELL_GAP)))


def _column(pen: Pen, boundaries: Sequence[Boundary], column: Boundary, box: _Box) -> None:
    pen.open_pick(column.pick)
    _open(pen, column)
    _shape(pen, column, box, width="2.5")
    if column.state == "degraded":
        # A strip under the head, so that what stands inside stays readable.
        stripes = hatching(box.x, box.y + HEAD - 10, box.width, 10, gap=12)
        pen.add(
            "path",
            "mark-degraded",
            d=stripes,
            fill="none",
            stroke="currentColor",
            opacity=".7",
            **{"stroke-width": "2"},
        )
    else:
        _signs(pen, column, _Box(box.x, box.y, box.width, HEAD))
    pen.text(box.x + PAD, box.y + 25, fitted(column.name, box.width - 2 * PAD))
    pen.text(box.x + PAD, box.y + 48, fitted(column.note, box.width - 2 * PAD), classes="label place-note")
    pen.close("g")
    pen.close_pick(column.pick)
    inner = _Box(box.x + PAD, box.y + HEAD, box.width - 2 * PAD, box.height - HEAD)
    y = _zones(pen, boundaries, _inside(boundaries, column.id, "zone"), inner)
    for other in _inside(boundaries, column.id, "dependency", "store"):
        _named(pen, other, _Box(inner.x, y, inner.width, LEAF))
        y += LEAF + GAP


def _zones(pen: Pen, boundaries: Sequence[Boundary], zones: Sequence[Boundary], inner: _Box) -> float:
    """Draws the zones of a column; gives the y below them."""
    if not zones:
        return inner.y
    width, in_rows = _zone_width(boundaries, zones, inner.width)
    height = _zones_height(boundaries, zones, inner.width)
    for place, zone in enumerate(zones):
        if in_rows:
            box = _Box(inner.x, inner.y + place * (ZONE_ROW + GAP), inner.width, ZONE_ROW)
        else:
            box = _Box(inner.x + place * (width + GAP), inner.y, width, height - GAP)
        _zone(pen, boundaries, zone, box, in_row=in_rows)
    return inner.y + height


def _zone(pen: Pen, boundaries: Sequence[Boundary], zone: Boundary, box: _Box, *, in_row: bool) -> None:
    pen.open_pick(zone.pick)
    _open(pen, zone)
    _shape(pen, zone, box)
    cells = _inside(boundaries, zone.id, "cell")
    head = box
    if zone.state == "down" and not in_row:
        # The cross stays clear of the name, and of cells, which have their own.
        down = _Box(box.x, box.y + 22, box.width, box.height - 22)
        head = _Box(box.x, box.y, box.width, ZONE_NAME) if cells else down
    _signs(pen, zone, head)
    pen.text(box.x + 6, box.y + 25, zone.name)
    pen.close("g")
    pen.close_pick(zone.pick)
    name = text_width(zone.name) + 12
    room = _Box(box.x, box.y + ZONE_NAME, box.width, box.height - ZONE_NAME)
    if in_row:
        room = _Box(box.x + name, box.y, box.width - name, box.height)
    _cells(pen, cells, room, in_row=in_row)
    for place, need in enumerate(_inside(boundaries, zone.id, "dependency")):
        _diamond(pen, need, box.x + box.width - 16 - 20 * place, box.y + 18)


def _cells(pen: Pen, cells: Sequence[Boundary], room: _Box, *, in_row: bool) -> None:
    """Squares in a grid; where they were gathered, their number stands in words."""
    if any(_many(cell) for cell in cells):
        _many_cells(pen, cells, room, in_row=in_row)
        return
    side = _cell_side(len(cells), room.width)
    if in_row:
        fits = [one for one in CELL_SIDES if one < ZONE_ROW and len(cells) <= _cells_a_row(room.width, one)]
        side = fits[0] if fits else CELL_SIDES[-1]
    a_row = _cells_a_row(room.width, side)
    # Said once for all that are alike: there may be many.
    usual = max((cell.state for cell in cells), key=[cell.state for cell in cells].count, default="healthy")
    pen.open("g", "", **_painted(usual, "2"))
    for place, cell in enumerate(cells):
        down, across = divmod(place, a_row)
        x, y = room.x + GAP + across * (side + CELL_GAP), room.y + CELL_GAP + down * (side + CELL_GAP)
        pen.open_pick(cell.pick)
        _open(pen, cell)
        own = {} if cell.state == usual else {"stroke-dasharray": "none", **_painted(cell.state, "2")}
        pen.add("rect", "shape", x=x, y=y, width=side, height=side, rx="2", **own)
        _signs(pen, cell, _Box(x, y, side, side))
        pen.close("g")
        pen.close_pick(cell.pick)
    pen.close("g")


def _many_cells(pen: Pen, cells: Sequence[Boundary], room: _Box, *, in_row: bool) -> None:
    """One box for the cells of each state, side by side in a row, under one another in a column."""
    width = (room.width - GAP) / len(cells) - GAP if in_row else room.width - 2 * GAP
    for place, cell in enumerate(cells):
        x = room.x + GAP + place * (width + GAP) * in_row
        y = room.y + 2 + place * (LEAF + CELL_GAP) * (not in_row)
        room_for_words = width - 8 - (CROSS + 8 if cell.state == "down" else 0)
        number = next((word for word in cell.name.split() if word.isdigit()), cell.name)
        said = cell.name if text_width(cell.name) <= room_for_words else number
        _named(pen, dataclasses.replace(cell, name=said), _Box(x, y, width, LEAF), side=4)


def _named(pen: Pen, boundary: Boundary, box: _Box, *, side: float = 18) -> None:
    """A bar with a name and a note: a drum for a store, rounded ends for a dependency."""
    pen.open_pick(boundary.pick)
    _open(pen, boundary)
    if boundary.kind == "store":
        _drum(pen, boundary, box)
    else:
        _shape(pen, boundary, box, corner=short(box.height / 2) if boundary.kind == "dependency" else "4")
    _signs(pen, boundary, box)
    said = f"{boundary.name}, {boundary.note}" if boundary.note else boundary.name
    pen.text(box.x + box.width / 2, box.y + box.height / 2 + 8, fitted(said, box.width - 2 * side), anchor="middle")
    pen.close("g")
    pen.close_pick(boundary.pick)


def _stems(pen: Pen, bar: Boundary, columns: Sequence[tuple[str, _Box]], box: _Box) -> None:
    """Lines from a shared bar to those that share it; thick to where it lives."""
    for name, column in columns:
        x = column.x + column.width / 2
        lives = name == bar.inside
        pen.add(
            "path",
            "link",
            d=f"M{short(x)} {short(column.y + column.height)}V{short(box.y)}",
            fill="none",
            stroke="currentColor",
            **{"stroke-width": "7" if lives else "2"},
        )


def _open(pen: Pen, boundary: Boundary) -> None:
    pen.open("g", f"place place--{boundary.kind} state-{boundary.state} role-{boundary.role}")


def _shape(pen: Pen, boundary: Boundary, box: _Box, *, corner: str = "6", width: str = "2") -> None:
    pen.add(
        "rect",
        "shape",
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        rx=corner,
        **_painted(boundary.state, width, hollow=boundary.kind in ("region", "zone")),
    )


def _drum(pen: Pen, boundary: Boundary, box: _Box) -> None:
    """A flat cylinder on its side, the sign of a store."""
    left, right, bend = box.x + 10, box.x + box.width - 10, box.height / 2
    top, bottom = short(box.y), short(box.y + box.height)
    turn = f"A10 {short(bend)} 0 0 "
    body = (
        f"M{short(left)} {top}H{short(right)}{turn}1 {short(right)} {bottom}H{short(left)}{turn}1 {short(left)} {top}"
    )
    pen.add("path", "shape", d=f"{body}{turn}1 {short(left)} {bottom}", **_painted(boundary.state, "2"))


def _diamond(pen: Pen, boundary: Boundary, x: float, y: float) -> None:
    """A dependency inside a zone: a sign without words."""
    pen.open_pick(boundary.pick)
    _open(pen, boundary)
    path = f"M{short(x)} {short(y - 8)}L{short(x + 8)} {short(y)}L{short(x)} {short(y + 8)}L{short(x - 8)} {short(y)}Z"
    pen.add("path", "shape", d=path, **_painted(boundary.state, "2"))
    _signs(pen, boundary, _Box(x - 8, y - 8, 16, 16))
    pen.close("g")
    pen.close_pick(boundary.pick)


def _signs(pen: Pen, boundary: Boundary, box: _Box) -> None:
    """The sign of a state. The cross is a square at the right end, where it does not strike out the words."""
    if boundary.state != "down":
        state_marks(pen, state=boundary.state, x=box.x, y=box.y, width=box.width, height=box.height, present_only=True)
        return
    side = min(box.width - 8, box.height - 10, CROSS)
    x, y = box.x + box.width - side - (6 if box.width > 2 * side else (box.width - side) / 2), box.y
    y += (box.height - side) / 2
    path = cross(x, y, side, side)
    pen.add("path", "mark-down", d=path, fill="none", stroke="currentColor", **{"stroke-width": "3"})


def _painted(state: str, width: str, *, hollow: bool = False) -> dict[str, str]:
    """Filled when it works, hollow when it does not; holders are hollow always, so that what is inside is seen."""
    dash = {"stroke-dasharray": DASHES[state]} if state in DASHES else {}
    return {
        "fill": "currentColor",
        "fill-opacity": "0" if hollow or state in DASHES else ".2",
        "stroke": "currentColor",
        "stroke-width": width,
        **dash,
    }


def fitted(text: str, width: float) -> str:
    """The words, cut with an ellipsis where they are wider than their room."""
    most = int(width / CHARACTER_WIDTH)
    return text if len(text) <= most else f"{text[: max(most - 1, 1)].rstrip(' ,')}…"
