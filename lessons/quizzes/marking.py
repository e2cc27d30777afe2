"""What does an answer mean? Right or wrong, and a reason for every option."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons.quizzes.question import Option, Question


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


def read_answer(question: Question, texts: Mapping[str, list[str]]) -> Any:
    """The answer in a posted form, as it is kept. Raises AnswerError."""
    chosen = [text for text in texts.get("answer", []) if text.strip()]
    known = {option.id for option in question.options}
    if question.kind == "order":
        return _read_order(question, texts)
    if not chosen:
        raise AnswerError(
            {"choice": "Choose one option first.", "several": "Choose at least one option first."}.get(
                question.kind, "Write a number first."
            )
        )
    if question.kind == "number":
        return _read_number(question, chosen[0])
    if any(option not in known for option in chosen):
        raise AnswerError("That is not one of the options.")
    return chosen[0] if question.kind == "choice" else sorted(set(chosen))


def mark(question: Question, given: Any) -> Feedback:
    """Marks an answer as `read_answer` gave it."""
    if question.kind == "number":
        return _mark_number(question, given)
    if question.kind == "order":
        return _mark_order(question, given)
    chosen = {given} if isinstance(given, str) else set(given)
    right = chosen == {option.id for option in question.options if option.right}
    message = "Right." if right else ("Not yet." if question.kind == "choice" else "Not all of it.")
    return Feedback(right, given, message, tuple(_reason(option, option.id in chosen) for option in question.options))


def _read_number(question: Question, text: str) -> float:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        raise AnswerError(f"{text[:40]!r} is not a number. Write it in {question.unit or 'plain digits'}.") from None
    if not math.isfinite(number) or abs(number) > 1e15:
        raise AnswerError(f"{text[:40]!r} is out of range.")
    return number


def _read_order(question: Question, texts: Mapping[str, list[str]]) -> list[str]:
    places: dict[int, str] = {}
    for option in question.shown:
        text = (texts.get(f"place-{option.id}") or [""])[0]
        if text not in {str(number) for number in range(1, len(question.options) + 1)}:
            raise AnswerError(f"Give every line a place from 1 to {len(question.options)}.")
        if int(text) in places:
            raise AnswerError(f"Place {text} is given twice.")
        places[int(text)] = option.id
    return [places[place] for place in sorted(places)]


def _mark_number(question: Question, given: float) -> Feedback:
    off = given - question.answer
    right = abs(off) <= question.tolerance + 1e-9
    expected = f"{question.answer:,.6g}\u2009{question.unit}".strip()
    sides = (
        Reason(f"About {expected}", True, right, question.reason_right, link=question.link),
        Reason("Less", False, not right and off < 0, question.reason_low, question.misconception_low, question.link),
        Reason("More", False, not right and off > 0, question.reason_high, question.misconception_high, question.link),
    )
    return Feedback(right, given, "Right." if right else "Not yet.", sides)


def _mark_order(question: Question, given: list[str]) -> Feedback:
    rights = [option.id for option in question.options]
    wrong = next((place for place, pair in enumerate(zip(given, rights, strict=True), 1) if pair[0] != pair[1]), 0)
    message = "Right." if not wrong else f"Not yet: look again from place {wrong}."
    reasons = tuple(
        Reason(f"{place}. {option.text}", True, given[place - 1] == option.id, option.reason, link=option.link)
        for place, option in enumerate(question.options, 1)
    )
    return Feedback(not wrong, given, message, reasons)


def _reason(option: Option, chosen: bool) -> Reason:
    return Reason(option.text, option.right, chosen, option.reason, option.misconception, option.link)
