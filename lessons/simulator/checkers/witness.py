"""Which few operations already show that a model is broken?

Leaving out an observation, or a change that nothing left could have observed, only makes a history easier to explain:
what is still broken then was broken before. So operations are left out, many at a time at first, for as long as the
rest stays broken, until none can be.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

from lessons.simulator.checkers.linearizable import linearizable
from lessons.simulator.checkers.operations import Effect
from lessons.simulator.checkers.verdict import Budget, Undecided

BOTH_WAYS_MAX = 60  # operations; above it one way of leaving out is enough work
BEGINNING = 8  # operations, and then twice as many
OTHER = "\x00"
Broken = Callable[[Sequence[Effect]], bool]


def fewest(effects: Sequence[Effect], broken: Broken) -> list[Effect]:
    """A part of the effects that is still broken, of which nothing can be left out, in the order of their calls.

    Where a check gives up, an operation stays.
    """

    def surely(part: Sequence[Effect]) -> bool:
        try:
            return broken(part)
        except Undecided:
            return False

    early = _broken_beginning(effects, surely)
    oldest_first = _shrunk(early, surely)
    if len(early) > BOTH_WAYS_MAX:
        return oldest_first
    newest_first = _shrunk(early[::-1], surely)
    return min(oldest_first, newest_first, key=len)


def _broken_beginning(effects: Sequence[Effect], broken: Broken) -> list[Effect]:
    """A beginning that is broken already, with what it could have read."""
    size = BEGINNING
    while size < len(effects):
        early = _by_call(closed(effects[:size], effects))
        if broken(early):
            return early
        size *= 2
    return list(effects)


def _shrunk(order: list[Effect], broken: Broken) -> list[Effect]:
    kept = order
    size = max(1, len(kept) // 2)
    while True:
        place, shrank = 0, False
        while place < len(kept):
            rest = closed([*kept[:place], *kept[place + size :]], kept)
            if len(rest) < len(kept) and broken(_by_call(rest)):
                stayed = {one.number for one in rest}
                kept, shrank = [one for one in kept if one.number in stayed], True
            else:
                place += size
        if size == 1 and not shrank:
            return _by_call(kept)
        size = max(1, size // 2)


def closed(kept: Sequence[Effect], every: Sequence[Effect]) -> list[Effect]:
    """The kept effects and, from all, each change that one of them could have observed."""
    found = {one.number: one for one in kept}
    while True:
        observers = [one for one in found.values() if one.observes]
        more = [
            one
            for one in every
            if one.number not in found
            and one.changes
            and any(_could_observe(observer, one, every) for observer in observers)
        ]
        if not more:
            return list(found.values())
        found.update((one.number, one) for one in more)


def _could_observe(observer: Effect, change: Effect, every: Sequence[Effect]) -> bool:
    if observer.key != change.key or observer is change:
        return False
    if change.adds is not None:
        overwritten = any(one.sets is not None and one.key == change.key for one in every)
        return overwritten or observer.needs is None or change.adds in observer.needs
    if observer.needs is not None and any(one.adds is not None and one.key == change.key for one in every):
        return True
    return change.sets == observer.needs if observer.needs is not None else change.sets != observer.forbids


def _by_call(effects: Sequence[Effect]) -> list[Effect]:
    return sorted(effects, key=lambda one: one.number)


def fewest_not_linearizable(effects: Sequence[Effect], initial: str, states_max: int) -> tuple[list[Effect], bool]:
    """The same for the effects on one key that fit no order in time. Also: whether the first value matters to it.

    First the end that is not needed is cut off, then the beginning, as long as no first value at all would do.
    """

    def broken(part: Sequence[Effect], initials: Sequence[str] = (initial,)) -> bool:
        return not linearizable(part, initials, Budget(states_max))

    until = _shortest_broken_beginning(_without_idle(effects), broken)
    anything = (*sorted({one.needs for one in until if one.needs is not None}), OTHER)
    from_start = fewest(until, broken)
    since = _latest_broken_end(until, lambda part: broken(part, anything))
    if since is None:
        return from_start, True
    from_anything = fewest(since, lambda part: broken(part, anything))
    return (from_anything, False) if len(from_anything) < len(from_start) else (from_start, True)


def _without_idle(effects: Sequence[Effect]) -> list[Effect]:
    """The same for an order in time: a change of a value to itself is an observation, and nothing without an answer."""
    return [
        dataclasses.replace(one, sets=None) if one.sets is not None and one.sets == one.needs else one
        for one in effects
        if not (one.open and one.sets is not None and one.sets == one.needs)
    ]


def _shortest_broken_beginning(effects: list[Effect], broken: Broken) -> list[Effect]:
    """Up to the first answer that no order fits any more. Later answers are not known yet at that moment."""
    moments = sorted({one.returned for one in effects if not one.open})

    def until(moment: float) -> list[Effect]:
        return [
            one if one.returned <= moment else _unanswered(one)
            for one in effects
            if one.called <= moment and (one.returned <= moment or one.changes)
        ]

    low, high = 0, len(moments) - 1
    while low < high:
        middle = (low + high) // 2
        if _surely(broken, until(moments[middle])):
            high = middle
        else:
            low = middle + 1
    cut = until(moments[high])
    return cut if _surely(broken, cut) else effects


def _latest_broken_end(effects: list[Effect], broken: Broken) -> list[Effect] | None:
    """From the latest moment on at which no change was under way and after which no first value would do."""
    if any(one.adds is not None for one in effects):
        return None
    ends = [part for part in (_since(effects, one.returned) for one in effects if one.changes and not one.open) if part]
    ends.sort(key=len, reverse=True)
    low, high, best = 0, len(ends) - 1, None
    while low <= high:
        middle = (low + high) // 2
        if _surely(broken, ends[middle]):
            best, low = ends[middle], middle + 1
        else:
            high = middle - 1
    return best if best is not None else effects if _surely(broken, effects) else None


def _since(effects: Sequence[Effect], moment: float) -> list[Effect]:
    """What was called after a moment at which every change called before it was over; empty if there was none."""
    if any(one.changes and not one.open and one.called <= moment < one.returned for one in effects):
        return []
    return [one for one in effects if one.called > moment or one.open]


def _surely(broken: Broken, part: Sequence[Effect]) -> bool:
    try:
        return broken(part)
    except Undecided:
        return False


def _unanswered(one: Effect) -> Effect:
    return dataclasses.replace(one, returned=math.inf, open=True)
