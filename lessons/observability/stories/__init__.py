"""When has each alert to ring, and when not? Situations with samples, and moments that follow by calculation."""

from lessons.observability.stories.every_kind import stories
from lessons.observability.stories.story import Check, Firing, Story

__all__ = ["Check", "Firing", "Story", "stories"]
