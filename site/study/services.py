"""Every change to what is kept of a learner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from lessons.review import replayed
from study.models import (
    Answer,
    Learner,
    LessonDone,
    Practice,
    PredictionRecord,
    QuestionFlag,
    ReadingPlace,
    ReviewCard,
    ReviewLog,
    StudyPlan,
)
from study.recall import recalls_of

TRIES_MAX = 20  # kept of one question: the first, and the latest of the others
PRACTICES_MAX = 100  # sittings kept of one learner: the latest
REVIEWS_MAX = 200  # recalls kept of one prompt: the latest
TARGET_LENGTH_MAX = 120


@transaction.atomic
def answer_record(
    *,
    learner: Learner,
    question_id: str,
    version: int,
    given: Any,
    right: bool,
    seed: int | None = None,
    confidence: str = "",
    asked_in: str = "page",
    key: str | None = None,
    practice: Practice | None = None,
    at: datetime | None = None,
) -> Answer:
    """Keeps one try. `given` None is "I don't know". The same key again gives the first answer and changes nothing."""
    known = learner.answers.filter(key=key).first() if key else None
    if known:
        return known
    try:
        with transaction.atomic():
            made = Answer.objects.create(
                learner=learner,
                question_id=question_id,
                version=version,
                seed=seed,
                given=given,
                right=right,
                confidence=confidence,
                asked_in=asked_in,
                key=key or None,
                practice=practice,
                at=min(at or timezone.now(), timezone.now()),
            )
    except IntegrityError:  # the same key, stored by a request that ran beside this one
        return learner.answers.get(key=key)
    answers_trim(learner=learner, question_ids=[question_id])
    return made


def answers_trim(*, learner: Learner, question_ids: Collection[str]) -> None:
    """Keeps of each question the first try and the latest of the others."""
    tries: dict[str, list[int]] = defaultdict(list)
    kept = learner.answers.filter(question_id__in=question_ids).order_by("at", "id")
    for question_id, answer_id in kept.values_list("question_id", "id"):
        tries[question_id].append(answer_id)
    over = [answer_id for ids in tries.values() for answer_id in ids[1 : 1 + max(0, len(ids) - TRIES_MAX)]]
    learner.answers.filter(id__in=over).delete()


@transaction.atomic
def practice_begin(*, learner: Learner, mode: str, source: str, plan: list[list[Any]]) -> Practice:
    """Starts a sitting. `plan` holds [question_id, seed] pairs; the seed may be None."""
    made = Practice.objects.create(learner=learner, mode=mode, source=source, plan=plan)
    practices_trim(learner=learner)
    return made


def practices_trim(*, learner: Learner) -> None:
    """Keeps the latest sittings. Answers given in the others stay."""
    over = learner.practices.order_by("-begun_at", "-id").values_list("id", flat=True)[PRACTICES_MAX:]
    learner.practices.filter(id__in=list(over)).delete()


@transaction.atomic
def practice_advance(*, practice: Practice, place: int, plan: list[list[Any]] | None = None) -> Practice:
    """Moves to another question; a plan may have grown by questions that come back in another form."""
    kept = Practice.objects.select_for_update().get(pk=practice.pk)
    kept.plan = kept.plan if plan is None else plan
    kept.place = max(0, min(place, len(kept.plan)))
    kept.save(update_fields=["plan", "place"])
    return kept


def practice_end(*, practice: Practice) -> Practice:
    """Closes a sitting; one that is closed stays closed at its first time."""
    Practice.objects.filter(pk=practice.pk, ended_at=None).update(ended_at=timezone.now())
    practice.refresh_from_db()
    return practice


def flag_record(*, question_id: str, version: int, seed: int | None, given: Any, kind: str) -> QuestionFlag:
    """Keeps that somebody calls a question wrong or unclear, and not who."""
    return QuestionFlag.objects.create(question_id=question_id, version=version, seed=seed, given=given, kind=kind)


def prediction_record(
    *, learner: Learner, prediction_id: str, widget: str, query: str, guess: Any, answer: Any, near: bool
) -> PredictionRecord:
    """Keeps the first prediction; a second one for the same bet changes nothing."""
    kept, _ = PredictionRecord.objects.get_or_create(
        learner=learner,
        prediction_id=prediction_id,
        defaults={"widget": widget, "query": query, "guess": guess, "answer": answer, "near": near},
    )
    return kept


@transaction.atomic
def review_record(
    *, learner: Learner, prompt_id: str, held: bool, at: datetime | None = None, key: str | None = None
) -> ReviewLog:
    """Keeps one recall and plans the next. The same key again gives the first recall and changes nothing."""
    Learner.objects.select_for_update().get(pk=learner.pk)  # two recalls of one prompt wait for one another
    known = learner.reviews.filter(key=key).first() if key else None
    if known:
        return known
    made = ReviewLog.objects.create(
        learner=learner, prompt_id=prompt_id, held=held, at=min(at or timezone.now(), timezone.now()), key=key or None
    )
    cards_replay(learner=learner, prompt_ids=[prompt_id])
    return made


def cards_replay(*, learner: Learner, prompt_ids: Collection[str]) -> None:
    """Plans these prompts anew from the recalls kept of them; what arrives late gives the same card as in time."""
    for prompt_id, recalls in recalls_of(learner, prompt_ids).items():
        if len(recalls) > REVIEWS_MAX:
            recalls = recalls[-REVIEWS_MAX:]
            learner.reviews.filter(prompt_id=prompt_id, at__lt=recalls[0].at).delete()
        state = replayed(recalls)
        ReviewCard.objects.update_or_create(
            learner=learner, prompt_id=prompt_id, defaults={"state": state.as_dict(), "due_on": state.due_on}
        )


def study_plan_set(*, learner: Learner, target_on: date | None, target_words: str) -> None:
    """Keeps what the learner studies for; without a date there is no plan."""
    if target_on is None:
        StudyPlan.objects.filter(learner=learner).delete()
        return
    StudyPlan.objects.update_or_create(
        learner=learner, defaults={"target_on": target_on, "target_words": target_words[:TARGET_LENGTH_MAX]}
    )


def place_record(*, learner: Learner, lesson: str, anchor: str) -> None:
    """Keeps where the learner is reading."""
    ReadingPlace.objects.update_or_create(
        learner=learner, defaults={"lesson": lesson, "anchor": anchor, "at": timezone.now()}
    )


def lesson_done_set(*, learner: Learner, lesson: str, done: bool) -> None:
    """Marks a lesson as done, or takes the mark back."""
    if done:
        LessonDone.objects.get_or_create(learner=learner, lesson=lesson)
    else:
        LessonDone.objects.filter(learner=learner, lesson=lesson).delete()


@transaction.atomic
def learner_forget(*, learner: Learner) -> None:
    """Deletes the learner, everything kept of them, and their account."""
    user = learner.user
    learner.delete()
    if user:
        user.delete()
