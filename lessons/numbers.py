"""What are a learner's own numbers? One small file: a round-trip matrix, who the users are, traffic, objectives.

The file is TOML, or a matrix alone as CSV. Nothing is kept of it here: it is read again with every run.
"""

from __future__ import annotations

import csv
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lessons.simulator.engine.params import Param, params
from lessons.simulator.errors import ScenarioError

TEXT_LENGTH_MAX = 20_000
PLACES_MAX = 40
NAME_LENGTH_MAX = 40
RTT_MS_MAX = 10_000.0
SHARES_SLACK = 1e-3
TABLES = ("traffic", "objectives", "users", "rtt_ms")
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class NumbersError(ValueError):
    """The file is wrong; `line` (from 1) and `reason` say where and why."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"line {line}: {reason}")


@dataclass(frozen=True)
class Numbers:
    """What a file says. `fields` are values of scenario fields by name; `rtt_ms` is {from: {to: ms}}."""

    rtt_ms: dict[str, dict[str, float]] = field(default_factory=dict)
    users: dict[str, float] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    fields: dict[str, float] = field(default_factory=dict)

    def values_for(self, scenario_class: type) -> dict[str, Any]:
        """The fields of this scenario that the numbers replace; none when it has nothing to do with them."""
        known = params(scenario_class)
        found: dict[str, Any] = {name: value for name, value in self.fields.items() if name in known}
        places = {name for name in ("users", "regions", "rtt_ms") if name in known and known[name].kind == "structure"}
        if {"regions", "rtt_ms"} <= places and self.rtt_ms:
            # Who asks how far users are needs to know where you run; who asks for copies gets one in every place.
            without = list(self.rtt_ms)[:1] if "users" in places else list(self.rtt_ms)
            found |= {"rtt_ms": self.rtt_ms, "regions": list(self.regions or without)}
        if "users" in places and self.users:
            found["users"] = self.users
        return found

    @property
    def words(self) -> str:
        """What is in the file, for a banner."""
        parts = []
        if self.rtt_ms:
            parts.append(f"round trips between {len(self.rtt_ms)} places")
        if self.users:
            parts.append(f"{len(self.users)} groups of users")
        parts += [f"{name} = {value:g}" for name, value in self.fields.items()]
        return ", ".join(parts) or "nothing"


def read_numbers(text: str, known: Mapping[str, Param]) -> Numbers:
    """The numbers in a text. `known` are the fields that traffic and objectives may name. Raises NumbersError."""
    if len(text) > TEXT_LENGTH_MAX:
        raise NumbersError(1, f"the file has {len(text):,} characters; up to {TEXT_LENGTH_MAX:,} are read")
    if not text.strip():
        raise NumbersError(1, "the file is empty")
    if text.lstrip().lower().startswith("from,"):
        matrix = _matrix_of_csv(text.lstrip(), first_line=1 + text[: len(text) - len(text.lstrip())].count("\n"))
        return Numbers(rtt_ms=matrix)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_LINE.search(str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise NumbersError(line, f"this is not TOML: {_TOML_LINE.sub('', str(error)).strip()}") from None
    return _numbers(_Places(text), table, known)


class _Places:
    """Finds the line on which a key stands."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()

    def of(self, *names: str) -> int:
        """The line (from 1) of a nested key: each name below the one before it, the last one's line."""
        line, outer = 0, ""
        for name in names:
            line = self._below(line, outer, name)
            outer = name
        return line + 1

    def _below(self, line: int, outer: str, name: str) -> int:
        """Where a name stands from this line on: on the line itself, as a table of its own, as a key, or anywhere."""
        quoted = rf"[\"']?{re.escape(name)}[\"']?"
        mentioned = rf"(^|[\[.\s{{,\"']){re.escape(name)}([\].\s=\"']|$)"
        if outer and re.search(mentioned, self.lines[line]):
            return line
        for pattern in (rf"^\s*\[\S*{re.escape(outer)}\S*\.{quoted}\]", rf"^\s*\[?{quoted}\s*[=\].]", mentioned):
            for at in range(line, len(self.lines)):
                if re.search(pattern, self.lines[at]):
                    return at
        return line


def _numbers(places: _Places, table: dict[str, Any], known: Mapping[str, Param]) -> Numbers:
    for key in table:
        if key not in (*TABLES, "regions"):
            raise NumbersError(places.of(key), f"{key!r} is not part of the file (known: {', '.join(TABLES)}, regions)")
    for key in TABLES:
        if not isinstance(table.get(key, {}), dict):
            raise NumbersError(places.of(key), f"{key} must be a table, written [{key}]")
    rtt_ms = _matrix(places, table.get("rtt_ms", {}))
    return Numbers(
        rtt_ms=rtt_ms,
        users=_users(places, table.get("users", {}), rtt_ms),
        regions=_regions(places, table.get("regions", []), rtt_ms),
        fields={
            name: _field(places, part, name, value, known)
            for part in ("traffic", "objectives")
            for name, value in table.get(part, {}).items()
        },
    )


def _field(places: _Places, part: str, name: str, value: Any, known: Mapping[str, Param]) -> Any:
    line = places.of(part, name)
    if name not in known:
        raise NumbersError(line, f"{name!r} is not a number of the course (known: {', '.join(sorted(known))})")
    try:
        return known[name].check(value)
    except ScenarioError as problem:
        raise NumbersError(line, f"{name} {problem.problem} (allowed: {problem.allowed})") from None


def _matrix(places: _Places, rows: dict[str, Any]) -> dict[str, dict[str, float]]:
    _names(places, "rtt_ms", list(rows))
    made: dict[str, dict[str, float]] = {}
    for start, row in rows.items():
        if not isinstance(row, dict):
            raise NumbersError(places.of("rtt_ms", start), f"rtt_ms.{start} must be a table of round trips in ms")
        made[start] = {}
        for end, value in row.items():
            line = places.of("rtt_ms", start, end)
            if end not in rows:
                raise NumbersError(line, f"{end!r} has no row of its own (rows: {', '.join(rows)})")
            made[start][end] = _number(line, f"the round trip from {start} to {end}", value, highest=RTT_MS_MAX)
        for end in rows:
            if end != start and end not in made[start]:
                raise NumbersError(places.of("rtt_ms", start), f"the round trip from {start} to {end} is missing")
    return made


def _matrix_of_csv(text: str, *, first_line: int) -> dict[str, dict[str, float]]:
    rows = list(csv.reader(text.splitlines()))
    head = [name.strip() for name in rows[0][1:]]
    _names(_Places(text), head[0] if head else "from", head)
    made: dict[str, dict[str, float]] = {}
    for line, row in enumerate(rows[1:], first_line + 1):
        if not row:
            continue
        start = row[0].strip()
        if start not in head or start in made:
            raise NumbersError(line, f"the row of {start!r} has no column, or stands here twice")
        if len(row) != len(head) + 1:
            raise NumbersError(
                line, f"the row of {start} has {len(row) - 1} numbers; the head names {len(head)} places"
            )
        made[start] = {}
        for end, cell in zip(head, row[1:], strict=True):
            if end != start or cell.strip():
                made[start][end] = _cell(line, start, end, cell)
    missing = [name for name in head if name not in made]
    if missing:
        raise NumbersError(first_line, f"no row for {', '.join(missing)}")
    return made


def _cell(line: int, start: str, end: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise NumbersError(line, f"the round trip from {start} to {end} is {cell.strip()!r}, not a number") from None
    return _number(line, f"the round trip from {start} to {end}", value, highest=RTT_MS_MAX)


def _users(places: _Places, shares: dict[str, Any], rtt_ms: dict[str, Any]) -> dict[str, float]:
    _names(places, "users", list(shares))
    made = {}
    for place, share in shares.items():
        line = places.of("users", place)
        if rtt_ms and place not in rtt_ms:
            raise NumbersError(line, f"users sit in {place!r}, which the matrix does not have ({', '.join(rtt_ms)})")
        made[place] = _number(line, f"the share of {place}", share, highest=1.0)
    if made and abs(sum(made.values()) - 1) > SHARES_SLACK:
        raise NumbersError(places.of("users"), f"the shares of the users sum to {sum(made.values()):g}, not to 1")
    return made


def _regions(places: _Places, names: Any, rtt_ms: dict[str, Any]) -> tuple[str, ...]:
    line = places.of("regions")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise NumbersError(line, "regions must be a list of names")
    for name in names:
        if name not in rtt_ms:
            raise NumbersError(line, f"you run in {name!r}, which the matrix does not have ({', '.join(rtt_ms)})")
    return tuple(dict.fromkeys(names))


def _names(places: _Places, part: str, names: list[str]) -> None:
    if len(names) > PLACES_MAX:
        raise NumbersError(places.of(part), f"{len(names)} places; up to {PLACES_MAX} are read")
    for name in names:
        if not name.strip() or len(name) > NAME_LENGTH_MAX:
            raise NumbersError(places.of(part), f"a name has 1 to {NAME_LENGTH_MAX} characters: {name[:50]!r}")


def _number(line: int, what: str, value: Any, *, highest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise NumbersError(line, f"{what} is {value!r}, not a number")
    if not 0 <= value <= highest:
        raise NumbersError(line, f"{what} is {value:g}; it must be from 0 to {highest:g}")
    return float(value)
