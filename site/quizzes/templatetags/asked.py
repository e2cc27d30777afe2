"""Filters that say what was asked, what was answered, and how near it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from lessons.predictions import Guess, Prediction
from lessons.quizzes.statistics import PEOPLE_MIN
from lessons.widgets.registry import widgets
from quizzes.asked import is_outdated, variant_asked
from quizzes.bank import bank
from study.models import Answer, PredictionRecord

register = template.Library()


@register.filter
def place_given(posted: Any, option_id: str) -> int:
    """The place that a refused form gave to a line; 0 for none."""
    texts = posted.get(f"place-{option_id}", []) if isinstance(posted, Mapping) else []
    return int(texts[0]) if texts and texts[0] in tuple("123456789") else 0


@register.filter
def posted_text(posted: Any, name: str) -> str:
    """What a refused form held in a field; nothing for a form not sent."""
    texts = posted.get(name, []) if isinstance(posted, Mapping) else []
    return str(texts[0]) if texts else ""


@register.filter
def question_prompt(kept: Answer) -> str:
    """The question that was answered; nothing when it is no longer asked."""
    asked = bank().questions.get(kept.question_id)
    return variant_asked(asked, kept).prompt if asked else ""


@register.filter
def changed_note(kept: Answer) -> str:
    """What happened to the question since the answer, if anything."""
    asked = bank().questions.get(kept.question_id)
    if asked is None:
        return "the question is no longer asked"
    return "the question has changed" if is_outdated(asked, kept) else ""


@register.filter
def people(count: int | None) -> str:
    """A count of people as the owner's page says it."""
    return f"under {PEOPLE_MIN}" if count is None else f"{count:,}"


@register.filter
def share(fraction: float) -> str:
    """A share as per cent."""
    return f"{fraction:.0%}"


@register.filter
def prediction_prompt(kept: PredictionRecord) -> str:
    """What was to be predicted."""
    made = _prediction(kept)
    return made.prompt if made else kept.prediction_id


@register.filter
def guess_words(kept: PredictionRecord) -> str:
    """The guess as a person would write it."""
    return "skipped" if kept.guess is None else _words(kept, kept.guess)


@register.filter
def answer_words(kept: PredictionRecord) -> str:
    """The answer of the run as a person would write it."""
    return "never" if kept.answer is None else _words(kept, kept.answer)


@register.filter
def how_near(kept: PredictionRecord) -> str:
    """How near the guess came, in words."""
    if kept.guess is None:
        return "not predicted"
    if kept.near:
        return "near enough"
    if isinstance(kept.guess, float) and isinstance(kept.answer, (int, float)) and kept.answer:
        off = (kept.guess - kept.answer) / abs(kept.answer)
        if off >= 1:
            return "not near: more than twice as high"
        return f"not near: {min(abs(off), 1):.0%} too {'high' if off > 0 else 'low'}"
    return "not near"


def _prediction(kept: PredictionRecord) -> Prediction | None:
    known = bank().predictions.get(kept.prediction_id)
    if known:
        return known.prediction
    return next((made.prediction for made in widgets().values() if made.prediction.id == kept.prediction_id), None)


def _words(kept: PredictionRecord, said: Guess) -> str:
    made = _prediction(kept)
    try:
        return made.words(said) if made else str(said)
    except (KeyError, TypeError):  # an option that the prediction no longer has
        return str(said)
