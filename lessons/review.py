"""What is worth recalling today, and what is held? FSRS says when a memory fades; here is how much a day may ask."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from typing import Any, Literal

from fsrs import Card, Rating, Scheduler, State

ITEMS_A_DAY_MAX = 20
NEW_PLACES_A_DAY = 6  # kept for prompts never asked, so that a full pile does not starve what was just read
TRIES_A_DAY_MAX = 4  # of one prompt, until it is recalled
SESSIONS_TO_HOLD = 3
RETENTION_WANTED = 0.9
RETENTION_ON_TARGET = 0.95
SHAKY_BELOW = 0.7  # what is held and not asked for very long is no longer called held
SECONDS_PER_ITEM = 30
INTERVAL_DAYS_MAX = 365
STABILITY_DAYS_MAX = 36_500.0
TARGET_DAYS_MAX = 366
LEARNING_SHARE = 2 / 3  # of the days before a target: afterwards nothing new begins


class ReviewError(ValueError):
    """Plain data that is no state of a card; the message names the field."""


@dataclass(frozen=True)
class Recall:
    """One attempt to recall one prompt. `at` is in UTC."""

    prompt_id: str
    held: bool
    at: datetime

    @property
    def on(self) -> date:
        """The session: one day is one session."""
        return self.at.astimezone(UTC).date()


@dataclass(frozen=True)
class CardState:
    """How firmly one prompt is remembered, in the terms of FSRS."""

    stability_days: float
    difficulty: float
    recalled_on: date
    due_on: date

    def as_dict(self) -> dict[str, Any]:
        """Plain data, to be kept as JSON."""
        return {
            "stability_days": self.stability_days,
            "difficulty": self.difficulty,
            "recalled_on": self.recalled_on.isoformat(),
            "due_on": self.due_on.isoformat(),
        }


def card_state(data: object) -> CardState:
    """The state kept as plain data. Raises ReviewError."""
    if not isinstance(data, dict) or data.keys() != {"stability_days", "difficulty", "recalled_on", "due_on"}:
        raise ReviewError("a state has stability_days, difficulty, recalled_on and due_on, and nothing else")
    stability, difficulty = data["stability_days"], data["difficulty"]
    for name, value, highest in (("stability_days", stability, STABILITY_DAYS_MAX), ("difficulty", difficulty, 10.0)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= highest:
            raise ReviewError(f"{name} is {value!r} (allowed: above 0, up to {highest:g})")
    try:
        return CardState(
            float(stability),
            float(difficulty),
            date.fromisoformat(data["recalled_on"]),
            date.fromisoformat(data["due_on"]),
        )
    except (TypeError, ValueError):
        raise ReviewError("recalled_on and due_on are dates such as 2026-03-09") from None


@cache
def _scheduler() -> Scheduler:
    # No steps of minutes and no dice: a missed prompt returns within its own session, and the same history always
    # gives the same date.
    return Scheduler(
        desired_retention=RETENTION_WANTED,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=INTERVAL_DAYS_MAX,
        enable_fuzzing=False,
    )


def _noon(day: date) -> datetime:
    # FSRS counts whole days between two moments; noon to noon is the number of nights between them.
    return datetime.combine(day, time(12), tzinfo=UTC)


def _card(state: CardState) -> Card:
    return Card(
        card_id=0,
        state=State.Review,
        stability=state.stability_days,
        difficulty=state.difficulty,
        last_review=_noon(state.recalled_on),
        due=_noon(state.due_on),
    )


def recalled(state: CardState | None, *, held: bool, on: date) -> CardState:
    """The state after one more recall on this day. `state` None: the first one."""
    card = Card(card_id=0) if state is None else _card(state)
    day = on if state is None else max(on, state.recalled_on)
    made, _ = _scheduler().review_card(card, Rating.Good if held else Rating.Again, _noon(day))
    assert made.stability is not None, "a card that was reviewed has a stability"
    assert made.difficulty is not None, "a card that was reviewed has a difficulty"
    return CardState(min(made.stability, STABILITY_DAYS_MAX), made.difficulty, day, made.due.date())


def replayed(recalls: Iterable[Recall]) -> CardState:
    """The state after these recalls of one prompt, whatever the order they arrived in. At least one."""
    state: CardState | None = None
    for recall in sorted(recalls, key=lambda one: one.at):
        state = recalled(state, held=recall.held, on=recall.on)
    assert state is not None, "what was never recalled has no state"
    return state


def retrievability(state: CardState, *, on: date) -> float:
    """The chance (0..1) that the prompt is recalled on this day, as FSRS has it."""
    return _scheduler().get_card_retrievability(_card(state), _noon(on))


@dataclass(frozen=True)
class Pile:
    """Everything that could be asked of one learner.

    `new` are prompts never asked, in the order of the course. `urgent` are prompts of ideas that the learner was sure
    about, and wrong. `target_on` is the day on which everything is needed.
    """

    cards: Mapping[str, CardState]
    new: Sequence[str] = ()
    urgent: Collection[str] = ()
    target_on: date | None = None


def plan(
    pile: Pile, *, today: date, asked_today: Collection[str] = (), days: int = 7, items_max: int = ITEMS_A_DAY_MAX
) -> tuple[tuple[str, ...], ...]:
    """What to ask today and on the days after, most useful first, never more than `items_max` a day.

    What does not fit waits for the next day without a word. `asked_today` were asked already and count.
    """
    horizon = max(days, 1 if pile.target_on is None else min((pile.target_on - today).days, TARGET_DAYS_MAX))
    room = [max(0, items_max - len(set(asked_today))), *[items_max] * (horizon - 1)]
    waiting = {name: state for name, state in pile.cards.items() if name not in asked_today}
    new = [name for name in pile.new if name not in asked_today and name not in pile.cards]
    new.sort(key=lambda name: name not in pile.urgent)
    places = _new_places(pile, new, today)
    made: list[list[str]] = []
    for ahead, free in enumerate(room):
        chosen = _chosen(pile, waiting, new, today + timedelta(days=ahead), free=free, places=places)
        new = [name for name in new if name not in chosen]
        waiting = {name: state for name, state in waiting.items() if name not in chosen}
        made.append(chosen)
    _last_looks(pile, waiting, made, room, today)
    return tuple(tuple(chosen) for chosen in made[:days])


def _new_places(pile: Pile, new: Sequence[str], today: date) -> int:
    """Enough for everything to be met in time for a target."""
    if pile.target_on is None or pile.target_on <= today:
        return NEW_PLACES_A_DAY
    days_to_learn = max(1, math.floor((pile.target_on - today).days * LEARNING_SHARE))
    return max(NEW_PLACES_A_DAY, math.ceil(len(new) / days_to_learn))


def _chosen(
    pile: Pile, waiting: Mapping[str, CardState], new: Sequence[str], day: date, *, free: int, places: int
) -> list[str]:
    """One day: what the learner was sure about and wrong, then what fades most, then what was never asked."""
    due = _due(pile, waiting, day)
    first = [name for name in (*new, *due) if name in pile.urgent][:free]
    due = [name for name in due if name not in first]
    free -= len(first)
    fresh = [name for name in new if name not in first][: max(0, min(free, max(places, free - len(due))))]
    return [*first, *due[: free - len(fresh)], *fresh]


def _due(pile: Pile, waiting: Mapping[str, CardState], day: date) -> list[str]:
    due = [name for name, state in waiting.items() if state.due_on <= day or name in pile.urgent]
    return sorted(due, key=lambda name: (retrievability(waiting[name], on=day), name))


def _last_looks(
    pile: Pile, waiting: Mapping[str, CardState], made: list[list[str]], room: Sequence[int], today: date
) -> None:
    """Fills the room that is left on the days before a target, the weakest nearest to it."""
    target = pile.target_on
    if target is None or target <= today:
        return
    chances = {name: retrievability(state, on=target) for name, state in waiting.items()}
    weak = sorted((name for name in chances if chances[name] < RETENTION_ON_TARGET), key=lambda name: chances[name])
    for ahead in reversed(range(min(len(room), (target - today).days))):
        free = room[ahead] - len(made[ahead])
        made[ahead] += weak[:free]
        weak = weak[free:]


def ask_again(recalls_today: Iterable[Recall]) -> tuple[str, ...]:
    """Prompts missed in this session and not yet recalled in it; the one that waits longest comes first."""
    last: dict[str, Recall] = {}
    tries: dict[str, int] = {}
    for recall in sorted(recalls_today, key=lambda one: one.at):
        last[recall.prompt_id] = recall
        tries[recall.prompt_id] = tries.get(recall.prompt_id, 0) + 1
    missed = [one for one in last.values() if not one.held and tries[one.prompt_id] < TRIES_A_DAY_MAX]
    return tuple(one.prompt_id for one in sorted(missed, key=lambda one: one.at))


def minutes(items: int) -> int:
    """How long so many items take, in whole minutes."""
    return math.ceil(items * SECONDS_PER_ITEM / 60)


@dataclass(frozen=True)
class Standing:
    """What is known of an idea or a prompt: a word, the same in a sentence, and the run of sessions behind it."""

    word: Literal["new", "shaky", "held"]
    sentence: str
    sessions: int = 0
    held_days: int = 0


def standing(
    recalls: Sequence[Recall], *, today: date, states: Collection[CardState] = (), forms_unmet: int = 0
) -> Standing:
    """How firmly something is held, from every recall of the prompts that ask for it.

    A session counts by the first try at each prompt: what was missed and then repeated has not been recalled over a
    gap. Held is what was recalled in three sessions running, in each of its forms (`forms_unmet` counts the others),
    and whose chance of recall has not faded since.
    """
    if not recalls:
        return Standing("new", "new")
    sessions = _sessions(recalls)
    run: list[date] = []
    for day, held in sessions:
        run = [*run, day] if held else []
    if not run:
        return Standing("shaky", f"shaky: missed {_ago(sessions[-1][0], today)}")
    held_days = (run[-1] - run[0]).days
    if len(run) < SESSIONS_TO_HOLD:
        return Standing("shaky", f"shaky: recalled in {len(run)} of {SESSIONS_TO_HOLD} sessions", len(run), held_days)
    if forms_unmet:
        return Standing("shaky", f"shaky: {_counted(forms_unmet, 'form')} of it not asked yet", len(run), held_days)
    if any(retrievability(state, on=today) < SHAKY_BELOW for state in states):
        words = f"shaky: held for {span(held_days)}, last asked {_ago(run[-1], today)}"
        return Standing("shaky", words, len(run), held_days)
    return Standing("held", f"held for {span(held_days)}", len(run), held_days)


def _sessions(recalls: Sequence[Recall]) -> list[tuple[date, bool]]:
    """Each day with whether every prompt asked on it was recalled at the first try."""
    in_order = sorted(recalls, key=lambda one: one.at)
    made: list[tuple[date, bool]] = []
    for day, group in groupby(in_order, key=lambda one: one.on):
        first: dict[str, bool] = {}
        for recall in group:
            first.setdefault(recall.prompt_id, recall.held)
        made.append((day, all(first.values())))
    return made


def span(days: int) -> str:
    """A length of time in days below a week, in whole weeks above."""
    return _counted(days, "day") if days < 7 else _counted(days // 7, "week")


def _ago(day: date, today: date) -> str:
    gone = (today - day).days
    return "today" if gone <= 0 else "yesterday" if gone == 1 else f"{span(gone)} ago"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
