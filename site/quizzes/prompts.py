"""The ideas and the review prompts of the course, read once."""

from functools import cache

from django.conf import settings

from lessons.quizzes.ideas import Idea, read_ideas
from lessons.quizzes.prompts import Prompt, read_prompts


@cache
def ideas() -> dict[str, Idea]:
    """Every idea by slug."""
    return read_ideas(settings.CONTENT)


@cache
def prompts() -> dict[str, Prompt]:
    """Every review prompt by id."""
    return read_prompts(settings.CONTENT)
