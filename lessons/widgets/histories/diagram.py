"""How is a history drawn? The operations that show what is wrong, and as many around them as can be read."""

from __future__ import annotations

import re
from typing import Final

from lessons.simulator.checkers import MODELS, Operation
from lessons.simulator.histories import FAULTS, Result, Scenario
from lessons.widgets.histories.shop import capital, told, who
from lessons.widgets.kit import Band, Deed, History, Lane
from lessons.widgets.kit.roles import Role

LANES_MAX, DEEDS_MAX = 4, 26
CLIENT: Final = re.compile(r"(?P<word>[Cc]lient) (?P<number>\d+)")
ROLES: Final[tuple[Role, ...]] = ("a", "b", "c", "d", "e", "ink", "muted", "good")


def diagram(scenario: Scenario, result: Result) -> History:
    """The history shown, or the part of it around its witness."""
    shown = drawn(result)
    clients = sorted({result.operations[place].client for place in shown}, key=int)
    numbers = witness_numbers(result)
    whole = len(shown) == len(result.operations)
    part = "" if whole else f", {len(shown)} of {len(result.operations)} operations"
    return History(
        title=f"History {result.shown} of {result.tried}{part}",
        lanes=tuple(
            Lane(client, capital(who(client).removeprefix("the ")), ROLES[int(client) - 1]) for client in clients
        ),
        deeds=tuple(_deed(result.operations[place], place, numbers.get(place, 0)) for place in shown),
        verdict=verdict(scenario, result),
        bands=_bands(scenario, result, shown),
    )


def verdict(scenario: Scenario, result: Result) -> str:
    """Which promise is broken by which operations, and why, in sentences."""
    name = MODELS[scenario.check]
    if result.witness is None:
        answer = "is kept" if result.answer == "yes" else "could not be decided"
        return f"{name}: the promise {answer} in this history."
    count = len(result.witness.operations)
    which = f"operations 1 {'and' if count == 2 else 'to'} {count} show it" if count > 1 else "operation 1 shows it"
    reasons = CLIENT.sub(_named, " ".join(result.witness.words[count:]))
    return f"{name}: the promise is broken, and {which}. {reasons}"


def _named(found: re.Match[str]) -> str:
    """A client by its name in the shop instead of its number."""
    name = who(found["number"])
    return capital(name) if found["word"] == "Client" else name


def witness_numbers(result: Result) -> dict[int, int]:
    """For each operation of the witness (its place) its number, from 1."""
    if result.witness is None:
        return {}
    return {place: number for number, place in enumerate(result.witness.operations, start=1)}


def drawn(result: Result) -> list[int]:
    """The places of the operations to draw: those of the witness, and those nearest to them in time."""
    marked = list(witness_numbers(result)) or [0]
    clients = _clients(result, marked)
    near = [place for place, one in enumerate(result.operations) if one.client in clients]
    first, last = (result.operations[place].called_ms for place in (marked[0], marked[-1]))

    def away(place: int) -> float:
        called = result.operations[place].called_ms
        return max(first - called, called - last, 0.0)

    nearest = sorted(near, key=lambda place: (place not in marked, away(place), place))
    return sorted(nearest[:DEEDS_MAX])


def _clients(result: Result, marked: list[int]) -> set[str]:
    """Who is drawn: all where they are few, else those of the witness first."""
    found = list(dict.fromkeys(result.operations[place].client for place in marked))
    others = sorted({one.client for one in result.operations} - set(found), key=int)
    return set([*found, *others][: max(LANES_MAX, len(found))])


def _deed(operation: Operation, place: int, number: int) -> Deed:
    value = operation.value
    asked = " ?" if operation.unknown else ""
    if operation.op == "cas":
        before, after = (_short(part) for part in value)
        text = f"{operation.key}: {before} to {after}{'' if operation.ok else ', no'}{asked}"
        brief = f"{operation.key} {before}→{after}"
    else:
        verb = "write" if operation.op == "write" else "read"
        found = "" if operation.op == "read" and operation.unknown else f"={_short(value)}"
        text = f"{verb} {operation.key}{found}{asked}"
        brief = f"{verb[0]} {operation.key}{found}{asked}"
    return Deed(
        id=f"o{place}",
        lane=operation.client,
        kind="write" if operation.op == "write" else "change" if operation.op == "cas" else "read",
        text=text,
        short=brief,
        words=f"{capital(told(operation))}.",
        starts_s=operation.called_ms / 1_000,
        ends_s=None if operation.returned_ms is None else operation.returned_ms / 1_000,
        number=number,
    )


def _short(value: object) -> str:
    return "nil" if value is None else str(value)


def _bands(scenario: Scenario, result: Result, shown: list[int]) -> tuple[Band, ...]:
    """The fault, as far as operations are drawn beside it."""
    if scenario.fault == "none" or scenario.fault_duration_ms == 0:
        return ()
    ends = [result.operations[place].returned_ms or result.operations[place].called_ms for place in shown]
    starts_s, ends_s = scenario.fault_at_ms / 1_000, scenario.fault_ends_ms / 1_000
    if starts_s > max(ends) / 1_000 or ends_s < result.operations[shown[0]].called_ms / 1_000:
        return ()
    return (Band(starts_s, ends_s, FAULTS[scenario.fault]),)
