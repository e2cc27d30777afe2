"""One option of several: which one is right?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lessons.quizzes.feedback import MISSED, RIGHT, AnswerError, Feedback, reason_of
from lessons.quizzes.question import Question

OPTIONS = (2, 8)


def parse(content: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Options are all it has."""
    return {}


def faults(question: Question) -> Iterator[str]:
    """Exactly one option is right; each wrong one names a misconception."""
    rights = sum(option.right for option in question.options)
    if rights != 1:
        yield f"{rights} options are right; a choice has exactly one"
    for option in question.options:
        if not option.right and not option.misconception:
            yield f"option {option.id}: a wrong option names a misconception"


def read(question: Question, texts: Mapping[str, list[str]]) -> str:
    """The id of the chosen option."""
    chosen = [text for text in texts.get("answer", []) if text.strip()]
    if not chosen:
        raise AnswerError("Choose one option first.")
    if not fits(question, chosen[0]):
        raise AnswerError("That is not one of the options.")
    return chosen[0]


def form(question: Question, given: str) -> dict[str, list[str]]:
    """One radio button."""
    return {"answer": [given]}


def fits(question: Question, given: Any) -> bool:
    """Whether the option still exists."""
    return isinstance(given, str) and given in {option.id for option in question.options}


def mark(question: Question, given: Any) -> Feedback:
    """Right when it is the right one."""
    right = given == solution(question)
    reasons = tuple(reason_of(option, chosen=option.id == given) for option in question.options)
    return Feedback(right, given, RIGHT if right else MISSED, reasons)


def picks(question: Question, given: str) -> tuple[str, ...]:
    """The chosen option."""
    return (given,)


def solution(question: Question) -> str:
    """The id of the right option."""
    return next(option.id for option in question.options if option.right)
