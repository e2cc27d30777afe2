"""How long does a message take from here to there? Measured round trips, your own, or straight lines on a globe.

Row = from, column = to, and nothing is averaged. One way is half a round trip.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from lessons.simulator.engine.distributions import quoted
from lessons.simulator.engine.geography import CONTENT, Place, fibre_floor_ms, known_places
from lessons.simulator.engine.stats import Array
from lessons.simulator.errors import ScenarioError

MATRICES: Final = {"aws_2019": "18 AWS regions, 2019", "azure_2025": "12 Azure regions, 2025"}
MATRIX_CHOICES: Final = {**MATRICES, "none": "great circles times a factor"}
PLACES_MAX = 40
NAME_LENGTH_MAX = 40
RTT_MS_MAX = 60_000.0
SHARE_MIN = 1e-9
RTT_SHAPE = 'ms for every pair, or {from: {to: ms}}, for example {"here": {"there": 80}}'
PLACES_SHAPE = f'{{name: [degrees north, degrees east]}}, up to {PLACES_MAX}, for example {{"Lagos": [6.5, 3.4]}}'

Given = float | Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Network:
    """Round trips between places. `places` holds those whose position is known; `names` all, in the matrix's order.

    `same_place_ms` is the round trip within one place, unless your own table or `own_ms` (one number for all) says
    otherwise: the matrices' diagonals are never used.
    """

    names: tuple[str, ...]
    places: Mapping[str, Place]
    measured_ms: Mapping[str, Mapping[str, float]]
    own_ms: float | None
    fibre_factor: float
    same_place_ms: float

    def rtt_ms(self, starts: str, ends: str) -> float:
        """The round trip that a message from `starts` to `ends` and back takes.

        Where your own table has only the other direction, that one counts. Raises KeyError for a pair that nobody gave.
        """
        known = self.measured_ms.get(starts, {}).get(ends)
        if known is None and starts != ends:
            known = self.measured_ms.get(ends, {}).get(starts)
        if known is not None:
            return known
        if self.own_ms is not None:
            return self.own_ms
        if starts == ends:
            return self.same_place_ms
        if self.measured_ms:
            raise KeyError((starts, ends))
        return fibre_floor_ms(self.places[starts], self.places[ends]) * self.fibre_factor

    def table_ms(self, starts: Iterable[str], ends: Iterable[str]) -> Array:
        """Round trips, one row for each start, one column for each end. Raises KeyError like `rtt_ms`."""
        columns = tuple(ends)
        return np.array([[self.rtt_ms(one, other) for other in columns] for one in starts], dtype=np.float64)

    def floor_ms(self, starts: str, ends: str) -> float | None:
        """The round trip in straight fibre; None where a position is not known."""
        if starts == ends:
            return 0.0
        if starts not in self.places or ends not in self.places:
            return None
        return fibre_floor_ms(self.places[starts], self.places[ends])

    def check_names(self, field: str, names: Iterable[str]) -> None:
        """Raise ScenarioError for a name that this network does not have."""
        for name in names:
            if name not in self.names:
                raise ScenarioError(field, f"names {quoted(name)}", allowed=", ".join(self.names))

    def check_pairs(self, field: str, starts: Iterable[str], ends: Iterable[str]) -> None:
        """Raise ScenarioError for a pair between which no round trip is known."""
        columns = tuple(ends)
        for one in starts:
            for other in columns:
                try:
                    self.rtt_ms(one, other)
                except KeyError:
                    raise ScenarioError(
                        field, f"has no round trip from {quoted(one)} to {quoted(other)}", allowed=RTT_SHAPE
                    ) from None


@cache
def measured(matrix: str) -> Mapping[str, Mapping[str, float]]:
    """A measured matrix {from: {to: ms}} without its diagonal, which is no measurement of a network."""
    assert matrix in MATRICES, f"no matrix {matrix!r}"
    with (CONTENT / "rtt" / f"{matrix}.csv").open(newline="", encoding="utf-8") as file:
        (_, *columns), *rows = csv.reader(file)
    found = {
        row[0]: MappingProxyType(
            {name: float(cell) for name, cell in zip(columns, row[1:], strict=True) if name != row[0]}
        )
        for row in rows
    }
    assert list(found) == columns, "rows and columns are the same regions in the same order"
    return MappingProxyType(found)


def network(
    *,
    matrix: str,
    rtt_ms: Given | None = None,
    places: Mapping[str, list[float]] | None = None,
    fibre_factor: float = 1.0,
    same_place_ms: float = 0.0,
    also: Iterable[str] = (),
) -> Network:
    """The network that checked fields describe. Your own `rtt_ms` comes first, then `matrix`, then `places`.

    One number as `rtt_ms` holds for every pair, within a place too; the names are then those of `also`.
    `none` without `places` means the places of both matrices.
    """
    positions = {**known_places(), **{name: Place(name, name, *at) for name, at in (places or {}).items()}}
    if isinstance(rtt_ms, Mapping):
        own: dict[str, Mapping[str, float]] = {name: dict(row) for name, row in rtt_ms.items()}
        every = tuple(dict.fromkeys([*own, *(other for row in own.values() for other in row)]))
        return Network(every, positions, own, None, fibre_factor, same_place_ms)
    if rtt_ms is not None:
        return Network(tuple(dict.fromkeys(also)), positions, {}, rtt_ms, fibre_factor, same_place_ms)
    if matrix == "none":
        named = tuple(places or known_places())
        return Network(named, positions, {}, None, fibre_factor, same_place_ms)
    table = measured(matrix)
    return Network(tuple(table), positions, table, None, fibre_factor, same_place_ms)


def read_rtt_ms(field: str, value: Any) -> Given:
    """A number of ms, or a table {from: {to: ms}}, as plain data. Raises ScenarioError."""
    if not isinstance(value, Mapping):
        return _number(field, value, 0, RTT_MS_MAX, RTT_SHAPE)
    rows: dict[str, dict[str, float]] = {}
    for name, row in _entries(field, value, RTT_SHAPE).items():
        if not isinstance(row, Mapping):
            raise ScenarioError(field, f"has {quoted(row)} for {quoted(name)}", allowed=RTT_SHAPE)
        cells = _entries(field, row, RTT_SHAPE)
        rows[name] = {other: _number(field, cell, 0, RTT_MS_MAX, RTT_SHAPE) for other, cell in cells.items()}
    return rows


def read_places(field: str, value: Any) -> dict[str, list[float]]:
    """{name: [degrees north, degrees east]} as plain data. Raises ScenarioError."""
    found = {}
    for name, at in _entries(field, value, PLACES_SHAPE).items():
        if not isinstance(at, (list, tuple)) or len(at) != 2:
            raise ScenarioError(field, f"has {quoted(at)} for {quoted(name)}", allowed=PLACES_SHAPE)
        north, east = _number(field, at[0], -90, 90, PLACES_SHAPE), _number(field, at[1], -180, 180, PLACES_SHAPE)
        found[name] = [north, east]
    return found


def read_names(field: str, value: Any, *, most: int, shape: str) -> list[str]:
    """A list of 1 to `most` different names, as plain data. Raises ScenarioError."""
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= most:
        said = f"has {len(value)} entries" if isinstance(value, (list, tuple)) else f"is {quoted(value)}"
        raise ScenarioError(field, said, allowed=shape)
    names = [_name(field, name, shape) for name in value]
    for name in names:
        if names.count(name) > 1:
            raise ScenarioError(field, f"names {quoted(name)} twice", allowed=shape)
    return names


def read_shares(field: str, value: Any, *, shape: str) -> dict[str, float]:
    """{name: share}, each above 0, taken relative to their sum, as plain data that sum to 1. Raises ScenarioError."""
    given = {name: _number(field, one, SHARE_MIN, 1e6, shape) for name, one in _entries(field, value, shape).items()}
    total = sum(given.values())
    # Once they sum to 1 they stay as they are, so that reading twice changes nothing.
    shares = given if abs(total - 1) < 1e-9 else {name: share / total for name, share in given.items()}
    for name, share in shares.items():
        if share < SHARE_MIN:
            raise ScenarioError(field, f"has next to nothing for {quoted(name)}", allowed=shape)
    return shares


def _entries(field: str, value: Any, shape: str) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not 1 <= len(value) <= PLACES_MAX:
        said = f"has {len(value)} entries" if isinstance(value, Mapping) else f"is {quoted(value)}"
        raise ScenarioError(field, said, allowed=shape)
    return {_name(field, name, shape): cell for name, cell in value.items()}


def _name(field: str, value: Any, shape: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= NAME_LENGTH_MAX or not value.isprintable():
        raise ScenarioError(field, f"has the name {quoted(value)}", allowed=shape)
    return value


def _number(field: str, value: Any, lowest: float, highest: float, shape: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not lowest <= value <= highest:
        raise ScenarioError(field, f"has {quoted(value)}", allowed=f"{shape}; numbers from {lowest:g} to {highest:g}")
    return float(value)
