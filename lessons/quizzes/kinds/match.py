"""Lines on the left and lines on the right: which belong together?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lessons.quizzes.feedback import RIGHT, AnswerError, Feedback, Reason
from lessons.quizzes.question import Question

OPTIONS = (2, 8)
LURES_MAX = 4


def parse(content: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Lines on the right that fit nothing on the left."""
    return {"lures": tuple(table.get("lures", ()))}


def faults(question: Question) -> Iterator[str]:
    """Every left line has a right one, at least two right ones differ, and no lure is one of them."""
    for option in question.options:
        if not option.pair:
            yield f"option {option.id}: pair is missing"
        if not option.misconception:
            yield f"option {option.id}: a line names the misconception of those who match it otherwise"
        if option.right:
            yield f"option {option.id}: a match has no right options; its pairs are right"
    pairs = {option.pair for option in question.options}
    if len(pairs) < 2:
        yield "every line has the same pair"
    if len(question.lures) > LURES_MAX or len({*question.lures, *pairs}) != len(question.lures) + len(pairs):
        yield f"lures are up to {LURES_MAX} texts that differ from every pair"


def read(question: Question, texts: Mapping[str, list[str]]) -> dict[str, str]:
    """The right line of each left one, from fields `pair-ID`."""
    given = {option.id: (texts.get(f"pair-{option.id}") or [""])[0] for option in question.options}
    if not all(text.strip() for text in given.values()):
        raise AnswerError("Give every line its match.")
    if not fits(question, given):
        raise AnswerError("That is not one of the matches.")
    return given


def form(question: Question, given: Mapping[str, str]) -> dict[str, list[str]]:
    """One choice for each left line."""
    return {f"pair-{left}": [right] for left, right in given.items()}


def fits(question: Question, given: Any) -> bool:
    """Whether these are still the lines on both sides."""
    known = {line_id for line_id, _ in question.rights}
    return (
        isinstance(given, dict)
        and given.keys() == {option.id for option in question.options}
        and all(isinstance(right, str) and right in known for right in given.values())
    )


def mark(question: Question, given: Any) -> Feedback:
    """Right when every line has its match; otherwise how many have is said, and each line tells why."""
    found, texts = picks(question, given), dict(question.rights)
    right = len(found) == len(question.options)
    reasons = tuple(
        Reason(
            text=f"{option.text} → {option.pair}",
            right=option.id in found,
            chosen=False,
            reason=option.reason,
            misconception="" if option.id in found else option.misconception,
            link=option.link,
            id=option.id,
            sign="✓ matched" if option.id in found else f"✗ you said: {texts[given[option.id]]}",
        )
        for option in question.options
    )
    said = f"Not yet: {len(found)} of {len(question.options)} lines have their match."
    return Feedback(right, given, RIGHT if right else said, reasons)


def picks(question: Question, given: Mapping[str, str]) -> tuple[str, ...]:
    """The left lines that have their match."""
    wanted = solution(question)
    return tuple(left for left, right in given.items() if wanted[left] == right)


def solution(question: Question) -> dict[str, str]:
    """The match of each left line."""
    ids = {text: line_id for line_id, text in question.rights}
    return {option.id: ids[option.pair] for option in question.options}
