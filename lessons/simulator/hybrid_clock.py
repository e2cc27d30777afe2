"""In what order did things happen, when no two clocks agree? Stamps of wall time and a counter.

The hybrid logical clock of one node. A stamp is never behind the node's wall clock, never behind a stamp it has seen,
and every stamp is greater than the one before. Two rules for a receive are in use, and their counters differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.distributions import quoted
from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.errors import ScenarioError

LEAVES_OUT = (
    "Other nodes: stamps that arrive are given, and nobody answers them.",
    "What drives a clock away from the true time, and who corrects it.",
    "Room for the counter: in a real stamp it has a fixed number of bits.",
)
EVENTS_MAX = 1_000
WALL_MAX, LOGICAL_MAX = 2**53, 2**31
RECEIVE_RULES = {
    "paper": "the largest of three (Kulkarni and others, 2014)",
    "cockroachdb": "tick, merge, tick (CockroachDB)",
}
EVENTS_SHAPE = (
    f'a list of 1 to {EVENTS_MAX:,} events, each [wall, "send", null] or [wall, "receive", [wall, counter]], for '
    'example [[5, "send", null], [10, "receive", [10, 5]]]'
)
_EVENTS = ((5, "send", None), (6, "send", None), (10, "receive", (10, 5)), (7, "send", None))

Number = int | float
Stamp = tuple[Number, int]


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """One node: what its wall clock showed at each event, and the stamps that arrived."""

    events: tuple[Any, ...] = param(
        _EVENTS,
        label="Events of one node",
        shape=EVENTS_SHAPE,
        help="In the order in which they happened. The wall clock may jump back.",
        passport="hybrid-clock-events",
    )
    receive_rule: str = param(
        "paper",
        label="Rule for a stamp that arrives",
        choices=RECEIVE_RULES,
        help="Both keep the order; they count differently.",
        passport="hybrid-clock-rule",
    )
    max_offset: float | None = param(
        500.0,
        label="Refuse what is ahead by more than",
        min=0,
        max=1e12,
        step=100,
        help="In the unit of the wall clock (ms in the examples). null: take every stamp.",
        passport="hybrid-clock-offset",
    )

    def resolve(self) -> None:
        """Bring the events to plain lists. Raises ScenarioError."""
        self._set("events", _read_events(self.events))


@dataclass(frozen=True)
class Result:
    """`stamps` has one [wall, counter] for each event, None where a stamp was refused.

    `ahead_max` is how far a stamp got ahead of the node's own wall clock, in its unit.
    """

    stamps: tuple[tuple[Number, int] | None, ...]
    refused: int
    counter_max: int
    ahead_max: float


def run(scenario: Scenario, *, seed: int) -> Result:
    """Every event in turn; nothing is left to chance."""
    receive = {"paper": _receive_paper, "cockroachdb": _receive_cockroachdb}[scenario.receive_rule]
    now: Stamp = (0, 0)
    stamps: list[Stamp | None] = []
    ahead: list[float] = [0.0]
    for wall, kind, remote in scenario.events:
        if kind == "receive" and _too_far_ahead(scenario, wall, remote):
            stamps.append(None)
            continue
        now = receive(now, wall, (remote[0], remote[1])) if kind == "receive" else _tick(now, wall)
        stamps.append(now)
        ahead.append(float(now[0] - wall))
    given = [stamp for stamp in stamps if stamp is not None]
    return Result(
        stamps=tuple(stamps),
        refused=len(stamps) - len(given),
        counter_max=max((counter for _, counter in given), default=0),
        ahead_max=max(ahead),
    )


def _too_far_ahead(scenario: Scenario, wall: Number, remote: list[Any]) -> bool:
    return scenario.max_offset is not None and remote[0] - wall > scenario.max_offset


def _tick(now: Stamp, wall: Number) -> Stamp:
    """The stamp of an event of the node's own: its wall clock where that has moved on, else one more on the counter."""
    return (wall, 0) if wall > now[0] else (now[0], now[1] + 1)


def _receive_paper(now: Stamp, wall: Number, remote: Stamp) -> Stamp:
    """The largest of own stamp, received stamp and wall clock; the counter follows whichever of them is the largest."""
    largest = max(now[0], remote[0], wall)
    counters = [stamp[1] for stamp in (now, remote) if stamp[0] == largest]
    return largest, max(counters) + 1 if counters else 0


def _receive_cockroachdb(now: Stamp, wall: Number, remote: Stamp) -> Stamp:
    """A tick for the arrival, the larger of the two stamps as it is, and a tick for what is done with it."""
    return _tick(max(_tick(now, wall), remote), wall)


def _read_events(value: Any) -> list[list[Any]]:
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= EVENTS_MAX:
        raise ScenarioError("events", f"is {quoted(value)}", allowed=EVENTS_SHAPE)
    return [_read_event(place, event) for place, event in enumerate(value, start=1)]


def _read_event(place: int, event: Any) -> list[Any]:
    if not isinstance(event, (list, tuple)) or len(event) != 3 or event[1] not in ("send", "receive"):
        raise _wrong(place, event)
    wall, kind, remote = event
    if kind == "send" and remote is not None:
        raise _wrong(place, remote)
    if kind == "send":
        return [_number(place, wall, WALL_MAX), kind, None]
    if not isinstance(remote, (list, tuple)) or len(remote) != 2:
        raise _wrong(place, remote)
    counter = _number(place, remote[1], LOGICAL_MAX)
    if counter != int(counter):
        raise _wrong(place, counter)
    return [_number(place, wall, WALL_MAX), kind, [_number(place, remote[0], WALL_MAX), int(counter)]]


def _number(place: int, value: Any, most: int) -> Number:
    """A number that may stand in a stamp; a whole one as an int."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise _wrong(place, value)
    return int(value) if value == int(value) else float(value)


def _wrong(place: int, value: Any) -> ScenarioError:
    return ScenarioError("events", f"has {quoted(value)} in event {place}", allowed=EVENTS_SHAPE)


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: a fixed part, and every event."""
    return 0.1 + len(scenario.events) * 0.002


def costly_field(scenario: Scenario) -> str:
    return "events"


def summary(scenario: Scenario, result: Result) -> str:
    """The last stamp, and what was refused, in one sentence."""
    refused = f"; {result.refused} refused as too far ahead" if result.refused else ""
    last = next((stamp for stamp in reversed(result.stamps) if stamp is not None), None)
    if last is None:
        return f"All {result.refused} stamps that arrived are refused as too far ahead."
    return (
        f"After {len(result.stamps)} events the clock stands at ({last[0]:,}, {last[1]}), at most "
        f"{result.ahead_max:,.6g} ahead of the wall clock{refused}."
    )
