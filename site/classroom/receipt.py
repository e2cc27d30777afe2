"""What did one participant answer, and what would have been right? Only what was revealed shows its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from classroom.asked import Asked, asked_of
from classroom.models import Participant, Vote
from classroom.rooms import Room
from classroom.typed import Typed
from lessons.quizzes.feedback import Reason
from lessons.quizzes.marking import fits, mark
from lessons.widgets.registry import widget


@dataclass(frozen=True)
class Line:
    """One question with the participant's last vote on it. `run` is the address of what a setting led to."""

    asked: Asked
    vote: Vote
    given: str
    revealed: bool
    reasons: tuple[Reason, ...]
    answer: str
    run: str = ""

    @property
    def to_compare(self) -> bool:
        """Whether these are words that their writer may now hold against the model answer."""
        return self.asked.form_kind == "short" and self.revealed


def receipt_of(room: Room, participant: Participant) -> list[Line]:
    """Every question answered, in the order of first answers, with the last vote on each."""
    last: dict[str, Vote] = {}
    for vote in participant.votes.order_by("attempt", "round"):
        last[vote.question_id] = vote
    return list(_lines(room, last))


def runs_of(room: Room) -> list[tuple[str, str]]:
    """What the room ran, as questions with the addresses of the runs, each once."""
    found = {}
    for data in room.session.events.filter(kind="run").values_list("data", flat=True):
        found[f"/widgets/{data['widget']}/?{data['query']}"] = widget(data["widget"]).question
    return [(words, link) for link, words in found.items()]


def answer_words(asked: Asked, given: Any) -> str:
    """An answer as a person would write it."""
    if asked.is_number:
        return f"{given:g}\u2009{asked.unit}".strip()
    if asked.form_kind == "short":
        return Typed(given["text"])
    if asked.form_kind == "set" and asked.question is not None and asked.question.setting is not None:
        return asked.question.setting.words(given)
    names = dict(asked.options)
    if isinstance(given, list):
        joint = ", then " if asked.form_kind == "order" else "; "
        return joint.join(names.get(str(one), str(one)) for one in given)
    if isinstance(given, dict) and asked.question is not None:
        left, right = {one.id: one.text for one in asked.question.options}, dict(asked.question.rights)
        return "; ".join(f"{left.get(a, a)} → {right.get(b, b)}" for a, b in given.items())
    return names.get(str(given), str(given))


def _lines(room: Room, votes: dict[str, Vote]) -> Iterator[Line]:
    for name, vote in votes.items():
        asked = asked_of(room, name)
        if asked is None:
            continue
        # A question being voted on again is closed to the receipt, too.
        shown = name in room.state.revealed and name not in {one.question_id for one in room.state.open_ballots}
        solved = asked.solution() if shown else None
        answer = _right_words(asked, solved)
        reasons, run = _marked(asked, vote.given) if solved is not None else ((), "")
        yield Line(asked, vote, answer_words(asked, vote.given), shown, reasons, answer, run)


def _right_words(asked: Asked, solved: Any) -> str:
    if asked.form_kind == "short" and asked.question is not None and solved is not None:
        return asked.question.model
    return answer_words(asked, solved) if solved is not None else ""


def _marked(asked: Asked, given: Any) -> tuple[tuple[Reason, ...], str]:
    """Why an answer is right or wrong, and the run that says so. The points of a model answer are the same for all."""
    if asked.question is None:
        return (), ""
    if asked.form_kind == "short":
        given = {"held": True, **given}
    if not fits(asked.question, given):
        return (), ""
    found = mark(asked.question, given)
    return found.reasons, found.run
