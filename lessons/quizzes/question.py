"""What is a question? One lasting id, a kind, options with a reason each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lessons.quizzes.setting import Setting


@dataclass(frozen=True)
class Option:
    """One option. `reason` says why it is right or wrong; a wrong one names a misconception.

    `pair` is the right-hand line of a match, `at` the time of a line in a timeline, `holds` a condition on a run with
    the `unit` of what it looks at, `value` the number that a formula of a variant came to.
    """

    id: str
    text: str
    reason: str
    right: bool = False
    misconception: str = ""
    link: str = ""
    pair: str = ""
    at: str = ""
    holds: str = ""
    unit: str = ""
    value: float | None = None


@dataclass(frozen=True)
class Question:
    """`kind` is a module of lessons.quizzes.kinds, and says which of the other fields it uses.

    `answer`, `tolerance`, `unit` and the three reasons belong to a number; `lures` are right-hand lines of a match that
    fit nothing; `model` is the model answer of a short one; `setting` is what a set_controls turns.

    The options of an order stand in the right order; `shown` puts them in another, always the same for one question.
    `idea` is a slug: questions of one idea ask for the same thing in other clothes. `seed` says which variant this is;
    it is None where there is only one.
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
    lures: tuple[str, ...] = ()
    model: str = ""
    setting: Setting | None = None
    seed: int | None = None

    @property
    def shown(self) -> tuple[Option, ...]:
        """The options as a page lists them. A variant has an order of its own, or places would give the answer away."""
        if self.kind == "order":
            return _unsolved(self.options, self.id)
        if self.kind == "choice" and self.seed is not None:
            return _by_hash(self.options, f"{self.id}/{self.seed}")
        return self.options

    @property
    def rights(self) -> tuple[tuple[str, str], ...]:
        """Id and text of the right-hand lines of a match, as a page lists them. Equal lines are one.

        Id and place follow from the texts alone: a page that asks says nothing of where a line belongs.
        """
        texts = dict.fromkeys((*(option.pair for option in self.options), *self.lures))
        lines = tuple(Option(f"line-{_digest(text).hex()[:8]}", text, "") for text in texts)
        return tuple((line.id, line.text) for line in _by_hash(lines, self.id))

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The misconceptions that its wrong answers point to, each once."""
        sides = (self.misconception_low, self.misconception_high)
        named = (*sides, *(option.misconception for option in self.options))
        return tuple(dict.fromkeys(filter(None, named)))


def _unsolved(options: tuple[Option, ...], salt: str) -> tuple[Option, ...]:
    """The options in another order than this one."""
    by_hash = _by_hash(options, salt)
    return by_hash if by_hash != options else (*by_hash[1:], by_hash[0])


def _by_hash(options: tuple[Option, ...], salt: str) -> tuple[Option, ...]:
    return tuple(sorted(options, key=lambda option: _digest(f"{salt}/{option.id}")))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
