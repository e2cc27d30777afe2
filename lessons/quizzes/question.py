"""What is a question? One lasting id, a kind, options with a reason each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """One option. `reason` says why it is right or wrong; a wrong one names a misconception."""

    id: str
    text: str
    reason: str
    right: bool = False
    misconception: str = ""
    link: str = ""


@dataclass(frozen=True)
class Question:
    """`kind` is a module of lessons.quizzes.kinds.

    `answer`, `tolerance`, `unit` and the three reasons belong to the kind number; options to the other three.

    The options of an order stand in the right order; `shown` puts them in another, always the same for one question.
    `idea` is a slug: questions of one idea ask for the same thing in other clothes.
    """

    id: str
    version: int
    kind: str
    prompt: str
    hint: str
    section: str
    lesson: str
    idea: str = ""
    opening: bool = False
    options: tuple[Option, ...] = ()
    unit: str = ""
    answer: float = 0.0
    tolerance: float = 0.0
    reason_right: str = ""
    reason_low: str = ""
    reason_high: str = ""
    misconception_low: str = ""
    misconception_high: str = ""
    link: str = ""

    @property
    def shown(self) -> tuple[Option, ...]:
        """The options as a page lists them."""
        if self.kind != "order":
            return self.options
        by_hash = sorted(self.options, key=lambda option: hashlib.sha256(f"{self.id}/{option.id}".encode()).digest())
        return tuple(by_hash) if tuple(by_hash) != self.options else (*by_hash[1:], by_hash[0])
