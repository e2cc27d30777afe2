"""What does an answer mean? Its kind says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessons.quizzes.feedback import AnswerError, Feedback, Reason
from lessons.quizzes.kinds import kinds
from lessons.quizzes.question import Question

__all__ = ["AnswerError", "Feedback", "Reason", "fits", "mark", "read_answer", "solution"]


def read_answer(question: Question, texts: Mapping[str, list[str]]) -> Any:
    """The answer in a posted form, as it is kept. Raises AnswerError."""
    return kinds()[question.kind].read(question, texts)


def fits(question: Question, given: Any) -> bool:
    """Whether an answer that was kept can still be marked."""
    return kinds()[question.kind].fits(question, given)


def mark(question: Question, given: Any) -> Feedback:
    """Marks an answer as `read_answer` gave it."""
    return kinds()[question.kind].mark(question, given)


def solution(question: Question) -> Any:
    """The right answer, as it would be kept."""
    return kinds()[question.kind].solution(question)
