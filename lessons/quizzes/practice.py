"""Which questions make a practice, and what comes back after a miss? A plan only ever grows at its end."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import zip_longest

from lessons.quizzes.bank import Bank
from lessons.quizzes.feedback import Feedback
from lessons.quizzes.marking import mark, solution
from lessons.quizzes.question import Question
from lessons.simulator.engine.rng import stream

ITEMS_MAX = 10  # of a plan, before anything comes back
LENGTH_MAX = 24  # of a plan with what came back: the hard end of a sitting
MISSES_THAT_RETURN = 2  # of one idea; after that it is left for another day
CONFIDENCE_EVERY = 3
SECONDS_PER_ITEM = 75
VARIANT_SEEDS = 9_999
SOURCE_LENGTH_MAX = 120
SHUFFLED = ("choice", "several")
REVEALED = "Here is the answer."
KINDS = ("mixed", "lesson", "misconception")


class SourceError(ValueError):
    """Not the name of something that can be practised."""


class Stake(IntEnum):
    """How much hangs on a question, from what the learner did with it before. A question without one is NEW."""

    HELD = 0
    NEW = 1
    MISSED = 2
    SURE_AND_WRONG = 3


@dataclass(frozen=True)
class Item:
    """One place in a plan: a question, and its variant where it has any."""

    question_id: str
    seed: int | None = None


@dataclass(frozen=True)
class Source:
    """Where the questions come from. Written "mixed", "lesson:SLUG" or "misconception:ID".

    "mixed:SLUG" takes every other question from that lesson.
    """

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    def group(self, question: Question) -> str:
        """What should not come twice in a row: a lesson in a mixed set, else an idea."""
        return question.lesson if self.kind == "mixed" else question.idea


def read_source(text: str) -> Source:
    """The source of this name. Raises SourceError; whether there is such a lesson shows with its questions."""
    kind, _, name = text.partition(":")
    if len(text) > SOURCE_LENGTH_MAX or kind not in KINDS or (kind != "mixed" and not name):
        raise SourceError(f"is {text[:40]!r} (allowed: mixed, lesson:SLUG, misconception:ID)")
    return Source(kind, name)


def questions_of(bank: Bank, source: Source, lessons: Collection[str]) -> tuple[Question, ...]:
    """Every question of a source, in the order of the course. `lessons` are those that a mixed set draws from."""
    if source.kind == "misconception":
        return tuple(one for one in bank.questions.values() if source.name in one.misconceptions)
    wanted = {source.name} if source.kind == "lesson" else {source.name, *lessons}
    return tuple(one for one in bank.questions.values() if one.lesson in wanted)


def plan_of(
    bank: Bank,
    source: Source,
    questions: Sequence[Question],
    *,
    seed: int,
    stakes: Mapping[str, Stake],
    items_max: int = ITEMS_MAX,
) -> tuple[Item, ...]:
    """The plan of a sitting. No question comes twice, and second questions of one idea only when ideas run out.

    Where confidence is asked, what has most at stake is asked, as far as two of one group can stay apart.
    """
    chosen = _chosen(source, questions, seed=seed, stakes=stakes, items_max=items_max)
    ordered = _ordered(chosen, source.group, stakes)
    return tuple(_item(bank, question.id, seed) for question in ordered)


def after_miss(
    bank: Bank, plan: Sequence[Item], missed: Collection[int], *, pool: Sequence[Question], seed: int
) -> tuple[Item, ...]:
    """The plan once the last of the missed places (answered wrong, or with a hint) is answered.

    The same idea returns later in another form: one that is planned already, else a question of that idea, else
    another variant, else the same question again. At the end of a plan something else comes between. `pool` holds the
    questions that may be asked now; others are taken when nothing there will do.
    """
    place, taken = max(missed), set(plan)
    idea = _idea(bank, plan[place])
    given_up = sum(_idea(bank, plan[one]) == idea for one in missed) > MISSES_THAT_RETURN
    planned = any(_idea(bank, item) == idea and item != plan[place] for item in plan[place + 2 :])
    if given_up or planned or len(plan) >= LENGTH_MAX:
        return tuple(plan)
    between = () if place + 1 < len(plan) else _filler(bank, taken, pool, idea, seed)
    form = _other_form(bank, plan[place], taken, pool, seed=seed) or plan[place]
    at_once = place + 1 == len(plan) and not between
    if (at_once and form == plan[place]) or len(plan) + len(between) + 1 > LENGTH_MAX:
        return tuple(plan)
    return (*plan, *between, form)


def asks_confidence(place: int) -> bool:
    """Whether the question at this place also asks how sure the learner is: one of any three in a row."""
    return place % CONFIDENCE_EVERY == 0


def comes_with_hint(plan: Sequence[Item], place: int) -> bool:
    """Whether the very same question stood earlier in the plan: then it has no other form, and brings its hint."""
    return plan[place] in plan[:place]


def returns(bank: Bank, plan: Sequence[Item], place: int, missed: Collection[int]) -> bool:
    """Whether the idea at this place was missed earlier in the sitting."""
    idea = _idea(bank, plan[place])
    return any(one < place and _idea(bank, plan[one]) == idea for one in missed)


def stake_of(*, right: bool, sure: bool) -> Stake:
    """What hangs on a question after its last answer."""
    if right:
        return Stake.HELD
    return Stake.SURE_AND_WRONG if sure else Stake.MISSED


def shuffled(question: Question, salt: str) -> Question:
    """The question with its options in another order, where their order means nothing."""
    if question.kind not in SHUFFLED:
        return question
    order = sorted(question.options, key=lambda one: hashlib.sha256(f"{salt}/{one.id}".encode()).digest())
    return replace(question, options=tuple(order))


def revealed(question: Question) -> Feedback:
    """The right answer with every reason, for one who gave none."""
    told = mark(question, solution(question))
    reasons = tuple(replace(reason, chosen=False) for reason in told.reasons)
    return replace(told, right=False, given=None, message=REVEALED, reasons=reasons, said="", run="")


def minutes(items: int) -> int:
    """About how long so many questions take, reasons included, in whole minutes."""
    return math.ceil(items * SECONDS_PER_ITEM / 60)


def _chosen(
    source: Source, questions: Sequence[Question], *, seed: int, stakes: Mapping[str, Stake], items_max: int
) -> list[Question]:
    """Questions for a plan, from each group of a mixed set in turn; in each, what has most at stake first."""
    drawn = [questions[index] for index in stream(seed, "practice/choose").permutation(len(questions))]
    drawn.sort(key=lambda one: -stakes.get(one.id, Stake.NEW))
    forms: Counter[str] = Counter()
    queues: dict[str, list[tuple[int, Question]]] = {}
    for question in drawn:
        queues.setdefault(_queue(source, question), []).append((forms[question.idea], question))
        forms[question.idea] += 1
    lines = [[one for _, one in sorted(queue, key=lambda pair: pair[0])] for queue in queues.values()]
    leading = [line for line in lines if source.kind == "mixed" and line[0].lesson == source.name]
    others = [line for line in lines if line not in leading]
    return _in_turn([*leading, _in_turn(others)])[:items_max]


def _queue(source: Source, question: Question) -> str:
    return question.lesson if source.kind == "mixed" else ""


def _in_turn(lines: Sequence[Sequence[Question]]) -> list[Question]:
    """The first of each line, then the second of each, as long as there are any."""
    return [one for row in zip_longest(*lines) for one in row if one]


def _ordered(
    chosen: Sequence[Question], group: Callable[[Question], str], stakes: Mapping[str, Stake]
) -> list[Question]:
    """What has most at stake goes where confidence is asked, what has least goes between; like groups stay apart."""
    left, made = list(chosen), list[Question]()
    while left:
        free = _apart(left, made[-1:], group) or left
        ranked = sorted(free, key=lambda one: stakes.get(one.id, Stake.NEW))  # stable: equal stakes keep their order
        following = ranked[-1] if asks_confidence(len(made)) else ranked[0]
        made.append(following)
        left.remove(following)
    return made


def _apart(left: list[Question], last: Iterable[Question], group: Callable[[Question], str]) -> list[Question]:
    """Those that may come next without two of one group in a row, now or later."""
    before = {group(one) for one in last}
    allowed = [one for one in left if group(one) not in before]
    # A group that has more than half of what is left comes now, or two of it stand side by side later.
    crowded = {name for name, count in Counter(map(group, left)).items() if count > len(left) // 2}
    return [one for one in allowed if group(one) in crowded] or allowed


def _other_form(
    bank: Bank, missed: Item, taken: Collection[Item], pool: Sequence[Question], *, seed: int
) -> Item | None:
    """The idea in clothes not worn in this plan: another question near by, other numbers, a question elsewhere."""
    known, may_be_asked = {item.question_id for item in taken}, {one.id for one in pool}
    forms = bank.by_idea.get(_idea(bank, missed), ())
    fresh = [one.id for one in forms if one.id not in known]
    near = [name for name in fresh if name in may_be_asked]
    if near:
        return _item(bank, near[0], seed)
    varied = [one.id for one in forms if one.id in bank.variants and one.id in known]
    if varied:
        return _other_variant(missed.question_id if missed.question_id in varied else varied[0], taken, seed)
    return _item(bank, fresh[0], seed) if fresh else None


def _filler(bank: Bank, taken: Collection[Item], pool: Sequence[Question], idea: str, seed: int) -> tuple[Item, ...]:
    """A question of an idea that is not in the plan, else of any other idea, near by if there is one."""
    known, ideas = {item.question_id for item in taken}, {_idea(bank, item) for item in taken}
    others = [one for one in (*pool, *bank.questions.values()) if one.id not in known and one.idea != idea]
    others.sort(key=lambda one: one.idea in ideas)
    return (_item(bank, others[0].id, seed),) if others else ()


def _item(bank: Bank, question_id: str, seed: int) -> Item:
    if question_id not in bank.variants:
        return Item(question_id)
    return Item(question_id, 1 + int(stream(seed, f"practice/variant/{question_id}").integers(VARIANT_SEEDS)))


def _other_variant(question_id: str, taken: Collection[Item], seed: int) -> Item:
    # One more than a plan can hold, all different: one of them is free.
    draws = stream(seed, f"practice/other/{question_id}").choice(VARIANT_SEEDS, LENGTH_MAX + 1, replace=False)
    return next(one for one in (Item(question_id, 1 + int(drawn)) for drawn in draws) if one not in taken)


def _idea(bank: Bank, item: Item) -> str:
    """The idea of a question; one that is no longer asked is an idea of its own."""
    known = bank.questions.get(item.question_id)
    return known.idea if known else item.question_id
