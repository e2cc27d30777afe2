"""Is there one order of all operations that keeps each client's own order and gives every read its value?

Like the search for linearizable.py without the clock, so keys cannot be searched apart; meant for small histories.
An observation that fits takes effect at once, for the same reason as there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lessons.simulator.checkers.operations import Effect, History
from lessons.simulator.checkers.verdict import Budget

_State = tuple[tuple[int, ...], int, tuple[str, ...]]


@dataclass(frozen=True)
class _Open:
    """One without an answer: it comes after `after` operations of its client (a place among the clients)."""

    effect: Effect
    client: int
    after: int
    twin: int | None


def sequential(history: History, budget: Budget) -> bool:
    """Whether such an order exists. Raises Undecided, and HistoryError for a client that calls twice at a time."""
    return _Search(history).fits(budget)


class _Search:
    def __init__(self, history: History) -> None:
        made = history.clients()
        self.closed = [[one for one in ones if not one.open] for ones in made.values()]
        self.keys = {key: place for place, key in enumerate(sorted(history.initial))}
        self.start = tuple(history.initial[key] for key in sorted(history.initial))
        self.open: list[_Open] = []
        latest: dict[tuple[object, ...], int] = {}
        for client, ones in enumerate(made.values()):
            after = 0
            for one in ones:
                if one.open:
                    what = (client, one.key, one.needs, one.sets, one.adds)
                    self.open.append(_Open(one, client, after, latest.get(what)))
                    latest[what] = len(self.open) - 1
                else:
                    after += 1
        self.plain = not any(one.adds is not None for one in history.effects)
        self.bits = {value: 1 << place for place, value in enumerate(sorted(_values(history)))}
        self.wanted = [self._from_here(ones, lambda one: one.needs) for ones in self.closed]
        self.brought = [self._from_here(ones, lambda one: one.sets) for ones in self.closed]
        self.brought_by_open = [self.bits.get((one.effect.key, one.effect.sets or ""), 0) for one in self.open]

    def _from_here(self, ones: list[Effect], value_of: Callable[[Effect], str | None]) -> list[int]:
        """For each place of a client's list the values of what is left from there on, as bits."""
        found = [0]
        for one in reversed(ones):
            value = value_of(one)
            found.append(found[-1] | (0 if value is None else self.bits[one.key, value]))
        return found[::-1]

    def fits(self, budget: Budget) -> bool:
        """Depth first over (how far each client is, which open ones took effect, the value of each key)."""
        stack: list[_State] = [(tuple(0 for _ in self.closed), 0, self.start)]
        seen: set[_State] = set()
        while stack:
            state = self._observe(stack.pop())
            done, _, _ = state
            if all(count == len(ones) for count, ones in zip(done, self.closed, strict=True)):
                return True
            if state in seen:
                continue
            seen.add(state)
            budget.spend()
            if self.plain and self._lost(state):
                continue
            stack.extend(self._next(state))
        return False

    def _observe(self, state: _State) -> _State:
        counts, opened, values = state
        done = list(counts)
        moved = True
        while moved:
            moved = False
            for client, ones in enumerate(self.closed):
                while done[client] < len(ones):
                    effect = ones[done[client]]
                    if effect.changes or not effect.meets(values[self.keys[effect.key]]):
                        break
                    done[client] += 1
                    moved = True
        return tuple(done), opened, values

    def _lost(self, state: _State) -> bool:
        """Whether somebody still has to meet a value that is gone and that nothing left brings back."""
        done, opened, values = state
        wanted = brought = 0
        for client, count in enumerate(done):
            wanted |= self.wanted[client][count]
            brought |= self.brought[client][count]
        for place, bit in enumerate(self.brought_by_open):
            if not opened >> place & 1:
                brought |= bit
        for key, place in self.keys.items():
            brought |= self.bits.get((key, values[place]), 0)
        return bool(wanted & ~brought)

    def _next(self, state: _State) -> list[_State]:
        done, opened, values = state
        found: list[_State] = []
        for place, one in enumerate(self.open):
            if opened >> place & 1 or done[one.client] < one.after:
                continue
            if one.twin is not None and not opened >> one.twin & 1:
                continue
            now = values[self.keys[one.effect.key]]
            if one.effect.meets(now) and one.effect.after(now) != now:
                found.append((done, opened | 1 << place, self._set(values, one.effect)))
        nexts = [(ones[done[client]], client) for client, ones in enumerate(self.closed) if done[client] < len(ones)]
        # The one that was called first is tried first: it lies on top of the stack.
        for effect, client in sorted(nexts, key=lambda pair: -pair[0].called):
            if effect.changes and effect.meets(values[self.keys[effect.key]]):
                counts = (*done[:client], done[client] + 1, *done[client + 1 :])
                found.append((counts, opened, self._set(values, effect)))
        return found

    def _set(self, values: tuple[str, ...], effect: Effect) -> tuple[str, ...]:
        place = self.keys[effect.key]
        return (*values[:place], effect.after(values[place]), *values[place + 1 :])


def _values(history: History) -> set[tuple[str, str]]:
    """Every value that a key is said to have, with its key."""
    named = {(one.key, value) for one in history.effects for value in (one.needs, one.sets) if value is not None}
    return named | set(history.initial.items())
