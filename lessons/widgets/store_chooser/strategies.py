"""Which strategy does a tier of data ask for, and why? Rules in the order in which they are asked; the first that
applies decides.

A reason is the end of a sentence: it follows "because". `refused` says what is not on offer ("" when all is).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lessons.widgets.kit import words
from lessons.widgets.store_chooser.scenario import Scenario

MAJORITY_OF = 3  # regions without which a majority cannot lose one


@dataclass(frozen=True)
class Choice:
    """One strategy and the rule that chose it. `synchronous`: the one writer waits for its copy."""

    rule: str
    strategy: str
    reason: str
    source: str
    refused: str = ""
    synchronous: bool = False


def choose(scenario: Scenario, tier: str) -> Choice:
    """The strategy of a tier under these needs."""
    for rule in RULES:
        found = rule(scenario, tier)
        if found is not None:
            return found
    raise AssertionError(f"no rule for {tier!r}")


def must_keep_all(scenario: Scenario) -> bool:
    """Whether an asynchronous copy would lose more than is allowed."""
    return scenario.rpo_objective_s < scenario.replication_lag_s


def _the_law_gives_a_home(scenario: Scenario, tier: str) -> Choice | None:
    if scenario.residency != "by_user" or tier == "events":
        return None
    return Choice(
        "law_gives_a_home",
        "home_region",
        "the rule keeps each user's data in that user's own regions, so every record has a home already",
        "SRC-OV",
    )


def _events_go_into_a_log(scenario: Scenario, tier: str) -> Choice | None:
    if tier != "events":
        return None
    refused = ""
    if scenario.strong_reads:
        refused = "a log is read after it was copied, so a consumer far away is behind, whatever the product"
    elif scenario.transactions:
        refused = "a log adds one record at a time; change records in a store, and let the log follow it"
    order = "they are only added, and need at most an order for each key"
    if scenario.residency == "by_user":
        order = "they are only added; keep one log in each user's own regions and copy none across"
    return Choice("events", "log", order, "SRC-DATA", refused)


def _nobody_may_lose_with_two_regions(scenario: Scenario, tier: str) -> Choice | None:
    """Two regions hold everything between them, and neither can outvote the other."""
    asks = (
        must_keep_all(scenario) or scenario.strong_reads or (tier == "strict_order" and not scenario.writes_may_pause)
    )
    if scenario.regions >= MAJORITY_OF or not asks:
        return None
    refused = ""
    if not scenario.writes_may_pause:
        refused = (
            "with two regions, losing nothing and never pausing do not go together: neither can outvote the other, so "
            "add a third that votes, or accept a pause or a loss"
        )
    return Choice(
        "two_regions",
        "one_writer",
        "two regions cannot outvote each other, so one of them writes and waits for its copy in the other",
        "CRDB-SURV",
        refused,
        synchronous=True,
    )


def _a_majority_keeps_all(scenario: Scenario, tier: str) -> Choice | None:
    """Three regions or more, and something that an asynchronous copy does not give."""
    if must_keep_all(scenario):
        why = f"you may lose {_loss(scenario)}, and an asynchronous copy is {_lag(scenario)} behind"
    elif scenario.strong_reads:
        why = "every region must read the newest write, which only a vote can tell"
    elif tier == "strict_order" and not scenario.writes_may_pause:
        why = "ordered writes must go on at once when a region is lost"
    elif tier == "strict_order" and scenario.load == "write_heavy":
        why = "so many ordered writes are more than one writer carries; each range of the data gets a leader of its own"
    else:
        return None
    if scenario.regions < MAJORITY_OF:
        return None
    if tier == "user_owned":
        return Choice(
            "majority_at_home", "home_region", f"{why}; a leader near the user keeps the vote short", "CRDB-SURV"
        )
    late = "; a merge comes after the fact, too late for that" if tier == "mergeable" else ""
    return Choice("majority", "majority", why + late, "CRDB-SURV")


def _one_writer_orders(scenario: Scenario, tier: str) -> Choice | None:
    if tier != "strict_order":
        return None
    reason = f"one order needs one place that decides, and losing the last {_lag(scenario)} is allowed"
    if scenario.load == "write_heavy":
        reason += "; split the data by entity before the one writer is full"
    return Choice("one_writer", "one_writer", reason, "SRC-DATA")


def _users_write_at_home(scenario: Scenario, tier: str) -> Choice | None:
    if tier != "user_owned":
        return None
    if scenario.load == "read_heavy" and scenario.writes_may_pause:
        return Choice(
            "mostly_read",
            "one_writer",
            "it is mostly read: one writer, and a replica in every region, is the least that does it",
            "SRC-DATA",
        )
    return Choice(
        "home_region",
        "home_region",
        "one user writes from one place at a time, so nothing has to meet, and every write is near",
        "SRC-DATA",
    )


def _the_rest_merges(scenario: Scenario, tier: str) -> Choice | None:
    rule = (
        "counters need a type that adds up, not the last value"
        if scenario.load == "write_heavy"
        else "for a setting the last write may win"
    )
    return Choice("merge", "merge", f"nothing breaks when copies agree a little later; {rule}", "SRC-DATA")


RULES: tuple[Callable[[Scenario, str], Choice | None], ...] = (
    _the_law_gives_a_home,
    _events_go_into_a_log,
    _nobody_may_lose_with_two_regions,
    _a_majority_keeps_all,
    _one_writer_orders,
    _users_write_at_home,
    _the_rest_merges,
)


def _loss(scenario: Scenario) -> str:
    return f"at most the last {words.duration(scenario.rpo_objective_s)}" if scenario.rpo_objective_s else "nothing"


def _lag(scenario: Scenario) -> str:
    return words.duration(scenario.replication_lag_s)
