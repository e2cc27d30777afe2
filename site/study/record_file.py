"""Is this file a record of a learner? Every field is checked; a fault is named with its line; nothing is guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from study.record import FORMAT, VERSION, Record
from study.record_fields import ENTRIES_MAX, Check, checks_of

BYTES_MAX = 8_000_000
SPACE = re.compile(r"[ \t\r\n]*")
TWICE = object()  # stands where a field is given twice


class RecordError(ValueError):
    """A file that is no record: `line` counts from 1, `reason` says what is wrong and what would be right."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class _Fault(ValueError):
    def __init__(self, path: tuple[str | int, ...], reason: str) -> None:
        super().__init__(reason)
        self.path = path


def read_record(data: bytes, *, now: datetime) -> Record:
    """The record in a file. Raises RecordError."""
    if len(data) > BYTES_MAX:
        raise RecordError(1, f"the file has {len(data):,} bytes (allowed: {BYTES_MAX:,})")
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_pairs)
    except UnicodeDecodeError as error:
        raise RecordError(data.count(b"\n", 0, error.start) + 1, "this is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise RecordError(error.lineno, f"this is not JSON: {error.msg.lower()}") from None
    except (RecursionError, ValueError):  # nested without end; a number of thousands of digits
        raise RecordError(1, "this is nested too deeply, or has a number that is too long") from None
    try:
        return _record(found, now)
    except _Fault as fault:
        raise RecordError(line_of(text, fault.path), f"{_named(fault.path)} {fault}") from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        made[key] = TWICE if key in made else value
    return made


def _record(found: Any, now: datetime) -> Record:
    _has_fields((), found, {"format", "version", *(field.name for field in fields(Record))})
    if found["format"] != FORMAT:
        raise _Fault(("format",), f"is not {FORMAT!r}")
    if found["version"] != VERSION or isinstance(found["version"], bool):
        raise _Fault(("version",), f"is not {VERSION}: this site reads that version alone")
    checks = checks_of(now)
    made: dict[str, Any] = {name: _entries(name, found[name], *checks[name]) for name in ENTRIES_MAX}
    for name in checks.keys() - ENTRIES_MAX.keys():
        made[name] = None if found[name] is None else _entry((name,), found[name], *checks[name])
    record = Record(**made)
    _fits_together(record)
    return record


def _fits_together(record: Record) -> None:
    for name, key in (
        ("answers", "key"),
        ("reviews", "key"),
        ("predictions", "prediction"),
        ("lessons_done", "lesson"),
    ):
        seen: set[str] = set()
        for place, entry in enumerate(getattr(record, name)):
            if getattr(entry, key) in seen:
                raise _Fault((name, place, key), "is there twice")
            seen.add(getattr(entry, key))
    for place, answer in enumerate(record.answers):
        if answer.sitting is not None and answer.sitting >= len(record.sittings):
            raise _Fault(("answers", place, "sitting"), f"names none of the {len(record.sittings)} sittings")
    for place, sitting in enumerate(record.sittings):
        places = (*sitting.flags, *map(int, sitting.drafts))
        if sitting.place > len(sitting.plan) or any(at >= len(sitting.plan) for at in places):
            raise _Fault(("sittings", place), f"points beyond its plan of {len(sitting.plan)} questions")


def _entries(name: str, found: Any, kind: type[Any], checks: Mapping[str, Check]) -> tuple[Any, ...]:
    if not isinstance(found, list):
        raise _Fault((name,), "is not a list")
    if len(found) > ENTRIES_MAX[name]:
        raise _Fault((name,), f"has {len(found):,} entries (allowed: {ENTRIES_MAX[name]:,})")
    return tuple(_entry((name, place), entry, kind, checks) for place, entry in enumerate(found))


def _entry(path: tuple[str | int, ...], found: Any, kind: type[Any], checks: Mapping[str, Check]) -> Any:
    _has_fields(path, found, checks.keys())
    made = {}
    for name, check in checks.items():
        try:
            made[name] = check(found[name])
        except ValueError as error:
            raise _Fault((*path, name), str(error)) from None
    return kind(**made)


def _has_fields(path: tuple[str | int, ...], found: Any, names: Collection[str]) -> None:
    if not isinstance(found, dict):
        raise _Fault(path, "is not a table of fields")
    for name, value in found.items():
        if name not in names:
            raise _Fault((*path, name), f"is no field (allowed: {', '.join(sorted(names))})")
        if value is TWICE:
            raise _Fault((*path, name), "is given twice")
    for name in sorted(set(names) - found.keys()):
        raise _Fault(path, f"has no {name}")


def _named(path: tuple[str | int, ...]) -> str:
    """A place in the file as a person would say it: `answers[3].given`."""
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "the file"


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line, from 1, on which the value at this path begins; of its container when there is no such value."""
    position = SPACE.match(text, 1 if text.startswith("\ufeff") else 0).end()  # type: ignore[union-attr]
    for step in path:
        position = _inside(text, position, step)
    return text.count("\n", 0, position) + 1


def _inside(text: str, position: int, step: str | int) -> int:
    """Where the value of one step begins, in the table or list that begins at `position`."""
    skip, place, at = json.JSONDecoder().raw_decode, 0, position + 1
    while True:
        at = SPACE.match(text, at).end()  # type: ignore[union-attr]
        if text[at] in "]}":
            return position
        key: str | int = place
        if text[position] == "{":
            key, at = skip(text, at)
            at = SPACE.match(text, SPACE.match(text, at).end() + 1).end()  # type: ignore[union-attr]
        if key == step:
            return at
        _, at = skip(text, at)
        at, place = SPACE.match(text, at).end(), place + 1  # type: ignore[union-attr]
        at += text[at] == ","
