"""Where on paper does a place lie? Robinson's projection, a window on it, and the outline of the land."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from lessons.simulator.engine.geography import Place, great_arc

LAND = Path(__file__).resolve().parents[3] / "content" / "world" / "land.txt"
WIDTH = 720.0
# East of the middle meridian lies the Bering Strait at the edge, so that no land is cut.
MIDDLE_EAST = 11.0
# Robinson's table: for every fifth degree of latitude the length of the parallel and its distance from the equator.
_STEP = 5.0
_LENGTHS = (
    *(1.0, 0.9986, 0.9954, 0.99, 0.9822, 0.973, 0.96, 0.9427, 0.9216, 0.8962),
    *(0.8679, 0.835, 0.7986, 0.7597, 0.7186, 0.6732, 0.6213, 0.5722, 0.5322),
)
_DISTANCES = (
    *(0.0, 0.062, 0.124, 0.186, 0.248, 0.31, 0.372, 0.434, 0.4958, 0.5571),
    *(0.6176, 0.6769, 0.7346, 0.7903, 0.8435, 0.8936, 0.9394, 0.9761, 1.0),
)
_UP = 1.3523 / 0.8487 * math.degrees(1)  # from Robinson's unit to a degree of longitude on the equator
# What is inhabited: the Pacific between California and New Zealand is left out.
_WORLD_WEST, _WORLD_EAST, _WORLD_NORTH, _WORLD_SOUTH = -139.0, 163.0, 72.0, -47.0
# Points closer together than this (degrees) are on one continent, and fill the drawing.
_CONTINENT_WIDE, _CONTINENT_HIGH, _NARROWEST = 75.0, 50.0, 48.0
_MARGIN = 0.16


@dataclass(frozen=True)
class Window:
    """A rectangle of the plane, laid over the drawing: scale in pixels for each degree on the equator."""

    west: float
    north: float
    scale: float
    height: float

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """The pixel of a place; it may lie outside the drawing."""
        x, y = plane(latitude, longitude)
        return (x - self.west) * self.scale, (y - self.north) * self.scale


def plane(latitude: float, longitude: float) -> tuple[float, float]:
    """Robinson's projection, in degrees of the equator from the middle meridian, south down."""
    across = (longitude - MIDDLE_EAST + 180) % 360 - 180
    return _plane(latitude, across)


def _plane(latitude: float, across: float) -> tuple[float, float]:
    steps = abs(latitude) / _STEP
    below = min(int(steps), len(_LENGTHS) - 2)
    rest = steps - below
    length = _LENGTHS[below] + rest * (_LENGTHS[below + 1] - _LENGTHS[below])
    distance = _DISTANCES[below] + rest * (_DISTANCES[below + 1] - _DISTANCES[below])
    return length * across, -math.copysign(distance * _UP, latitude)


def window_for(places: Sequence[tuple[float, float]]) -> Window:
    """The world, or the surroundings of the places (latitude, longitude) when they all lie on one continent."""
    points = [plane(*at) for at in places]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if not points or max(xs) - min(xs) > _CONTINENT_WIDE or max(ys) - min(ys) > _CONTINENT_HIGH:
        north, south = _plane(_WORLD_NORTH, 0)[1], _plane(_WORLD_SOUTH, 0)[1]
        scale = WIDTH / (_WORLD_EAST - _WORLD_WEST)
        return Window(_WORLD_WEST, north, scale, math.floor((south - north) * scale))
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    # As tall as half its width to two thirds of it, whatever the places: room for a picture, and for words beside it.
    shown = max(_NARROWEST, wide * (1 + 2 * _MARGIN), high * (1 + 2 * _MARGIN) * 1.5)
    height = min(shown / 1.5, max(shown / 2, high * (1 + 2 * _MARGIN)))
    scale = WIDTH / shown
    west, north = (min(xs) + max(xs) - shown) / 2, (min(ys) + max(ys) - height) / 2
    return Window(west, north, scale, math.floor(height * scale))


def arc(window: Window, starts: tuple[float, float], ends: tuple[float, float]) -> list[list[tuple[float, float]]]:
    """The great circle between two places as lines of pixels: two of them where it crosses the edge of the world.

    Where it leaves the drawing (over the pole, where no cable lies), a gentle curve stands for it.
    """
    one, other = Place("", "", *starts), Place("", "", *ends)
    pieces: list[list[tuple[float, float]]] = [[]]
    last: float | None = None
    for latitude, longitude in great_arc(one, other, 25):
        x = plane(latitude, longitude)[0]
        if last is not None and abs(x - last) > 180:
            pieces.append([])
        pieces[-1].append(window.at(latitude, longitude))
        last = x
    if any(not 0 <= y <= window.height for piece in pieces for _, y in piece):
        return [_curve(window.at(*starts), window.at(*ends), window.height)]
    return [piece for piece in pieces if len(piece) > 1]


def _curve(starts: tuple[float, float], ends: tuple[float, float], height: float) -> list[tuple[float, float]]:
    """Bent a little away from the nearer edge of the drawing."""
    (x1, y1), (x2, y2) = starts, ends
    bend = 0.3 * min(height / 2, math.dist(starts, ends)) * (1 if y1 + y2 < height else -1)
    middle_x, middle_y = (x1 + x2) / 2, (y1 + y2) / 2 + bend
    points = []
    for step in range(17):
        share = step / 16
        first, second, third = (1 - share) ** 2, 2 * share * (1 - share), share**2
        points.append((first * x1 + second * middle_x + third * x2, first * y1 + second * middle_y + third * y2))
    return points


@lru_cache(maxsize=16)
def land_path(window: Window) -> str:
    """The d attribute of the land inside a window, in whole pixels and steps from corner to corner."""
    pieces = []
    for ring in _rings():
        corners = [(round((x - window.west) * window.scale), round((y - window.north) * window.scale)) for x, y in ring]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        if max(xs) < 0 or min(xs) > WIDTH or max(ys) < 0 or min(ys) > window.height:
            continue
        corners = _inside(corners, window.height)
        steps = np.diff(np.array(corners), axis=0)
        moves = "".join(f"{dx}{' ' if dy >= 0 else ''}{dy}{' '}" for dx, dy in steps.tolist() if dx or dy)
        pieces.append(f"M{corners[0][0]} {corners[0][1]}l{moves.rstrip().replace(' -', '-')}z")
    return "".join(pieces)


def _inside(corners: list[tuple[int, int]], height: float) -> list[tuple[int, int]]:
    """Corners far outside are drawn to a frame around the drawing: nobody sees them, and they are fewer."""
    frame = 40
    kept: list[tuple[int, int]] = []
    for x, y in corners:
        # The lower edge is drawn: words stand below it.
        clamped = (min(max(x, -frame), int(WIDTH) + frame), min(max(y, -frame), int(height)))
        if not kept or clamped != kept[-1]:
            kept.append(clamped)
    return kept


@cache
def _rings() -> tuple[tuple[tuple[float, float], ...], ...]:
    """The corners of the land on the plane."""
    rings = []
    for line in LAND.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            degrees = [corner.split(",") for corner in line.split()]
            rings.append(tuple(_plane(float(north), float(east) - MIDDLE_EAST) for east, north in degrees))
    return tuple(rings)
