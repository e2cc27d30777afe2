"""Is there one order in which every operation takes effect at a moment between its call and its return?

The search of Wing and Gong (1993) with the improvements of Lowe ("Testing for linearizability", 2017): a state is what
has taken effect and the value it left, no state is looked at twice, and each key is searched alone, because a history
is linearizable when each of its keys is. Three more savings lose no order:

- An observation that may take effect now and fits the value does so at once: it changes nothing, and waiting for it
  helps nobody.
- A value that is still to be observed is not overwritten once nothing can bring it back.
- An operation without an answer takes effect only where the very next one observes it; one that nobody observes may
  as well never have. (Not where values grow by appending: there, others build on it.) Of several equal ones the
  earliest goes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from lessons.simulator.checkers.operations import Effect, same_moment
from lessons.simulator.checkers.verdict import Budget

_State = tuple[int, int, int, str]


def linearizable(effects: Sequence[Effect], initials: Iterable[str], budget: Budget) -> bool:
    """Whether the effects on one key fit one order, from any of these first values. Raises Undecided."""
    search = _Search(effects)
    return any(search.fits(initial, budget) for initial in initials)


class _Search:
    """One key's effects, ready to be put in an order."""

    def __init__(self, effects: Sequence[Effect]) -> None:
        by_call = sorted(effects, key=lambda one: (one.called, one.number))
        self.closed = [one for one in by_call if not one.open]
        self.open = [one for one in by_call if one.open]
        self.follows = same_moment(self.closed, self.closed)
        self.open_follows = same_moment(self.closed, self.open)
        grows = any(one.adds is not None for one in by_call)
        self.plain = not grows
        # What grows and is never overwritten is at every moment the beginning of all that is read later.
        self.only_grows = grows and not any(one.sets is not None for one in by_call)
        self.twins = _twins(self.open, self.open_follows)
        self.wanted = _bits(self.closed, lambda one: one.needs)
        self.brought = _bits(self.closed, lambda one: one.sets)
        self.brought_by_open = _bits(self.open, lambda one: one.sets)

    def fits(self, initial: str, budget: Budget) -> bool:
        """Depth first over (all before `first` are placed, which of those after it, which open ones, value)."""
        if not self.closed:
            return True
        stack: list[_State] = [(0, 0, 0, initial)]
        seen: set[_State] = set()
        while stack:
            first, placed, opened, value = stack.pop()
            first, placed, ready = self._observe(first, placed, value)
            if first == len(self.closed):
                return True
            state = (first, placed, opened, value)
            if state in seen:
                continue
            seen.add(state)
            budget.spend()
            # The one that returned first is tried first: it lies on top of the stack.
            stack.extend(self._by_open(state, ready))
            stack.extend(self._by_closed(state, sorted(ready, key=lambda one: -self.closed[one].returned)))
        return False

    def _by_closed(self, state: _State, ready: list[int]) -> Iterator[_State]:
        """The states that an answered operation leads to."""
        first, placed, opened, value = state
        for place in ready:
            effect = self.closed[place]
            if not effect.meets(value):
                continue
            after = effect.after(value)
            next_first, next_placed = _place(first, placed, place)
            if not self._hopeless(after, first, placed) and (
                after == value or not self._lost(value, next_first, next_placed, opened)
            ):
                yield next_first, next_placed, opened, after

    def _lost(self, value: str, first: int, placed: int, opened: int) -> bool:
        """Whether an answered operation still has to meet this value, and nothing that is left brings it back."""
        if not self.plain:
            return False
        left = ~(placed << first | (1 << first) - 1)
        return bool(
            self.wanted.get(value, 0) & left
            and not self.brought.get(value, 0) & left
            and not self.brought_by_open.get(value, 0) & ~opened
        )

    def _ready(self, first: int, placed: int) -> list[int]:
        """Those that may take effect next: no unplaced one returned before their call."""
        closed, found = self.closed, []
        earliest = float("inf")
        for place in range(first, len(closed)):
            effect = closed[place]
            if effect.called > earliest:
                break
            if placed >> (place - first) & 1:
                continue
            if _done(self.follows.get(place), first, placed):
                found.append(place)
            if effect.returned < earliest:
                earliest = effect.returned
        return found

    def _observe(self, first: int, placed: int, value: str) -> tuple[int, int, list[int]]:
        """Every observation that fits takes effect; what may come next is what is left."""
        while True:
            ready = self._ready(first, placed)
            fitting = [one for one in ready if not self.closed[one].changes and self.closed[one].meets(value)]
            if not fitting:
                return first, placed, ready
            for place in fitting:
                first, placed = _place(first, placed, place)

    def _by_open(self, state: _State, ready: list[int]) -> list[_State]:
        """The states that an operation without an answer leads to."""
        first, placed, opened, value = state
        limit = min((self.closed[one].returned for one in ready), default=float("inf"))
        found: list[_State] = []
        for place, effect in enumerate(self.open):
            if effect.called > limit:
                break
            twin = self.twins[place]
            if opened >> place & 1 or (twin is not None and not opened >> twin & 1) or not effect.meets(value):
                continue
            if not _done(self.open_follows.get(place), first, placed):
                continue
            after = effect.after(value)
            if after == value or self._hopeless(after, first, placed):
                continue
            if self._lost(value, first, placed, opened | 1 << place):
                continue
            if self.plain and not self._observed(after, ready, opened | 1 << place, limit):
                continue
            found.append((first, placed, opened | 1 << place, after))
        return found

    def _observed(self, value: str, ready: list[int], opened: int, limit: float) -> bool:
        """Whether one that may come next says that it met this value."""
        if any(self.closed[one].observes and self.closed[one].meets(value) for one in ready):
            return True
        return any(
            effect.observes and effect.meets(value) and effect.called <= limit and not opened >> place & 1
            for place, effect in enumerate(self.open)
        )

    def _hopeless(self, value: str, first: int, placed: int) -> bool:
        """Whether a grown value is not the beginning of what is read later."""
        if not self.only_grows:
            return False
        return any(
            effect.needs is not None and not effect.needs.startswith(value)
            for place, effect in enumerate(self.closed[first:])
            if not placed >> place & 1
        )


def _bits(effects: Sequence[Effect], value_of: Callable[[Effect], str | None]) -> dict[str, int]:
    """For each value the places of its effects, as bits."""
    found: dict[str, int] = {}
    for place, effect in enumerate(effects):
        value = value_of(effect)
        if value is not None:
            found[value] = found.get(value, 0) | 1 << place
    return found


def _done(place: int | None, first: int, placed: int) -> bool:
    """Whether this one (if there is one to wait for) is placed."""
    return place is None or place < first or bool(placed >> (place - first) & 1)


def _place(first: int, placed: int, place: int) -> tuple[int, int]:
    """The window after one more is placed: it begins at the first that is not."""
    placed |= 1 << (place - first)
    while placed & 1:
        placed >>= 1
        first += 1
    return first, placed


def _twins(open_effects: Sequence[Effect], follows: Mapping[int, int]) -> list[int | None]:
    """For each, the latest earlier one that does the same and waits for the same."""
    latest: dict[tuple[str | int | None, ...], int] = {}
    found: list[int | None] = []
    for place, effect in enumerate(open_effects):
        what = (effect.needs, effect.sets, effect.adds, follows.get(place))
        found.append(latest.get(what))
        latest[what] = place
    return found
