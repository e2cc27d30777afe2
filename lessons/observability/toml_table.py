"""What does a table of a TOML file hold? Typed, checked, and no key left over."""

from __future__ import annotations

import math
import re
from typing import Any

from lessons.observability.pace import UNITS_MS

TEXT_LENGTH_MAX = 300
ENTRIES_MAX = 1_000
_DURATION = re.compile(rf"(\d+(?:\.\d+)?)({'|'.join(UNITS_MS)})")


class SloError(ValueError):
    """A file of objectives is wrong; the message names file, entry and field."""


class Table:
    """Reads one table field by field and remembers which ones were asked for. `where` is said in every error."""

    def __init__(self, where: str, values: dict[str, Any]) -> None:
        self.where = where
        self._values = values
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether an optional field is there."""
        return key in self._values

    def table(self, key: str) -> Table:
        """The table below a field."""
        value = self._value(key)
        if not isinstance(value, dict):
            raise self._wrong(key, "a table")
        return Table(f"{self.where}: [{key}]", value)

    def tables(self, key: str, *, named_by: str) -> list[Table]:
        """The tables of an array, at least one; an error in one of them says its name, or else its place."""
        values = self._value(key)
        if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
            raise self._wrong(key, f"one [[{key}]] or more")
        if len(values) > ENTRIES_MAX:
            raise SloError(f"{self.where}: {key}: has {len(values)} entries (allowed: up to {ENTRIES_MAX})")
        named = [value.get(named_by, f"number {place}") for place, value in enumerate(values, start=1)]
        return [
            Table(f"{self.where}: [[{key}]] {str(name)[:60]}", value) for name, value in zip(named, values, strict=True)
        ]

    def text(self, key: str, *, pattern: str = ".+", shape: str = "a text of one line") -> str:
        """A text that matches the pattern as a whole."""
        value = self._value(key)
        if not isinstance(value, str) or len(value) > TEXT_LENGTH_MAX or not re.fullmatch(pattern, value):
            raise self._wrong(key, f"{shape}, up to {TEXT_LENGTH_MAX} characters")
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of several words."""
        value = self._value(key)
        if value not in allowed:
            raise self._wrong(key, ", ".join(allowed))
        return str(value)

    def choices(self, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """One or more of several words, each once."""
        value = self._value(key)
        if not isinstance(value, list) or not value or any(one not in allowed for one in value):
            raise self._wrong(key, f"a list of {', '.join(allowed)}")
        if any(value.count(one) > 1 for one in value):
            raise self._wrong(key, "each once")
        return tuple(value)

    def number(self, key: str, *, low: float, high: float) -> float:
        """A finite number between two limits, both included."""
        value = self._value(key)
        known = isinstance(value, int | float) and not isinstance(value, bool)
        if not known or not math.isfinite(value) or not low <= value <= high:
            raise self._wrong(key, f"a number from {low:g} to {high:g}")
        return float(value)

    def duration(self, key: str, *, min_s: float, max_s: float) -> float:
        """Seconds of a duration as Prometheus writes it, such as 90s or 5m."""
        value = self._value(key)
        found = _DURATION.fullmatch(value) if isinstance(value, str) and len(value) < 20 else None
        seconds = float(found[1]) * UNITS_MS[found[2]] / 1_000 if found else math.nan
        if not min_s <= seconds <= max_s:
            raise self._wrong(key, f"a duration such as 30s, 5m, 1h or 3d, from {min_s:g} s to {max_s:g} s")
        return seconds

    def finish(self) -> None:
        """Refuses a field that nobody asked for: a misspelt optional one would be lost without a word."""
        left = sorted(set(self._values) - self._asked)
        if left:
            raise SloError(f"{self.where}: {left[0]}: no such field (allowed: {', '.join(sorted(self._asked))})")

    def _value(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self._values:
            raise SloError(f"{self.where}: {key}: is missing")
        return self._values[key]

    def _wrong(self, key: str, allowed: str) -> SloError:
        return SloError(f"{self.where}: {key}: is {str(self._values[key])[:60]!r} (allowed: {allowed})")
