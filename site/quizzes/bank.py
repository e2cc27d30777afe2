"""The questions and predictions of the course, read once."""

from functools import cache

from django.conf import settings

from lessons.quizzes.bank import Bank, read_bank


@cache
def bank() -> Bank:
    """Every question and prediction by id."""
    return read_bank(settings.CONTENT)
