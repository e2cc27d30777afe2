"""What does one consistency model promise, what comes with it, and what does it cost while the network is cut?"""

from __future__ import annotations

from dataclasses import dataclass

from lessons.simulator.checkers import Operation, Verdict, check
from lessons.simulator.engine.params import CheckedScenario, param
from lessons.widgets.consistency_map.catalogue import AVAILABILITY, Store, catalogue

LEAVES_OUT = (
    "Bounded staleness and consistent prefix, which say how old a read may be and not only in which order.",
    "Eventual consistency: it promises that copies agree once writes stop, and nothing about any read before that.",
    "What a store does outside the setting named, in other versions, or with faults that its pages do not speak of.",
    "Availability is that of the model on a network without time limits; a store may offer less.",
)


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """One model, chosen on the map."""

    model: str = param(
        "causal",
        label="Model",
        choices={model.id: model.name for model in catalogue().models.values()},
        help="Choose it on the map, or here.",
        passport="consistency-map-model",
    )


@dataclass(frozen=True)
class Result:
    """Facts about the model. `forbidden` breaks it (empty where the checkers do not know the model), with the verdict;
    `allowed` breaks the next stronger one and not this one, with the verdict about that one (`allowed_breaks`)."""

    model: str
    availability: str
    weaker: tuple[str, ...]
    stronger: tuple[str, ...]
    stores: tuple[Store, ...]
    forbidden: tuple[Operation, ...]
    verdict: Verdict | None
    allowed: tuple[Operation, ...]
    allowed_breaks: str


def run(scenario: Scenario, *, seed: int) -> Result:
    """What the course knows about the model; the histories are judged afresh. Nothing here is left to chance."""
    known = catalogue()
    model = known.models[scenario.model]
    above = [
        known.models[name]
        for name in known.models
        if model.judged and model.id in known.models[name].implies and known.models[name].judged
    ]
    return Result(
        model=model.id,
        availability=model.availability,
        weaker=known.weaker(model.id),
        stronger=known.stronger(model.id),
        stores=known.stores_with(model.id),
        forbidden=model.forbids,
        verdict=check(model.forbids, model.judged) if model.judged else None,
        allowed=above[0].forbids if above else (),
        allowed_breaks=above[0].id if above else "",
    )


def cost_ms(scenario: Scenario) -> float:
    """A handful of operations to judge."""
    return 3.0


def costly_field(scenario: Scenario) -> str:
    """There is one."""
    return "model"


def summary(scenario: Scenario, result: Result) -> str:
    """How much comes with it, and what is left of it in a partition, in one sentence."""
    name = catalogue().models[result.model].name
    count = len(result.weaker)
    comes = (
        f"{count} weaker {'promise comes' if count == 1 else 'promises come'} with it"
        if count
        else "it implies no other"
    )
    answer = AVAILABILITY[result.availability]
    return f"{name}: {comes}; while the network is cut it can be kept: {answer[0].lower()}{answer[1:]}."
