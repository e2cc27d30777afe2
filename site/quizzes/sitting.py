"""How far is a practice or an exam, and what happened at each of its places?"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from lessons.quizzes.bank import BankError
from lessons.quizzes.marking import fits, mark
from lessons.quizzes.practice import (
    Item,
    Source,
    SourceError,
    after_miss,
    comes_with_hint,
    read_source,
    returns,
    revealed,
    shuffled,
)
from lessons.quizzes.question import Question
from quizzes.asked import question_context
from quizzes.bank import bank
from quizzes.prompts import ideas
from quizzes.sources import as_kept, past_of, pool_of, seed_from, source_words
from study.models import Answer, Practice
from study.sittings import HINT, Given, place_key


@dataclass(frozen=True)
class Step:
    """One place of a sitting. `question` is None when the course no longer asks it; `hinted` is the hint asked for."""

    place: int
    question: Question | None
    answer: Answer | None = None
    hinted: Answer | None = None
    left_behind: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing can be answered here any more."""
        return self.answer is not None or self.left_behind

    @property
    def right(self) -> bool:
        """Whether the answer was right, with a hint or without."""
        return self.answer is not None and self.answer.right

    @property
    def missed(self) -> bool:
        """Whether the idea has to come back."""
        return self.hinted is not None or (self.settled and not self.right)

    @property
    def sure_and_wrong(self) -> bool:
        """Whether the learner was sure of a wrong answer."""
        return self.answer is not None and not self.right and self.answer.confidence == Answer.Confidence.HIGH

    @property
    def number(self) -> int:
        """As a person counts."""
        return self.place + 1

    @property
    def words(self) -> str:
        """What became of it."""
        if not self.settled:
            return "not answered"
        if self.right:
            return "right with a hint" if self.hinted else "right"
        return "not yet" if self.answer else "answer shown"

    @property
    def section(self) -> str:
        """Where the answer is taught."""
        if self.question is None:
            return ""
        page = f"/lessons/{self.question.lesson}/"
        return f"{page}#{self.question.section}" if self.question.section else page


@dataclass(frozen=True)
class IdeaMet:
    """An idea with what was answered to it in one sitting, in order."""

    name: str
    section: str
    steps: tuple[Step, ...]

    @property
    def at_once(self) -> bool:
        """Whether nothing of it was missed."""
        return not any(step.missed for step in self.steps)

    @property
    def recovered(self) -> bool:
        """Whether it was missed, and right when it came back."""
        return not self.at_once and not self.steps[-1].missed

    @property
    def left(self) -> bool:
        """Whether it was missed when it was asked last."""
        return self.steps[-1].missed


class Sitting:
    """A practice or an exam with its questions and what was answered."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.plan = tuple(Item(question_id, seed) for question_id, seed in practice.plan)
        kept: Mapping[str | None, Answer] = {one.key: one for one in practice.answers.all()}
        self.steps = tuple(self._step(place, kept) for place in range(len(self.plan)))

    def _step(self, place: int, kept: Mapping[str | None, Answer]) -> Step:
        practicing = self.practice.mode == Practice.Mode.PRACTICE
        return Step(
            place,
            _question(self.plan[place], place_key(self.practice, place)),
            answer=kept.get(place_key(self.practice, place)),
            hinted=kept.get(place_key(self.practice, place, HINT)),
            left_behind=place < self.practice.place if practicing else self.practice.ended_at is not None,
        )

    @property
    def source(self) -> Source:
        """Where its questions come from."""
        try:
            return read_source(self.practice.source)
        except SourceError:  # brought along in a file: what is asked is in the plan
            return Source("mixed")

    @property
    def words(self) -> str:
        """The same in words."""
        return source_words(self.source)

    @cached_property
    def current(self) -> int:
        """The place to go on at: the first that is not settled and still asked, or the end."""
        waiting = (step.place for step in self.steps if step.question and not step.settled)
        if self.practice.mode == Practice.Mode.EXAM:
            return min(self.practice.place, len(self.plan))
        return next(waiting, len(self.plan))

    @property
    def number(self) -> int:
        """The current place as a person counts."""
        return self.current + 1

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to answer."""
        return self.practice.ended_at is not None or self.current >= len(self.plan)

    @cached_property
    def missed(self) -> frozenset[int]:
        """Places answered wrong, or with a hint."""
        return frozenset(step.place for step in self.steps if step.missed)

    def returned(self, place: int) -> bool:
        """Whether this place brings back what was missed earlier."""
        return returns(bank(), self.plan, place, self.missed)

    def repeats(self, place: int) -> bool:
        """Whether it is the very same question as before, and so comes with its hint."""
        return comes_with_hint(self.plan, place)

    def comes_back(self, place: int) -> bool:
        """Whether the idea missed at this place is asked again later."""
        here = self.steps[place].question
        later = (step.question for step in self.steps[place + 1 :])
        return place in self.missed and any(one and here and one.idea == here.idea for one in later)

    @cached_property
    def settled(self) -> tuple[Step, ...]:
        """Places at which nothing is left to answer."""
        return tuple(step for step in self.steps if step.question and step.settled)

    @cached_property
    def ideas_met(self) -> tuple[IdeaMet, ...]:
        """What was asked for so far, each idea once."""
        by_idea: dict[str, list[Step]] = {}
        for step in self.settled:
            assert step.question, "settled places have a question"
            by_idea.setdefault(step.question.idea, []).append(step)
        return tuple(_idea_met(slug, steps) for slug, steps in by_idea.items())

    def grown(self, place: int) -> list[list[object]]:
        """The plan after a miss at this place."""
        practice = self.practice
        pool = pool_of(self.source, past_of(practice.learner), practice.mode)
        seed = seed_from(place_key(practice, place))
        return as_kept(after_miss(bank(), self.plan, {*self.missed, place}, pool=pool, seed=seed))


def marked(question: Question, place: int, given: Any, confidence: str = "") -> Given:
    """An answer to the question at a place, with its mark."""
    return Given(
        place=place,
        question_id=question.id,
        version=question.version,
        seed=question.seed,
        given=given,
        right=given is not None and mark(question, given).right,
        confidence=confidence,
    )


def drafts_marked(practice: Practice) -> list[Given]:
    """The drafts of an exam as they stand, marked. One whose question has changed since is not an answer to it."""
    made = []
    for place, (question_id, seed) in enumerate(practice.plan):
        question, given = _question(Item(question_id, seed)), practice.drafts.get(str(place))
        if question and given is not None and fits(question, given):
            made.append(marked(question, place, given))
    return made


def step_context(step: Step, **more: Any) -> dict[str, Any]:
    """The context of quizzes/_question.html for one place. What is settled without an answer is shown solved."""
    assert step.question, "a place without a question has nothing to show"
    # "Before you read" is said on the page of the lesson, not here.
    question = dataclasses.replace(step.question, opening=False)
    context = question_context(question, step.answer or step.hinted, can_retry=False, **more)
    if step.settled and not context["feedback"]:
        context |= {"feedback": revealed(question), "unknown": False}
    return context | {"own_link": _own_link(question)}


def _idea_met(slug: str, steps: list[Step]) -> IdeaMet:
    known, last = ideas().get(slug), steps[-1]
    assert last.question, "settled places have a question"
    return IdeaMet(known.name if known else last.question.prompt, last.section, tuple(steps))


def _own_link(question: Question) -> str:
    """A sitting is one learner's own; what can be given to others is the question by itself."""
    page = reverse("quizzes:question", args=[question.id])
    return page if question.seed is None else f"{page}?seed={question.seed}"


def _question(item: Item, salt: str = "") -> Question | None:
    """The question of a place. Options change places with every sitting, so that no place gives the answer away."""
    try:
        return shuffled(bank().variant(item.question_id, item.seed), f"{salt}/{item.question_id}")
    except (LookupError, BankError):
        return None
