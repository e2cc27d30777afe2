"""Can what each read found be explained so that a promise to clients is kept?

Where values are written once, each read has one source. Otherwise sources are chosen one after the other; whatever is
broken with some of them chosen stays broken with more, because more causes never make a version newer.
"""

from __future__ import annotations

from collections.abc import Iterator

from lessons.simulator.checkers.causes import Causes, Observations
from lessons.simulator.checkers.sessions import broken
from lessons.simulator.checkers.verdict import Budget

# Following all causes costs as the square of their number; so much of it is about a state of the other searches.
SQUARE_OF_A_STATE = 2_000


def explainable(seen: Observations, model: str, budget: Budget) -> bool:
    """Whether some choice of sources keeps the model. Raises Undecided."""
    return next(_search(seen, model, budget), None) is not None


def explanations(seen: Observations, budget: Budget) -> Iterator[Causes]:
    """Every choice of sources, kept promises or not."""
    return _search(seen, "", budget)


def _search(seen: Observations, model: str, budget: Budget) -> Iterator[Causes]:
    if any(not seen.candidates[place] for place in seen.needed):
        return
    chosen = {place: seen.candidates[place][0] for place in seen.needed if len(seen.candidates[place]) == 1}
    if _fails(seen, chosen, model, budget) or (model and not _settle(seen, chosen, model, budget)):
        return
    yield from _choose(seen, chosen, model, budget)


def _fails(seen: Observations, chosen: dict[int, int], model: str, budget: Budget) -> bool:
    budget.spend(1 + len(seen.effects) ** 2 // SQUARE_OF_A_STATE)
    return bool(model) and broken(seen.explained(dict(chosen)), model) is not None


def _settle(seen: Observations, chosen: dict[int, int], model: str, budget: Budget) -> bool:
    """Choose what has one possible source left, until nothing changes; False where one has none."""
    moved = True
    while moved:
        moved = False
        for place in seen.waiting(chosen):
            possible = [
                source
                for source in seen.candidates[place]
                if not _fails(seen, {**chosen, place: source}, model, budget)
            ]
            if not possible:
                return False
            if len(possible) == 1:
                chosen[place] = possible[0]
                moved = True
    return True


def _choose(seen: Observations, chosen: dict[int, int], model: str, budget: Budget) -> Iterator[Causes]:
    """Depth first; each level holds an observation and the sources that are still to be tried for it."""
    levels: list[tuple[int, Iterator[int]]] = []
    while True:
        waiting = seen.waiting(chosen)
        if waiting:
            levels.append((waiting[0], iter(seen.candidates[waiting[0]])))
        else:
            yield seen.explained(dict(chosen))
        if not _advance(seen, chosen, model, budget, levels):
            return


def _advance(
    seen: Observations,
    chosen: dict[int, int],
    model: str,
    budget: Budget,
    levels: list[tuple[int, Iterator[int]]],
) -> bool:
    """Go on to the next choice that breaks nothing; False when all are tried."""
    while levels:
        place, sources = levels[-1]
        for source in sources:
            chosen[place] = source
            if not _fails(seen, chosen, model, budget):
                return True
        chosen.pop(place, None)
        levels.pop()
    return False
