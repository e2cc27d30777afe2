"""Which reasons are there to climb the ladder? One rule each, in the order in which they are told.

A rule says which design it demands, why, and where that is from. One that nothing can satisfy says so and demands the
best there is, so that a tighter objective never leads down the ladder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lessons.widgets.kit import words
from lessons.widgets.ladder_advisor import ladder, ways
from lessons.widgets.ladder_advisor.ladder import ACTIVE, BACKUPS, DESIGNS, HOT, PILOT, READS, WARM
from lessons.widgets.ladder_advisor.scenario import CONTINENTS, Scenario

# Infrastructure targets, not promises: Google Cloud, deployment archetypes (passports advisor-region-target, ...).
REGION_TARGET_FRACTION = 0.9999
SEVERAL_REGIONS_TARGET_FRACTION = 0.99999


@dataclass(frozen=True)
class Trigger:
    """One reason to climb, or not to. `design` is the place in DESIGNS that it demands; `refused` says what is not on
    offer ("" when everything asked for is)."""

    key: str
    design: int
    reason: str
    source: str
    refused: str = ""


def _rto(scenario: Scenario, seed: int) -> Trigger:
    asked = words.duration(scenario.rto_objective_s)
    below_s = ladder.rto_s(scenario, BACKUPS, seed)
    if _within(below_s, scenario.rto_objective_s):
        return Trigger("rto", BACKUPS, f"A restore elsewhere serves users again within {asked}.", "AWS-DR")
    for design in (PILOT, WARM, HOT):
        reached_s = ladder.rto_s(scenario, design, seed)
        if _within(reached_s, scenario.rto_objective_s):
            return Trigger(
                "rto",
                design,
                f"You ask for service within {asked}. {DESIGNS[design - 1].name} takes {words.duration(below_s)}; "
                f"{DESIGNS[design].name.lower()} is the first that reaches it, with {words.duration(reached_s)}.",
                "AWS-DR",
            )
        below_s = reached_s
    return _rto_beyond_standby(scenario, seed, asked)


def _rto_beyond_standby(scenario: Scenario, seed: int, asked: str) -> Trigger:
    """No standby is quick enough. Two sides that both serve are, if their writes may meet."""
    best_s = ladder.rto_s(scenario, ACTIVE, seed)
    hot = words.duration(ladder.rto_s(scenario, HOT, seed))
    slow = (
        "people take a quarter of an hour to decide"
        if scenario.decision == "manual"
        else "detection and the way of the news take longer than that"
    )
    never = f"No rung serves users within {asked} while {slow}; active-active takes {words.duration(best_s)}."
    reachable = _within(best_s, scenario.rto_objective_s)
    if not may_write_in_several(scenario):
        return Trigger(
            "rto",
            HOT,
            f"You ask for service within {asked}; a hot standby, with {hot}, is the best that one writer can do.",
            "AWS-DR",
            refused=f"Service within {asked} needs two regions that both take writes, and without a rule for conflicts "
            "that is not on offer."
            if reachable
            else never,
        )
    if not reachable:
        return Trigger("rto", ACTIVE, f"You ask for service within {asked}; nothing is quicker.", "AWS-DR", never)
    return Trigger(
        "rto",
        ACTIVE,
        f"You ask for service within {asked}. A hot standby takes {hot}; two regions that both take writes need no "
        f"promotion, and take {words.duration(best_s)}.",
        "AWS-DR",
    )


def _rpo(scenario: Scenario, seed: int) -> Trigger:
    asked = _loss(scenario)
    age, lag = words.duration(scenario.backup_interval_s), words.duration(scenario.replication_lag_s)
    if scenario.rpo_objective_s >= scenario.backup_interval_s:
        return Trigger("rpo", BACKUPS, f"You may lose {asked}, and a backup is never older than {age}.", "AWS-DR")
    if scenario.rpo_objective_s >= scenario.replication_lag_s:
        reason = f"You may lose {asked}, and a backup can be {age} old; a replica is {lag} behind."
        return Trigger("rpo", PILOT, reason, "SRC-OV")
    reason = f"You may lose {asked}, and an asynchronous replica is {lag} behind."
    written_in = ways.writers(scenario) if may_write_in_several(scenario) else (scenario.home,)
    if not ways.copy_in_time(scenario, written_in):
        return Trigger("rpo", PILOT, reason, "SRC-OV", _loss_refused(scenario, written_in, asked, lag))
    pause = (
        "The jurisdiction has two regions and a majority needs three: when either is gone, writes stop or go on alone."
        if scenario.residency == "jurisdiction"
        else "Three regions hold it, so that a majority is left when one is lost."
    )
    added = words.number(ways.copy_ms(scenario), "ms")
    reason = f"{reason} A synchronous copy loses nothing and adds {added} to every write. {pause}"
    return Trigger("rpo", PILOT, reason, "CRDB-SURV")


def _loss(scenario: Scenario) -> str:
    return f"the last {words.duration(scenario.rpo_objective_s)}" if scenario.rpo_objective_s else "nothing"


def _loss_refused(scenario: Scenario, written_in: tuple[str, ...], asked: str, lag: str) -> str:
    """Why writes cannot wait for the copy."""
    if len(written_in) > 1 and not scenario.home_region_data:
        return (
            f"Losing {asked} and writing near all users are not on offer together: a write that waits for another "
            f"continent is not local. Accept {lag} of loss, or give every record a home region."
        )
    added = words.number(ways.copy_ms(scenario), "ms")
    return (
        f"Losing {asked} and writing within {words.number(scenario.write_p99_objective_ms, 'ms')} are not on offer "
        f"together: a copy {words.number(scenario.second_region_km, 'km')} away adds {added} to every write. Move the "
        f"copy nearer, or accept {lag} of loss."
    )


def _availability(scenario: Scenario, seed: int) -> Trigger:
    asked = words.percent(scenario.availability_objective_fraction)
    target = words.percent(REGION_TARGET_FRACTION)
    if scenario.availability_objective_fraction <= REGION_TARGET_FRACTION:
        return Trigger(
            "availability",
            BACKUPS,
            f"One region over several zones is built for {target}; you ask {asked}.",
            "GCP-ARCH",
        )
    refused = (
        f"Even platforms over several regions aim at {words.percent(SEVERAL_REGIONS_TARGET_FRACTION)}; "
        f"{asked} is not on offer."
        if scenario.availability_objective_fraction > SEVERAL_REGIONS_TARGET_FRACTION
        else ""
    )
    return Trigger(
        "availability",
        WARM,
        f"You ask for {asked}, and one region over several zones is built for {target}: another has to take over "
        "without a restore.",
        "GCP-ARCH",
        refused,
    )


def _money(scenario: Scenario, seed: int) -> Trigger:
    """The standby whose shorter outages are worth more than it costs; rungs 4 and 5 are never climbed for this."""
    gains = {PILOT: _gain_usd(scenario, PILOT, seed)}
    if _gain_at_most_usd(scenario, seed) > 0:
        gains |= {design: _gain_usd(scenario, design, seed) for design in (WARM, HOT)}
    best = max(gains, key=lambda design: gains[design])
    if gains[best] <= 0:
        return Trigger(
            "money",
            BACKUPS,
            "Shorter outages would save less in a year than any standby costs in it.",
            "AWS-DR",
        )
    return Trigger(
        "money",
        best,
        f"At {words.count(scenario.outage_usd_per_hour, 'USD')} an hour, {DESIGNS[best].name.lower()} saves "
        f"{words.count(gains[best], 'USD')} a year more than it costs.",
        "AWS-DR",
    )


def _gain_usd(scenario: Scenario, design: int, seed: int) -> float:
    """What a standby saves in a year, less what it costs in it; an outage without an end counts as a day."""
    hours = (_outage_h(scenario, BACKUPS, seed) - _outage_h(scenario, design, seed)) * scenario.region_losses_per_year
    more_usd = ladder.monthly_usd(scenario, design, 2) - ladder.monthly_usd(scenario, BACKUPS, 2)
    return hours * scenario.outage_usd_per_hour - 12 * more_usd


def _gain_at_most_usd(scenario: Scenario, seed: int) -> float:
    """What a standby without any outage would save, at the price of the next cheapest after the pilot light."""
    saved_usd = _outage_h(scenario, BACKUPS, seed) * scenario.region_losses_per_year * scenario.outage_usd_per_hour
    return saved_usd - 12 * (ladder.monthly_usd(scenario, WARM, 2) - ladder.monthly_usd(scenario, BACKUPS, 2))


def _outage_h(scenario: Scenario, design: int, seed: int) -> float:
    rto_s = ladder.rto_s(scenario, design, seed)
    return 24.0 if rto_s is None else rto_s / 3_600


def _far_readers(scenario: Scenario, seed: int) -> Trigger:
    here = (scenario.home,)
    asked = words.number(scenario.read_p99_objective_ms, "ms")
    wait_ms, floor_ms = ways.wait_p99_ms(scenario, here), ways.floor_p99_ms(scenario, here)
    waits = (
        f"From {CONTINENTS[scenario.home]} alone 99 % of readers wait up to {words.number(wait_ms, 'ms')}, and light "
        f"in fibre takes {words.number(floor_ms, 'ms')} of it"
    )
    if wait_ms <= scenario.read_p99_objective_ms:
        return Trigger("far_readers", BACKUPS, f"{waits}; {asked} were asked.", "SRC-OV")
    if floor_ms == 0:
        return Trigger(
            "far_readers",
            BACKUPS,
            f"99 % of readers wait up to {words.number(wait_ms, 'ms')}, and hardly any of it is distance.",
            "AZ-AZR",
            refused=f"Reads within {asked} do not come from more regions: your own work takes the time.",
        )
    if scenario.cdn_answers_reads:
        return Trigger(
            "cdn_first",
            BACKUPS,
            f"{waits}. A cache near users can answer them: put one in front of your one region before you add another.",
            "AZ-AZR",
        )
    return _reads_elsewhere(scenario, waits, asked)


def _reads_elsewhere(scenario: Scenario, waits: str, asked: str) -> Trigger:
    if scenario.residency != "none":
        return Trigger(
            "far_readers",
            BACKUPS,
            f"{waits}; {asked} were asked.",
            "SRC-OV",
            refused=f"Reads within {asked} need a copy near far users, and residency keeps the data in its "
            "jurisdiction. Cache what the rule does not cover, or accept the distance.",
        )
    reached_ms = ways.wait_p99_ms(scenario, ways.nearer(scenario, scenario.read_p99_objective_ms))
    refused = (
        f"Reads within {asked} are not reached even with a region on every continent that has users: "
        f"{words.number(reached_ms, 'ms')}."
        if reached_ms > scenario.read_p99_objective_ms
        else ""
    )
    return Trigger(
        "far_readers",
        READS,
        f"{waits}; you ask for {asked}. Copies near them bring it to {words.number(reached_ms, 'ms')}.",
        "SRC-OV",
        refused,
    )


def _far_writers(scenario: Scenario, seed: int) -> Trigger:
    here = (scenario.home,)
    asked = words.number(scenario.write_p99_objective_ms, "ms")
    wait_ms = ways.wait_p99_ms(scenario, here)
    waits = f"Far users wait up to {words.number(wait_ms, 'ms')} for a write to {CONTINENTS[scenario.home]}"
    if wait_ms <= scenario.write_p99_objective_ms:
        return Trigger("far_writers", BACKUPS, f"{waits}; {asked} were asked.", "SRC-OV")
    if ways.floor_p99_ms(scenario, here) == 0:
        return Trigger(
            "far_writers",
            BACKUPS,
            f"Writes take up to {words.number(wait_ms, 'ms')}, and hardly any of it is distance.",
            "SRC-OV",
            refused=f"Writes within {asked} do not come from more regions: your own work takes the time.",
        )
    if scenario.residency != "none":
        return Trigger(
            "far_writers",
            BACKUPS,
            f"{waits}; {asked} were asked.",
            "SRC-OV",
            refused=f"Writes within {asked} need a region near far users, and residency keeps the data in its "
            "jurisdiction.",
        )
    return _writes_elsewhere(scenario, waits, asked)


def _writes_elsewhere(scenario: Scenario, waits: str, asked: str) -> Trigger:
    if not may_write_in_several(scenario):
        both = "No loss, no outage and " if scenario.rpo_objective_s < scenario.replication_lag_s else ""
        return Trigger(
            "far_writers",
            BACKUPS,
            f"{waits}; you ask for {asked}.",
            "AZ-COS",
            refused=f"{both}{'local' if both else 'Local'} writes everywhere without a rule for conflicts are not on "
            "offer: two regions would change one record, and one change would be lost. Give every record a home "
            "region, or decide who wins.",
        )
    reached_ms = ways.wait_p99_ms(scenario, ways.writers(scenario))
    refused = (
        f"Writes within {asked} are not reached even locally: {words.number(reached_ms, 'ms')}."
        if reached_ms > scenario.write_p99_objective_ms
        else ""
    )
    model = "every record has a home region" if scenario.home_region_data else "a rule for conflicts exists"
    return Trigger(
        "far_writers",
        ACTIVE,
        f"{waits}; you ask for {asked}. Writes near users bring it to {words.number(reached_ms, 'ms')}, and {model}.",
        "SRC-OV",
        refused,
    )


RULES: tuple[Callable[[Scenario, int], Trigger], ...] = (_rto, _rpo, _availability, _money, _far_readers, _far_writers)


def _within(reached_s: float | None, objective_s: float) -> bool:
    return reached_s is not None and reached_s <= objective_s


def may_write_in_several(scenario: Scenario) -> bool:
    """Whether two regions may take writes: some rule says what counts when both change a record, or none ever do."""
    return scenario.conflict_rule or scenario.home_region_data
