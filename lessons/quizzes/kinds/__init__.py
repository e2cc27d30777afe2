"""Which kinds of question are there? Every module in this folder, named as quiz.toml names it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Protocol

from lessons.quizzes.feedback import Feedback
from lessons.quizzes.question import Question


class Kind(Protocol):
    """What a module of this folder offers. A given answer is plain data, as it is kept and as a link could hold it."""

    def faults(self, question: Question) -> Iterator[str]:
        """What an author has to mend before the question can be asked."""

    def read(self, question: Question, texts: Mapping[str, list[str]]) -> Any:
        """The answer in a posted form. Raises AnswerError."""

    def fits(self, question: Question, given: Any) -> bool:
        """Whether an answer that was kept can still be marked."""

    def mark(self, question: Question, given: Any) -> Feedback:
        """Marks an answer that fits."""

    def solution(self, question: Question) -> Any:
        """The right answer."""


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by name, in alphabetical order."""
    found: dict[str, Any] = {
        module.name: importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
    }
    return found
