"""What came before what, as far as clients can know? Who read from whom, and everything that follows from it.

A write happens before a read that finds it; a client's operations happen one after the other; and both chain. One that
got no answer comes after what its client did before, and before nothing but those who read it: its client never learnt
that it happened. Real time plays no part: clients that never hear of one another cannot compare it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lessons.simulator.checkers.operations import Effect, History, HistoryError

START = -1
Sources = Mapping[int, int]


@dataclass(frozen=True)
class Causes:
    """One explanation of a history: `sources` says for each observation (its place) which effect it read from.

    `happened` are the places of those that took effect, `past` the places before each as bits; None when the
    explanation runs in a circle.
    """

    effects: tuple[Effect, ...]
    sources: Sources
    happened: tuple[int, ...]
    before: tuple[tuple[int, ...], ...]
    past: tuple[int, ...] | None

    @cached_property
    def own(self) -> dict[tuple[str, str], list[int]]:
        """What each client did on each key and got an answer to, oldest first."""
        found: dict[tuple[str, str], list[int]] = {}
        for place in self.happened:
            effect = self.effects[place]
            if not effect.open:
                found.setdefault((effect.client, effect.key), []).append(place)
        return found


@dataclass(frozen=True)
class Observations:
    """The effects of a history with what each may have read from. `earlier` is a client's operation before each."""

    effects: tuple[Effect, ...]
    candidates: tuple[tuple[int, ...], ...]
    earlier: tuple[int | None, ...]

    @property
    def needed(self) -> list[int]:
        """The places that surely observed something."""
        return [place for place, effect in enumerate(self.effects) if effect.observes and not effect.open]

    def waiting(self, sources: Sources) -> list[int]:
        """The observations whose source is not chosen yet. A compare-and-set without an answer that somebody read has
        happened, so it read something itself."""
        woken = {one for one in sources.values() if one != START and self.effects[one].open}
        more = (one for one in sorted(woken) if self.effects[one].observes)
        return [place for place in (*self.needed, *more) if place not in sources]

    def only_explanation(self) -> Causes | None:
        """The explanation, where each observation has one source; None where there are more or none."""
        chosen: dict[int, int] = {}
        while True:
            waiting = self.waiting(chosen)
            if not waiting:
                return self.explained(chosen)
            for place in waiting:
                if len(self.candidates[place]) != 1:
                    return None
                chosen[place] = self.candidates[place][0]

    def explained(self, sources: Sources) -> Causes:
        """What follows when these observations read from there; the others as if they said nothing."""
        read = set(sources.values())
        happened = tuple(place for place, effect in enumerate(self.effects) if not effect.open or place in read)
        before: list[tuple[int, ...]] = []
        for place in range(len(self.effects)):
            earlier, source = self.earlier[place], sources.get(place, START)
            before.append(tuple(one for one in (earlier, source) if one is not None and one != START))
        return Causes(self.effects, sources, happened, tuple(before), pasts(before))


def observations_of(history: History) -> Observations:
    """Who may have read from whom. Raises HistoryError for appends and for clients that call twice at a time."""
    for effect in history.effects:
        if effect.adds is not None:
            raise HistoryError(
                "model", "does not know append, whose value depends on order", allowed="linearizable, sequential"
            )
    effects = history.effects
    place_of = {effect.number: place for place, effect in enumerate(effects)}
    earlier: list[int | None] = [None] * len(effects)
    for made in history.clients().values():
        last: int | None = None
        for effect in made:
            place = place_of[effect.number]
            earlier[place] = last
            if not effect.open:
                last = place
    return Observations(effects, _candidates(history), tuple(earlier))


def _candidates(history: History) -> tuple[tuple[int, ...], ...]:
    """For each observation the changes that leave what it met; the one called last before it returned comes first."""
    effects = history.effects
    found: list[tuple[int, ...]] = []
    alive = [True] * len(effects)
    while True:
        found = [_candidates_of(place, effect, effects, history, alive) for place, effect in enumerate(effects)]
        dead = [
            place
            for place, effect in enumerate(effects)
            if alive[place] and effect.open and effect.observes and not found[place]
        ]
        if not dead:
            return tuple(found)
        for place in dead:
            alive[place] = False


def _candidates_of(
    place: int, effect: Effect, effects: Sequence[Effect], history: History, alive: Sequence[bool]
) -> tuple[int, ...]:
    if not effect.observes:
        return ()

    def met(value: str) -> bool:
        return effect.needs == value if effect.needs is not None else effect.forbids != value

    sources = [
        one
        for one, other in enumerate(effects)
        if one != place and alive[one] and other.key == effect.key and other.sets is not None and met(other.sets)
    ]
    sources.sort(key=lambda one: (effects[one].called > effect.returned, -effects[one].called))
    return (*sources, START) if met(history.initial[effect.key]) else tuple(sources)


def pasts(before: Sequence[Sequence[int]]) -> tuple[int, ...] | None:
    """For each place everything before it, as bits, when `before` says what is directly before; None for a circle."""
    waits = [len(ones) for ones in before]
    after: list[list[int]] = [[] for _ in before]
    for place, ones in enumerate(before):
        for one in ones:
            after[one].append(place)
    ready = [place for place, count in enumerate(waits) if count == 0]
    past = [0] * len(before)
    done = 0
    while ready:
        place = ready.pop()
        done += 1
        known = past[place] | 1 << place
        for later in after[place]:
            past[later] |= known
            waits[later] -= 1
            if waits[later] == 0:
                ready.append(later)
    return tuple(past) if done == len(before) else None
