"""What does a phone show of one thing to vote on? Large options, fields, and what was given before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from classroom.asked import Asked
from classroom.clock import Clock
from classroom.models import Vote
from classroom.rooms import Room
from lessons.quizzes.setting import Dial

LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Choice:
    """One option: its letter is what a printed card shows."""

    letter: str
    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Line:
    """One line of an order or a match, with the places or matches to choose from."""

    name: str
    words: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Control:
    """One control of a setting: a choice when it has options, else a number between its limits."""

    name: str
    words: str
    limits: str
    value: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BallotForm:
    """A question with the state of its vote. `vote` is the participant's own, None where nobody's is shown."""

    asked: Asked
    round: int
    attempt: int
    is_open: bool
    vote: Vote | None
    posted: dict[str, list[str]]

    @property
    def key(self) -> str:
        """What tells it from every other ballot of the session."""
        return f"{self.asked.id}/{self.round}/{self.attempt}"

    @property
    def field(self) -> str:
        """The name of its only field, where it has one."""
        return "answer" if self.asked.question is not None else "guess"

    @property
    def text(self) -> str:
        """What its text field holds."""
        return (self.posted.get(self.field) or [""])[0]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The options to choose from."""
        given = self.posted.get(self.field, [])
        return tuple(
            Choice(LETTERS[place], value, words, value in given)
            for place, (value, words) in enumerate(self.asked.options)
        )

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines to place or to match."""
        question = self.asked.question
        if self.asked.form_kind == "match" and question is not None:
            matches = [(str(place), text) for place, (_, text) in enumerate(question.rights, 1)]
            return tuple(self._line(f"pair-{option.id}", option.text, matches) for option in question.options)
        places = [(str(place), str(place)) for place in range(1, len(self.asked.options) + 1)]
        prefix = "place-" if question is not None else "guess-"
        return tuple(self._line(f"{prefix}{value}", words, places) for value, words in self.asked.options)

    @property
    def controls(self) -> tuple[Control, ...]:
        """The controls to turn, as they were set last."""
        return tuple(self._control(dial) for dial in self.asked.dials)

    def _control(self, dial: Dial) -> Control:
        unit = f"\u2009{dial.param.unit}" if dial.param.unit else ""
        limits = "" if dial.options else f"{dial.param.min:,.6g} to {dial.param.max:,.6g}{unit}"
        value = (self.posted.get(dial.field) or [dial.start])[0]
        return Control(dial.field, dial.label, limits, value, dial.options)

    def _line(self, name: str, words: str, choices: list[tuple[str, str]]) -> Line:
        given = self.posted.get(name, [])
        return Line(name, words, tuple(Choice("", value, said, value in given) for value, said in choices))


def ballot_form(
    room: Room,
    asked: Asked,
    vote: Vote | None,
    posted: dict[str, list[str]] | None = None,
    *,
    clock: Clock | None = None,
) -> BallotForm:
    """The form of one question in the round that the room is in; `posted` is one that was refused.

    `clock` is that of one participant; what all phones are sent stays open until nobody can have time left.
    """
    given: Any = vote.given if vote else None
    state = room.state
    return BallotForm(
        asked=asked,
        round=state.round,
        attempt=state.attempt(asked.id),
        is_open=any(one.question_id == asked.id and one.round == state.round for one in state.open_ballots)
        and state.phase not in ("pause", "ended")
        and not (clock and clock.left_s == 0),
        vote=vote,
        posted=posted if posted is not None else asked.form(given) if vote else {},
    )
