"""What kind of data is it, and what do you need of it when a region is lost?"""

from __future__ import annotations

from dataclasses import dataclass

from lessons.simulator.engine.params import CheckedScenario, param

TIERS = {
    "strict_order": "Strict order",
    "user_owned": "Records of one user",
    "mergeable": "Counters and preferences",
    "events": "Events",
}
LOADS = {"read_heavy": "mostly read", "write_heavy": "mostly written"}
RESIDENCY = {
    "none": "no rule",
    "jurisdiction": "copies only in one jurisdiction",
    "by_user": "each user's data in the user's own regions",
}


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """One tier of data and its needs."""

    tier: str = param(
        "strict_order",
        label="Kind of data",
        choices=TIERS,
        help="Payments and stock need one order; a cart belongs to one user; views and settings can merge.",
        passport="store-chooser-tier",
    )
    rpo_objective_s: float = param(
        0.0,
        label="Lose at most the last (RPO)",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="Age of the newest write that must survive the loss of a region.",
        passport="store-chooser-rpo",
    )
    regions: int = param(
        3,
        label="Regions that hold it",
        min=2,
        max=6,
        step=1,
        help="A witness that only votes counts as one.",
        passport="store-chooser-regions",
    )
    strong_reads: bool = param(
        False,
        label="Every region reads the newest write",
        help="Not soon: at once, wherever it was written.",
        passport="store-chooser-strong",
    )
    transactions: bool = param(
        False,
        label="A transaction over several records",
        help="All of it or nothing, whichever records they are.",
        passport="store-chooser-transactions",
    )
    writes_may_pause: bool = param(
        True,
        label="Writes may pause while a region takes over",
        help="Minutes, until another region is promoted.",
        passport="store-chooser-pause",
    )
    load: str = param("read_heavy", label="The load", choices=LOADS, passport="store-chooser-load")
    residency: str = param(
        "none",
        label="Residency",
        choices=RESIDENCY,
        help="Where the data may be stored.",
        passport="store-chooser-residency",
    )
    replication_lag_s: float = param(
        5.0,
        label="An asynchronous copy is behind by",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="What a store without a synchronous copy loses with a region.",
        passport="store-chooser-lag",
    )
