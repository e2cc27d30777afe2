"""A number with its unit: is it near enough?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lessons.quizzes.feedback import AnswerError, Feedback, Reason
from lessons.quizzes.question import Question

TEXT_LENGTH_MAX = 40
NUMBER_MAX = 1e15
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")


def faults(question: Question) -> Iterator[str]:
    """A reason for right, less and more; a misconception for less and more; a link."""
    for name in ("reason_right", "reason_low", "reason_high", "misconception_low", "misconception_high", "link"):
        if not getattr(question, name):
            yield f"{name} is missing"
    if question.options:
        yield "a number has no options"
    if not (math.isfinite(question.answer) and math.isfinite(question.tolerance) and question.tolerance >= 0):
        yield f"answer {question.answer} with tolerance {question.tolerance} cannot be marked"


def read(question: Question, texts: Mapping[str, list[str]]) -> float:
    """The number written. A comma before three digits parts thousands, as the pages write them."""
    text = next((text.strip() for text in texts.get("answer", []) if text.strip()), "")
    if not text:
        raise AnswerError("Write a number first.")
    bare = re.sub(r"[\s\u2009\u202f]", "", text[: TEXT_LENGTH_MAX + 1])
    shown = repr(text[:TEXT_LENGTH_MAX])
    if THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    elif not PLAIN.fullmatch(bare):
        raise AnswerError(f"{shown} is not a number. Write it in {question.unit or 'plain digits'}, without words.")
    number = float(bare.replace(",", "."))
    if not fits(question, number):
        raise AnswerError(f"{shown} is out of range.")
    return number


def fits(question: Question, given: Any) -> bool:
    """Whether it is a number that can be compared."""
    return isinstance(given, (int, float)) and not isinstance(given, bool) and abs(given) <= NUMBER_MAX


def mark(question: Question, given: Any) -> Feedback:
    """Right within the tolerance; otherwise the side it missed on has its own reason."""
    off = given - question.answer
    right = abs(off) <= question.tolerance + 1e-9
    expected = f"{question.answer:,.6g}\u2009{question.unit}".strip()
    low, high = not right and off < 0, not right and off > 0
    sides = (
        Reason(f"About {expected}", True, right, question.reason_right, link=question.link),
        Reason("Less", False, low, question.reason_low, question.misconception_low, question.link),
        Reason("More", False, high, question.reason_high, question.misconception_high, question.link),
    )
    return Feedback(right, given, "Right." if right else "Not yet.", sides)


def solution(question: Question) -> float:
    """The number itself."""
    return question.answer
