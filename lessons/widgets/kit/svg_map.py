"""How does the world look as SVG? The land, users as large as their share, regions by shape, and ways between them.

A region is a filled shape of its role, a candidate a small ring with a plus in it, a group of users a pale disc. What
matters has words; everything else is in the tables. Where it can be chosen, a mark has as much room around it to hit as
its neighbours leave.
"""

from __future__ import annotations

import math

from lessons.widgets.kit.labels import Box, Label, place_labels
from lessons.widgets.kit.places import MapLine, MapPoint, WorldMap
from lessons.widgets.kit.projection import WIDTH, Window, arc, land_path, window_for
from lessons.widgets.kit.svg_pen import FONT_SIZE, Pen, cross, document, hatching, short, text_width

REGION, CANDIDATE = 10.0, 7.0
SHAPES_REACH = 13.0  # the widest of the five shapes
HIT_MIN, HIT_MAX = 8.0, 24.0
LEGEND = 40.0
KINDS = {"region": "region", "users": "users, by share", "candidate": "could be a region"}
Pixels = dict[str, tuple[float, float]]


def draw(view: WorldMap, pen: Pen, label: str) -> str:
    """Land, ways, users, then candidates and regions on top, and words last."""
    window = window_for([(point.latitude, point.longitude) for point in view.points])
    at = {point.id: window.at(point.latitude, point.longitude) for point in view.points}
    ground = {} if not pen.standalone else {"color": "#d5dae1"}
    pen.add("path", "land", d=land_path(window), fill="currentColor", fill_rule="evenodd", **ground)
    ways = _ways(view, window)
    for line, pieces in ways:
        _line(pen, line, pieces)
    order = {"users": 0, "candidate": 1, "region": 2}
    for point in sorted(view.points, key=lambda one: order[one.kind]):
        _point(pen, point, at)
    _words(pen, view, at, ways, window)
    _legend(pen, view, window.height)
    return document(pen, kind="map", height=int(window.height + LEGEND), label=label, data={})


def reach_of(point: MapPoint) -> float:
    """How far a mark extends from its place."""
    if point.kind == "users":
        return 8 + 26 * math.sqrt(min(1.0, max(0.0, point.share_fraction)))
    return SHAPES_REACH if point.kind == "region" else CANDIDATE


def _ways(view: WorldMap, window: Window) -> list[tuple[MapLine, list[list[tuple[float, float]]]]]:
    places = {point.id: (point.latitude, point.longitude) for point in view.points}
    return [(line, arc(window, places[line.starts], places[line.ends])) for line in view.lines]


def _line(pen: Pen, line: MapLine, pieces: list[list[tuple[float, float]]]) -> None:
    path = "".join("M" + "L".join(f"{short(x)} {short(y)}" for x, y in piece) for piece in pieces)
    if path:
        pen.line(path, f"line role-{line.role}", role=line.role, width=5.0 if line.marked else 2.0)


def _point(pen: Pen, point: MapPoint, at: Pixels) -> None:
    x, y = at[point.id]
    pen.open_pick(point.pick)
    if point.pick is not None and pen.link_to is not None:
        room = _room(point, at)
        pen.add("rect", "", x=x - room, y=y - room, width=2 * room, height=2 * room, fill="none", pointer_events="all")
    if point.kind == "users":
        pen.add(
            "path",
            f"point role-{point.role}",
            d=_disc(x, y, reach_of(point)),
            fill="currentColor",
            stroke="currentColor",
            **{"fill-opacity": ".22", "stroke-width": "1.5"},
        )
    elif point.kind == "candidate":
        ring = f"{_disc(x, y, CANDIDATE)}M{short(x - 4)} {short(y)}h8M{short(x)} {short(y - 4)}v8"
        pen.add("path", "point role-muted", d=ring, fill="none", stroke="currentColor", **{"stroke-width": "2"})
    else:
        _region(pen, point, x, y)
    pen.close_pick(point.pick)


def _region(pen: Pen, point: MapPoint, x: float, y: float) -> None:
    """The shape of the role; how it fares is said by its filling, as everywhere."""
    filled = {"healthy": "1", "degraded": ".3"}.get(point.state, "0")
    dash = {"down": "5 3", "unknown": "2 4"}.get(point.state)
    pen.add(
        "path",
        f"point role-{point.role}",
        d=_shape(point.role, x, y),
        fill="currentColor",
        stroke="currentColor",
        **{"fill-opacity": filled, "stroke-width": "2.5"},
        **({"stroke-dasharray": dash} if dash else {}),
    )
    box = (x - REGION, y - REGION, 2 * REGION, 2 * REGION)
    if point.state == "degraded":
        pen.add("path", f"role-{point.role}", d=hatching(*box, gap=7), fill="none", stroke="currentColor")
    if point.state == "down":
        pen.add("path", f"role-{point.role}", d=cross(*box), fill="none", stroke="currentColor", stroke_width="3")
    if point.state == "unknown":
        pen.text(x, y + 8, "?", anchor="middle")


def _disc(x: float, y: float, reach: float) -> str:
    half = f"a{short(reach)} {short(reach)} 0 0 1 "
    return f"M{short(x - reach)} {short(y)}{half}{short(2 * reach)} 0{half}{short(-2 * reach)} 0z"


def _shape(role: str, x: float, y: float) -> str:
    """Circle, square, triangle, diamond, cross: the five roles without their colours."""
    r = REGION
    if role == "b":
        return f"M{short(x - r + 1)} {short(y - r + 1)}h{short(2 * r - 2)}v{short(2 * r - 2)}h{short(2 - 2 * r)}z"
    if role == "c":
        return f"M{short(x)} {short(y - r - 2)}l{short(r + 1)} {short(2 * r)}h{short(-2 * r - 2)}z"
    if role == "d":
        return f"M{short(x)} {short(y - r - 3)}l{r + 3:g} {r + 3:g}l{-r - 3:g} {r + 3:g}l{-r - 3:g} {-r - 3:g}z"
    if role == "e":
        arm = r * 0.4
        steps = ((r, 0), (0, -r), (2 * arm, 0), (0, r), (r, 0), (0, 2 * arm), (-r, 0), (0, r), (-2 * arm, 0), (0, -r))
        path = "".join(f"l{short(dx)} {short(dy)}" for dx, dy in steps)
        return f"M{short(x - r - arm)} {short(y - arm)}{path}h{short(-r)}z"
    return _disc(x, y, r)


def _room(point: MapPoint, at: Pixels) -> float:
    """Half the side of the square that answers to a pointer: half the way to the nearest other mark, within limits."""
    x, y = at[point.id]
    others = [max(abs(x - other_x), abs(y - other_y)) for name, (other_x, other_y) in at.items() if name != point.id]
    apart = [distance for distance in others if distance > 1]
    return min(HIT_MAX, max(HIT_MIN, min(apart, default=2 * HIT_MAX) / 2))


def _words(
    pen: Pen,
    view: WorldMap,
    at: Pixels,
    ways: list[tuple[MapLine, list[list[tuple[float, float]]]]],
    window: Window,
) -> None:
    """Names and notes of regions and users (largest first), then words on lines where there is room."""
    named = [point for point in view.points if point.name and point.kind != "candidate"]
    named.sort(key=lambda point: (point.kind != "users", -point.share_fraction))
    labels = [
        Label(tuple(line for line in (point.name, point.note) if line), *at[point.id], reach_of(point))
        for point in named
    ]
    for line, pieces in ways:
        if line.text and pieces:
            longest = max(pieces, key=len)
            labels.append(Label((line.text,), *longest[len(longest) // 2], 0.0, must=line.marked))
    marks = [point for point in view.points if point.kind != "candidate"]
    taken = [_box(*at[point.id], min(reach_of(point), SHAPES_REACH + 3)) for point in marks]
    passing = [pixel for _, pieces in ways for piece in pieces for pixel in piece]
    passing += [at[point.id] for point in view.points if point.kind == "candidate"]
    for placed in place_labels(labels, taken=taken, passing=passing, width=WIDTH, height=window.height):
        for number, text in enumerate(placed.label.lines):
            pen.text(placed.x, placed.y + number * FONT_SIZE, text, anchor=placed.anchor, classes="label label--map")


def _box(x: float, y: float, reach: float) -> Box:
    return Box(x - reach, y - reach, x + reach, y + reach)


def _legend(pen: Pen, view: WorldMap, top: float) -> None:
    """What the signs mean, for those that are there."""
    x, y = 16.0, top + LEGEND - 16
    present = {point.kind for point in view.points}
    for kind, words in KINDS.items():
        if kind not in present:
            continue
        if kind == "region":
            pen.add("path", "role-ink", d=_disc(x, y - 7, 8), fill="currentColor")
        elif kind == "users":
            pen.add(
                "path",
                "role-ink",
                d=_disc(x, y - 7, 11),
                fill="currentColor",
                stroke="currentColor",
                **{"fill-opacity": ".22", "stroke-width": "1.5"},
            )
        else:
            ring = f"{_disc(x, y - 7, 7)}M{short(x - 4)} {short(y - 7)}h8M{short(x)} {short(y - 11)}v8"
            pen.add("path", "role-muted", d=ring, fill="none", stroke="currentColor", **{"stroke-width": "2"})
        pen.text(x + 18, y, words)
        x += 56 + text_width(words)
