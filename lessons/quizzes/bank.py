"""Which questions and predictions are there? Every quiz.toml of the content, checked as it is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from lessons.predictions import Prediction
from lessons.quizzes.question import Question
from lessons.quizzes.tables import ID_LENGTH_MAX, SLUG, BankError, question_of, variant_of
from lessons.quizzes.variants import SEED_MAX
from lessons.simulator.compute import path_value

__all__ = ["Bank", "BankError", "BankPrediction", "read_bank"]

PREDICTION_OPTIONS_MAX = 8
PREDICTION_KINDS = ("number", "choice", "order")
VARIANTS_KEPT = 2_000
LESSON_FOLDER = re.compile(r"\d+-(?P<slug>.+)")


@dataclass(frozen=True)
class BankPrediction:
    """A prediction of a lesson, and why the run answers as it does."""

    prediction: Prediction
    why: str


@dataclass(frozen=True)
class Bank:
    """Questions and predictions by their lasting ids. `questions` holds the first variant of each."""

    questions: Mapping[str, Question]
    predictions: Mapping[str, BankPrediction]
    variants: Mapping[str, Callable[[int], Question]] = field(default_factory=dict)

    def variant(self, question_id: str, seed: int | None = None) -> Question:
        """The question, in the variant of this seed where it has any. Raises LookupError, BankError for a bad seed."""
        if seed is None or question_id not in self.variants:
            return self.questions[question_id]
        if not 0 <= seed <= SEED_MAX:
            raise BankError(f"variant {seed} of {question_id} (allowed: 0 to {SEED_MAX:,})")
        return self.variants[question_id](seed)

    @cached_property
    def by_idea(self) -> Mapping[str, tuple[Question, ...]]:
        """The questions of each idea, in the order of the lessons."""
        found: dict[str, list[Question]] = {}
        for question in self.questions.values():
            found.setdefault(question.idea, []).append(question)
        return {idea: tuple(questions) for idea, questions in found.items()}


def read_bank(content: Path) -> Bank:
    """The bank of every lesson and incident below the content folder. Raises BankError."""
    questions: dict[str, Question] = {}
    predictions: dict[str, BankPrediction] = {}
    variants: dict[str, Callable[[int], Question]] = {}
    # Those of the lessons first, so that what incidents ask comes after what it is about.
    files = sorted(
        content.glob("*/*/quiz.toml"), key=lambda path: (not LESSON_FOLDER.fullmatch(path.parent.name), path)
    )
    for path in files:
        with path.open("rb") as file:
            try:
                tables = tomllib.load(file)
            except tomllib.TOMLDecodeError as error:
                raise BankError(f"{path}: {error}") from None
        for table in tables.get("question", []):
            where = f"{path}: question {table.get('id', '(without id)')}"
            lesson = _lesson(where, path, table)
            question = question_of(where, lesson, content, table)
            if question.id in questions:
                raise BankError(f"{where}: the id is taken")
            questions[question.id] = question
            if "variant" in table:
                variants[question.id] = _variants(where, lesson, content, table)
        for table in tables.get("prediction", []):
            made = _prediction(path, table)
            if made.prediction.id in predictions:
                raise BankError(f"{path}: prediction {made.prediction.id}: the id is taken")
            predictions[made.prediction.id] = made
    return Bank(questions, predictions, variants)


def _lesson(where: str, path: Path, table: Mapping[str, Any]) -> str:
    """The lesson that a question belongs to: its folder's, or elsewhere (at an incident) the one it names."""
    folder = LESSON_FOLDER.fullmatch(path.parent.name)
    lesson = folder["slug"] if folder else table.get("lesson")
    if not isinstance(lesson, str) or not SLUG.fullmatch(lesson):
        raise BankError(f"{where}: names no lesson")
    return lesson


def _variants(where: str, lesson: str, content: Path, table: Mapping[str, Any]) -> Callable[[int], Question]:
    @lru_cache(maxsize=VARIANTS_KEPT)
    def made(seed: int) -> Question:
        return variant_of(where, lesson, content, table, seed)

    return made


def _prediction(path: Path, table: dict[str, Any]) -> BankPrediction:
    where = f"{path}: prediction {table.get('id', '(without id)')}"
    for key in ("id", "prompt", "kind", "path", "why"):
        if not table.get(key):
            raise BankError(f"{where}: {key} is missing")
    if not SLUG.fullmatch(table["id"]):
        raise BankError(f"{where}: an id has small letters, digits and hyphens, at most {ID_LENGTH_MAX}")
    if table["kind"] not in PREDICTION_KINDS:
        raise BankError(f"{where}: kind is {table['kind']!r} (allowed: {', '.join(PREDICTION_KINDS)})")
    options = table.get("options", [])
    if table["kind"] != "number" and not 2 <= len(options) <= PREDICTION_OPTIONS_MAX:
        raise BankError(f"{where}: has {len(options)} options (allowed: 2 to {PREDICTION_OPTIONS_MAX})")
    if any(not option.get("value") or not option.get("text") for option in options):
        raise BankError(f"{where}: each option needs value and text")
    prediction = Prediction(
        id=table["id"],
        prompt=table["prompt"],
        kind=table["kind"],
        answer=_by_range(where, table["path"], options) if table["kind"] == "choice" else _by_path(table["path"]),
        unit=table.get("unit", ""),
        options=tuple((option["value"], option["text"]) for option in options),
        tolerance_fraction=table.get("tolerance_fraction", 0.2),
        axis=table.get("axis", ""),
    )
    return BankPrediction(prediction, table["why"])


def _by_path(path: str) -> Callable[[Any], Any]:
    def answer(result: Any) -> Any:
        value = path_value(result, path)
        return list(value) if isinstance(value, (list, tuple)) else value

    return answer


def _by_range(where: str, path: str, options: list[dict[str, Any]]) -> Callable[[Any], Any]:
    for option in options:
        if not ({"min", "max"} <= option.keys() or option.get("never")):
            raise BankError(f"{where}: option {option.get('value')} needs min and max, or never")

    def answer(result: Any) -> Any:
        value = path_value(result, path)
        for option in options:
            if value is None:
                if option.get("never"):
                    return option["value"]
            elif "min" in option and option["min"] <= value < option["max"]:
                return option["value"]
        return None

    return answer
