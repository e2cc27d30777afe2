"""What do five topologies do in the same fault? The failover lens run once for each, with the same seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lessons.simulator import failover
from lessons.simulator.engine.params import CheckedScenario, same_as
from lessons.simulator.failover.scenario import STRATEGIES
from lessons.widgets.kit import words

LEAVES_OUT = (
    "Write downtime is not one gap: it adds up the share of writes refused in each second, so a minute in which half "
    "of them fail counts as 30 s. It ends when a promoted store takes writes and users have reached it.",
    "What each topology costs, how far its users are from it, and conflicts of writes taken in two places.",
    "Strategies differ only in what stands by; health checks, the decision and routing are the same for all five.",
    *failover.LEAVES_OUT,
)
# Three that differ in kind: the standbys between them lose the same writes, those the lag had not shipped yet.
BET_STRATEGIES = (
    ("active_active", STRATEGIES["active_active"]),
    ("hot_standby", STRATEGIES["hot_standby"]),
    ("backup_restore", STRATEGIES["backup_restore"]),
)


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """One fault and one workload for every strategy."""

    fault: str = same_as(failover.Scenario, "fault")
    fault_duration_s: float = same_as(failover.Scenario, "fault_duration_s", 10_800.0)
    horizon_s: float = same_as(failover.Scenario, "horizon_s", 10_800.0)
    request_rate_rps: float = same_as(failover.Scenario, "request_rate_rps")
    write_fraction: float = same_as(failover.Scenario, "write_fraction")
    replication_lag_s: float = same_as(failover.Scenario, "replication_lag_s")
    health_check_interval_s: float = same_as(failover.Scenario, "health_check_interval_s")
    dns_ttl_s: float = same_as(failover.Scenario, "dns_ttl_s")
    decision_delay_s: float = same_as(failover.Scenario, "decision_delay_s", 0.0)

    def resolve(self) -> None:
        """Refuse what the failover lens would refuse."""
        for strategy in STRATEGIES:
            failover.Scenario(strategy=strategy, **self.as_dict())


@dataclass(frozen=True)
class Row:
    """How one strategy fared. Times in seconds from the fault; None: not within the horizon."""

    strategy: str
    write_downtime_s: float
    rto_s: float | None
    lost_writes: int
    rpo_s: float


@dataclass(frozen=True)
class Result:
    """Rows in the order of the ladder, from backup and restore up. Every order begins with the most (the worst);
    equal ones keep the order of the ladder."""

    rows: tuple[Row, ...]
    order_by_lost_writes: tuple[str, ...]
    order_by_rto: tuple[str, ...]
    order_by_write_downtime: tuple[str, ...]


def run(scenario: Scenario, *, seed: int) -> Result:
    """Every strategy in the same fault. The same seed gives all of them the same probes and requests."""
    rows = tuple(_row(scenario, strategy, seed) for strategy in STRATEGIES)
    return Result(
        rows=rows,
        order_by_lost_writes=_most_first(rows, lambda row: float(row.lost_writes)),
        order_by_rto=_most_first(rows, lambda row: float("inf") if row.rto_s is None else row.rto_s),
        order_by_write_downtime=_most_first(rows, lambda row: row.write_downtime_s),
    )


def _row(scenario: Scenario, strategy: str, seed: int) -> Row:
    found = failover.run(failover.Scenario(strategy=strategy, **scenario.as_dict()), seed=seed)
    return Row(
        strategy=strategy,
        write_downtime_s=found.write_downtime_s,
        rto_s=found.rto_s,
        lost_writes=found.lost_writes,
        rpo_s=found.rpo_s,
    )


def _most_first(rows: tuple[Row, ...], amount: Callable[[Row], float]) -> tuple[str, ...]:
    return tuple(row.strategy for row in sorted(rows, key=amount, reverse=True))


def cost_ms(scenario: Scenario) -> float:
    """Five runs of the failover lens."""
    return sum(failover.cost_ms(failover.Scenario(strategy=name, **scenario.as_dict())) for name in STRATEGIES)


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    return failover.costly_field(failover.Scenario(**scenario.as_dict()))


def summary(scenario: Scenario, result: Result) -> str:
    """The two ends of the comparison in one sentence."""
    by_name = {row.strategy: row for row in result.rows}
    most, least = by_name[result.order_by_lost_writes[0]], by_name[result.order_by_lost_writes[-1]]
    slow, quick = by_name[result.order_by_rto[0]], by_name[result.order_by_rto[-1]]
    first = (
        f"{STRATEGIES[slow.strategy]} gives answers again after {words.duration(slow.rto_s)}, "
        if slow.rto_s is not None
        else f"{STRATEGIES[slow.strategy]} does not give answers again within {words.duration(scenario.horizon_s)}, "
    )
    lost = (
        f"{STRATEGIES[most.strategy].lower()} loses {words.count(most.lost_writes)} acknowledged writes, "
        f"{STRATEGIES[least.strategy].lower()} {words.count(least.lost_writes)}."
        if most.lost_writes
        else "nobody loses an acknowledged write."
    )
    return f"{first}{STRATEGIES[quick.strategy].lower()} after {words.duration(quick.rto_s)}; {lost}"
