"""Some options of several: which ones hold?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lessons.quizzes.feedback import RIGHT, AnswerError, Feedback, reason_of
from lessons.quizzes.question import Question

OPTIONS = (2, 8)


def parse(content: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Options are all it has."""
    return {}


def faults(question: Question) -> Iterator[str]:
    """One option or more is right; each wrong one names a misconception."""
    if not any(option.right for option in question.options):
        yield "no option is right"
    for option in question.options:
        if not option.right and not option.misconception:
            yield f"option {option.id}: a wrong option names a misconception"


def read(question: Question, texts: Mapping[str, list[str]]) -> list[str]:
    """The ids of the chosen options, sorted."""
    chosen = sorted({text for text in texts.get("answer", []) if text.strip()})
    if not chosen:
        raise AnswerError("Choose at least one option first.")
    if not fits(question, chosen):
        raise AnswerError("That is not one of the options.")
    return chosen


def form(question: Question, given: list[str]) -> dict[str, list[str]]:
    """One box for each option chosen."""
    return {"answer": list(given)}


def fits(question: Question, given: Any) -> bool:
    """Whether the options still exist."""
    known = {option.id for option in question.options}
    return isinstance(given, list) and bool(given) and all(isinstance(one, str) and one in known for one in given)


def mark(question: Question, given: Any) -> Feedback:
    """Right when it is all of the right ones and none of the others."""
    right = sorted(given) == solution(question)
    reasons = tuple(reason_of(option, chosen=option.id in given) for option in question.options)
    return Feedback(right, given, RIGHT if right else "Not all of it.", reasons)


def picks(question: Question, given: list[str]) -> tuple[str, ...]:
    """The chosen options."""
    return tuple(given)


def solution(question: Question) -> list[str]:
    """The ids of the right options, sorted."""
    return sorted(option.id for option in question.options if option.right)
