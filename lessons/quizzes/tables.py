"""How does a table of quiz.toml become a question? Checked as it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lessons.quizzes.kinds import kinds
from lessons.quizzes.question import Option, Question
from lessons.quizzes.variants import DRAWS_MAX, VariantError, degenerate, draw, faults_of_variant, varied

ID_LENGTH_MAX = 100
SLUG = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{ID_LENGTH_MAX - 1}}}")
SEEDS_TRIED = range(1, 6)  # as the bank is read; the tests try many more
OPTION_TEXTS = ("pair", "at", "holds", "unit")


class BankError(ValueError):
    """A question or prediction that cannot be asked; the message names file and id."""


def question_of(where: str, lesson: str, content: Path, table: Mapping[str, Any]) -> Question:
    """The question of a table; of one that varies, its first variant. Raises BankError."""
    if "variant" not in table:
        return _question(where, lesson, content, table)
    faults = faults_of_variant(table.get("id", ""), table["variant"])
    if faults:
        raise BankError(f"{where}: {faults[0]}")
    first, *_ = (variant_of(where, lesson, content, table, seed) for seed in SEEDS_TRIED)
    return first


def variant_of(where: str, lesson: str, content: Path, table: Mapping[str, Any], seed: int) -> Question:
    """The variant of this seed. What cannot be asked is drawn again, the same way every time. Raises BankError."""
    why = ""
    for attempt in range(DRAWS_MAX):
        try:
            names = draw(table["id"], table["variant"], seed, attempt)
            made = _question(where, lesson, content, varied(table, names), seed)
        except VariantError as error:
            raise BankError(f"{where}: {error}") from None
        why = degenerate(made, table["variant"])
        if not why:
            return made
    raise BankError(f"{where}: variant {seed} cannot be asked in {DRAWS_MAX} draws: {why}")


def _question(where: str, lesson: str, content: Path, table: Mapping[str, Any], seed: int | None = None) -> Question:
    _checked(where, table)
    kind = kinds()[table["kind"]]
    options = tuple(_option(where, lesson, entry) for entry in table.get("option", []))
    fewest, most = kind.OPTIONS
    if not fewest <= len(options) <= most:
        raise BankError(f"{where}: has {len(options)} options (allowed: {fewest} to {most})")
    if len({option.id for option in options}) != len(options):
        raise BankError(f"{where}: two options have the same id")
    try:
        own = kind.parse(content, table)
    except (ValueError, LookupError) as error:
        raise BankError(f"{where}: {error}") from None
    question = Question(
        id=table["id"],
        version=table["version"],
        kind=table["kind"],
        prompt=table["prompt"],
        hint=table["hint"],
        section=table.get("section", ""),
        lesson=lesson,
        idea=table.get("idea") or table.get("section") or table["id"],
        opening=table.get("opening", False),
        options=options,
        link=_link(lesson, table.get("link", "")),
        seed=seed,
        **own,
    )
    for fault in kind.faults(question):
        raise BankError(f"{where}: {fault}")
    return question


def _checked(where: str, table: Mapping[str, Any]) -> None:
    for key in ("id", "version", "kind", "prompt", "hint"):
        if not table.get(key):
            raise BankError(f"{where}: {key} is missing")
    if not SLUG.fullmatch(table["id"]):
        raise BankError(f"{where}: an id has small letters, digits and hyphens, at most {ID_LENGTH_MAX}")
    if not isinstance(table["version"], int) or table["version"] < 1:
        raise BankError(f"{where}: version is {table['version']!r} (allowed: 1 and up)")
    idea = table.get("idea", "idea")
    if not isinstance(idea, str) or not SLUG.fullmatch(idea):
        raise BankError(f"{where}: idea is {idea!r} (allowed: a slug)")
    if table["kind"] not in kinds():
        raise BankError(f"{where}: kind is {table['kind']!r} (allowed: {', '.join(kinds())})")


def _option(where: str, lesson: str, entry: Mapping[str, Any]) -> Option:
    for key in ("id", "text", "reason", "link"):
        if not entry.get(key):
            raise BankError(f"{where}: option {entry.get('id', '?')}: {key} is missing")
    if not SLUG.fullmatch(entry["id"]):
        raise BankError(f"{where}: option {entry['id']}: an id has small letters, digits and hyphens")
    return Option(
        id=entry["id"],
        text=entry["text"],
        reason=entry["reason"],
        right=bool(entry.get("right", False)),
        misconception=entry.get("misconception", ""),
        link=_link(lesson, entry["link"]),
        value=entry.get("value"),
        **{key: entry.get(key, "") for key in OPTION_TEXTS},
    )


def _link(lesson: str, link: str) -> str:
    """A section is written as `#anchor`; a question is also shown away from its lesson."""
    return f"/lessons/{lesson}/{link}" if link.startswith("#") else link
