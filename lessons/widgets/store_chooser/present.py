"""What does the advice look like? The stores with what each misses, then all four tiers under the same needs."""

from __future__ import annotations

from lessons.widgets.kit import Bars, Boundaries, Boundary, Output, Pick, Table, words
from lessons.widgets.kit.output import Cell
from lessons.widgets.kit.roles import Role
from lessons.widgets.store_chooser.catalogue import CLOUDS, STRATEGIES
from lessons.widgets.store_chooser.run import Result, Row, Tier, summary
from lessons.widgets.store_chooser.scenario import LOADS, RESIDENCY, TIERS, Scenario

CLOUD_ROLES: dict[str, Role] = {"AWS": "a", "Google Cloud": "b", "Azure": "c", "Any cloud": "d"}
TIER_ROLES: tuple[Role, ...] = ("a", "b", "c", "d")


def present(scenario: Scenario, result: Result) -> Output:
    """The advice in pictures, one sentence and tables."""
    return Output(
        situation=_situation(scenario),
        views=(_stores(result), _tiers(result)),
        sentence=summary(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def _situation(scenario: Scenario) -> Boundaries:
    """What is asked for, and no answer."""
    needs = _needs(scenario)
    return Boundaries(
        "What this data needs",
        (
            Boundary("data", "region", TIERS[scenario.tier], "ink", note="Which strategy, in which stores?"),
            *(
                Boundary(f"need-{place}", "dependency", need, "muted", inside="data")
                for place, need in enumerate(needs)
            ),
        ),
    )


def _needs(scenario: Scenario) -> tuple[str, ...]:
    loss = f"the last {words.duration(scenario.rpo_objective_s)}" if scenario.rpo_objective_s else "nothing"
    return (
        f"May lose: {loss}",
        "Reads everywhere: the newest write" if scenario.strong_reads else "Reads everywhere: may be behind",
        f"Writes: {'may pause' if scenario.writes_may_pause else 'must go on'}"
        f"{', several records at once' if scenario.transactions else ''}",
        f"Held in {scenario.regions} regions, {LOADS[scenario.load]}",
        f"Residency: {RESIDENCY[scenario.residency]}",
    )


def _stores(result: Result) -> Bars:
    """How many needs each store misses."""
    return Bars(
        title=f"{STRATEGIES[result.strategy]}: what each store misses",
        x_title="needs missed",
        categories=tuple(f"{row.cloud}: {row.store}" for row in result.rows),
        values=tuple(float(len(row.misses)) for row in result.rows),
        labels=tuple(_missed(row) for row in result.rows),
        roles=tuple(CLOUD_ROLES[row.cloud] for row in result.rows),
    )


def _missed(row: Row) -> str:
    return ", ".join(row.misses) or "meets all"


def _tiers(result: Result) -> Bars:
    """All four tiers under the same needs; choosing one asks about it."""
    return Bars(
        title="Four tiers under the same needs",
        x_title="stores that meet every need",
        categories=tuple(TIERS[tier.tier] for tier in result.tiers),
        values=tuple(float(tier.count) for tier in result.tiers),
        labels=tuple(f"{tier.count}  {STRATEGIES[tier.strategy].lower()}" for tier in result.tiers),
        roles=TIER_ROLES,
        picks=tuple(Pick((("tier", tier.tier),), f"Ask about {TIERS[tier.tier].lower()}") for tier in result.tiers),
    )


def _table(scenario: Scenario, result: Result) -> Table:
    rows = tuple((_name(scenario, tier), STRATEGIES[tier.strategy], *_by_cloud(tier)) for tier in result.tiers)
    return Table(
        "The same needs for every tier, and the stores that meet all of them",
        ("Tier", "Strategy", *CLOUDS.values()),
        rows,
        ("", "", "", "", "", ""),
    )


def _name(scenario: Scenario, tier: Tier) -> str:
    return f"{TIERS[tier.tier]} (chosen)" if tier.tier == scenario.tier else TIERS[tier.tier]


def _by_cloud(tier: Tier) -> tuple[Cell, ...]:
    return tuple(", ".join(tier.fits[cloud]) or "none" for cloud in CLOUDS.values())


def _data(result: Result) -> Table:
    rows = tuple(
        (
            row.store,
            row.cloud,
            _missed(row),
            words.duration(row.loses_s) if row.loses_s else "nothing",
            row.conflict,
            row.fact,
            ", ".join(row.sources),
            row.seen,
        )
        for row in result.rows
    )
    columns = ("store", "cloud", "misses", "loses with a region", "when writes meet", "documented", "sources", "seen")
    return Table("What each store documents", columns, rows, tuple("" for _ in columns))


def _settings(scenario: Scenario) -> str:
    needs = [f"{need[0].lower()}{need[1:]}" for need in _needs(scenario)]
    return f"{TIERS[scenario.tier]}; {'; '.join(needs)}; copies {words.duration(scenario.replication_lag_s)} behind."
