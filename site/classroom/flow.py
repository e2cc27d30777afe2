"""Who moved where between two votes? Bands from left to right, as wide as people are many; the table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lessons.classroom.tally import Move
from lessons.widgets.kit.svg_pen import FONT_SIZE, short

WIDTH, HEIGHT, TOP = 720.0, 300.0, 44.0
LEFT, RIGHT = 120.0, 600.0
GAP = 26.0  # so that the names of two small groups do not touch
ROLES = ("a", "b", "c", "d", "e")


def flow_svg(moves: Sequence[Move], names: dict[str, str]) -> str:
    """The picture of moves; `names` gives each answer a short name, a letter mostly."""
    order = [one for one in names if any(one in (move.before, move.after) for move in moves)]
    people = sum(move.people for move in moves)
    if not people:
        return ""
    scale = (HEIGHT - TOP - GAP * len(order)) / people
    tops = {side: _starts(moves, order, side, scale) for side in ("before", "after")}
    starts = {side: dict(found) for side, found in tops.items()}
    parts = [_text(LEFT - 12, 24, "vote 1", "end"), _text(RIGHT + 12, 24, "vote 2", "start")]
    for place, name in enumerate(order):
        for side, x, anchor in (("before", LEFT - 12, "end"), ("after", RIGHT + 12, "start")):
            count = sum(move.people for move in moves if getattr(move, side) == name)
            if count:
                middle = tops[side][name] + count * scale / 2 + FONT_SIZE / 3
                parts.append(_text(x, middle, f"{names[name]} {count}", anchor))
        for move in sorted((one for one in moves if one.before == name), key=lambda one: order.index(one.after)):
            parts.append(_band(starts, move, scale, ROLES[place % len(ROLES)]))
    said = "; ".join(f"{move.people} from {names[move.before]} to {names[move.after]}" for move in moves)
    return (
        f'<svg class="figure-svg" viewBox="0 0 {short(WIDTH)} {short(HEIGHT)}" role="img" '
        f'aria-label="{escape(f"Who moved: {said}")}" font-size="{FONT_SIZE}">{"".join(parts)}</svg>'
    )


def _starts(moves: Sequence[Move], order: list[str], side: str, scale: float) -> dict[str, float]:
    found, y = {}, TOP
    for name in order:
        found[name] = y
        y += scale * sum(move.people for move in moves if getattr(move, side) == name) + GAP
    return found


def _band(starts: dict[str, dict[str, float]], move: Move, scale: float, role: str) -> str:
    """One band; the next from or to the same answer begins below it."""
    width = move.people * scale
    y1, y2 = starts["before"][move.before] + width / 2, starts["after"][move.after] + width / 2
    starts["before"][move.before] += width
    starts["after"][move.after] += width
    middle = (LEFT + RIGHT) / 2
    path = (
        f"M{short(LEFT)} {short(y1)}C{short(middle)} {short(y1)} {short(middle)} {short(y2)} {short(RIGHT)} {short(y2)}"
    )
    opacity = ".35" if move.before == move.after else ".75"
    return (
        f'<path class="line role-{role}" d="{path}" fill="none" stroke="currentColor" '
        f'stroke-width="{short(max(width, 2.0))}" stroke-opacity="{opacity}"/>'
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    place = f'x="{short(x)}" y="{short(y)}" text-anchor="{anchor}"'
    return f'<text class="label" {place} fill="currentColor">{escape(words)}</text>'
