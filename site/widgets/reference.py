"""What words, sources and misconceptions does the course refer to? Read once from the content."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Term:
    """A glossary entry. `lesson` is the slug of the lesson that teaches it, if one does."""

    slug: str
    term: str
    definition: str
    lesson: str = ""
    section: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """Something read, where, and when."""

    key: str
    title: str
    publisher: str
    url: str
    seen: datetime.date
    kind: str
    note: str = ""


@dataclass(frozen=True)
class Misconception:
    """A named wrong idea, and what is so instead."""

    id: str
    claim: str
    truth: str


def _tables(name: str) -> dict[str, dict[str, Any]]:
    with (settings.CONTENT / name).open("rb") as file:
        return tomllib.load(file)


@cache
def glossary() -> dict[str, Term]:
    """Every term by slug, in alphabetical order."""
    found = [
        Term(slug, **{**table, "also": tuple(table.get("also", ()))})
        for slug, table in _tables("glossary.toml").items()
    ]
    return {term.slug: term for term in sorted(found, key=lambda term: term.term.lower())}


@cache
def sources() -> dict[str, Source]:
    """Every source by key."""
    return {key: Source(key, **table) for key, table in _tables("sources.toml").items()}


@cache
def misconceptions() -> dict[str, Misconception]:
    """The misconception ledger by id."""
    return {key: Misconception(key, **table) for key, table in _tables("misconceptions.toml").items()}
