"""Which rung do these objectives ask for, and what stands in the way?

The highest demand of the triggers wins. An untested restore comes before every other step, and a law that forbids all
copies ends the ladder at its first rung.
"""

from __future__ import annotations

from dataclasses import dataclass

from lessons.widgets.kit import words
from lessons.widgets.ladder_advisor import ladder, ways
from lessons.widgets.ladder_advisor.ladder import ACTIVE, BACKUPS, DESIGNS, READS
from lessons.widgets.ladder_advisor.scenario import Scenario
from lessons.widgets.ladder_advisor.triggers import RULES, Trigger


@dataclass(frozen=True)
class Verdict:
    """The design to stand on, why, and what it looks like. `demanded` is the design that the objectives ask for when
    nothing (an untested restore, a law) stands in the way. `serving` are continents with a region that serves users;
    `regions` are all that are paid for."""

    design: int
    demanded: int
    trigger: Trigger
    triggers: tuple[Trigger, ...]
    refusals: tuple[str, ...]
    synchronous: bool
    serving: tuple[str, ...]
    regions: int

    @property
    def rung(self) -> int:
        """The rung of the design, 1 to 5."""
        return DESIGNS[self.design].rung


def decide(scenario: Scenario, seed: int) -> Verdict:
    """The verdict on one set of wishes."""
    triggers = tuple(rule(scenario, seed) for rule in RULES)
    demanded = max(trigger.design for trigger in triggers)
    chosen = next(trigger for trigger in triggers if trigger.design == demanded)
    if demanded == BACKUPS:
        chosen = _stay(scenario, triggers, seed)
    blocked = _blocked(scenario, demanded)
    design = demanded if blocked is None else BACKUPS
    told = triggers if blocked is None else (blocked, *triggers)
    synchronous = waits_for_the_copy(scenario, design)
    serving = serving_from(scenario, design)
    return Verdict(
        design=design,
        demanded=demanded,
        trigger=blocked or chosen,
        triggers=told,
        refusals=tuple(one.refused for one in told if one.refused),
        synchronous=synchronous,
        serving=serving,
        regions=regions_paid(scenario, serving, synchronous=synchronous),
    )


def waits_for_the_copy(scenario: Scenario, design: int) -> bool:
    """Whether a write of this design waits until another region has it: asked for, and in time for the objective."""
    if design == BACKUPS or scenario.rpo_objective_s >= scenario.replication_lag_s:
        return False
    return ways.copy_in_time(scenario, writing_in(scenario, design))


def serving_from(scenario: Scenario, design: int) -> tuple[str, ...]:
    """Continents with a region that serves users of this design."""
    if scenario.residency != "none" or design < READS:
        return (scenario.home,)
    reads = () if scenario.cdn_answers_reads else ways.nearer(scenario, scenario.read_p99_objective_ms)
    writes = ways.writers(scenario) if design == ACTIVE else ()
    return tuple(dict.fromkeys((scenario.home, *reads, *writes)))


def writing_in(scenario: Scenario, design: int) -> tuple[str, ...]:
    """Continents with a region that takes writes."""
    return serving_from(scenario, design) if design == ACTIVE else (scenario.home,)


def regions_paid(scenario: Scenario, serving: tuple[str, ...], *, synchronous: bool) -> int:
    """How many regions are paid for. A synchronous copy stands next door, and a majority of three survives one."""
    if scenario.residency == "one_region":
        return 1
    if synchronous and scenario.residency == "none":
        return max(3, len(serving) + 1)
    return max(2, len(serving))


def _stay(scenario: Scenario, triggers: tuple[Trigger, ...], seed: int) -> Trigger:
    """No trigger demands more than one region."""
    cached = [trigger for trigger in triggers if trigger.key == "cdn_first"]
    if cached:
        return cached[0]
    took, age = words.duration(ladder.rto_s(scenario, BACKUPS, seed)), words.duration(scenario.backup_interval_s)
    inside = (
        "what it misses, another region would not give you"
        if any(trigger.refused for trigger in triggers)
        else "that is inside everything you ask for"
    )
    return Trigger(
        "stay",
        BACKUPS,
        f"Stay in one region. Zones, backups and a tested restore elsewhere bring users back within {took} and lose "
        f"at most {age}; {inside}.",
        "SRC-OV",
    )


def _blocked(scenario: Scenario, demanded: int) -> Trigger | None:
    """What stands before the first step: a restore that nobody has tried, or a law that forbids every copy."""
    if not scenario.restores_tested:
        asks = f"Your objectives ask for rung {DESIGNS[demanded].rung}. " if demanded > BACKUPS else ""
        return Trigger(
            "untested_restore",
            BACKUPS,
            f"{asks}First test the restore: a backup that nobody has read back is not yet rung 1, and every higher "
            "rung stands on it.",
            "SRC-OV",
        )
    if scenario.residency == "one_region":
        return Trigger(
            "one_region",
            BACKUPS,
            "The data must stay in one region, so nothing can stand by elsewhere: rung 1, over several zones.",
            "SRC-OV",
            refused="Residency forbids the copy that your recovery needs. Find out whether the rule allows a second "
            "region inside the jurisdiction; otherwise accept that you wait until the region is back.",
        )
    return None
