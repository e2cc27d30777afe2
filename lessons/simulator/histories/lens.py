"""What could clients actually see? Histories of a replicated store, checked against what a model promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lessons.simulator.checkers import MODELS, Answer, History, Operation, Witness, answers, check, history_of
from lessons.simulator.histories.clients import Played, play
from lessons.simulator.histories.scenario import Scenario

LEAVES_OUT: Final = (
    "Clients that keep several calls under way, and calls that are tried again.",
    "A leader that waits for copies before it answers; here it copies afterwards.",
    "Copies that lose what they had stored, and copies that join or leave.",
    "Transactions over several keys: each operation is about one key.",
    "Clocks that drift: the first region's is ahead by a constant.",
    "After a promotion the other copies have the new leader's values at once, and all clients know who leads.",
    "The check knows what clients saw and when, not what the copies hold: that no history among those tried breaks a "
    "promise does not prove that none can.",
)
STATES_IN_ALL: Final = 6_000
STATES_MIN, STATES_MAX = 200, 1_000
WEAK_FIRST: Final = tuple(reversed(MODELS))
BREAKS_NOTHING: Final = "nothing"


@dataclass(frozen=True, eq=False)
class Result:
    """What all tries say, and one history of them: the first that breaks the promise, else the first.

    `broken_fraction` is the share of histories that break each model, strong to weak; `unanswered_fraction` the share
    of all their operations that got no answer. Of the one shown: `operations` in the order of their calls; `verdicts`
    (yes, no, undecided) for each model; `answer` for the model asked for; `witness`, None unless that is no, which
    names places in `operations`; and `first_broken`, the weakest promise that it breaks, going up from those to a
    session ("nothing" if none is). `undecided` counts histories that could not be judged for the model asked for.
    """

    answer: Answer
    verdicts: dict[str, Answer]
    broken_fraction: dict[str, float]
    unanswered_fraction: float
    first_broken: str
    witness: Witness | None
    operations: tuple[Operation, ...]
    counts: dict[str, int]
    tried: int
    shown: int
    undecided: int


def run(scenario: Scenario, *, seed: int) -> Result:
    """As many histories as asked for, each judged by every model."""
    made = [_judged(scenario, seed, attempt) for attempt in range(scenario.tries)]
    shown = next((place for place, (_, _, said) in enumerate(made) if said[scenario.check] == "no"), 0)
    played, history, said = made[shown]
    broken = [name for name in WEAK_FIRST if said[name] == "no"]
    verdict = check(history, scenario.check, states_max=STATES_IN_ALL) if said[scenario.check] == "no" else None
    return Result(
        answer=said[scenario.check],
        verdicts=said,
        broken_fraction={name: sum(one[name] == "no" for _, _, one in made) / len(made) for name in MODELS},
        unanswered_fraction=_unanswered_fraction([played for played, _, _ in made]),
        first_broken=broken[0] if broken else BREAKS_NOTHING,
        witness=verdict.witness if verdict else None,
        operations=history.operations,
        counts=_counts(history.operations, played),
        tried=len(made),
        shown=shown + 1,
        undecided=sum(one[scenario.check] == "undecided" for _, _, one in made),
    )


def _judged(scenario: Scenario, seed: int, attempt: int) -> tuple[Played, History, dict[str, Answer]]:
    played = play(scenario, seed, attempt)
    history = history_of(played.operations)
    states_max = min(STATES_MAX, max(STATES_MIN, STATES_IN_ALL // scenario.tries))
    return played, history, answers(history, states_max=states_max)


def _unanswered_fraction(made: list[Played]) -> float:
    every = [one.unknown for played in made for one in played.operations]
    return sum(every) / len(every)


def _counts(operations: tuple[Operation, ...], played: Played) -> dict[str, int]:
    return {
        "operations": len(operations),
        "reads": sum(one.op == "read" for one in operations),
        "writes": sum(one.op == "write" for one in operations),
        "compare_and_sets": sum(one.op == "cas" for one in operations),
        "unanswered": sum(one.unknown for one in operations),
        "lost_writes": played.lost_writes,
    }


# The check costs more the more of the history has to be explained, about as the square of its length.
_EXPLAINING_MS: Final = {"eventual": 2.5e-4, "causal_session": 5e-4}


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: the messages of every operation of every try, and the checks."""
    operations = scenario.clients * scenario.operations
    messages = float(scenario.n) if scenario.mode == "quorum" else 1.0
    check = _EXPLAINING_MS.get(scenario.mode, 5e-5) * operations**2
    return 4.0 + scenario.tries * (0.3 + operations * (0.02 + 0.012 * messages) + check)


def costly_field(scenario: Scenario) -> str:
    """The field to lower when a run costs too much."""
    return "tries" if scenario.tries > 10 else "operations"


def summary(scenario: Scenario, result: Result) -> str:
    """How often the promise is broken and what shows it, or within which bounds it is not."""
    name = MODELS[scenario.check]
    broken = round(result.broken_fraction[scenario.check] * result.tried)
    count = result.counts["operations"]
    if result.witness is not None:
        return (
            f"{name}: broken in {broken} of {result.tried} histories; in number {result.shown}, "
            f"{len(result.witness.operations)} of {count} operations show it."
        )
    open_ends = f", but {result.undecided} could not be decided" if result.undecided else ""
    return f"{name}: none of {result.tried} histories with {count} operations each breaks it{open_ends}."
