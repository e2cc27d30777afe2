"""What does a template need to show one question, answered or not?"""

from __future__ import annotations

from typing import Any

from lessons.quizzes.marking import mark
from lessons.quizzes.question import Question
from study.models import Answer


def question_context(
    question: Question, answer: Answer | None, *, problem: str = "", again: bool = False
) -> dict[str, Any]:
    """The context of quizzes/_question.html. An answer to an older version is kept, and marked as such."""
    given = None if answer is None or again else answer.given
    changed = answer is not None and answer.version != question.version
    feedback = mark(question, given) if given is not None and not changed else None
    return {
        "question": question,
        "feedback": feedback,
        "unknown": answer is not None and answer.given is None,
        "changed": changed,
        "problem": problem,
        "places": range(1, len(question.options) + 1),
    }
