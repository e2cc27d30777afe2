"""What can be practised, how much is that, and what does this learner meet first?"""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.conf import settings

from lessons.quizzes.practice import (
    ITEMS_MAX,
    Item,
    Source,
    SourceError,
    Stake,
    minutes,
    plan_of,
    questions_of,
    read_source,
    stake_of,
)
from lessons.quizzes.question import Question
from quizzes.bank import bank
from quizzes.reviewing import lessons_begun
from study.models import Answer, Learner, Practice
from study.recall import answers_of, lessons_done_by, recalls_of
from widgets.reference import misconceptions

LESSONS_TO_MIX = 2
SELF_MARKED = ("short",)  # the model answer comes before the mark, so an exam cannot ask these


@dataclass(frozen=True)
class Past:
    """What a learner has done so far, as far as it decides what is asked. Lessons stand in the order of the course."""

    done: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    stakes: Mapping[str, Stake] = field(default_factory=dict)

    def to_mix(self, source: Source) -> tuple[tuple[str, ...], str]:
        """The lessons a mixed set draws from, also in words: those done, else those begun, else every one."""
        for known, words in ((self.done, "the lessons you have done"), (self.begun, "the lessons you have begun")):
            if len({*known, source.name} - {""}) >= LESSONS_TO_MIX:
                return known, words
        return tuple(lesson_titles()), "every lesson"


@dataclass(frozen=True)
class Choice:
    """A source on the page where a practice starts."""

    source: Source
    words: str
    questions: int

    @property
    def items(self) -> int:
        """How many questions it asks at first."""
        return min(self.questions, ITEMS_MAX)

    @property
    def minutes(self) -> int:
        """About how long that takes."""
        return minutes(self.items)


@dataclass(frozen=True)
class Choices:
    """Everything that can be practised. `chosen` is what is meant unless the learner says otherwise."""

    chosen: str
    first: tuple[Choice, ...]
    other_lessons: tuple[Choice, ...]
    misconceptions: tuple[Choice, ...]


@cache
def lesson_titles() -> dict[str, str]:
    """The title of each lesson of the course by its slug, in order. courses.parser reads the lessons themselves."""
    series = settings.CONTENT / "multi-region"
    order = tomllib.loads((series / "series.toml").read_text())["lessons"]
    heads = [tomllib.loads((series / name / "lesson.md").read_text().split("+++")[1]) for name in order]
    return {head["slug"]: head["title"] for head in heads}


def past_of(learner: Learner | None) -> Past:
    """What this learner has done so far."""
    done, answers = lessons_done_by(learner), answers_of(learner)
    begun = lessons_begun(done, answers, recalls_of(learner))
    return Past(
        done=tuple(slug for slug in lesson_titles() if slug in done),
        begun=tuple(slug for slug in lesson_titles() if slug in begun),
        stakes={name: _stake(answer) for name, answer in answers.items()},
    )


def choices_for(past: Past, asked: Source | None, mode: str) -> Choices:
    """What can be chosen. `asked` comes from the page the learner was on, and stays a choice of its own."""
    lesson = asked.name if asked and asked.kind == "lesson" else ""
    about = asked if asked and asked.kind == "misconception" else None
    mixed = Source("mixed", lesson)
    alone = Source("lesson", lesson or next(iter((*past.begun[-1:], *lesson_titles()))))
    counts = Counter(name for one in _askable(mode) for name in one.misconceptions)
    return Choices(
        chosen=str(about or (mixed if len(past.done) >= LESSONS_TO_MIX else alone)),
        first=tuple(choice_of(one, past, mode) for one in (about, mixed, alone) if one),
        other_lessons=tuple(
            choice_of(Source("lesson", slug), past, mode) for slug in lesson_titles() if slug != alone.name
        ),
        misconceptions=tuple(
            Choice(Source("misconception", name), known.claim, counts[name])
            for name, known in misconceptions().items()
            if counts[name]
        ),
    )


def choice_of(source: Source, past: Past, mode: str) -> Choice:
    """One source with what it holds."""
    words = source_words(source)
    if source.kind == "mixed":
        words += f", {'the rest' if source.name else 'taken'} from {past.to_mix(source)[1]}"
    return Choice(source, words, len(pool_of(source, past, mode)))


def pool_of(source: Source, past: Past, mode: str) -> tuple[Question, ...]:
    """The questions of a source that may be asked."""
    askable = {one.id for one in _askable(mode)}
    return tuple(one for one in questions_of(bank(), source, past.to_mix(source)[0]) if one.id in askable)


def known_source(text: str) -> Source:
    """The source of this name, if the course has it. Raises SourceError."""
    source = read_source(text)
    known = misconceptions() if source.kind == "misconception" else lesson_titles()
    if source.name and source.name not in known:
        raise SourceError(f"names {source.name[:40]!r}, which the course does not have")
    return source


def source_words(source: Source) -> str:
    """A source as a page says it."""
    if source.kind == "misconception":
        known = misconceptions().get(source.name)
        return f"The misconception “{known.claim}”" if known else "A misconception"
    title = lesson_titles().get(source.name, source.name).split(":")[0]
    if source.kind == "lesson":
        return f"Only “{title}”"
    return f"Mixed: half from “{title}”" if title else "Mixed"


def plan_for(source: Source, past: Past, mode: str, *, learner: Learner, now: datetime) -> list[list[object]]:
    """A new plan as it is kept: another one every time. Empty where the source has no question."""
    seed = seed_from(f"{learner.key}/{source}/{now.isoformat()}")
    return as_kept(plan_of(bank(), source, pool_of(source, past, mode), seed=seed, stakes=past.stakes))


def as_kept(items: Sequence[Item]) -> list[list[object]]:
    """Items as the pairs that are kept."""
    return [[item.question_id, item.seed] for item in items]


def seed_from(text: str) -> int:
    """A seed that follows from a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])


def _stake(answer: Answer) -> Stake:
    return stake_of(right=answer.right, sure=answer.confidence == Answer.Confidence.HIGH)


def _askable(mode: str) -> tuple[Question, ...]:
    exam = mode == Practice.Mode.EXAM
    return tuple(
        one
        for one in bank().questions.values()
        if one.lesson in lesson_titles() and not (exam and one.kind in SELF_MARKED)
    )
