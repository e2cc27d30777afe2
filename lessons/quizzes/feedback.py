"""What is a learner told about an answer? A verdict in words, and a reason for every option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lessons.quizzes.question import Option

RIGHT = "Right."
MISSED = "Not yet."


class AnswerError(ValueError):
    """Nothing that can be marked; the message says what is still missing."""


class UnfinishedError(AnswerError):
    """An answer that the learner has yet to compare with the model answer. Nothing is wrong with it."""


@dataclass(frozen=True)
class Reason:
    """One option (or one side of a number) with its reason, and whether the learner chose it.

    `id` is the option's, or right, less, more. `sign` says what it is where "right" and "not this" do not.
    """

    text: str
    right: bool
    chosen: bool
    reason: str
    misconception: str = ""
    link: str = ""
    id: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Feedback:
    """What the learner is told. `given` is the answer as kept.

    `said` is the answer in words where the reasons do not show it, `run` the address of the run that marked it;
    `model` is a right answer in words where the reasons do not say it, `model_run` the address of its run.
    """

    right: bool
    given: Any
    message: str
    reasons: tuple[Reason, ...]
    said: str = ""
    run: str = ""
    model: str = ""
    model_run: str = ""


def reason_of(option: Option, *, chosen: bool, sign: str = "") -> Reason:
    """The reason that an option brings with it."""
    return Reason(option.text, option.right, chosen, option.reason, option.misconception, option.link, option.id, sign)
