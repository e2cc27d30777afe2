"""Which questions and predictions are there? Every quiz.toml of the content, checked as it is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lessons.predictions import Prediction
from lessons.quizzes.kinds import kinds
from lessons.quizzes.question import Option, Question
from lessons.simulator.compute import ValueReferenceError, path_value, value_of

OPTIONS_MAX = 8
ID_LENGTH_MAX = 100
SLUG = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{ID_LENGTH_MAX - 1}}}")
PREDICTION_KINDS = ("number", "choice", "order")


class BankError(ValueError):
    """A question or prediction that cannot be asked; the message names file and id."""


@dataclass(frozen=True)
class BankPrediction:
    """A prediction of a lesson, and why the run answers as it does."""

    prediction: Prediction
    why: str


@dataclass(frozen=True)
class Bank:
    """Questions and predictions by their lasting ids."""

    questions: Mapping[str, Question]
    predictions: Mapping[str, BankPrediction]

    @cached_property
    def by_idea(self) -> Mapping[str, tuple[Question, ...]]:
        """The questions of each idea, in the order of the lessons."""
        found: dict[str, list[Question]] = {}
        for question in self.questions.values():
            found.setdefault(question.idea, []).append(question)
        return {idea: tuple(questions) for idea, questions in found.items()}


def read_bank(content: Path) -> Bank:
    """The bank of every lesson below the content folder. Raises BankError."""
    questions: dict[str, Question] = {}
    predictions: dict[str, BankPrediction] = {}
    for path in sorted(content.glob("*/*/quiz.toml")):
        with path.open("rb") as file:
            try:
                tables = tomllib.load(file)
            except tomllib.TOMLDecodeError as error:
                raise BankError(f"{path}: {error}") from None
        lesson = path.parent.name.split("-", 1)[1]
        for table in tables.get("question", []):
            question = _question(path, lesson, content, table)
            if question.id in questions:
                raise BankError(f"{path}: question {question.id}: the id is taken")
            questions[question.id] = question
        for table in tables.get("prediction", []):
            made = _prediction(path, table)
            if made.prediction.id in predictions:
                raise BankError(f"{path}: prediction {made.prediction.id}: the id is taken")
            predictions[made.prediction.id] = made
    return Bank(questions, predictions)


def _question(path: Path, lesson: str, content: Path, table: dict[str, Any]) -> Question:
    where = f"{path}: question {table.get('id', '(without id)')}"
    for key in ("id", "version", "kind", "prompt", "hint"):
        if not table.get(key):
            raise BankError(f"{where}: {key} is missing")
    if not SLUG.fullmatch(table["id"]):
        raise BankError(f"{where}: an id has small letters, digits and hyphens, at most {ID_LENGTH_MAX}")
    if not isinstance(table["version"], int) or table["version"] < 1:
        raise BankError(f"{where}: version is {table['version']!r} (allowed: 1 and up)")
    idea = table.get("idea") or table.get("section") or table["id"]
    if not isinstance(idea, str) or not SLUG.fullmatch(idea):
        raise BankError(f"{where}: idea is {idea!r} (allowed: a slug)")
    kind = table["kind"]
    if kind not in kinds():
        raise BankError(f"{where}: kind is {kind!r} (allowed: {', '.join(kinds())})")
    options = tuple(_option(where, lesson, entry) for entry in table.get("option", []))
    if kind != "number" and not 2 <= len(options) <= OPTIONS_MAX:
        raise BankError(f"{where}: has {len(options)} options (allowed: 2 to {OPTIONS_MAX})")
    if len({option.id for option in options}) != len(options):
        raise BankError(f"{where}: two options have the same id")
    question = Question(
        id=table["id"],
        version=table["version"],
        kind=kind,
        prompt=table["prompt"],
        hint=table["hint"],
        section=table.get("section", ""),
        lesson=lesson,
        idea=idea,
        opening=table.get("opening", False),
        options=options,
        link=_link(lesson, table.get("link", "")),
        **(_number(where, content, table) if kind == "number" else {}),
    )
    for fault in kinds()[kind].faults(question):
        raise BankError(f"{where}: {fault}")
    return question


def _option(where: str, lesson: str, entry: dict[str, Any]) -> Option:
    for key in ("id", "text", "reason", "link"):
        if not entry.get(key):
            raise BankError(f"{where}: option {entry.get('id', '?')}: {key} is missing")
    if not SLUG.fullmatch(entry["id"]):
        raise BankError(f"{where}: option {entry['id']}: an id has small letters, digits and hyphens")
    right, misconception = bool(entry.get("right", False)), entry.get("misconception", "")
    return Option(entry["id"], entry["text"], entry["reason"], right, misconception, _link(lesson, entry["link"]))


def _link(lesson: str, link: str) -> str:
    """A section is written as `#anchor`; a question is also shown away from its lesson."""
    return f"/lessons/{lesson}/{link}" if link.startswith("#") else link


def _number(where: str, content: Path, table: dict[str, Any]) -> dict[str, Any]:
    if ("answer" in table) == ("answer_value" in table):
        raise BankError(f"{where}: give answer or answer_value, one of them")
    try:
        answer = table["answer"] if "answer" in table else value_of(content, table["answer_value"])
    except ValueReferenceError as error:
        raise BankError(f"{where}: answer_value: {error}") from None
    if answer is None:
        raise BankError(f"{where}: answer_value is never")
    try:
        answer = float(answer)
        tolerance = float(table.get("tolerance", abs(answer) * table.get("tolerance_fraction", 0.0)))
    except (TypeError, ValueError):
        raise BankError(f"{where}: answer and tolerance are numbers") from None
    texts = ("unit", "reason_right", "reason_low", "reason_high", "misconception_low", "misconception_high")
    return {"answer": answer, "tolerance": tolerance} | {key: table.get(key, "") for key in texts}


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
    if table["kind"] != "number" and not 2 <= len(options) <= OPTIONS_MAX:
        raise BankError(f"{where}: has {len(options)} options (allowed: 2 to {OPTIONS_MAX})")
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
