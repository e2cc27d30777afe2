"""What is kept of a learner, as the pages need it."""

from __future__ import annotations

from django.db.models import Max

from study.models import Answer, Learner, PredictionRecord, ReadingPlace


def answers_of(learner: Learner | None) -> dict[str, Answer]:
    """The last answer to each question."""
    if learner is None:
        return {}
    last = learner.answers.order_by().values("question_id").annotate(last=Max("id")).values("last")
    return {answer.question_id: answer for answer in Answer.objects.filter(id__in=last)}


def predictions_of(learner: Learner | None) -> dict[str, PredictionRecord]:
    """The prediction made for each bet."""
    return {} if learner is None else {kept.prediction_id: kept for kept in learner.predictions.all()}


def place_of(learner: Learner | None) -> ReadingPlace | None:
    """Where the learner stopped."""
    return None if learner is None else ReadingPlace.objects.filter(learner=learner).first()


def lessons_done_by(learner: Learner | None) -> set[str]:
    """Slugs of the lessons that the learner marked."""
    return set() if learner is None else set(learner.lessons_done.values_list("lesson", flat=True))
