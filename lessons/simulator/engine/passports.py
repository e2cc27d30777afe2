"""Where does a constant come from? Value, unit, source, date seen and spread, from content/passports/*.toml."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass
from pathlib import Path

_REQUIRED = ("name", "value", "unit", "source", "seen", "note")
_KNOWN = (*_REQUIRED, "spread", "low", "high")


@dataclass(frozen=True)
class Passport:
    """One constant. `source` is a key of content/sources.toml, or "course": chosen for the running example.

    `spread` says in words how far it varies; `low` and `high` are the ends that a card tries the conclusion at.
    """

    id: str
    name: str
    value: float | str
    unit: str
    source: str
    seen: datetime.date
    note: str
    spread: str = ""
    low: float | None = None
    high: float | None = None


def read_passports(content: Path) -> dict[str, Passport]:
    """Every passport by id. Raises ValueError naming file, passport and key when one is wrong."""
    found: dict[str, Passport] = {}
    for path in sorted((content / "passports").glob("*.toml")):
        with path.open("rb") as file:
            tables = tomllib.load(file)
        for key, table in tables.items():
            if key in found:
                raise ValueError(f"{path}: [{key}] stands in two files")
            found[key] = _passport(path, key, table)
    return found


def _passport(path: Path, key: str, table: dict[str, object]) -> Passport:
    for required in _REQUIRED:
        if required not in table:
            raise ValueError(f"{path}: [{key}] {required} is missing")
    for given in table:
        if given not in _KNOWN:
            raise ValueError(f"{path}: [{key}] {given} is not a key of a passport (known: {', '.join(_KNOWN)})")
    value, seen = table["value"], table["seen"]
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"{path}: [{key}] value is {value!r}; it must be a number or text")
    if not isinstance(seen, datetime.date):
        raise ValueError(f"{path}: [{key}] seen is {seen!r}; it must be a date")
    texts = {name: str(table.get(name, "")) for name in ("name", "unit", "source", "note", "spread")}
    return Passport(
        id=key,
        value=float(value) if isinstance(value, int) else value,
        seen=seen,
        low=_end(path, key, "low", table.get("low")),
        high=_end(path, key, "high", table.get("high")),
        **texts,
    )


def _end(path: Path, key: str, name: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{path}: [{key}] {name} is {value!r}; it must be a number")
    return float(value)
