"""Does a history keep to a consistency model? Yes, no with a witness, or undecided within so many states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from lessons.simulator.checkers.causes import observations_of
from lessons.simulator.checkers.explaining import explainable
from lessons.simulator.checkers.linearizable import linearizable
from lessons.simulator.checkers.operations import Effect, History, HistoryError, Operation, Plain, history_of, narrowed
from lessons.simulator.checkers.sequential import sequential
from lessons.simulator.checkers.sessions import GUARANTEES, broken
from lessons.simulator.checkers.verdict import Answer, Budget, Undecided, Verdict, Witness
from lessons.simulator.checkers.witness import fewest, fewest_not_linearizable
from lessons.simulator.checkers.words import cause_words, linearizable_words, sequential_words, told

STATES_MAX: Final = 200_000
MODELS: Final = {
    "linearizable": "Linearizable",
    "sequential": "Sequential",
    "causal": "Causal",
    "writes_follow_reads": "Writes follow reads",
    "monotonic_writes": "Monotonic writes",
    "monotonic_reads": "Monotonic reads",
    "read_your_writes": "Read your writes",
}
SESSION: Final = ("writes_follow_reads", "monotonic_writes", "monotonic_reads", "read_your_writes")
IMPLIES: Final = {"linearizable": ("sequential",), "sequential": ("causal",), "causal": SESSION}


def model_named(name: str) -> str:
    """The model meant by "read your writes", "read-your-writes" or "read_your_writes". Raises HistoryError."""
    found = name.strip().lower().replace("-", "_").replace(" ", "_")
    if found not in MODELS:
        raise HistoryError("model", f"is {name[:60]!r}", allowed=", ".join(MODELS))
    return found


def check(
    history: History | Sequence[Operation | Mapping[str, Any]],
    model: str,
    *,
    initial: Plain = None,
    states_max: int = STATES_MAX,
) -> Verdict:
    """What the history says about the model. Each key starts as `initial`.

    Raises HistoryError for what is no history, and where a model cannot judge it (an append, or a client with two
    calls at a time, for all but some models).
    """
    ready = history if isinstance(history, History) else history_of(history, initial)
    name = model_named(model)
    if name == "linearizable":
        return _linearizable(ready, states_max)
    budget = Budget(states_max)
    try:
        if _holds(ready, name, budget):
            return Verdict(name, "yes", budget.spent)
    except Undecided:
        return Verdict(name, "undecided", states_max)
    # What the whole history took, a part of it takes too, as a rule.
    return Verdict(name, "no", budget.spent, _witness(ready, name, min(states_max, 4 * budget.spent + 1_000)))


def answers(history: History, *, states_max: int = STATES_MAX) -> dict[str, Answer]:
    """The answer for every model, from strong to weak. What one search says about others is not searched again."""
    linear, _, _ = _keys_answer(history, states_max)
    if linear == "yes":
        return dict.fromkeys(MODELS, "yes")
    seen = observations_of(history)
    causes = seen.only_explanation()
    found: dict[str, Answer] = {"linearizable": linear}
    for name in ("causal", *SESSION):
        if causes is not None:
            found[name] = "no" if broken(causes, name) else "yes"
        else:
            found[name] = _decided(lambda name=name: explainable(seen, name, Budget(states_max)))  # type: ignore[misc]
    found["sequential"] = "no"
    if found["causal"] != "no":
        found["sequential"] = _decided(lambda: sequential(history, Budget(states_max)))
    return {name: found[name] for name in MODELS}


def _decided(holds: Callable[[], bool]) -> Answer:
    try:
        return "yes" if holds() else "no"
    except Undecided:
        return "undecided"


def implied_by(model: str) -> tuple[str, ...]:
    """Every weaker model that holds wherever this one does."""
    direct = IMPLIES.get(model, ())
    return (*direct, *(weaker for one in direct for weaker in implied_by(one)))


def _keys_answer(history: History, states_max: int) -> tuple[Answer, int, list[str]]:
    """Each key gets a little at first, the hard ones what is left: one broken key decides for all.

    Gives the keys that are broken, or those that are undecided.
    """
    left, spent = sorted(history.keys().items(), key=lambda pair: len(pair[1])), 0
    for share in (20 * max(1, len(left)), 1):
        undecided = []
        for key, effects in left:
            budget = Budget(max(1, (states_max - spent) // share))
            try:
                holds = linearizable(effects, (history.initial[key],), budget)
            except Undecided:
                holds = True
                undecided.append((key, effects))
            spent += budget.spent
            if not holds:
                return "no", spent, [key]
        left = undecided
    return ("undecided" if left else "yes"), min(spent, states_max), [key for key, _ in left]


def _linearizable(history: History, states_max: int) -> Verdict:
    answer, spent, keys = _keys_answer(history, states_max)
    if answer != "no":
        return Verdict("linearizable", answer, spent)
    key = keys[0]
    kept, from_start = fewest_not_linearizable(history.keys()[key], history.initial[key], states_max)
    numbers = tuple(one.number for one in kept)
    words = (*told(history, numbers), linearizable_words(history, kept, from_start=from_start))
    return Verdict("linearizable", "no", spent, Witness(numbers, words))


def _holds(history: History, name: str, budget: Budget) -> bool:
    """Whether a model other than linearizable holds. What is cheap and settles it is tried first. Raises Undecided."""
    history.clients()  # refuses a client with two calls at a time
    answer, spent, _ = _keys_answer(history, budget.states_max // 4)
    budget.spend(spent)
    if answer == "yes":
        return True
    grows = any(one.adds is not None for one in history.effects)
    if name != "sequential":
        return explainable(observations_of(history), name, budget)
    with suppress(Undecided):
        if not grows and not explainable(observations_of(history), "causal", Budget(budget.states_max // 4)):
            return False
    return sequential(history, budget)


def _witness(history: History, name: str, states_max: int) -> Witness:
    def fails(part: Sequence[Effect]) -> bool:
        return not _holds(narrowed(history, part), name, Budget(states_max))

    kept = narrowed(history, fewest(history.effects, fails))
    numbers = tuple(one.number for one in kept.effects)
    if name == "sequential":
        return Witness(numbers, (*told(history, numbers), sequential_words(kept)))
    assert name in GUARANTEES, "every other model is one of these"
    return Witness(numbers, (*told(history, numbers), *cause_words(kept, name)))
