"""How fast does time go for the rules? An incident replayed N times as fast needs every duration divided by N."""

from __future__ import annotations

from dataclasses import dataclass

SPEED_MAX = 1_000.0
UNITS_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}


def duration(seconds: float) -> str:
    """A duration as Prometheus writes it, in the largest unit that it is a whole number of: 5m, 90s, 250ms."""
    if not seconds:
        return "0s"
    milliseconds = max(1, round(seconds * 1_000))
    unit = next(unit for unit, size in UNITS_MS.items() if milliseconds % size == 0)
    return f"{milliseconds // UNITS_MS[unit]}{unit}"


@dataclass(frozen=True)
class Pace:
    """Durations of the incident as the Prometheus that watches it has to count them."""

    speed: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.speed <= SPEED_MAX:
            raise ValueError(f"speed: is {self.speed:g} (allowed: a number from 1 to {SPEED_MAX:g})")

    def lasts(self, seconds: float) -> str:
        """A window, an interval or a `for`."""
        return duration(seconds / self.speed)

    @property
    def per_second(self) -> str:
        """What makes a rate by the clock of Prometheus one by the clock of the incident."""
        return "" if self.speed == 1 else f" / {self.speed:g}"
