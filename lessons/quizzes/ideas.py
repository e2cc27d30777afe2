"""Which ideas does the course hold? content/ideas.toml, checked as it is read."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
LENGTH_MAX = {"name": 80, "sentence": 240, "lesson": 60}


class IdeaError(ValueError):
    """An idea that cannot be named; the message names file and idea."""


@dataclass(frozen=True)
class Idea:
    """What questions and prompts of several forms ask for. `lesson` is the slug of the lesson that teaches it."""

    slug: str
    name: str
    sentence: str
    lesson: str


def read_ideas(content: Path) -> dict[str, Idea]:
    """Every idea by slug, in the order of the course. Raises IdeaError."""
    path = content / "ideas.toml"
    with path.open("rb") as file:
        try:
            tables = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise IdeaError(f"{path}: {error}") from None
    return {slug: _idea(path, slug, table) for slug, table in tables.items()}


def _idea(path: Path, slug: str, table: object) -> Idea:
    where = f"{path}: [{slug}]"
    if not SLUG.fullmatch(slug):
        raise IdeaError(f"{where}: a slug has small letters, digits and hyphens, at most 60")
    if not isinstance(table, dict) or table.keys() != LENGTH_MAX.keys():
        raise IdeaError(f"{where}: an idea has {', '.join(LENGTH_MAX)}, and nothing else")
    for key, length_max in LENGTH_MAX.items():
        text = table[key]
        if not isinstance(text, str) or not text.strip():
            raise IdeaError(f"{where}: {key} is empty or no text")
        if len(text) > length_max:
            raise IdeaError(f"{where}: {key} has {len(text)} characters (allowed: {length_max})")
    return Idea(slug, **table)
