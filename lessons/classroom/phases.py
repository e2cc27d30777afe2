"""In which phase is a class session, and what may happen next? A fold over numbered events; nothing is destroyed.

The instructor's steps are events. A step that does not fit the phase is refused with what would fit. Times are seconds
of the server's clock; no other clock decides anything.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Phase = Literal[
    "lobby", "reading", "predict", "vote_1", "discuss", "vote_2", "reveal", "experiment", "several", "pause", "ended"
]
GRACE_S = 2.0  # a vote on its way when the instructor closes still counts
SHARES_DEFAULT = (0.3, 0.7)  # below: teach again; above: explain briefly; between: discuss and vote again
SEVERAL_MAX = 12
COUNTDOWN_S = (10.0, 600.0)
MORE_S_MIN = 30.0  # what a participant can take at least, once in each countdown
_ANYWHERE = frozenset(
    {
        "read",
        "ask",
        "predict",
        "ask_several",
        "run",
        "pause",
        "end",
        "set_shares",
        "skip",
        "look_back",
        "hide_text",
        "show_text",
    }
)
STEPS: dict[Phase, frozenset[str]] = {
    "lobby": _ANYWHERE,
    "reading": _ANYWHERE,
    "predict": frozenset({"close", "reveal", "reset", "countdown", "extend"}) | _ANYWHERE,
    "vote_1": frozenset({"close", "discuss", "reveal", "reset", "countdown", "extend"}) | _ANYWHERE,
    "discuss": frozenset({"vote_again", "reveal", "reopen", "reset"}) | _ANYWHERE,
    "vote_2": frozenset({"close", "reveal", "reset", "countdown", "extend"}) | _ANYWHERE,
    "reveal": frozenset({"compare", "reset", "vote_again"}) | _ANYWHERE,
    "experiment": _ANYWHERE,
    "several": frozenset({"close", "reveal", "countdown", "extend"}) | _ANYWHERE,
    "pause": frozenset({"resume", "end"}),
    "ended": frozenset(),
}
KINDS = tuple(sorted({kind for kinds in STEPS.values() for kind in kinds}))


class NotNow(ValueError):
    """A step that does not fit the phase; the message says what would."""


@dataclass(frozen=True)
class Event:
    """One step. `number` counts from 1 without gaps; `data` is plain."""

    number: int
    kind: str
    at_s: float
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Countdown:
    """A time for the open ballots. `number` is that of the event that started it, `seconds` what was announced.

    It closes nothing: a vote that comes after its end is refused, unless its voter took more time.
    """

    number: int
    seconds: float
    ends_s: float

    @property
    def more_s(self) -> float:
        """What a participant gets who asks for more: as much again."""
        return max(MORE_S_MIN, self.seconds)

    def is_up(self, at_s: float, *, more_s: float = 0.0) -> bool:
        """Whether the time of somebody who took this much more is over."""
        return at_s > self.ends_s + more_s


@dataclass(frozen=True)
class Ballot:
    """What may be voted on: a question (or prediction), the round, and which attempt since the last reset.

    `closed_at_s` is None while it is open. A countdown stays with its ballot: closing gives nobody time back.
    """

    question_id: str
    round: int
    attempt: int
    opened_at_s: float
    closed_at_s: float | None = None
    countdown: Countdown | None = None


@dataclass(frozen=True)
class State:
    """A class session after its last event. `ballots` are those open now, or closed so lately that grace still runs."""

    number: int = 0
    phase: Phase = "lobby"
    paused_phase: Phase | None = None
    section: str = ""
    question_id: str = ""
    round: int = 1
    ballots: tuple[Ballot, ...] = ()
    attempts: Mapping[str, int] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    revealed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    compared: bool = False  # the last vote stands alone until the instructor sets the first beside it
    experiment: Mapping[str, str] = field(default_factory=dict)
    shares: tuple[float, float] = SHARES_DEFAULT
    paused_at_s: float = 0.0
    hidden_texts: tuple[int, ...] = ()  # votes in words that the instructor keeps from being shown

    @property
    def open_ballots(self) -> tuple[Ballot, ...]:
        """Those that take votes without any grace."""
        return tuple(ballot for ballot in self.ballots if ballot.closed_at_s is None)

    @property
    def countdown(self) -> Countdown | None:
        """The one that runs, or has run out, over the open ballots."""
        return next((ballot.countdown for ballot in self.open_ballots if ballot.countdown), None)

    def attempt(self, question_id: str) -> int:
        """Which attempt at a question counts; a reset begins the next one."""
        return self.attempts.get(question_id, 1)


def fold(events: Iterable[Event]) -> State:
    """The state after all events. Raises NotNow for one that did not fit (that is our own mistake by then)."""
    state = State()
    for event in events:
        state = after(state, event)
    return state


def after(state: State, event: Event) -> State:
    """The state after one more event. Raises NotNow."""
    assert event.number == state.number + 1, "events have no gaps"
    if event.kind not in STEPS[state.phase]:
        fitting = ", ".join(sorted(STEPS[state.phase])) or "nothing: the session has ended"
        raise NotNow(f"{event.kind} does not fit the phase {state.phase} (now: {fitting})")
    changed = _CHANGES[event.kind](state, event)
    return dataclasses.replace(changed, number=event.number)


def ballot_for(state: State, *, question_id: str, round: int, at_s: float, more_s: float = 0.0) -> Ballot | None:
    """The ballot that a vote for this question and round falls into at this moment; None when it comes too late.

    There is no grace once the answer may have been seen: after a reveal, and while an experiment runs. `more_s` is what
    this voter has on top of a countdown.
    """
    if question_id in state.revealed or state.phase == "experiment":
        return None
    for ballot in state.ballots:
        if (ballot.question_id, ballot.round) == (question_id, round) and state.phase not in ("pause", "ended"):
            closed = ballot.closed_at_s is not None and at_s > ballot.closed_at_s + GRACE_S
            late = ballot.countdown is not None and ballot.countdown.is_up(at_s - GRACE_S, more_s=more_s)
            return None if closed or late else ballot
    return None


def _closed(state: State, at_s: float) -> tuple[Ballot, ...]:
    """Every ballot closed now; those closed before their grace ran out stay for its sake."""
    kept = (b for b in state.ballots if b.closed_at_s is None or at_s <= b.closed_at_s + GRACE_S)
    return tuple(dataclasses.replace(b, closed_at_s=at_s) if b.closed_at_s is None else b for b in kept)


def _opened(state: State, event: Event, questions: tuple[str, ...], round: int) -> tuple[Ballot, ...]:
    countdown = _countdown_in(event)
    made = tuple(Ballot(name, round, state.attempt(name), event.at_s, countdown=countdown) for name in questions)
    others = tuple(
        b
        for b in _closed(state, event.at_s)
        if (b.question_id, b.round) not in {(m.question_id, m.round) for m in made}
    )
    return (*others, *made)


def _moved(state: State, event: Event, phase: Phase, **changes: Any) -> State:
    """To another phase, with every ballot closed."""
    return dataclasses.replace(state, **{"phase": phase, "ballots": _closed(state, event.at_s), **changes})


def _read(state: State, event: Event) -> State:
    return _moved(state, event, "reading", section=str(event.data.get("section", "")))


def _ask(state: State, event: Event) -> State:
    return _asked(state, event, "vote_1")


def _predict(state: State, event: Event) -> State:
    return _asked(state, event, "predict")


def _asked(state: State, event: Event, phase: Phase) -> State:
    name = _name(event)
    state = _asked_anew(state, (name,))
    return _moved(
        state,
        event,
        phase,
        question_id=name,
        several=(),
        round=1,
        ballots=_opened(state, event, (name,), 1),
        asked=_with(state.asked, name),
        skipped=tuple(one for one in state.skipped if one != name),
    )


def _ask_several(state: State, event: Event) -> State:
    names = tuple(dict.fromkeys(str(name) for name in event.data.get("questions", ())))
    if not 2 <= len(names) <= SEVERAL_MAX:
        raise NotNow(f"{len(names)} questions at once (allowed: 2 to {SEVERAL_MAX})")
    state = _asked_anew(state, names)
    asked = state.asked
    for name in names:
        asked = _with(asked, name)
    return _moved(
        state,
        event,
        "several",
        question_id="",
        several=names,
        round=1,
        ballots=_opened(state, event, names, 1),
        asked=asked,
    )


def _asked_anew(state: State, names: tuple[str, ...]) -> State:
    """A question that was asked before begins another attempt: its answer may have been seen."""
    again = {name: state.attempt(name) + 1 for name in names if name in state.asked}
    revealed = tuple(one for one in state.revealed if one not in names)
    return dataclasses.replace(state, attempts={**state.attempts, **again}, revealed=revealed)


def _close(state: State, event: Event) -> State:
    return dataclasses.replace(state, ballots=_closed(state, event.at_s))


def _discuss(state: State, event: Event) -> State:
    return _moved(state, event, "discuss")


def _vote_again(state: State, event: Event) -> State:
    _one_question(state)
    return _moved(
        state,
        event,
        "vote_2",
        round=2,
        ballots=_opened(state, event, (state.question_id,), 2),
        revealed=tuple(one for one in state.revealed if one != state.question_id),
    )


def _reopen(state: State, event: Event) -> State:
    """Back to the first vote, with every vote cast so far."""
    return _moved(state, event, "vote_1", ballots=_opened(state, event, (state.question_id,), 1))


def _reveal(state: State, event: Event) -> State:
    names = state.several or (state.question_id,)
    revealed = state.revealed
    for name in names:
        revealed = _with(revealed, name)
    return _moved(state, event, "reveal", revealed=revealed, compared=False)


def _compare(state: State, event: Event) -> State:
    """The first vote beside the second, and who moved."""
    return _moved(state, event, "reveal", compared=True)


def _reset(state: State, event: Event) -> State:
    """The next attempt at the question: earlier votes stay kept, and count no more."""
    name = _one_question(state)
    fresh = dataclasses.replace(state, attempts={**state.attempts, name: state.attempt(name) + 1}, ballots=())
    phase: Phase = "predict" if state.phase == "predict" else "vote_1"
    return _moved(
        fresh,
        event,
        phase,
        round=1,
        ballots=_opened(fresh, event, (name,), 1),
        revealed=tuple(one for one in state.revealed if one != name),
    )


def _skip(state: State, event: Event) -> State:
    name = _name(event)
    return _moved(state, event, "reading", skipped=_with(state.skipped, name))


def _look_back(state: State, event: Event) -> State:
    """An earlier result once more, as it was revealed."""
    name = _name(event)
    if name not in state.revealed:
        raise NotNow(f"{name} was not revealed yet")
    return _moved(state, event, "reveal", question_id=name, several=(), compared=False)


def _run(state: State, event: Event) -> State:
    wanted = {key: str(event.data.get(key, "")) for key in ("widget", "query", "where")}
    if wanted["where"] not in ("phones", "screen"):
        raise NotNow(f"an experiment runs on phones or screen, not on {wanted['where']!r}")
    return _moved(state, event, "experiment", experiment=wanted)


def _pause(state: State, event: Event) -> State:
    return dataclasses.replace(state, phase="pause", paused_phase=state.phase, paused_at_s=event.at_s)


def _resume(state: State, event: Event) -> State:
    assert state.paused_phase is not None, "a pause remembers where it came from"
    later = _moved_countdown(state, event.at_s - state.paused_at_s)  # the clock stood still, too
    return dataclasses.replace(later, phase=state.paused_phase, paused_phase=None)


def _end(state: State, event: Event) -> State:
    return dataclasses.replace(state, phase="ended", paused_phase=None, ballots=())


def _set_shares(state: State, event: Event) -> State:
    low, high = float(event.data.get("low", -1)), float(event.data.get("high", -1))
    if not 0 <= low < high <= 1:
        raise NotNow(f"the shares {low:g} and {high:g} must rise between 0 and 1")
    return dataclasses.replace(state, shares=(low, high))


def _hide_text(state: State, event: Event) -> State:
    return dataclasses.replace(state, hidden_texts=(*_shown_text(state, event).hidden_texts, int(event.data["vote"])))


def _shown_text(state: State, event: Event) -> State:
    number = int(event.data.get("vote", 0))
    return dataclasses.replace(state, hidden_texts=tuple(one for one in state.hidden_texts if one != number))


def _start_countdown(state: State, event: Event) -> State:
    """From now on, in place of one that runs; without seconds that one stops, and nothing closes."""
    if not state.open_ballots:
        raise NotNow("the vote is closed; a countdown runs while one is open")
    return _with_countdown(state, _countdown_in(event))


def _extend(state: State, event: Event) -> State:
    if state.countdown is None:
        raise NotNow("no countdown runs")
    lost_s = max(0.0, event.at_s - state.countdown.ends_s)
    return _moved_countdown(state, lost_s + _within_limits(float(event.data.get("seconds", 30))))


def _moved_countdown(state: State, by_s: float) -> State:
    countdown = state.countdown
    if countdown is None:
        return state
    return _with_countdown(state, dataclasses.replace(countdown, ends_s=countdown.ends_s + by_s))


def _with_countdown(state: State, countdown: Countdown | None) -> State:
    made = (b if b.closed_at_s is not None else dataclasses.replace(b, countdown=countdown) for b in state.ballots)
    return dataclasses.replace(state, ballots=tuple(made))


def _countdown_in(event: Event) -> Countdown | None:
    seconds = float(event.data.get("seconds", 0) or 0)
    if not seconds > 0:
        return None
    seconds = _within_limits(seconds)
    return Countdown(event.number, seconds, event.at_s + seconds)


def _within_limits(seconds: float) -> float:
    return min(COUNTDOWN_S[1], max(COUNTDOWN_S[0], seconds))


def _name(event: Event) -> str:
    name = str(event.data.get("question", ""))
    if not name:
        raise NotNow("the step names no question")
    return name


def _one_question(state: State) -> str:
    if not state.question_id:
        raise NotNow("several questions were asked at once; ask one of them alone first")
    return state.question_id


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)


_CHANGES = {
    "read": _read,
    "ask": _ask,
    "predict": _predict,
    "ask_several": _ask_several,
    "close": _close,
    "discuss": _discuss,
    "vote_again": _vote_again,
    "reopen": _reopen,
    "reveal": _reveal,
    "compare": _compare,
    "reset": _reset,
    "skip": _skip,
    "look_back": _look_back,
    "run": _run,
    "pause": _pause,
    "resume": _resume,
    "end": _end,
    "set_shares": _set_shares,
    "hide_text": _hide_text,
    "show_text": _shown_text,
    "countdown": _start_countdown,
    "extend": _extend,
}
