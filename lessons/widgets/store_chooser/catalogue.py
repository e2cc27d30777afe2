"""What do the stores of three clouds document about several regions? content/stores.toml, checked as it is read."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lessons.simulator.engine.geography import CONTENT

CLOUDS = {"aws": "AWS", "google": "Google Cloud", "azure": "Azure", "any": "Any cloud"}
STRATEGIES = {
    "one_writer": "One region writes",
    "majority": "A majority of regions decides",
    "home_region": "Every record has a home region",
    "merge": "Every region writes, copies merge",
    "log": "Events go into a log",
}
LAG = "lag"
REGIONS_ALLOWED = (1, 50)
_NEEDED: Mapping[str, type | tuple[type, ...]] = {
    "name": str,
    "cloud": str,
    "serves": list,
    "rpo": (int, float, str),
    "strong_reads": bool,
    "transactions": bool,
    "writes_survive": bool,
    "by_user": bool,
    "regions_min": int,
    "conflict": str,
    "fact": str,
    "sources": list,
    "seen": datetime.date,
}
_AS_WRITTEN = (
    "name",
    "cloud",
    "strong_reads",
    "transactions",
    "writes_survive",
    "by_user",
    "conflict",
    "fact",
    "seen",
)
_OPTIONAL: Mapping[str, type | tuple[type, ...]] = {"regions_max": int}


class CatalogueError(ValueError):
    """A store that cannot be offered; the message names file, store and key."""


@dataclass(frozen=True)
class Store:
    """One store as its pages describe it. `rpo_s` None: as far as an asynchronous copy is behind.

    `transactions`: one of them may change any records. `writes_survive`: writes go on in another region without a
    promotion. `by_user`: one database keeps each user's rows inside that user's own regions. `regions_max` None: no
    limit that matters here.
    """

    key: str
    name: str
    cloud: str
    serves: tuple[str, ...]
    rpo_s: float | None
    strong_reads: bool
    transactions: bool
    writes_survive: bool
    by_user: bool
    regions_min: int
    regions_max: int | None
    conflict: str
    fact: str
    sources: tuple[str, ...]
    seen: datetime.date


@cache
def stores() -> tuple[Store, ...]:
    """Every store of the course, in file order."""
    return read_stores(CONTENT / "stores.toml", known_sources=_source_keys(CONTENT / "sources.toml"))


def read_stores(path: Path, *, known_sources: frozenset[str]) -> tuple[Store, ...]:
    """Every store of a file, in its order. Raises CatalogueError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: {error}") from error
    return tuple(_store(f"{path}: [{key}]", key, table, known_sources) for key, table in tables.items())


def _source_keys(path: Path) -> frozenset[str]:
    with path.open("rb") as file:
        return frozenset(tomllib.load(file))


def _store(where: str, key: str, table: Any, known_sources: frozenset[str]) -> Store:
    _check_keys(where, table)
    _check_names(where, "cloud", [table["cloud"]], frozenset(CLOUDS))
    _check_names(where, "serves", table["serves"], frozenset(STRATEGIES))
    _check_names(where, "sources", table["sources"], known_sources)
    low, high = table["regions_min"], table.get("regions_max")
    least, most = REGIONS_ALLOWED
    if not least <= low <= (most if high is None else high) <= most:
        raise CatalogueError(f"{where} regions_min {low} and regions_max {high} must lie within {least} to {most}")
    return Store(
        key=key,
        rpo_s=_rpo_s(where, table["rpo"]),
        regions_max=high,
        serves=tuple(table["serves"]),
        sources=tuple(table["sources"]),
        **{name: table[name] for name in _AS_WRITTEN},
        regions_min=low,
    )


def _check_keys(where: str, table: Any) -> None:
    """Every key known, none missing, each of its type."""
    if not isinstance(table, dict):
        raise CatalogueError(f"{where} must be a table")
    for name in table:
        if name not in _NEEDED and name not in _OPTIONAL:
            raise CatalogueError(f"{where} {name} is not a key of a store (known: {', '.join((*_NEEDED, *_OPTIONAL))})")
    for name, kind in {**_NEEDED, **_OPTIONAL}.items():
        if name not in table:
            if name in _NEEDED:
                raise CatalogueError(f"{where} {name} is missing")
            continue
        value = table[name]
        # A switch is a kind of whole number in Python, and a moment a kind of date.
        mistaken = isinstance(value, (bool, datetime.datetime)) and kind is not bool
        if mistaken or not isinstance(value, kind) or value in ("", []):
            raise CatalogueError(f"{where} {name} is {value!r}")


def _check_names(where: str, name: str, given: list[Any], known: frozenset[str]) -> None:
    for one in given:
        if not isinstance(one, str) or one not in known:
            raise CatalogueError(f"{where} {name} names {one!r}, which is not one of {', '.join(sorted(known))}"[:400])


def _rpo_s(where: str, value: float | str) -> float | None:
    if value == LAG:
        return None
    if isinstance(value, str) or not 0 <= value <= 86_400:
        raise CatalogueError(f"{where} rpo is {value!r}; it must be {LAG!r} or seconds from 0 to 86400")
    return float(value)
