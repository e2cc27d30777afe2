"""What does a template need to show one question, answered or not?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessons.quizzes.marking import fits, mark
from lessons.quizzes.question import Question
from study.models import Answer


def question_context(
    question: Question,
    answer: Answer | None,
    *,
    problem: str = "",
    again: bool = False,
    back: str = "",
    posted: Mapping[str, list[str]] | None = None,
) -> dict[str, Any]:
    """The context of quizzes/_question.html. An answer to an older version is kept, and marked as such.

    `posted` is a form that could not be taken: what was filled in stays filled in.
    """
    given = None if answer is None or again else answer.given
    changed = answer is not None and is_outdated(question, answer)
    feedback = mark(question, given) if given is not None and not changed else None
    return {
        "question": question,
        "feedback": feedback,
        "unknown": answer is not None and answer.given is None,
        "changed": changed,
        "problem": problem,
        "places": range(1, len(question.options) + 1),
        "back": back,
        "posted": posted or {},
    }


def is_outdated(question: Question, answer: Answer) -> bool:
    """Whether the question has changed since this answer."""
    return answer.version != question.version or (answer.given is not None and not fits(question, answer.given))
