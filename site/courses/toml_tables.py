"""Which value stands in which table of a TOML file, and at which line? Whatever is wrong names file and line."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.blocks import CourseError
from courses.parser import expanded
from widgets.reference import sources

HEADER = re.compile(r"\[{1,2}([a-z_]+(?:\.[a-z_]+)*)\]{1,2}\s*(#.*)?")
OUR_CHOICE = "course"  # the source of a number that nobody published: we chose it for a model


@dataclass(frozen=True)
class Table:
    """One table of a file: its values, and the lines (counted from 1) that it fills."""

    path: Path
    lines: tuple[str, ...]
    starts: int
    ends: int
    values: dict[str, Any]

    def fault(self, message: str, key: str = "") -> CourseError:
        """A fault of this table, at the line of the key where there is one."""
        of_key = re.compile(rf"{re.escape(key)}\s*=")
        rows = range(self.starts, self.ends + 1)
        at = next((row for row in rows if key and of_key.match(self.lines[row - 1])), self.starts)
        return CourseError(self.path, at, message)

    def known(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Raises CourseError for a key that is missing or that nobody reads."""
        for key in required:
            if key not in self.values:
                raise self.fault(f"{key} is missing")
        for key in self.values:
            if key not in required and key not in optional:
                raise self.fault(f"no key {key!r} (known: {', '.join((*required, *optional))})", key)

    def text(self, key: str) -> str:
        """A line of words, whose directives can be said; "" where there is none. Raises CourseError."""
        value = self.values.get(key, "")
        if not isinstance(value, str) or (key in self.values and not value.strip()):
            raise self.fault(f"{key} is {str(value)[:40]!r} (allowed: words)", key)
        self._say(key, value)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of such lines. Raises CourseError."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.fault(f"{key} is {str(value)[:40]!r} (allowed: a list of words)", key)
        for one in value:
            self._say(key, one)
        return tuple(value)

    def moment(self, key: str) -> datetime.datetime:
        """A moment in UTC. Raises CourseError."""
        value = self.values.get(key)
        if not isinstance(value, datetime.datetime) or value.utcoffset() != datetime.timedelta(0):
            raise self.fault(f"{key} is {str(value)[:40]!r} (allowed: a moment in UTC, as 2018-10-21T22:52:00Z)", key)
        return value

    def sources(self, *, ours: bool = False) -> tuple[str, ...]:
        """The keys of what says so, one at least; "course" only where a number may be our own. Raises CourseError."""
        keys = self.texts("source")
        if not keys:
            raise self.fault("names no source", "source")
        for key in keys:
            if key not in sources() and not (ours and key == OUR_CHOICE):
                raise self.fault(f"no source {key!r}", "source")
        return keys

    def _say(self, key: str, text: str) -> None:
        try:
            expanded(self.path, self.starts, text)
        except CourseError as error:
            raise self.fault(str(error).split(": ", 1)[1], key) from None


def read_tables(path: Path) -> dict[str, list[Table]]:
    """The tables of a file by name, in order; "" is what stands above the first header. Raises CourseError."""
    text = path.read_text(encoding="utf-8")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise CourseError(path, int(found.group(1)) if found else 1, str(error)) from None
    lines = tuple(text.splitlines())
    headers = [(row, made.group(1)) for row, line in enumerate(lines, 1) if (made := HEADER.fullmatch(line.strip()))]
    ends = [row - 1 for row, _ in headers[1:]] + [len(lines)]
    first = headers[0][0] - 1 if headers else len(lines)
    plain = {key: value for key, value in values.items() if not _is_tables(value)}
    made_tables = {"": [Table(path, lines, 1, max(1, first), plain)]}
    for (starts, name), end in zip(headers, ends, strict=True):
        inside = values
        for part in name.split(".")[:-1]:
            inside = inside[part]
        found_here = inside[name.split(".")[-1]]
        place = len(made_tables.get(name, []))
        one = found_here[place] if isinstance(found_here, list) else found_here
        made_tables.setdefault(name, []).append(Table(path, lines, starts, end, one))
    return made_tables


def _is_tables(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))
