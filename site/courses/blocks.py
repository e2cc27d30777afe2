"""What is a lesson made of? Typed blocks, in order."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


class CourseError(ValueError):
    """A fault in the content; the message starts with file and line."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")


@dataclass(frozen=True)
class Section:
    """A heading that can be linked to."""

    anchor: str
    title: str
    level: int


@dataclass(frozen=True)
class Prose:
    """Text rendered once. `plain` is what search sees."""

    html: str
    plain: str
    sections: tuple[Section, ...]
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True)
class Experiment:
    """A widget with settings, in its place in the lesson."""

    anchor: str
    slug: str
    preset: str
    settings: dict[str, str]
    question: str
    caption: str
    prediction: str
    kind: Literal["experiment"] = "experiment"


@dataclass(frozen=True)
class AskedHere:
    """A question of the bank."""

    question_id: str
    kind: Literal["question"] = "question"


@dataclass(frozen=True)
class Callout:
    """A box: misconception, vendor, try, example, table. `misconception` is its id in the ledger."""

    tone: str
    title: str
    html: str
    plain: str
    misconception: str = ""
    kind: Literal["callout"] = "callout"


@dataclass(frozen=True)
class Picture:
    """A drawn figure of the lesson."""

    anchor: str
    svg: str
    caption: str
    alt: str
    kind: Literal["picture"] = "picture"


Block = Prose | Experiment | AskedHere | Callout | Picture


@dataclass(frozen=True)
class Lesson:
    """One lesson as read from its folder."""

    slug: str
    title: str
    decision: str
    minutes: int
    prerequisites: tuple[str, ...]
    objectives: tuple[str, ...]
    sources: tuple[str, ...]
    updated: datetime.date
    blocks: tuple[Block, ...]
    path: Path

    @property
    def sections(self) -> list[Section]:
        """Headings of the second level, for the contents."""
        return [s for block in self.blocks if isinstance(block, Prose) for s in block.sections if s.level == 2]

    @property
    def experiments(self) -> list[Experiment]:
        """Its experiments in order."""
        return [block for block in self.blocks if isinstance(block, Experiment)]

    @property
    def questions(self) -> list[AskedHere]:
        """Its questions in order."""
        return [block for block in self.blocks if isinstance(block, AskedHere)]
