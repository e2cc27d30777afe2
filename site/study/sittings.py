"""Every change to a practice or an exam under way: an answer and how far it got, together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import transaction
from django.utils import timezone

from study.models import Learner, Practice
from study.services import answer_record, practice_advance, practice_end

HINT = "hint"
UNCHANGED = object()  # an exam's draft that stays as it is; None takes it back


class ExamHandedIn(Exception):
    """Nothing of this exam can be changed any more."""


@dataclass(frozen=True)
class Given:
    """An answer to the question at one place, marked. `given` None is "I don't know"."""

    place: int
    question_id: str
    version: int
    seed: int | None
    given: Any
    right: bool
    confidence: str = ""


def place_key(practice: Practice, place: int, step: str = "") -> str:
    """The idempotency key of what happens at one place: the same wherever the record is moved to."""
    begun = practice.begun_at.astimezone(UTC).strftime("%Y%m%d%H%M%S%f")
    return f"{begun}.{place}.{step}".removesuffix(".")


@transaction.atomic
def practice_answer(*, practice: Practice, answer: Given, plan: list[list[Any]], step: str = "") -> None:
    """Keeps an answer (or, with step HINT, that a hint was asked) and the plan as it grew.

    The first answer at a place counts: a second one changes nothing, nor does one to a place that is left behind.
    """
    kept = _locked(practice)
    key = place_key(kept, answer.place, step)
    if kept.ended_at or answer.place < kept.place or kept.learner.answers.filter(key=key).exists():
        return
    _recorded(kept, answer, key)
    _moved(kept, kept.place if step == HINT else answer.place + 1, plan)


@transaction.atomic
def practice_shown(*, practice: Practice, place: int) -> None:
    """The learner had the answer shown and goes on."""
    kept = _locked(practice)
    if not kept.ended_at and place >= kept.place:
        _moved(kept, place + 1, kept.plan)


@transaction.atomic
def exam_keep(*, practice: Practice, place: int, following: int, flagged: bool, given: Any = UNCHANGED) -> None:
    """Keeps the draft and the flag of one place, and where the exam goes on. Raises ExamHandedIn."""
    kept = _locked(practice)
    if kept.ended_at:
        raise ExamHandedIn
    if given is not UNCHANGED:
        kept.drafts.pop(str(place), None)
        if given is not None:
            kept.drafts[str(place)] = given
    kept.flags = sorted({*kept.flags, place} if flagged else {*kept.flags} - {place})
    kept.place = min(following, len(kept.plan))
    kept.save(update_fields=["drafts", "flags", "place"])


@transaction.atomic
def exam_hand_in(*, practice: Practice, marked: Callable[[Practice], Iterable[Given]]) -> None:
    """Marks the drafts as they stand at this moment and closes the exam; a second time changes nothing."""
    kept = _locked(practice)
    if kept.ended_at:
        return
    for answer in marked(kept):
        _recorded(kept, answer, place_key(kept, answer.place))
    kept.ended_at = timezone.now()
    kept.save(update_fields=["ended_at"])


def _locked(practice: Practice) -> Practice:
    # The learner is the lock, as everywhere: two requests of one learner wait for one another.
    Learner.objects.select_for_update().get(pk=practice.learner_id)
    return Practice.objects.select_related("learner").get(pk=practice.pk)


def _recorded(practice: Practice, answer: Given, key: str) -> None:
    answer_record(
        learner=practice.learner,
        question_id=answer.question_id,
        version=answer.version,
        seed=answer.seed,
        given=answer.given,
        right=answer.right,
        confidence=answer.confidence,
        asked_in=practice.mode,
        key=key,
        practice=practice,
    )


def _moved(practice: Practice, place: int, plan: list[list[Any]]) -> None:
    grown = plan if len(plan) > len(practice.plan) else practice.plan
    if practice_advance(practice=practice, place=place, plan=grown).place >= len(grown):
        practice_end(practice=practice)
