"""What does a learner's record look like as one file? Everything kept of them, one event a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from study.models import KEY, Answer, Learner, ReviewLog
from study.recall import place_of, study_plan_of

FORMAT, VERSION = "blast-radius-record", 1


@dataclass(frozen=True)
class AnswerEntry:
    """One try. `sitting` is its place in the list of sittings, if it was given in one."""

    key: str
    question: str
    version: int
    seed: int | None
    given: Any
    right: bool
    confidence: str
    asked_in: str
    sitting: int | None
    at: datetime


@dataclass(frozen=True)
class PredictionEntry:
    """One prediction and the answer of its run."""

    prediction: str
    widget: str
    query: str
    guess: Any
    answer: Any
    near: bool
    at: datetime


@dataclass(frozen=True)
class ReviewEntry:
    """One recall. Cards are not in the file: they follow from these."""

    key: str
    prompt: str
    held: bool
    at: datetime


@dataclass(frozen=True)
class SittingEntry:
    """One practice or exam."""

    mode: str
    source: str
    plan: list[list[Any]]
    place: int
    flags: list[int]
    drafts: dict[str, Any]
    begun_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class DoneEntry:
    """A mark on a lesson."""

    lesson: str
    at: datetime


@dataclass(frozen=True)
class PlaceEntry:
    """Where the learner stopped."""

    lesson: str
    anchor: str
    at: datetime


@dataclass(frozen=True)
class PlanEntry:
    """What the learner studies for."""

    target_on: date
    target_words: str


@dataclass(frozen=True)
class Record:
    """Everything kept of one learner, without who it is."""

    answers: tuple[AnswerEntry, ...] = ()
    predictions: tuple[PredictionEntry, ...] = ()
    reviews: tuple[ReviewEntry, ...] = ()
    sittings: tuple[SittingEntry, ...] = ()
    lessons_done: tuple[DoneEntry, ...] = ()
    place: PlaceEntry | None = None
    study_plan: PlanEntry | None = None


def entry_key(learner: Learner, kept: Answer | ReviewLog) -> str:
    """The key of an event; one that came without has a key all the same, and always the same."""
    if kept.key and KEY.fullmatch(kept.key):
        return kept.key
    return "r" + hashlib.sha256(f"{learner.key}/{kept._meta.model_name}/{kept.pk}".encode()).hexdigest()[:31]


def record_of(learner: Learner) -> Record:
    """Everything kept of this learner, events in order of time."""
    sittings = list(learner.practices.order_by("begun_at", "id"))
    place_in_list = {kept.pk: place for place, kept in enumerate(sittings)}
    place, plan = place_of(learner), study_plan_of(learner)
    return Record(
        answers=tuple(
            AnswerEntry(
                key=entry_key(learner, kept),
                question=kept.question_id,
                version=kept.version,
                seed=kept.seed,
                given=kept.given,
                right=kept.right,
                confidence=kept.confidence,
                asked_in=kept.asked_in,
                sitting=None if kept.practice_id is None else place_in_list[kept.practice_id],
                at=kept.at,
            )
            for kept in learner.answers.order_by("at", "id")
        ),
        predictions=tuple(
            PredictionEntry(kept.prediction_id, kept.widget, kept.query, kept.guess, kept.answer, kept.near, kept.at)
            for kept in learner.predictions.order_by("at", "id")
        ),
        reviews=tuple(
            ReviewEntry(entry_key(learner, kept), kept.prompt_id, kept.held, kept.at)
            for kept in learner.reviews.order_by("at", "id")
        ),
        sittings=tuple(
            SittingEntry(
                mode=kept.mode,
                source=kept.source,
                plan=kept.plan,
                place=kept.place,
                flags=kept.flags,
                drafts=kept.drafts,
                begun_at=kept.begun_at,
                ended_at=kept.ended_at,
            )
            for kept in sittings
        ),
        lessons_done=tuple(DoneEntry(kept.lesson, kept.at) for kept in learner.lessons_done.order_by("at", "id")),
        place=PlaceEntry(place.lesson, place.anchor, place.at) if place else None,
        study_plan=PlanEntry(plan.target_on, plan.target_words) if plan and plan.target_on else None,
    )


def written(record: Record) -> str:
    """The file: JSON with one event a line, so that a person can read it and a fault has a line."""
    lines = ["{", f'"format": {json.dumps(FORMAT)},', f'"version": {VERSION},']
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, tuple):
            lines += [f'"{field.name}": [', *_with_commas(map(_line, value)), "],"]
        else:
            lines.append(f'"{field.name}": {_line(value)},')
    return "\n".join([*lines[:-1], lines[-1].removesuffix(","), "}"]) + "\n"


def _line(entry: Any) -> str:
    plain = None if entry is None else asdict(entry)
    return json.dumps(plain, ensure_ascii=False, default=lambda moment: moment.isoformat())


def _with_commas(lines: Iterable[str]) -> list[str]:
    made = list(lines)
    return [line + ("," if place + 1 < len(made) else "") for place, line in enumerate(made)]
