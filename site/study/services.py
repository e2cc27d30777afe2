"""Every change to what is kept of a learner."""

from __future__ import annotations

from typing import Any

from study.models import Answer, Learner, LessonDone, PredictionRecord, ReadingPlace


def answer_record(*, learner: Learner, question_id: str, version: int, given: Any, right: bool) -> Answer:
    """Keeps one try. `given` None is "I don't know"."""
    return Answer.objects.create(learner=learner, question_id=question_id, version=version, given=given, right=right)


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
