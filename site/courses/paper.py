"""What does a lesson look like on paper? Still figures, settings in words, a code to scan for each run."""

from __future__ import annotations

from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe

from courses.blocks import AskedHere, Experiment, Lesson
from lessons.quizzes.question import Question
from lessons.widgets.registry import widget
from quizzes.bank import bank
from widgets.drawing import draw, figures_of


def blocks_on_paper(lesson: Lesson, address: str) -> list[dict[str, Any]]:
    """The blocks of a lesson; an experiment with its figures, its settings and its address below `address`."""
    shown: list[dict[str, Any]] = []
    for block in lesson.blocks:
        one: dict[str, Any] = {"kind": block.kind, "block": block}
        if isinstance(block, Experiment):
            drawing = draw(widget(block.slug), {"preset": block.preset, **block.settings})
            link = f"{address}/widgets/{block.slug}/?{drawing.query}"
            figures = figures_of(drawing.output.views, drawing.output.settings)
            one |= {"drawing": drawing, "figures": figures, "link": link, "code": _code(link)}
        elif isinstance(block, AskedHere):
            one["question"] = bank().questions[block.question_id]
        shown.append(one)
    return shown


def answers_on_paper(lesson: Lesson) -> list[dict[str, Any]]:
    """Each question of the lesson with what is right and why."""
    asked = [bank().questions[block.question_id] for block in lesson.questions]
    return [{"question": question, "right": _right(question)} for question in asked]


def _right(question: Question) -> list[tuple[str, str]]:
    if question.kind == "number":
        return [(f"{question.answer:g} {question.unit}".strip(), question.reason_right)]
    chosen = question.options if question.kind == "order" else [one for one in question.options if one.right]
    return [(option.text, option.reason) for option in chosen]


def _code(link: str) -> SafeString:
    return mark_safe(
        segno.make(link, error="m", micro=False).svg_inline(omitsize=True, border=4)
    )  # made here, of a link of ours
