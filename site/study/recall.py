"""What is kept of a learner, as the pages need it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from lessons.review import CardState, Recall, card_state
from study.models import Answer, Learner, PredictionRecord, ReadingPlace, ResumePhrase, StudyPlan


@dataclass(frozen=True)
class Counts:
    """How much is kept of a learner, of each kind, as a list before it is deleted."""

    answers: int
    questions: int
    predictions: int
    reviews: int
    sittings: int
    lessons_done: int
    place: ReadingPlace | None
    study_plan: StudyPlan | None
    phrase: bool
    account: str  # the address of an account, if there is one


def counts_of(learner: Learner) -> Counts:
    """Everything kept of this learner, counted."""
    return Counts(
        answers=learner.answers.count(),
        questions=learner.answers.values("question_id").distinct().count(),
        predictions=learner.predictions.count(),
        reviews=learner.reviews.count(),
        sittings=learner.practices.count(),
        lessons_done=learner.lessons_done.count(),
        place=place_of(learner),
        study_plan=study_plan_of(learner),
        phrase=ResumePhrase.objects.filter(learner=learner).exists(),
        account=learner.user.email if learner.user else "",
    )


def answers_of(learner: Learner | None) -> dict[str, Answer]:
    """The last answer to each question."""
    if learner is None:
        return {}
    in_order = learner.answers.order_by("at", "id").values_list("question_id", "id")
    last = dict(in_order)  # by time, not by id: what an import brings is older than its row
    return {answer.question_id: answer for answer in Answer.objects.filter(id__in=last.values())}


def predictions_of(learner: Learner | None) -> dict[str, PredictionRecord]:
    """The prediction made for each bet."""
    return {} if learner is None else {kept.prediction_id: kept for kept in learner.predictions.all()}


def place_of(learner: Learner | None) -> ReadingPlace | None:
    """Where the learner stopped."""
    return None if learner is None else ReadingPlace.objects.filter(learner=learner).first()


def lessons_done_by(learner: Learner | None) -> set[str]:
    """Slugs of the lessons that the learner marked."""
    return set() if learner is None else set(learner.lessons_done.values_list("lesson", flat=True))


def recalls_of(learner: Learner | None, prompt_ids: Collection[str] | None = None) -> dict[str, list[Recall]]:
    """Every recall in review, by prompt, in order of time; of these prompts alone when they are named."""
    found: dict[str, list[Recall]] = defaultdict(list)
    if learner is not None:
        kept = learner.reviews.order_by("at", "id")
        kept = kept if prompt_ids is None else kept.filter(prompt_id__in=prompt_ids)
        for prompt_id, held, at in kept.values_list("prompt_id", "held", "at"):
            found[prompt_id].append(Recall(prompt_id, held, at))
    return found


def cards_of(learner: Learner | None) -> dict[str, CardState]:
    """How firmly each prompt is remembered, by prompt."""
    return {} if learner is None else {kept.prompt_id: card_state(kept.state) for kept in learner.cards.all()}


def study_plan_of(learner: Learner | None) -> StudyPlan | None:
    """What the learner studies for."""
    return None if learner is None else StudyPlan.objects.filter(learner=learner).first()
