"""What does an answer mean? Its kind says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessons.quizzes.feedback import AnswerError, Feedback, Reason, UnfinishedError
from lessons.quizzes.kinds import kinds
from lessons.quizzes.question import Question

__all__ = [
    "AnswerError",
    "Feedback",
    "Reason",
    "UnfinishedError",
    "answer_form",
    "fits",
    "mark",
    "picks",
    "read_answer",
    "solution",
]


def read_answer(question: Question, texts: Mapping[str, list[str]]) -> Any:
    """The answer in a posted form, as it is kept. Raises AnswerError (UnfinishedError before the last step)."""
    return kinds()[question.kind].read(question, texts)


def answer_form(question: Question, given: Any) -> dict[str, list[str]]:
    """The form that gives this answer."""
    return kinds()[question.kind].form(question, given)


def fits(question: Question, given: Any) -> bool:
    """Whether an answer that was kept can still be marked."""
    return kinds()[question.kind].fits(question, given)


def mark(question: Question, given: Any) -> Feedback:
    """Marks an answer as `read_answer` gave it."""
    return kinds()[question.kind].mark(question, given)


def picks(question: Question, given: Any) -> tuple[str, ...]:
    """The ids of the reasons that an answer chose, without marking it."""
    return kinds()[question.kind].picks(question, given)


def solution(question: Question) -> Any:
    """A right answer, as it would be kept."""
    return kinds()[question.kind].solution(question)
