"""What is a learner told about an answer? A verdict in words, and a reason for every option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lessons.quizzes.question import Option


class AnswerError(ValueError):
    """Nothing that can be marked; the message says what is still missing."""


@dataclass(frozen=True)
class Reason:
    """One option (or one side of a number) with its reason, and whether the learner chose it."""

    text: str
    right: bool
    chosen: bool
    reason: str
    misconception: str = ""
    link: str = ""


@dataclass(frozen=True)
class Feedback:
    """What the learner is told. `given` is the answer as kept."""

    right: bool
    given: Any
    message: str
    reasons: tuple[Reason, ...]


def reason_of(option: Option, *, chosen: bool) -> Reason:
    """The reason that an option brings with it."""
    return Reason(option.text, option.right, chosen, option.reason, option.misconception, option.link)
