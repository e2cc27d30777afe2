"""Which review prompts are there? Every review.toml of the content, checked as it is read."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
KINDS = ("what_if", "recall")
FIELDS = ("id", "idea", "kind", "ask", "answer", "link")
# A prompt is answered from memory within half a minute: what is read has to be short. A directive counts as one word.
ASK_LENGTH_MAX = 280
ANSWER_LENGTH_MAX = 480
DIRECTIVE = re.compile(r"\{[^{}]*\}")


class PromptError(ValueError):
    """A prompt that cannot be asked; the message names file and prompt."""


@dataclass(frozen=True)
class Prompt:
    """Something to recall, and what to compare it with. `ask` and `answer` are lines with inline directives.

    `kind` is what_if ("what would happen if") or recall (why, how much, which). `idea` is a slug of ideas.toml.
    """

    id: str
    lesson: str
    idea: str
    kind: str
    ask: str
    answer: str
    link: str


def read_prompts(content: Path) -> dict[str, Prompt]:
    """The prompts of every lesson by their lasting ids, in the order of the course. Raises PromptError."""
    prompts: dict[str, Prompt] = {}
    for path in sorted(content.glob("*/*/review.toml")):
        with path.open("rb") as file:
            try:
                tables = tomllib.load(file)
            except tomllib.TOMLDecodeError as error:
                raise PromptError(f"{path}: {error}") from None
        if tables.keys() != {"prompt"} or not _is_list_of_tables(tables["prompt"]):
            raise PromptError(f"{path}: a review.toml holds [[prompt]] tables, and nothing else")
        lesson = path.parent.name.split("-", 1)[1]
        for table in tables["prompt"]:
            prompt = _prompt(path, lesson, table)
            if prompt.id in prompts:
                raise PromptError(f"{path}: prompt {prompt.id}: the id is taken")
            prompts[prompt.id] = prompt
    return prompts


def _prompt(path: Path, lesson: str, table: dict[str, Any]) -> Prompt:
    where = f"{path}: prompt {table.get('id', '(without id)')}"
    for key in FIELDS:
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise PromptError(f"{where}: {key} is missing, empty or no text")
    if unknown := sorted(table.keys() - set(FIELDS)):
        raise PromptError(f"{where}: no field {unknown[0]!r} (allowed: {', '.join(FIELDS)})")
    if not ID.fullmatch(table["id"]):
        raise PromptError(f"{where}: an id has small letters, digits and hyphens, at most 100")
    if table["kind"] not in KINDS:
        raise PromptError(f"{where}: kind is {table['kind']!r} (allowed: {', '.join(KINDS)})")
    for key, length_max in (("ask", ASK_LENGTH_MAX), ("answer", ANSWER_LENGTH_MAX)):
        length = len(DIRECTIVE.sub("{word}", table[key]))
        if length > length_max:
            raise PromptError(f"{where}: {key} has {length} characters (allowed: {length_max})")
    if not table["link"].startswith(("#", "/widgets/", "/lessons/")):
        raise PromptError(f"{where}: link is {table['link']!r}; it leads to a #section, a run or a lesson")
    # A prompt is met away from its lesson, so a section is named in full.
    link = f"/lessons/{lesson}/{table['link']}" if table["link"].startswith("#") else table["link"]
    return Prompt(lesson=lesson, **{**table, "link": link})


def _is_list_of_tables(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(table, dict) for table in found)
