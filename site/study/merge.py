"""How do two records become one? Every event once, by its key; in time order it is as if it had happened here."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from study.models import (
    Answer,
    Learner,
    LessonDone,
    Practice,
    PredictionRecord,
    ReadingPlace,
    ResumePhrase,
    ReviewLog,
)
from study.recall import place_of, study_plan_of
from study.record import (
    AnswerEntry,
    DoneEntry,
    PredictionEntry,
    Record,
    ReviewEntry,
    SittingEntry,
    entry_key,
    record_of,
)
from study.services import answers_trim, cards_replay, practices_trim, study_plan_set

ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Merged:
    """How many events were new."""

    answers: int
    predictions: int
    reviews: int
    lessons_done: int

    @property
    def nothing(self) -> bool:
        """Whether everything was here already."""
        return not (self.answers or self.predictions or self.reviews or self.lessons_done)


@transaction.atomic
def record_merge(*, learner: Learner, record: Record) -> Merged:
    """Adds what the record has and the learner has not. The same record twice adds nothing."""
    Learner.objects.select_for_update().get(pk=learner.pk)
    sittings = [_sitting(learner, entry) for entry in record.sittings]
    merged = Merged(
        answers=_answers(learner, record.answers, sittings),
        predictions=_predictions(learner, record.predictions),
        reviews=_reviews(learner, record.reviews),
        lessons_done=_lessons_done(learner, record.lessons_done),
    )
    practices_trim(learner=learner)
    place, here = record.place, place_of(learner)
    if place and (here is None or place.at > here.at):
        newer = {"lesson": place.lesson, "anchor": place.anchor, "at": place.at}
        ReadingPlace.objects.update_or_create(learner=learner, defaults=newer)
    plan = record.study_plan
    if plan and study_plan_of(learner) is None:
        study_plan_set(learner=learner, target_on=plan.target_on, target_words=plan.target_words)
    return merged


@transaction.atomic
def learner_adopt(*, learner: Learner, other: Learner) -> Merged:
    """Moves everything of another learner over, their phrase too where there is none, and lets the other end."""
    merged = record_merge(learner=learner, record=record_of(other))
    if not ResumePhrase.objects.filter(learner=learner).exists():
        ResumePhrase.objects.filter(learner=other).update(learner=learner)
    other.delete()
    return merged


@transaction.atomic
def learner_join_account(*, user: User, here: Learner | None) -> Learner:
    """The learner of an account, with the record of this device in it. A record of another account stays theirs."""
    theirs = Learner.objects.filter(user=user).first()
    if here is None or here.user is not None:
        return theirs or Learner.objects.create(user=user)
    if theirs is None:
        here.user = user
        here.save(update_fields=["user"])
        return here
    learner_adopt(learner=theirs, other=here)
    return theirs


def _sitting(learner: Learner, entry: SittingEntry) -> Practice:
    """One of the same kind, source and moment is the same sitting, and keeps what got further."""
    same = {"mode": entry.mode, "source": entry.source, "begun_at": entry.begun_at}
    state = {
        "plan": entry.plan,
        "place": entry.place,
        "flags": entry.flags,
        "drafts": entry.drafts,
        "ended_at": entry.ended_at,
    }
    kept, made = Practice.objects.get_or_create(learner=learner, **same, defaults=state)
    if not made and kept.ended_at is None and (entry.ended_at or entry.place > kept.place):
        Practice.objects.filter(pk=kept.pk).update(**state)
    return kept


def _answers(learner: Learner, entries: tuple[AnswerEntry, ...], sittings: list[Practice]) -> int:
    known = {entry_key(learner, kept) for kept in learner.answers.all()}
    new = [entry for entry in entries if entry.key not in known]
    rows = (
        Answer(
            learner=learner,
            question_id=entry.question,
            version=entry.version,
            seed=entry.seed,
            given=entry.given,
            right=entry.right,
            confidence=entry.confidence,
            asked_in=entry.asked_in,
            practice=None if entry.sitting is None else sittings[entry.sitting],
            key=entry.key,
            at=entry.at,
        )
        for entry in new
    )
    Answer.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    answers_trim(learner=learner, question_ids={entry.question for entry in new})
    return len(new)


def _predictions(learner: Learner, entries: tuple[PredictionEntry, ...]) -> int:
    """The earlier of two predictions of one run is the bet."""
    known = {kept.prediction_id: kept for kept in learner.predictions.all()}
    new = [entry for entry in entries if entry.prediction not in known]
    earlier = [entry for entry in entries if entry.prediction in known and entry.at < known[entry.prediction].at]
    learner.predictions.filter(prediction_id__in=[entry.prediction for entry in earlier]).delete()
    rows = (
        PredictionRecord(
            learner=learner,
            prediction_id=entry.prediction,
            widget=entry.widget,
            query=entry.query,
            guess=entry.guess,
            answer=entry.answer,
            near=entry.near,
            at=entry.at,
        )
        for entry in (*new, *earlier)
    )
    PredictionRecord.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    return len(new)


def _reviews(learner: Learner, entries: tuple[ReviewEntry, ...]) -> int:
    known = {entry_key(learner, kept) for kept in learner.reviews.all()}
    new = [entry for entry in entries if entry.key not in known]
    rows = (
        ReviewLog(learner=learner, prompt_id=entry.prompt, held=entry.held, at=entry.at, key=entry.key) for entry in new
    )
    ReviewLog.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    cards_replay(learner=learner, prompt_ids={entry.prompt for entry in new})
    return len(new)


def _lessons_done(learner: Learner, entries: tuple[DoneEntry, ...]) -> int:
    known = set(learner.lessons_done.values_list("lesson", flat=True))
    new = [entry for entry in entries if entry.lesson not in known]
    LessonDone.objects.bulk_create(LessonDone(learner=learner, lesson=entry.lesson, at=entry.at) for entry in new)
    return len(new)
