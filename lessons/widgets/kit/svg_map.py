"""How does the world look as SVG? An outline of the land, places on it, and the lines between them."""

from __future__ import annotations

from lessons.widgets.kit.output import MapPoint, WorldMap
from lessons.widgets.kit.svg_pen import Pen, document, short

WIDTH, HEIGHT = 720.0, 360.0


def draw(view: WorldMap, pen: Pen, label: str) -> str:
    """Lines first, then the places."""
    places = {point.id: _at(point) for point in view.points}
    for line in view.lines:
        (x1, y1), (x2, y2) = places[line.starts], places[line.ends]
        path = f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}"
        pen.line(path, f"line role-{line.role}", role=line.role, width=4 if line.marked else 2)
    for point in view.points:
        x, y = places[point.id]
        pen.open_pick(point.pick)
        pen.add("rect", f"point role-{point.role}", x=x - 7, y=y - 7, width=14.0, height=14.0, fill="currentColor")
        pen.text(x + 12, y + 7, point.name)
        pen.close_pick(point.pick)
    return document(pen, kind="map", height=int(HEIGHT), label=label, data={})


def _at(point: MapPoint) -> tuple[float, float]:
    return (point.longitude + 180) / 360 * WIDTH, (90 - point.latitude) / 180 * HEIGHT
