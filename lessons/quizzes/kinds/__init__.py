"""Which kinds of question are there? Every module in this folder, named as quiz.toml names it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from lessons.quizzes.feedback import Feedback
from lessons.quizzes.question import Question


class Kind(Protocol):
    """What a module of this folder offers. A given answer is plain data, as it is kept and as a link could hold it.

    Its form stands in templates/quizzes/kinds/NAME.html.
    """

    OPTIONS: tuple[int, int]
    """The fewest and the most options."""

    def parse(self, content: Path, table: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of Question that this kind alone reads from quiz.toml. Raises ValueError or LookupError."""

    def faults(self, question: Question) -> Iterator[str]:
        """What an author has to mend before the question can be asked."""

    def read(self, question: Question, texts: Mapping[str, list[str]]) -> Any:
        """The answer in a posted form. Raises AnswerError."""

    def form(self, question: Question, given: Any) -> dict[str, list[str]]:
        """The form that gives this answer: what `read` turns back into it."""

    def fits(self, question: Question, given: Any) -> bool:
        """Whether an answer that was kept can still be marked."""

    def mark(self, question: Question, given: Any) -> Feedback:
        """Marks an answer that fits."""

    def picks(self, question: Question, given: Any) -> tuple[str, ...]:
        """The ids of the reasons that this answer chose, cheaply; nothing where an answer chooses none."""

    def solution(self, question: Question) -> Any:
        """A right answer."""


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by name, in alphabetical order."""
    found: dict[str, Any] = {
        module.name: importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
    }
    return found
