"""A timeline in which something cannot be as it is told: which lines are wrong?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lessons.quizzes.feedback import RIGHT, AnswerError, Feedback, Reason, reason_of
from lessons.quizzes.kinds import several
from lessons.quizzes.question import Option, Question

OPTIONS = (3, 8)


def parse(content: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Lines are all it has."""
    return {}


def faults(question: Question) -> Iterator[str]:
    """Every line has its time. A wrong line is `right` to choose; a sound one names what makes it look wrong."""
    if not any(option.right for option in question.options):
        yield "no line is marked as the fault (right = true)"
    if all(option.right for option in question.options):
        yield "every line is a fault"
    for option in question.options:
        if not option.at:
            yield f"line {option.id}: at is missing"
        if not option.right and not option.misconception:
            yield f"line {option.id}: a sound line names the misconception of those who call it wrong"


def read(question: Question, texts: Mapping[str, list[str]]) -> list[str]:
    """The ids of the lines held to be wrong, sorted."""
    chosen = sorted({text for text in texts.get("answer", []) if text.strip()})
    if not chosen:
        raise AnswerError("Mark at least one line first.")
    if not fits(question, chosen):
        raise AnswerError("That is not one of the lines.")
    return chosen


def mark(question: Question, given: Any) -> Feedback:
    """Right when it is every fault and no sound line."""
    faulty = set(solution(question))
    right, hits = set(given) == faulty, len(faulty & set(given))
    reasons = tuple(_reason(option, chosen=option.id in given) for option in question.options)
    if hits == len(faulty):
        said = "Not quite: you found it, and marked a sound line as well."
    elif hits:
        said = "Not all of it: more than one line is wrong."
    else:
        said = "Not yet: what you marked can be so."
    return Feedback(right, given, RIGHT if right else said, reasons)


def _reason(option: Option, *, chosen: bool) -> Reason:
    made = reason_of(option, chosen=chosen, sign="✓ the fault" if option.right else "✗ sound")
    return dataclasses.replace(made, text=f"{option.at} {option.text}")


form, fits, picks, solution = several.form, several.fits, several.picks, several.solution
