"""How far apart are two places, and how soon could light in glass be there and back? Degrees, kilometres, ms."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONTENT = Path(__file__).resolve().parents[3] / "content"
EARTH_RADIUS_KM = 6_371.0  # mean radius; the Earth is within 0.4 % of a sphere
# Light in fibre covers about 200 km in a ms (passport fibre-speed), so 100 km there and back take 1 ms.
FIBRE_KM_PER_ROUND_TRIP_MS = 100.0


@dataclass(frozen=True)
class Place:
    """A region of a matrix, or a place of a reader's own: its name there, its city, degrees north and east."""

    id: str
    city: str
    latitude: float
    longitude: float


@cache
def known_places() -> dict[str, Place]:
    """Every region of content/rtt by its name in the matrix."""
    with (CONTENT / "rtt" / "places.toml").open("rb") as file:
        tables = tomllib.load(file)
    return {
        name: Place(name, table["city"], float(table["latitude"]), float(table["longitude"]))
        for name, table in tables.items()
    }


def great_circle_km(one: Place, other: Place) -> float:
    """The shortest way over a sphere, by the haversine formula."""
    north_1, north_2 = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    half = math.sin((north_2 - north_1) / 2) ** 2
    half += math.cos(north_1) * math.cos(north_2) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def fibre_floor_ms(one: Place, other: Place) -> float:
    """The round trip through a fibre laid along the great circle: no network can be faster."""
    return great_circle_km(one, other) / FIBRE_KM_PER_ROUND_TRIP_MS


def great_arc(one: Place, other: Place, points: int) -> Sequence[tuple[float, float]]:
    """So many (latitude, longitude) along the shortest way, both ends among them. Any way between antipodes."""
    start, end = _vector(one), _vector(other)
    angle = math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(start, end, strict=True)))))
    if math.sin(angle) < 1e-9:
        return [(one.latitude, one.longitude), (other.latitude, other.longitude)]
    found = []
    for step in range(points):
        share = step / (points - 1)
        first, second = math.sin((1 - share) * angle), math.sin(share * angle)
        x, y, z = ((first * a + second * b) / math.sin(angle) for a, b in zip(start, end, strict=True))
        found.append((math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))))
    return found


def _vector(place: Place) -> tuple[float, float, float]:
    north, east = math.radians(place.latitude), math.radians(place.longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)
