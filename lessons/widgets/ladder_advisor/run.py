"""What does the advisor answer: the rung, its reasons, what it reaches and costs, and what would change it?"""

from __future__ import annotations

from dataclasses import dataclass

from lessons.simulator import failover
from lessons.widgets.kit import words
from lessons.widgets.ladder_advisor import ladder, ways
from lessons.widgets.ladder_advisor.advice import (
    Verdict,
    decide,
    regions_paid,
    serving_from,
    waits_for_the_copy,
    writing_in,
)
from lessons.widgets.ladder_advisor.changes import Change, nearest_changes
from lessons.widgets.ladder_advisor.ladder import ACTIVE, BACKUPS, DESIGNS, RUNGS, WARM
from lessons.widgets.ladder_advisor.scenario import CONTINENTS, Scenario
from lessons.widgets.ladder_advisor.triggers import REGION_TARGET_FRACTION, Trigger, may_write_in_several

LEAVES_OUT = (
    "Flows: one answer for the whole system, where payments and preferences may deserve different rungs.",
    "Everything that a region does not save you from: bad deletions, bad changes pushed everywhere, a lost account.",
    "Scale as a reason to spread, and shared dependencies that fail in every region at once.",
    "Users inside a continent: they all sit where its one city is. Round trips are counted once for each request.",
    "The law: residency is what you enter here, and no advice on what a rule says.",
    "Costs are those of the cost simulation at its own prices, whatever your system looks like.",
)
NEXT_STEPS = {
    1: "Time a restore into an empty region again and again; come back when an objective changes.",
    2: "Exit test: promote the replica in a rehearsal, and compare what is missing with the lag.",
    3: "Exit test: a rehearsed failover that meets both objectives, with the people who would be called.",
    4: "Exit test: take the reads of one region away and give them back, and measure how old they were.",
    5: "Exit test: cut the link between two regions that write, and show what became of each conflict.",
}
FIRST_RESTORE = "Restore the last backup into an empty region, with the clock running."


@dataclass(frozen=True)
class Row:
    """One design of the ladder held against the objectives. Times None: not within a day, or not at all. `misses` are
    objectives that it does not meet, `barred` says what forbids it ("" = nothing)."""

    name: str
    rung: int
    rto_s: float | None
    rpo_s: float | None
    read_p99_ms: float
    write_p99_ms: float
    monthly_usd: float
    misses: tuple[str, ...]
    barred: str


@dataclass(frozen=True)
class Result:
    """The advice. `rpo_s` is at the worst moment, `rto_s` as the failover simulation ran it; None under a law that
    forbids every copy. `floor_ms` is the round trip of light in fibre from each continent with users to the first one.
    """

    rung: int
    demanded_rung: int
    design: str
    strategy: str
    synchronous: bool
    serving: tuple[str, ...]
    regions: int
    trigger: str
    reason: str
    source: str
    next_step: str
    refusals: tuple[str, ...]
    rto_s: float | None
    rpo_s: float | None
    read_p99_ms: float
    write_p99_ms: float
    monthly_usd: float
    multiple_of_single_region: float
    floor_ms: dict[str, float]
    triggers: tuple[Trigger, ...]
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]


def run(scenario: Scenario, *, seed: int) -> Result:
    """The advice on one set of wishes. The seed only moves the probes of the failovers by seconds."""
    verdict = decide(scenario, seed)
    rows = tuple(_row(scenario, design, seed) for design in range(len(DESIGNS)))
    chosen = rows[verdict.design]
    return Result(
        rung=verdict.rung,
        demanded_rung=DESIGNS[verdict.demanded].rung,
        design=chosen.name,
        strategy=DESIGNS[verdict.design].strategy,
        synchronous=verdict.synchronous,
        serving=tuple(CONTINENTS[name] for name in verdict.serving),
        regions=verdict.regions,
        trigger=verdict.trigger.key,
        reason=verdict.trigger.reason,
        source=verdict.trigger.source,
        next_step=_next_step(verdict),
        refusals=verdict.refusals,
        rto_s=chosen.rto_s,
        rpo_s=chosen.rpo_s,
        read_p99_ms=chosen.read_p99_ms,
        write_p99_ms=chosen.write_p99_ms,
        monthly_usd=chosen.monthly_usd,
        multiple_of_single_region=chosen.monthly_usd / ladder.single_region_usd(scenario),
        floor_ms={CONTINENTS[name]: ways.floor_ms(name, scenario.home) for name in scenario.shares()},
        triggers=verdict.triggers,
        rows=rows,
        changes=nearest_changes(scenario, verdict, seed),
    )


def _next_step(verdict: Verdict) -> str:
    return FIRST_RESTORE if verdict.trigger.key == "untested_restore" else NEXT_STEPS[verdict.rung]


def _row(scenario: Scenario, design: int, seed: int) -> Row:
    synchronous = waits_for_the_copy(scenario, design)
    serving, written_in = serving_from(scenario, design), writing_in(scenario, design)
    alone = scenario.residency == "one_region"
    made = Row(
        name=DESIGNS[design].name,
        rung=DESIGNS[design].rung,
        rto_s=None if alone else ladder.rto_s(scenario, design, seed),
        rpo_s=None if alone else ladder.rpo_s(scenario, design, synchronous=synchronous),
        read_p99_ms=ways.wait_p99_ms(scenario, serving),
        write_p99_ms=ways.wait_p99_ms(scenario, written_in) + (ways.copy_ms(scenario) if synchronous else 0.0),
        monthly_usd=ladder.monthly_usd(scenario, design, regions_paid(scenario, serving, synchronous=synchronous)),
        misses=(),
        barred=_barred(scenario, design),
    )
    return Row(**{**vars(made), "misses": _misses(scenario, made, design)})


def _misses(scenario: Scenario, row: Row, design: int) -> tuple[str, ...]:
    cached = scenario.cdn_answers_reads
    missed = {
        "RTO": row.rto_s is None or row.rto_s > scenario.rto_objective_s,
        "RPO": row.rpo_s is None or row.rpo_s > scenario.rpo_objective_s,
        "availability": design < WARM and scenario.availability_objective_fraction > REGION_TARGET_FRACTION,
        "reads": not cached and row.read_p99_ms > scenario.read_p99_objective_ms,
        "writes": row.write_p99_ms > scenario.write_p99_objective_ms,
    }
    return tuple(name for name, fails in missed.items() if fails)


def _barred(scenario: Scenario, design: int) -> str:
    if design > BACKUPS and scenario.residency == "one_region":
        return "the law"
    if design == ACTIVE and not may_write_in_several(scenario):
        return "no rule for conflicts"
    return ""


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: failovers of six designs, and those for other checks, records, routing and decisions."""
    return 40.0 + sum(0.9 * failover.cost_ms(ladder.recovery(scenario, design)) for design in range(len(DESIGNS)))


def costly_field(scenario: Scenario) -> str:
    """The longer of the two waits that make a failover long to watch."""
    return "dns_ttl_s" if scenario.dns_ttl_s >= scenario.health_check_interval_s else "health_check_interval_s"


def summary(scenario: Scenario, result: Result) -> str:
    """Rung, design, bill and what it reaches, in one sentence."""
    times = f"{result.multiple_of_single_region:.2f} times one region"
    bill = f"{words.count(result.monthly_usd, 'USD')} a month ({times})"
    design = f"{result.design[0].lower()}{result.design[1:]}"
    if result.rto_s is None:
        return f"Rung {result.rung}, {RUNGS[result.rung].lower()}: {bill}, and no promise for the loss of the region."
    return (
        f"Rung {result.rung}, {RUNGS[result.rung].lower()}: {design} for {bill}, back within "
        f"{words.duration(result.rto_s)}, losing {_loss(result.rpo_s)}."
    )


def _loss(rpo_s: float | None) -> str:
    return f"at most {words.duration(rpo_s)}" if rpo_s else "nothing"
