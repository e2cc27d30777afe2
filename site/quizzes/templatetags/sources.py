"""Filters about what can be practised."""

from django import template

from quizzes.bank import bank

register = template.Library()


@register.filter
def is_practised(misconception: str) -> bool:
    """Whether a wrong answer of some question names this misconception."""
    return bool(misconception) and any(misconception in one.misconceptions for one in bank().questions.values())
