"""Learners who forget by a rule of their own, and know nothing of FSRS. Made to compare schedules, not to describe
anybody: a memory fades as a power of time (Wickelgren's form), recall over a gap makes it firmer, a miss less firm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from lessons.review import CardState, Pile, plan, recalled
from lessons.simulator.engine.rng import stream

FIRST_DAY = date(2026, 3, 2)
LESSONS, PROMPTS_A_LESSON = 10, 12
FADING = 0.4


@dataclass
class Memory:
    """One prompt in one head. `firmness_days` is the time scale of its fading."""

    firmness_days: float
    ease: float
    since: int

    def chance(self, day: int) -> float:
        """That it is recalled on this day."""
        return float((1 + (day - self.since) / self.firmness_days) ** -FADING)

    def meet(self, day: int, *, held: bool) -> None:
        """The answer was seen: a recall over a gap makes it firmer, the more so the longer the gap was for it."""
        gap = 1.2 - self.chance(day)
        self.firmness_days = self.firmness_days * (1 + self.ease * gap) if held else max(1.0, 0.5 * self.firmness_days)
        self.since = day


@dataclass
class Head:
    """One learner: what is read when, what of it is remembered, on which days they come."""

    seed: int
    reads_on: list[int]
    comes_on: list[bool]
    memories: dict[str, Memory] = field(default_factory=dict)
    cards: dict[str, CardState] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)  # prompts on each day
    retained: list[float] = field(default_factory=list)  # on each morning: the share that would be recalled

    def open_lessons(self, day: int) -> None:
        """Reads the lessons of this day; each prompt is then as firm as this head makes it."""
        chance = stream(self.seed, f"reading-{day}")
        for lesson in (lesson for lesson, on in enumerate(self.reads_on) if on == day):
            for number in range(PROMPTS_A_LESSON):
                firm, ease = chance.lognormal(np.log(2.0), 1.0), chance.lognormal(np.log(3.0), 0.6)
                self.memories[f"lesson-{lesson:02d}-{number:02d}"] = Memory(max(0.5, firm), ease, day)

    def retention(self, day: int) -> float:
        """The share of everything read that would be recalled on this day."""
        return float(np.mean([memory.chance(day) for memory in self.memories.values()])) if self.memories else 1.0


Choice = Callable[[Head, int], Sequence[str]]


def heads(number: int, days: int) -> list[Head]:
    """Learners of three kinds in turn: every other day a lesson, all on one day, two each weekend.

    Each is away for one whole week, and on one other day in ten.
    """
    made = []
    for seed in range(number):
        chance = stream(seed, "calendar")
        reads = [
            list(range(0, 2 * LESSONS, 2)),
            [0] * LESSONS,
            [7 * (lesson // 2) + 5 + lesson % 2 for lesson in range(LESSONS)],
        ][seed % 3]
        comes = [bool(chance.random() > 0.1) for _ in range(days)]
        away = int(chance.integers(14, days - 14))
        comes[away : away + 8] = [*[False] * 7, True]
        made.append(Head(seed, reads, comes))
    return made


def by_plan(head: Head, day: int, *, target: int | None = None) -> tuple[str, ...]:
    """What our plan asks. `target` is the day on which everything is needed."""
    target_on = None if target is None else FIRST_DAY + timedelta(days=target)
    new = [name for name in head.memories if name not in head.cards]
    return plan(Pile(head.cards, new, target_on=target_on), today=FIRST_DAY + timedelta(days=day), days=1)[0]


def in_turn(numbers: Sequence[int]) -> Choice:
    """Fixed, equal intervals: whatever waits longest, as many each day as `numbers` says."""
    last: dict[str, int] = {}

    def choose(head: Head, day: int) -> Sequence[str]:
        chosen = sorted(head.memories, key=lambda name: last.get(name, -1))[: numbers[day]]
        last.update(dict.fromkeys(chosen, day))
        return chosen

    return choose


def live(head: Head, days: int, choose: Choice) -> Head:
    """So many days of one head: lessons, then what is asked, then what becomes of it."""
    for day in range(days):
        head.open_lessons(day)
        head.retained.append(head.retention(day))
        asked = choose(head, day) if head.comes_on[day] else ()
        luck = stream(head.seed, f"luck-{day}").random(len(asked))
        for name, drawn in zip(asked, luck, strict=True):
            held = bool(drawn < head.memories[name].chance(day))
            head.memories[name].meet(day, held=held)
            on = FIRST_DAY + timedelta(days=day)
            head.cards[name] = recalled(head.cards.get(name), held=held, on=on)
        head.asked.append(len(asked))
    return head
