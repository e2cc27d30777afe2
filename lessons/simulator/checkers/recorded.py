"""How are recorded histories read? Our JSON lines, Jepsen's EDN, and Jepsen's text log.

JSON lines hold one operation a line, with its times. Jepsen records calls and answers one after the other; their
order is the time. What their words mean differs:

- `:info`: nobody knows; the operation stays open for ever (a read is dropped).
- `:fail`: it did not happen. In the text log a failed cas is an observation instead: it met another value.
- A read of nil in EDN fits anything, unless the register starts as nil; in the text log it found nil.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from lessons.simulator.checkers.edn import Form, Keyword, read_forms
from lessons.simulator.checkers.operations import (
    KINDS,
    OPERATIONS_MAX,
    History,
    HistoryError,
    Operation,
    Plain,
    history_of,
    operation_of,
    short,
)

FORMATS: Final = ("auto", "jsonl", "edn", "jepsen-log")
_LOGGED = re.compile(r"jepsen\.util\s+-\s+(?P<process>\d+)\s+:(?P<type>\S+)\s+:(?P<f>\S+)\s*(?P<value>.*)$")
_TYPES: Final = ("invoke", "ok", "fail", "info")


@dataclass(frozen=True)
class _Event:
    """One line of a recording: a call, or how it came back."""

    process: str
    type: str
    f: str
    key: str
    value: Any
    line: int


def read_history(text: str, form: str = "auto", *, initial: Plain = None) -> History:
    """The history in a text. `form` is one of FORMATS. Raises HistoryError naming the line that is wrong."""
    if form not in FORMATS:
        raise HistoryError("format", f"is {short(form)}", allowed=", ".join(FORMATS))
    found = format_of(text) if form == "auto" else form
    if found == "jsonl":
        operations = list(_json_lines(text))
    elif found == "edn":
        operations = list(_paired(_edn_events(text), failed_cas_observes=False, nil_is_a_value=initial is None))
    else:
        operations = list(_paired(_logged_events(text), failed_cas_observes=True, nil_is_a_value=True))
    if not operations:
        raise HistoryError("file", "holds no operation", allowed="at least one")
    return history_of(operations, initial)


def format_of(text: str) -> str:
    """What the text looks like: its first line that is neither empty nor a comment tells."""
    for line in text.splitlines():
        start = line.strip()
        if not start or start.startswith(";"):
            continue
        if "jepsen.util" in start or start.startswith(("INFO", "WARN", "DEBUG")):
            return "jepsen-log"
        return "jsonl" if re.match(r'\[?\s*\{\s*("|\}|$)', start) or start == "[" else "edn"
    return "jsonl"


def _json_lines(text: str) -> Iterator[Operation]:
    """One operation a line; a whole JSON list is taken as well."""
    if text.lstrip().startswith("["):
        yield from _json_list(text)
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield operation_of(_json_table(line, f"line {number}"), line=number)


def _json_list(text: str) -> Iterator[Operation]:
    try:
        tables = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        line = error.doc[: error.pos].count("\n") + 1
        raise HistoryError(
            f"line {line}", "is not JSON", allowed="one operation a line, or a JSON list of them"
        ) from None
    if not isinstance(tables, list):
        raise HistoryError("line 1", "is not a list", allowed="one operation a line, or a JSON list of them")
    for number, table in enumerate(tables):
        if not isinstance(table, dict):
            raise HistoryError(f"operation {number + 1}", f"is {short(table)}", allowed="a JSON object")
        yield operation_of(table, number)


def _json_table(line: str, at: str) -> dict[str, Any]:
    try:
        table = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise HistoryError(at, f"is {short(line.strip())}, which is not JSON", allowed="a JSON object") from None
    if not isinstance(table, dict):
        raise HistoryError(at, f"is {short(table)}", allowed="a JSON object")
    return table


def _logged_events(text: str) -> Iterator[_Event]:
    """Lines of the log that tell of a client; others (a nemesis, a note) are passed over."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = _LOGGED.search(line)
        if found is None:
            continue
        forms = read_forms(found["value"], first_line=number)
        yield _Event(found["process"], found["type"], found["f"], "", _plain(forms[0]) if forms else None, number)


def _edn_events(text: str) -> Iterator[_Event]:
    forms = read_forms(text)
    for form in forms:
        for inner in form.value if isinstance(form.value, list) else [form]:
            event = _edn_event(inner)
            if event is not None:
                yield event


def _edn_event(form: Form) -> _Event | None:
    """None for what is no client's doing: a nemesis has a name instead of a number."""
    table = form.value
    if not isinstance(table, dict):
        raise HistoryError(
            f"line {form.line}", "holds a form that is no map", allowed="{:process 0, :type :invoke, ...}"
        )
    for name in ("process", "type", "f"):
        if name not in table:
            raise HistoryError(f"line {form.line}", f"has no :{name}", allowed=":process, :type, :f, :value")
    process = table["process"].value
    if isinstance(process, bool) or not isinstance(process, int):
        return None
    kind, doing = _plain(table["type"]), _plain(table["f"])
    key = _plain(table["key"]) if "key" in table else ""
    if isinstance(key, list):
        raise HistoryError(f"line {form.line}", f"has the key {short(key)}", allowed="a text or a number")
    value = _plain(table["value"]) if "value" in table else None
    return _Event(str(process), str(kind), str(doing), "" if key is None else str(key), value, form.line)


def _plain(form: Form) -> Any:
    """Texts, numbers, None and lists of them; keywords become texts."""
    value = form.value
    if isinstance(value, Keyword):
        return value.name
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        raise HistoryError(f"line {form.line}", "has a map for a value", allowed="a text, a number or nil")
    return value


def _paired(events: Iterator[_Event], *, failed_cas_observes: bool, nil_is_a_value: bool) -> Iterator[Operation]:
    """Operations from calls and answers, in the order of their answers. Times are places in the order of events."""
    calls: dict[str, tuple[int, _Event]] = {}
    moment = 0
    for moment, event in enumerate(events):
        if moment >= 2 * OPERATIONS_MAX:
            raise HistoryError(f"line {event.line}", f"is more than event {2 * OPERATIONS_MAX:,}", allowed="fewer")
        _check(event)
        if event.type == "invoke":
            if event.process in calls:
                earlier = calls[event.process][1].line
                raise HistoryError(
                    f"line {event.line}",
                    f"is a call of process {event.process}, whose call of line {earlier} has no answer",
                    allowed="one call of a process at a time",
                )
            calls[event.process] = (moment, event)
            continue
        if event.process not in calls:
            raise HistoryError(
                f"line {event.line}",
                f"answers process {event.process}, which has called nothing",
                allowed="a call first",
            )
        called, call = calls.pop(event.process)
        if event.f != call.f:
            raise HistoryError(
                f"line {event.line}", f"answers :{event.f}, but line {call.line} called :{call.f}", allowed=f":{call.f}"
            )
        yield from _finished(call, called, event, moment, failed_cas_observes, nil_is_a_value)
    for called, call in calls.values():
        yield from _finished(call, called, None, moment, failed_cas_observes, nil_is_a_value)


def _check(event: _Event) -> None:
    if event.type not in _TYPES:
        raise HistoryError(
            f"line {event.line}", f"has the type :{event.type[:40]}", allowed=", ".join(f":{one}" for one in _TYPES)
        )
    if event.f not in KINDS:
        raise HistoryError(
            f"line {event.line}", f"has the function :{event.f[:40]}", allowed=", ".join(f":{one}" for one in KINDS)
        )


def _finished(
    call: _Event,
    called: int,
    answer: _Event | None,
    moment: int,
    failed_cas_observes: bool,
    nil_is_a_value: bool,
) -> Iterator[Operation]:
    """The operation, unless it says nothing."""
    kind = KINDS[call.f]
    unknown = answer is None or answer.type == "info"
    failed = answer is not None and answer.type == "fail"
    if kind == "read" and (unknown or failed):
        return
    if failed and not (kind == "cas" and failed_cas_observes):
        return
    value = call.value
    if answer is not None and answer.type == "ok" and (kind == "read" or value is None):
        value = answer.value
    if kind == "read" and value is None and not nil_is_a_value:
        return
    returned = None if unknown else moment
    table = {"client": call.process, "op": kind, "key": call.key, "value": value}
    yield operation_of({**table, "called_ms": called, "returned_ms": returned, "ok": not failed}, line=call.line)
