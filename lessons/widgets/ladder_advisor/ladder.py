"""Which designs stand on the five rungs, and what does each of them really reach?

Times come from the failover lens, run with the design's strategy and the reader's checks, decision and routing; bills
come from the cost lens.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

from lessons.simulator import cost, failover
from lessons.simulator.engine.rng import asks
from lessons.widgets.ladder_advisor.scenario import Scenario

RUNGS = {
    1: "One hardened region",
    2: "A replica elsewhere",
    3: "A standby, rehearsed",
    4: "Reads near users",
    5: "Writes in several regions",
}
# Many checkers, so that no single probe's phase decides what a design reaches.
_CHECKERS = 16
_HORIZON_S_MAX = 86_400.0


@dataclass(frozen=True)
class Design:
    """One way to stand on a rung. Designs are in the order of the ladder: a later one is never slower to recover."""

    name: str
    rung: int
    strategy: str


DESIGNS = (
    Design("Backup and restore", 1, "backup_restore"),
    Design("Pilot light", 2, "pilot_light"),
    Design("Warm standby", 3, "warm_standby"),
    Design("Hot standby", 3, "hot_standby"),
    Design("Hot standby that serves reads", 4, "hot_standby"),
    Design("Active-active", 5, "active_active"),
)
BACKUPS, PILOT, WARM, HOT, READS, ACTIVE = range(len(DESIGNS))


def rto_s(scenario: Scenario, design: int, seed: int) -> float | None:
    """From the loss of the region to users who are served; None: not within a day."""
    asks(seed)
    return _rto_s(
        DESIGNS[design].strategy,
        scenario.decision,
        scenario.routing,
        scenario.health_check_interval_s,
        scenario.dns_ttl_s,
        seed,
    )


# By plain values: the same few failovers are asked for again and again while one input after another is changed.
@lru_cache(maxsize=1_024)
def _rto_s(
    strategy: str, decision: str, routing: str, health_check_interval_s: float, dns_ttl_s: float, seed: int
) -> float | None:
    asked = _recovery(strategy, decision, routing, health_check_interval_s, dns_ttl_s)
    return failover.run(asked, seed=seed).rto_s


def recovery(scenario: Scenario, design: int) -> failover.Scenario:
    """The failover that a design makes when its first region is lost for good, watched for long enough."""
    return _recovery(
        DESIGNS[design].strategy,
        scenario.decision,
        scenario.routing,
        scenario.health_check_interval_s,
        scenario.dns_ttl_s,
    )


def _recovery(
    strategy: str, decision: str, routing: str, health_check_interval_s: float, dns_ttl_s: float
) -> failover.Scenario:
    asked = failover.Scenario(
        strategy=strategy,
        decision=decision,
        routing=routing,
        health_check_interval_s=health_check_interval_s,
        dns_ttl_s=dns_ttl_s,
        checkers=_CHECKERS,
        fault_duration_s=_HORIZON_S_MAX,
    )
    return dataclasses.replace(asked, horizon_s=_horizon_s(asked))


def _horizon_s(asked: failover.Scenario) -> float:
    detects_s = asked.failure_threshold * asked.health_check_interval_s + asked.probe_timeout_s
    waits = (asked.decision_delay_s, asked.restore_s, asked.promotion_s, asked.scale_up_s)
    moves_s = asked.dns_ttl_s if asked.routing == "dns" else asked.routing_shift_s
    return min(_HORIZON_S_MAX, detects_s + sum(wait or 0.0 for wait in waits) + moves_s + 300.0)


def rpo_s(scenario: Scenario, design: int, *, synchronous: bool) -> float:
    """Age of the newest write that survives at the worst moment: a whole backup interval, the lag, or nothing."""
    if design == BACKUPS:
        return scenario.backup_interval_s
    return 0.0 if synchronous else scenario.replication_lag_s


def monthly_usd(scenario: Scenario, design: int, regions: int) -> float:
    """What the cost lens asks for a design in so many regions."""
    return _cost(DESIGNS[design].strategy, regions, scenario.request_rate_rps, scenario.write_fraction).monthly_usd


def single_region_usd(scenario: Scenario) -> float:
    """What one region alone costs."""
    return _cost("backup_restore", 1, scenario.request_rate_rps, scenario.write_fraction).monthly_usd


@lru_cache(maxsize=512)
def _cost(strategy: str, regions: int, request_rate_rps: float, write_fraction: float) -> cost.Result:
    asked = cost.Scenario(
        strategy=strategy, regions=regions, request_rate_rps=request_rate_rps, write_fraction=write_fraction
    )
    return cost.run(asked, seed=0)
