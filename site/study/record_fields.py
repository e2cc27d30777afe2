"""What may each field of a record hold? A check gives the value back, or raises ValueError with what is allowed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from study.models import KEY, Answer, Practice
from study.record import (
    AnswerEntry,
    DoneEntry,
    PlaceEntry,
    PlanEntry,
    PredictionEntry,
    ReviewEntry,
    SittingEntry,
)

ENTRIES_MAX = {"answers": 20_000, "predictions": 2_000, "reviews": 40_000, "sittings": 200, "lessons_done": 500}
JSON_LENGTH_MAX = 8_000
PLAN_LENGTH_MAX = 300
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
SLUG = re.compile(r"[A-Za-z0-9_-]{1,120}")
ANCHOR = re.compile(r"[A-Za-z0-9_-]{0,120}")

Check = Callable[[Any], Any]


def checks_of(now: datetime) -> dict[str, tuple[type[Any], dict[str, Check]]]:
    """For each part of a record: what it becomes, and the check of each field."""
    at = _moment(now)
    slug, anchor = _matching(SLUG, "small letters, digits, - and _"), _matching(ANCHOR, "letters, digits and -")
    key = _matching(KEY, "letters, digits and . : - _")
    return {
        "answers": (
            AnswerEntry,
            {
                "key": key,
                "question": slug,
                "version": _whole(1, 2**31 - 1),
                "seed": _or_null(_whole(0, 2**63 - 1)),
                "given": _json,
                "right": _truth,
                "confidence": _one_of(Answer.Confidence.values),
                "asked_in": _one_of(Answer.AskedIn.values),
                "sitting": _or_null(_whole(0, ENTRIES_MAX["sittings"])),
                "at": at,
            },
        ),
        "predictions": (
            PredictionEntry,
            {
                "prediction": slug,
                "widget": slug,
                "query": _text(1500),
                "guess": _said,
                "answer": _said,
                "near": _truth,
                "at": at,
            },
        ),
        "reviews": (ReviewEntry, {"key": key, "prompt": slug, "held": _truth, "at": at}),
        "sittings": (
            SittingEntry,
            {
                "mode": _one_of(Practice.Mode.values),
                "source": _text(120),
                "plan": _plan(slug, _or_null(_whole(0, 2**63 - 1))),
                "place": _whole(0, PLAN_LENGTH_MAX),
                "flags": _list_of(_whole(0, PLAN_LENGTH_MAX)),
                "drafts": _drafts,
                "begun_at": at,
                "ended_at": _or_null(at),
            },
        ),
        "lessons_done": (DoneEntry, {"lesson": slug, "at": at}),
        "place": (PlaceEntry, {"lesson": slug, "anchor": anchor, "at": at}),
        "study_plan": (PlanEntry, {"target_on": _day, "target_words": _text(120)}),
    }


def _or_null(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _matching(pattern: re.Pattern[str], allowed: str) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(f"is {short(value)} (allowed: {allowed})")
        return value

    return check


def _text(length_max: int) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > length_max or not (value.isprintable() or not value):
            raise ValueError(f"is {short(value)} (allowed: one line of at most {length_max} characters)")
        return value

    return check


def _one_of(values: list[str]) -> Check:
    def check(value: Any) -> str:
        if value not in values or not isinstance(value, str):
            raise ValueError(f"is {short(value)} (allowed: {', '.join(map(repr, values))})")
        return value

    return check


def _whole(least: int, most: int) -> Check:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"is {short(value)} (allowed: a whole number from {least} to {most})")
        return value

    return check


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"is {short(value)} (allowed: true or false)")
    return value


def _json(value: Any) -> Any:
    """Any JSON of bounded size that a database can keep; whether it answers its question is seen when it is shown."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        "".join(_strings(value)).encode()
    except (TypeError, ValueError, RecursionError):
        raise ValueError("is no plain JSON") from None
    if len(text) > JSON_LENGTH_MAX:
        raise ValueError(f"has {len(text):,} characters (allowed: {JSON_LENGTH_MAX:,})")
    if any("\0" in one for one in _strings(value)):
        raise ValueError("has a character that is none")
    return value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from (key, *_strings(one))
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _said(value: Any) -> Any:
    """A guess or the answer of a run: nothing, a number, a word, or words in order."""
    if value is None or (isinstance(value, str) and len(value) <= 120 and (value.isprintable() or not value)):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and abs(value) <= 1e15:
        return float(value)
    if isinstance(value, list) and len(value) <= 20 and all(isinstance(one, str) and len(one) <= 120 for one in value):
        return _json(value)
    raise ValueError(f"is {short(value)} (allowed: null, a number, a word, a list of words)")


def _list_of(check: Check) -> Check:
    def check_list(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > PLAN_LENGTH_MAX:
            raise ValueError(f"is {short(value)} (allowed: a list of at most {PLAN_LENGTH_MAX})")
        return [check(one) for one in value]

    return check_list


def _drafts(value: Any) -> dict[str, Any]:
    """Answers of an exam by the place of their question."""
    if (
        not isinstance(value, dict)
        or len(value) > PLAN_LENGTH_MAX
        or not all(re.fullmatch(r"\d{1,3}", one) for one in value)
    ):
        raise ValueError(f"is {short(value)} (allowed: answers by the number of their place)")
    return {place: _json(given) for place, given in value.items()}


def _plan(question: Check, seed: Check) -> Check:
    def pair(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) != 2:
            raise ValueError(f"holds {short(value)} (allowed: pairs of a question and a seed)")
        return [question(value[0]), seed(value[1])]

    return _list_of(pair)


def _moment(now: datetime) -> Check:
    latest = now + timedelta(days=1)  # clocks differ

    def check(value: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None or not EARLIEST <= moment <= latest:
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            allowed = "a time with its zone, such as 2027-01-31T18:30:00+00:00, not before 2020 and not to come"
            raise ValueError(f"is {short(value)} (allowed: {allowed})") from None
        return moment.astimezone(UTC)

    return check


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"is {short(value)} (allowed: a day such as 2027-01-31)") from None


def short(value: Any) -> str:
    """A value, quoted, and not too long to read."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
