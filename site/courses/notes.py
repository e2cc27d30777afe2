"""What does an instructor need beside a lesson? Minutes per step, probes per wrong option, what to do after a vote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.blocks import AskedHere, CourseError, Experiment, Lesson, Prose
from courses.parser import front_matter, prose_html
from lessons.quizzes.question import Question
from quizzes.bank import bank

STEP_KEYS = ("title", "minutes", "say", "question", "experiment", "section")
QUESTION_KEYS = ("id", "under_30", "between", "above_70", "probes")
# Kinds without wrong options to choose from: the probes' names, and what they say on the page.
PROBED_AS = {
    "number": {"low": "a number too low", "high": "a number too high"},
    "order": {"order": "another order"},
}


@dataclass(frozen=True)
class Step:
    """One step of the run sheet. `starts` counts minutes from the beginning; `link` leads to what it is about."""

    title: str
    minutes: int
    starts: int
    say: str
    link: str
    question: Question | None


@dataclass(frozen=True)
class Advice:
    """What to do with the votes on a question, and what to ask somebody who chose wrongly."""

    question: Question
    under_30: str
    between: str
    above_70: str
    probes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Notes:
    """The run sheet of a lesson. `html` is what else there is to say."""

    steps: tuple[Step, ...]
    advice: tuple[Advice, ...]
    html: str

    @property
    def minutes(self) -> int:
        """All steps together."""
        return sum(step.minutes for step in self.steps)


def notes_of(lesson: Lesson) -> Notes | None:
    """The instructor's notes beside a lesson, or None. Raises CourseError naming file and line."""
    path = lesson.path.with_name("notes.md")
    return _read(path, lesson) if path.is_file() else None


def _read(path: Path, lesson: Lesson) -> Notes:
    lines = path.read_text(encoding="utf-8").splitlines()
    front, body_at = front_matter(path, lines, ("step", "question"))
    return Notes(
        steps=tuple(_steps(path, lesson, front["step"])),
        advice=tuple(_advice(path, lesson, table) for table in front["question"]),
        html=prose_html(path, body_at + 1, "\n".join(lines[body_at:])),
    )


def _steps(path: Path, lesson: Lesson, tables: list[dict[str, Any]]) -> Iterator[Step]:
    starts = 0
    for table in tables:
        place = _line(path, f'title = "{table.get("title", "")}"')
        _known(path, place, table, STEP_KEYS, ("title", "minutes", "say"))
        minutes = table["minutes"]
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= 120:
            raise CourseError(path, place, f"minutes is {minutes!r}; it must be a whole number from 1 to 120")
        link, question = _about(path, place, lesson, table)
        yield Step(table["title"], minutes, starts, table["say"], link, question)
        starts += minutes


def _about(path: Path, place: int, lesson: Lesson, table: dict[str, Any]) -> tuple[str, Question | None]:
    """The address of what a step is about, and its question when it is one."""
    page = f"/lessons/{lesson.slug}/"
    if "question" in table:
        return f"{page}#question-{table['question']}", _question(path, place, lesson, table["question"])
    for kind, known in (("experiment", _experiments(lesson)), ("section", _sections(lesson))):
        if kind in table:
            if table[kind] not in known:
                raise CourseError(path, place, f"no {kind} {table[kind]!r} (known: {', '.join(sorted(known))})")
            return f"{page}#{table[kind]}", None
    return "", None


def _advice(path: Path, lesson: Lesson, table: dict[str, Any]) -> Advice:
    place = _line(path, f'id = "{table.get("id", "")}"')
    _known(path, place, table, QUESTION_KEYS, QUESTION_KEYS)
    question = _question(path, place, lesson, table["id"])
    wrong = {option.id: option.text for option in question.options if not option.right}
    expected = PROBED_AS.get(question.kind, wrong)
    if set(table["probes"]) != set(expected):
        raise CourseError(path, place, f"the probes of {question.id} must be for {', '.join(expected)}")
    probes = tuple((words, table["probes"][name]) for name, words in expected.items())
    return Advice(question, table["under_30"], table["between"], table["above_70"], probes)


def _question(path: Path, place: int, lesson: Lesson, question_id: str) -> Question:
    if question_id not in {block.question_id for block in lesson.blocks if isinstance(block, AskedHere)}:
        raise CourseError(path, place, f"the lesson does not ask {question_id!r}")
    return bank().questions[question_id]


def _experiments(lesson: Lesson) -> set[str]:
    return {block.anchor for block in lesson.blocks if isinstance(block, Experiment)}


def _sections(lesson: Lesson) -> set[str]:
    return {section.anchor for block in lesson.blocks if isinstance(block, Prose) for section in block.sections}


def _known(path: Path, place: int, table: dict[str, Any], known: tuple[str, ...], needed: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            raise CourseError(path, place, f"{key} is not a key here (known: {', '.join(known)})")
    for key in needed:
        if key not in table:
            raise CourseError(path, place, f"{key} is missing")


def _line(path: Path, wanted: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.strip() == wanted), 1)
