"""A few words of one's own, then the model answer: did they have it? The learner says."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lessons.quizzes.feedback import MISSED, RIGHT, AnswerError, Feedback, UnfinishedError, reason_of
from lessons.quizzes.question import Question

OPTIONS = (1, 5)
TEXT_LENGTH_MAX = 500
HELD = {"yes": True, "no": False}


def parse(content: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """The model answer."""
    return {"model": table.get("model", "")}


def faults(question: Question) -> Iterator[str]:
    """A model answer; its points are the options, all of them right, each with what those believe who lack it."""
    if not question.model:
        yield "model is missing"
    for option in question.options:
        if not option.right:
            yield f"option {option.id}: the points of a model answer are right"
        if not option.misconception:
            yield f"option {option.id}: a point names the misconception of those who lack it"


def read(question: Question, texts: Mapping[str, list[str]]) -> dict[str, Any]:
    """The text and whether it was held to have the points. Raises UnfinishedError while only the text is there."""
    text = (texts.get("answer") or [""])[0].replace("\r\n", "\n").strip()
    if not text:
        raise AnswerError("Write a line or two first.")
    if len(text) > TEXT_LENGTH_MAX:
        raise AnswerError(f"That has {len(text)} characters; up to {TEXT_LENGTH_MAX} are kept.")
    if "\x00" in text:
        raise AnswerError("That holds a character that cannot be kept.")
    held = (texts.get("held") or [""])[0]
    if held not in HELD:
        raise UnfinishedError("Compare it with the model answer, then say whether you had it.")
    return {"text": text, "held": HELD[held]}


def form(question: Question, given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The text, and one of two buttons."""
    return {"answer": [given["text"]], "held": ["yes" if given["held"] else "no"]}


def fits(question: Question, given: Any) -> bool:
    """Whether it is a text with its verdict."""
    return (
        isinstance(given, dict)
        and given.keys() == {"text", "held"}
        and isinstance(given["text"], str)
        and 0 < len(given["text"]) <= TEXT_LENGTH_MAX
        and isinstance(given["held"], bool)
    )


def mark(question: Question, given: Any) -> Feedback:
    """Right when the learner had it; the points are shown either way."""
    held = given["held"]
    points = question.options if not held else [dataclasses.replace(one, misconception="") for one in question.options]
    reasons = tuple(reason_of(point, chosen=False, sign="✓ has to be in it") for point in points)
    return Feedback(held, given, RIGHT if held else MISSED, reasons, said=given["text"], model=question.model)


def picks(question: Question, given: Any) -> tuple[str, ...]:
    """Words choose nothing."""
    return ()


def solution(question: Question) -> dict[str, Any]:
    """The model answer in the learner's place."""
    return {"text": question.model[:TEXT_LENGTH_MAX], "held": True}
