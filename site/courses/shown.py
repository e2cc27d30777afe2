"""What does a template need to show a lesson to one reader?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from courses.blocks import AskedHere, Block, Experiment, Lesson
from lessons.widgets.registry import widget
from quizzes.asked import question_context
from quizzes.bank import bank
from study.models import Learner
from study.recall import answers_of, predictions_of
from widgets.bets import bet_from
from widgets.drawing import draw
from widgets.experiments import experiment_context


def blocks_for(lesson: Lesson, learner: Learner | None) -> list[dict[str, Any]]:
    """The blocks of a lesson, each with the context of its template."""
    return blocks_shown(lesson.blocks, f"/lessons/{lesson.slug}/", learner)


def blocks_shown(blocks: Sequence[Block], page: str, learner: Learner | None) -> list[dict[str, Any]]:
    """Blocks as they stand on a page, each with the context of its template; `page` is where answers lead back to."""
    answers, predictions = answers_of(learner), predictions_of(learner)
    shown: list[dict[str, Any]] = []
    for block in blocks:
        context: dict[str, Any] = {}
        if isinstance(block, Experiment):
            context = _experiment(page, block, predictions)
        elif isinstance(block, AskedHere):
            question = bank().questions[block.question_id]
            context = question_context(question, answers.get(question.id), back=page)
        shown.append({"kind": block.kind, "block": block, "context": context})
    return shown


def _experiment(page: str, block: Experiment, predictions: dict[str, Any]) -> dict[str, Any]:
    made = widget(block.slug)
    drawing = draw(made, {"preset": block.preset, **block.settings})
    known = bank().predictions.get(block.prediction)
    prediction, why = (known.prediction, known.why) if known else (made.prediction, "")
    return experiment_context(
        drawing,
        bet=bet_from(predictions.get(prediction.id), prediction, why),
        anchor=block.anchor,
        question=block.question,
        caption=block.caption,
        back=f"{page}#{block.anchor}",
    )
