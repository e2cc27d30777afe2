"""Every change to what is kept of a learner."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from study.models import Answer, Learner, LessonDone, PredictionRecord, ReadingPlace

TRIES_MAX = 20  # kept of one question: the first, and the latest of the others


@transaction.atomic
def answer_record(*, learner: Learner, question_id: str, version: int, given: Any, right: bool) -> Answer:
    """Keeps one try. `given` None is "I don't know"."""
    made = Answer.objects.create(learner=learner, question_id=question_id, version=version, given=given, right=right)
    tries = learner.answers.filter(question_id=question_id).order_by("id").values_list("id", flat=True)
    over = list(tries[: TRIES_MAX + 5])[1 : 1 + max(0, tries.count() - TRIES_MAX)]
    if over:
        learner.answers.filter(id__in=over).delete()
    return made


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


def place_record(*, learner: Learner, lesson: str, anchor: str) -> None:
    """Keeps where the learner is reading."""
    ReadingPlace.objects.update_or_create(learner=learner, defaults={"lesson": lesson, "anchor": anchor})


def lesson_done_set(*, learner: Learner, lesson: str, done: bool) -> None:
    """Marks a lesson as done, or takes the mark back."""
    if done:
        LessonDone.objects.get_or_create(learner=learner, lesson=lesson)
    else:
        LessonDone.objects.filter(learner=learner, lesson=lesson).delete()


def learner_forget(*, learner: Learner) -> None:
    """Deletes the learner and everything kept of them."""
    learner.delete()
