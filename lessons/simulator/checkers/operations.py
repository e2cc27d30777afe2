"""What did a client ask, and what did it learn? Operations, and what a model has to know of each.

A write, compare-and-set or append without an answer (`returned_ms` None) may have taken effect at any moment after its
call, or never. A read without an answer says nothing. One that failed (`ok` False) did nothing, but a compare-and-set
that failed met another value than the one expected, which is an observation.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

import orjson

Plain = str | int | float | bool | None
Kind = Literal["read", "write", "cas", "append"]
KINDS: Final[Mapping[str, Kind]] = {
    "read": "read",
    "get": "read",
    "write": "write",
    "put": "write",
    "cas": "cas",
    "append": "append",
}
OPERATIONS_MAX = 100_000
TEXT_LENGTH_MAX = 10_000
TIME_MS_MAX = 1e15


class HistoryError(ValueError):
    """A history that no model can judge. `where` says which operation ("line 12"), `allowed` what would be right."""

    def __init__(self, where: str, problem: str, *, allowed: str = "") -> None:
        self.where = where
        self.problem = problem
        self.allowed = allowed
        super().__init__(f"{where} {problem}" + (f" (allowed: {allowed})" if allowed else ""))


@dataclass(frozen=True)
class Operation:
    """One call of one client. `value` is what was written, appended or read; for a cas it is (expected, new).

    `key` is "" where there is one register only; `line` is where the call stands in a file (0: in none).
    """

    client: str
    op: Kind
    key: str
    value: Any
    called_ms: float
    returned_ms: float | None
    ok: bool = True
    line: int = 0

    @property
    def unknown(self) -> bool:
        """Nobody knows whether it took effect."""
        return self.returned_ms is None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an operation means to a register: it `needs` a value, `forbids` one, `sets` one or `adds` to it.

    Values are texts that are equal when the values are. `open`: it may take effect at any moment after `called`, or
    never. `number` is its place in the history.
    """

    number: int
    client: str
    key: str
    called: float
    returned: float
    open: bool
    needs: str | None = None
    forbids: str | None = None
    sets: str | None = None
    adds: str | None = None

    @property
    def observes(self) -> bool:
        """Whether it says something about the value it met."""
        return self.needs is not None or self.forbids is not None

    @property
    def changes(self) -> bool:
        """Whether the value is another one afterwards."""
        return self.sets is not None or self.adds is not None

    def meets(self, value: str) -> bool:
        """Whether it may take effect on this value."""
        return (self.needs is None or self.needs == value) and self.forbids != value

    def after(self, value: str) -> str:
        """The value it leaves."""
        if self.adds is not None:
            return value + self.adds
        return value if self.sets is None else self.sets


@dataclass(frozen=True)
class History:
    """Operations in the order of their calls, and what they mean.

    `effects` leaves out what says nothing; `initial` is the first value of each key, as a text.
    """

    operations: tuple[Operation, ...]
    effects: tuple[Effect, ...]
    initial: Mapping[str, str]

    def keys(self) -> dict[str, list[Effect]]:
        """The effects of each key, in the order of their calls."""
        found: dict[str, list[Effect]] = {}
        for effect in self.effects:
            found.setdefault(effect.key, []).append(effect)
        return found

    def clients(self) -> dict[str, list[Effect]]:
        """The effects of each client in the order made. Raises HistoryError where one made two calls at a time."""
        found: dict[str, list[Effect]] = {}
        for effect in self.effects:
            found.setdefault(effect.client, []).append(effect)
        for made in found.values():
            for one, other in pairwise(made):
                if not one.open and one.returned > other.called:
                    raise HistoryError(
                        where(self.operations[other.number], other.number),
                        f"is called by client {one.client} before its last call came back",
                        allowed="one call of a client at a time, for every model but linearizable",
                    )
        return found


def history_of(operations: Sequence[Operation | Mapping[str, Any]], initial: Plain = None) -> History:
    """Checked operations in the order of their calls. Every key starts as `initial`. Raises HistoryError."""
    if len(operations) > OPERATIONS_MAX:
        raise HistoryError("history", f"has {len(operations):,} operations", allowed=f"up to {OPERATIONS_MAX:,}")
    made = [one if isinstance(one, Operation) else operation_of(one, number) for number, one in enumerate(operations)]
    ordered = sorted(made, key=lambda one: one.called_ms)  # ties stay as they were told
    grown = {one.key for one in ordered if one.op == "append"}
    effects = []
    for number, one in enumerate(ordered):
        effect = _effect(one, number, grown=one.key in grown)
        if effect is not None:
            effects.append(effect)
    first = {
        key: _grown_text("initial", initial if initial is not None else "") if key in grown else text_of(initial)
        for key in {one.key for one in ordered}
    }
    return History(tuple(ordered), tuple(effects), first)


def narrowed(history: History, effects: Sequence[Effect]) -> History:
    """The same history with some of its effects only."""
    return History(history.operations, tuple(effects), history.initial)


def operation_of(table: Mapping[str, Any], number: int = 0, *, line: int = 0) -> Operation:
    """An operation from plain data {client, op, key, value, called_ms, returned_ms, ok}. Raises HistoryError."""
    at = f"line {line}" if line else f"operation {number + 1}"
    for name in ("client", "op", "called_ms", "returned_ms"):
        if name not in table:
            raise HistoryError(at, f"has no {name}", allowed="client, op, key, value, called_ms, returned_ms, ok")
    client, key, ok = table["client"], table.get("key", ""), table.get("ok", True)
    kind = KINDS.get(table["op"]) if isinstance(table["op"], str) else None
    if kind is None:
        raise HistoryError(at, f"has the op {short(table['op'])}", allowed=", ".join(KINDS))
    for name, text in (("client", client), ("key", key)):
        if isinstance(text, bool) or not isinstance(text, (str, int)) or len(str(text)) > TEXT_LENGTH_MAX:
            raise HistoryError(at, f"has the {name} {short(text)}", allowed="a text or a whole number")
    if not isinstance(ok, bool):
        raise HistoryError(at, f"has ok {short(ok)}", allowed="true, false")
    called, returned = _time(at, "called_ms", table["called_ms"]), None
    if table["returned_ms"] is not None:
        returned = _time(at, "returned_ms", table["returned_ms"])
        if returned < called:
            raise HistoryError(at, f"returned at {returned:g}, before its call at {called:g}", allowed="a later time")
    value = _value(at, kind, table.get("value"))
    return Operation(str(client), kind, str(key), value, called, returned, ok, line)


def text_of(value: Plain) -> str:
    """A text that is the same exactly for equal values: 1 and 1.0 are, 1 and true and "1" are not."""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else orjson.dumps(value).decode()


def where(operation: Operation, number: int) -> str:
    """Which operation an error or a witness means."""
    return f"line {operation.line}" if operation.line else f"operation {number + 1}"


def short(value: Any) -> str:
    """A value as an error names it, whatever it is."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _time(at: str, name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= TIME_MS_MAX:
        raise HistoryError(at, f"has {name} {short(value)}", allowed="a number of ms")
    return float(value)


def _value(at: str, kind: str, value: Any) -> Any:
    if kind == "cas":
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise HistoryError(at, f"has the value {short(value)}", allowed="[expected, new] for a cas")
        return tuple(_single(at, part) for part in value)
    if kind == "append" and not isinstance(value, str):
        raise HistoryError(at, f"appends {short(value)}", allowed="a text")
    return _single(at, value)


def _single(at: str, value: Any) -> Plain:
    if value is None or isinstance(value, bool):
        return value
    fits = isinstance(value, str) and len(value) <= TEXT_LENGTH_MAX
    if not fits and (not isinstance(value, (int, float)) or not abs(value) <= 2**63):
        raise HistoryError(at, f"has the value {short(value)}", allowed="a text, a number, true, false or null")
    return value  # type: ignore[no-any-return]


def _effect(one: Operation, number: int, *, grown: bool) -> Effect | None:
    """None for what says nothing: a read without an answer, a call that failed and did nothing."""
    at = where(one, number)
    said = (lambda value: _grown_text(at, value)) if grown else text_of
    returned = math.inf if one.returned_ms is None else one.returned_ms
    place = (number, one.client, one.key, one.called_ms, returned, one.unknown)
    if one.op == "cas":
        expected, new = one.value
        if one.ok or one.unknown:
            return Effect(*place, needs=said(expected), sets=said(new))
        return Effect(*place, forbids=said(expected))
    if one.op == "read":
        return Effect(*place, needs=said(one.value)) if one.ok and not one.unknown else None
    if not one.ok and not one.unknown:
        return None
    if one.op == "append":
        return Effect(*place, adds=one.value)
    return Effect(*place, sets=said(one.value))


def _grown_text(at: str, value: Plain) -> str:
    """Where a key is appended to, its values are texts themselves."""
    if not isinstance(value, str):
        raise HistoryError(at, f"has the value {short(value)} on a key that is appended to", allowed="a text")
    return value


def same_moment(closed: Sequence[Effect], others: Sequence[Effect]) -> dict[int, int]:
    """For each of the others (its place) the closed one that its client finished at the very moment of this call.

    For ties between clients nobody can say which was first; a client's own calls have an order all the same.
    """
    ends: dict[tuple[str, float], list[int]] = defaultdict(list)
    for place, effect in enumerate(closed):
        ends[effect.client, effect.returned].append(place)
    found = {}
    for place, effect in enumerate(others):
        earlier = [one for one in ends.get((effect.client, effect.called), ()) if closed[one].number < effect.number]
        if earlier:
            found[place] = earlier[-1]
    return found
