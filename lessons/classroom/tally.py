"""What do the votes of a room say? Shares, the shift between two votes, advice with its reason, a room's guesses."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HIDDEN_BELOW = 5  # a report shows no cell with fewer people
BINS = 12
PEOPLE_STEP, SHARE_STEP = 5, 0.1  # in which a number is told that grows by one person at a time
WINDOWS = ((2, 1, 3), (7, 4, 14), (30, 15, 60))  # what a day after a session stands for: from, to
SHIFT_POINTS_MIN = 10  # a second vote that moved less says that talking was not enough


@dataclass(frozen=True)
class Count:
    """How many chose one option. `share_fraction` is of all who voted."""

    option: str
    votes: int
    share_fraction: float


@dataclass(frozen=True)
class Move:
    """How many went from one option in the first vote to one in the second."""

    before: str
    after: str
    people: int


@dataclass(frozen=True)
class Advice:
    """What the share of right answers suggests. Never done by itself."""

    action: str
    reason: str


@dataclass(frozen=True)
class Guesses:
    """A room's predictions of a number as a histogram: edges (one more than counts), counts, median."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    median: float | None


def chosen(given: Any) -> tuple[str, ...]:
    """The options in an answer as it is kept."""
    if isinstance(given, (list, tuple)):
        return tuple(str(one) for one in given)
    return (str(given),)


def counts(options: Sequence[str], answers: Sequence[Any]) -> tuple[Count, ...]:
    """Votes per option in the order of the options; an answer that chose several counts for each of them."""
    found = Counter(option for given in answers for option in chosen(given))
    return tuple(Count(option, found[option], found[option] / len(answers) if answers else 0.0) for option in options)


def right_fraction(rights: Sequence[bool]) -> float | None:
    """The share of right answers; None while nobody has voted."""
    return sum(rights) / len(rights) if rights else None


def advice(right: float | None, shares: tuple[float, float]) -> Advice:
    """After Crouch and Mazur 2001: peer discussion helps most when about half are right."""
    low, high = shares
    if right is None:
        return Advice("wait", "Nobody has voted yet.")
    said = f"{right:.0%} are right"
    if right < low:
        return Advice("teach again", f"{said}, under {low:.0%}: too few to carry a discussion.")
    if right <= high:
        return Advice(
            "discuss and vote again", f"{said}, between {low:.0%} and {high:.0%}: here discussion teaches most."
        )
    return Advice("explain briefly", f"{said}, above {high:.0%}: a short word for the others, then on.")


def advice_again(first: float | None, second: float | None, shares: tuple[float, float]) -> Advice:
    """After a second vote. A class can argue well and barely move: then a smaller step helps more than another vote."""
    if first is None or second is None or second > shares[1]:
        return advice(second, shares)
    said = f"{first:.0%} were right, then {second:.0%}"
    if round(100 * (second - first), 6) < SHIFT_POINTS_MIN:
        reason = f"{said}: under {SHIFT_POINTS_MIN} points. Talking again will hardly move them."
        return Advice("take a smaller step", reason)
    return Advice("explain, then ask it in another dress", f"{said}: talking helped, and not everybody is there.")


def shift(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[Move, ...]:
    """Who moved where, over those who voted twice: from the largest group down. Keys are participants."""
    found = Counter(
        (" + ".join(chosen(first[who])), " + ".join(chosen(second[who]))) for who in first.keys() & second.keys()
    )
    return tuple(
        Move(before, after, people) for (before, after), people in sorted(found.items(), key=lambda kv: (-kv[1], kv[0]))
    )


def guesses(numbers: Sequence[float], *, answer: float | None = None) -> Guesses:
    """The histogram of a room's guesses, with room for the answer of the run; wild guesses fall into the outer bins."""
    finite = sorted(number for number in numbers if math.isfinite(number))
    if not finite:
        return Guesses((), (), None)
    inner = finite[len(finite) // 20 : len(finite) - len(finite) // 20] or finite
    low, high = (
        min([*inner, answer] if answer is not None else inner),
        max([*inner, answer] if answer is not None else inner),
    )
    largest = max(abs(low), abs(high))
    if high - low <= max(1e-9 * largest, 1e-12):  # one place, or too near for edges in between
        pad = 0.5 * largest if largest > 1e-9 else 0.5
        low, high = low - pad, high + pad
    width = (high - low) / BINS
    edges = (*(low + width * place for place in range(BINS)), high)
    binned = Counter(min(BINS - 1, max(0, int((number - low) / width))) for number in finite)
    middle = len(finite) // 2
    median = finite[middle] if len(finite) % 2 else (finite[middle - 1] + finite[middle]) / 2
    return Guesses(edges, tuple(binned[place] for place in range(BINS)), median)


@dataclass(frozen=True)
class Later:
    """What is told of a later day: how many were asked again, and the share of them that still knew it."""

    day: int
    people: str
    right: str


def later(tries: Mapping[Any, Iterable[tuple[int, bool]]]) -> tuple[Later, ...]:
    """Of each person the days since the vote at which they were asked again, in order, and whether they knew it.

    The first try in a window counts: what is repeated in it has just been read.
    """
    made = []
    for day, first, last in WINDOWS:
        found = [next((held for days, held in own if first <= days <= last), None) for own in tries.values()]
        known = [held for held in found if held is not None]
        made.append(Later(day, *_coarse(sum(known), len(known))))
    return tuple(made)


def _coarse(right: int, people: int) -> tuple[str, str]:
    """In steps so wide that one person more or less hardly ever shows; nothing where few are on a side."""
    if people == 0:
        return "", ""
    if is_few(people) or is_few(right) or is_few(people - right):
        return (f"under {HIDDEN_BELOW}" if is_few(people) else _at_least(people)), "hidden"
    share = right / people
    if 0 < share < 1:
        share = min(1 - SHARE_STEP, max(SHARE_STEP, round(share / SHARE_STEP) * SHARE_STEP))
    return _at_least(people), f"{'about ' if 0 < share < 1 else ''}{100 * share:.0f}\u2009%"


def _at_least(people: int) -> str:
    return f"{people - people % PEOPLE_STEP} or more"


def is_few(people: int) -> bool:
    """Whether a count tells of so few people that no report shows it."""
    return 0 < people < HIDDEN_BELOW


def shown_count(people: int) -> str:
    """A count as a report may say it."""
    return f"under {HIDDEN_BELOW}" if is_few(people) else str(people)
