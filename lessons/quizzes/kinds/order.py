"""Lines to put in order: what comes first?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lessons.quizzes.feedback import RIGHT, AnswerError, Feedback, Reason
from lessons.quizzes.question import Question

OPTIONS = (2, 8)


def parse(content: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Options are all it has."""
    return {}


def faults(question: Question) -> Iterator[str]:
    """The order of the file is the right one, so no option is marked."""
    for option in question.options:
        if option.right or option.misconception:
            yield f"option {option.id}: an order has neither right options nor misconceptions; its file gives the order"


def read(question: Question, texts: Mapping[str, list[str]]) -> list[str]:
    """The ids in the order given, from fields `place-ID`."""
    known = {str(place) for place in range(1, len(question.options) + 1)}
    places: dict[int, str] = {}
    for option in question.shown:
        text = (texts.get(f"place-{option.id}") or [""])[0]
        if text not in known:
            raise AnswerError(f"Give every line a place from 1 to {len(question.options)}.")
        if int(text) in places:
            raise AnswerError(f"Place {text} is given twice.")
        places[int(text)] = option.id
    return [places[place] for place in sorted(places)]


def form(question: Question, given: list[str]) -> dict[str, list[str]]:
    """One place for each line."""
    return {f"place-{option_id}": [str(place)] for place, option_id in enumerate(given, 1)}


def fits(question: Question, given: Any) -> bool:
    """Whether these are still the lines."""
    known = solution(question)
    return isinstance(given, list) and all(isinstance(one, str) for one in given) and sorted(given) == sorted(known)


def mark(question: Question, given: Any) -> Feedback:
    """Right when every line has its place; otherwise the first place to look at again is named."""
    pairs = zip(given, solution(question), strict=True)
    wrong = next((place for place, (said, right) in enumerate(pairs, 1) if said != right), 0)
    reasons = tuple(
        Reason(
            option.text,
            True,
            given[place - 1] == option.id,
            option.reason,
            link=option.link,
            id=option.id,
            sign=f"✓ place {place}",
        )
        for place, option in enumerate(question.options, 1)
    )
    return Feedback(not wrong, given, f"Not yet: look again from place {wrong}." if wrong else RIGHT, reasons)


def picks(question: Question, given: list[str]) -> tuple[str, ...]:
    """The lines in their places."""
    return tuple(said for said, right in zip(given, solution(question), strict=True) if said == right)


def solution(question: Question) -> list[str]:
    """The ids in the order of the file."""
    return [option.id for option in question.options]
