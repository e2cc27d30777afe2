"""A number with its unit: is it near enough?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lessons.quizzes.feedback import MISSED, RIGHT, AnswerError, Feedback, Reason, reason_of
from lessons.quizzes.question import Option, Question
from lessons.simulator.compute import value_of

OPTIONS = (0, 4)
TEXT_LENGTH_MAX = 40
NUMBER_MAX = 1e15
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")
TEXTS = ("reason_right", "reason_low", "reason_high", "misconception_low", "misconception_high")


def parse(content: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """The answer, given or computed by the simulator, and how near to it is near enough."""
    if ("answer" in table) == ("answer_value" in table):
        raise ValueError("give answer or answer_value, one of them")
    answer = table["answer"] if "answer" in table else value_of(content, table["answer_value"])
    if answer is None:
        raise ValueError("answer_value is never")
    try:
        answer = float(answer)
        tolerance = float(table.get("tolerance", abs(answer) * table.get("tolerance_fraction", 0.0)))
    except (TypeError, ValueError):
        raise ValueError("answer and tolerance are numbers") from None
    return {"answer": answer, "tolerance": tolerance} | {key: table.get(key, "") for key in ("unit", *TEXTS)}


def faults(question: Question) -> Iterator[str]:
    """A reason for right, less and more; a misconception for less and more; a link. Options are wrong numbers."""
    for name in (*TEXTS, "link"):
        if not getattr(question, name):
            yield f"{name} is missing"
    for option in question.options:
        if option.value is None or option.right or not option.misconception:
            yield f"option {option.id}: the option of a number is a wrong one, with a formula and a misconception"
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


def form(question: Question, given: float) -> dict[str, list[str]]:
    """One line of text."""
    return {"answer": [repr(float(given))]}


def fits(question: Question, given: Any) -> bool:
    """Whether it is a number that can be compared."""
    return isinstance(given, (int, float)) and not isinstance(given, bool) and abs(given) <= NUMBER_MAX


def mark(question: Question, given: Any) -> Feedback:
    """Right within the tolerance; otherwise a wrong number that has a name, or the side it missed on."""
    picked = picks(question, given)[0]
    expected = f"{_shown(question)}\u2009{question.unit}".strip()
    sides = (
        Reason(f"About {expected}", True, picked == "right", question.reason_right, link=question.link, id="right"),
        *(reason_of(option, chosen=picked == option.id) for option in question.options),
        _side(question, "Less", picked, question.reason_low, question.misconception_low),
        _side(question, "More", picked, question.reason_high, question.misconception_high),
    )
    return Feedback(picked == "right", given, RIGHT if picked == "right" else MISSED, sides)


def picks(question: Question, given: Any) -> tuple[str, ...]:
    """Right, the option whose number this is, less or more."""
    if _near(question, given, question.answer):
        return ("right",)
    named = next((option for option in question.options if _near(question, given, _value(option))), None)
    if named:
        return (named.id,)
    return ("less" if given < question.answer else "more",)


def solution(question: Question) -> float:
    """The number itself."""
    return question.answer


def _shown(question: Question) -> str:
    """The answer with no more digits than its tolerance tells apart."""
    if not question.tolerance:
        return f"{question.answer:,.6g}"
    digits = max(0, math.ceil(-math.log10(question.tolerance / 2)))
    text = f"{question.answer:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _near(question: Question, given: float, value: float) -> bool:
    return abs(given - value) <= question.tolerance + 1e-9


def _value(option: Option) -> float:
    assert option.value is not None, f"{option.id} has no number; faults() refuses that"
    return option.value


def _side(question: Question, text: str, picked: str, reason: str, misconception: str) -> Reason:
    return Reason(text, False, picked == text.lower(), reason, misconception, question.link, text.lower())
