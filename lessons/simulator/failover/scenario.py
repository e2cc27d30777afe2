"""What is lost, what stands by, who notices, and how do users get there?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.deployment import Deployment
from lessons.simulator.engine.fields import Service
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.simulator.engine.strategies import STRATEGIES
from lessons.simulator.errors import ScenarioError
from lessons.simulator.failover.strategies import (
    DECISION_DELAY_DEFAULTS_S,
    FAILBACK_AFTER_DEFAULTS_S,
    FAULT_SEEN_DEFAULTS,
    STRATEGY_DEFAULTS,
)

__all__ = ["FAULTS", "PRIMARY_REGION", "STANDBY_REGION", "STRATEGIES", "Scenario", "given"]

PRIMARY_REGION = "us-east"
STANDBY_REGION = "eu-central"

FAULTS = {
    "region_loss": "A region is lost",
    "zone_loss": "A zone is lost",
    "gray_failure": "Slow, not dead",
    "partition": "The link between regions is cut",
    "switchover": "Planned switchover",
}


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """One deployment with a primary and a standby side, one fault at 0, a workload and a horizon."""

    strategy: str = same_as(
        Service,
        "strategy",
        help="What stands by. It sets promotion, restore, capacity and scale-up, unless you give them.",
        passport="failover-strategy",
    )
    fault: str = param(
        "region_loss", label="Fault", choices=FAULTS, help="What breaks at time 0.", passport="failover-fault"
    )
    fault_duration_s: float = param(
        600.0,
        label="The fault lasts",
        unit="s",
        min=1,
        max=86_400,
        step=1,
        scale="log",
        help="After this the lost side is healthy again. A planned switchover has no such end.",
        passport="failover-fault-duration",
    )
    horizon_s: float = param(
        600.0,
        label="Watch for",
        unit="s",
        min=60,
        max=86_400,
        step=1,
        scale="log",
        help="How long the run goes on after the fault.",
        passport="failover-horizon",
    )
    request_rate_rps: float = same_as(Service, "request_rate_rps")
    write_fraction: float = same_as(
        Service,
        "write_fraction",
        help="The rest are reads. Writes need the one primary, unless the strategy is active-active.",
    )
    affected_user_fraction: float | None = param(
        None,
        label="Users served by the side that fails",
        min=0,
        max=1,
        step=0.01,
        help="1 with one active side, half of them with two.",
        passport="failover-affected-users",
    )
    health_check_interval_s: float = param(
        30.0,
        label="Health check every",
        unit="s",
        min=0.1,
        max=3_600,
        step=1,
        help="Time between two probes of one checker.",
        passport="health-check-interval",
    )
    failure_threshold: int = param(
        3,
        label="Failures in a row",
        min=1,
        max=10,
        step=1,
        help="So many failed probes in a row make a checker call the side lost.",
        passport="failure-threshold",
    )
    probe_timeout_s: float = param(
        4.0,
        label="Probe timeout",
        unit="s",
        min=0,
        max=120,
        step=0.5,
        help="How long a checker waits for an answer; 0 when it is refused at once.",
        passport="probe-timeout",
    )
    interval_counted_from: str = param(
        "request",
        label="Interval counted from",
        choices={"request": "request to request", "answer": "answer to next request"},
        help="From the answer, a probe that times out also delays the next one.",
        passport="interval-counted-from",
    )
    checkers: int = param(
        1,
        label="Checkers",
        min=1,
        max=200,
        step=1,
        help="Each probes on its own, with its own phase.",
        passport="checkers",
    )
    healthy_fraction_limit: float = param(
        0.18,
        label="Lost when healthy votes are at most",
        min=0,
        max=0.99,
        step=0.01,
        help="The side counts as lost once the share of checkers that still call it healthy is at or below this.",
        passport="healthy-fraction-limit",
    )
    fault_seen_fraction: float | None = param(
        None,
        label="Checkers that meet the fault",
        min=0,
        max=1,
        step=0.01,
        help="All of them when a side is gone; a few when it is only slow.",
        passport="fault-seen",
    )
    decision: str = param(
        "automatic",
        label="Decision",
        choices={"automatic": "automatic", "manual": "by people"},
        help="Who says go. It changes the delay, unless you give one.",
        passport="decision",
    )
    decision_delay_s: float | None = param(
        None,
        label="Decision takes",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="From detection to the word go: none when automatic, a quarter of an hour by people.",
        passport="decision-delay",
    )
    routing: str = param(
        "dns",
        label="Routing",
        choices={"dns": "DNS records", "anycast": "anycast or a global balancer"},
        help="How users find the side that serves them.",
        passport="routing",
    )
    dns_ttl_s: float = param(
        60.0,
        label="DNS time to live",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="How long resolvers may keep the old address.",
        passport="dns-ttl",
    )
    stale_resolver_fraction: float = param(
        0.0,
        label="Resolvers that keep records too long",
        min=0,
        max=1,
        step=0.001,
        help="These ignore your time to live. Of 8,524 resolvers measured in 2023, 8.74 % did.",
        passport="stale-resolvers",
    )
    stale_resolver_ttl_s: float = param(
        3_600.0,
        label="They keep them for",
        unit="s",
        min=0,
        max=604_800,
        step=1,
        scale="log",
        help="Time to live of a resolver that ignores yours. A JVM without a limit may keep an address for ever.",
        passport="stale-resolver-ttl",
    )
    routing_shift_s: float = param(
        10.0,
        label="Anycast shifts within",
        unit="s",
        min=0,
        max=3_600,
        step=1,
        help="Routes change for everybody evenly over this time. No record is cached.",
        passport="routing-shift",
    )
    replication: str = param(
        "async",
        label="Replication",
        choices={"async": "asynchronous", "sync": "synchronous"},
        help="Synchronous: a write is acknowledged once the other side has it. A backup is neither.",
        passport="replication",
    )
    replication_lag_s: float = param(
        5.0,
        label="Replication lag",
        unit="s",
        min=0,
        max=3_600,
        step=0.1,
        help="Age of the newest write on the standby side.",
        passport="replication-lag",
    )
    backup_interval_s: float = param(
        3_600.0,
        label="Backup every",
        unit="s",
        min=1,
        max=86_400,
        step=60,
        scale="log",
        help="The loss window of backup and restore: the fault comes at any moment of it.",
        passport="backup-interval",
    )
    promotion_s: float | None = param(
        None,
        label="Promotion takes",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="From the word go (and the restored data) to a standby that takes writes.",
        passport="promotion",
    )
    restore_s: float | None = param(
        None,
        label="Restore takes",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="Reading the backup in, before promotion.",
        passport="restore",
    )
    standby_capacity_fraction: float | None = same_as(
        Service,
        "standby_capacity_fraction",
        help="As a share of the whole load. Active-active: what one side can carry.",
        passport="standby-capacity",
    )
    scale_up_s: float | None = param(
        None,
        label="Scaling up takes",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="From the word go, evenly, up to the whole load.",
        passport="scale-up",
    )
    cache_warm_s: float = param(
        0.0,
        label="Caches warm up in",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="From the first moved user; meanwhile the standby carries less.",
        passport="cache-warm",
    )
    cold_cache_capacity_fraction: float = param(
        0.5,
        label="Capacity with cold caches",
        min=0,
        max=1,
        step=0.05,
        help="Share of its capacity a side has while nothing is cached.",
        passport="cold-cache",
    )
    gray_error_fraction: float = param(
        0.3,
        label="Attempts a slow side loses",
        min=0,
        max=1,
        step=0.01,
        help="Used by the fault “slow, not dead”: share of attempts that time out.",
        passport="gray-error",
    )
    timeout_ms: float = param(
        2_000.0,
        label="Client timeout",
        unit="ms",
        min=1,
        max=60_000,
        step=100,
        scale="log",
        help="How long a client waits before it gives up or tries again.",
        passport="client-timeout",
    )
    retries: int = param(
        1, label="Retries", min=0, max=10, step=1, help="Further attempts of one request.", passport="client-retries"
    )
    slo_target_fraction: float = param(
        0.999,
        label="Availability objective",
        min=0,
        max=0.99999,
        step=0.0001,
        help="Share of requests that has to succeed over 30 days.",
        passport="slo-target",
    )
    failback: str = param(
        "none",
        label="Failback",
        choices={"none": "stay", "manual": "by people", "automatic": "automatic"},
        help="Whether users go home once the lost side is healthy again.",
        passport="failback",
    )
    failback_after_s: float | None = param(
        None,
        label="Failback starts after",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="From the end of the fault; of a switchover, from the moment all users have moved.",
        passport="failback-after",
    )
    resync_s: float = param(
        60.0,
        label="Catching up takes",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="The side that comes back copies what it missed before users return.",
        passport="resync",
    )
    failback_pause_s: float = param(
        5.0,
        label="Writes pause at failback",
        unit="s",
        min=0,
        max=3_600,
        step=1,
        help="Writes stop while the last of them are copied, so nothing is lost.",
        passport="failback-pause",
    )
    runs: int = param(
        1,
        label="Runs",
        min=1,
        max=10_000,
        step=1,
        help="Repeats detection, decision and promotion with fresh probe phases, for their spread.",
        passport="failover-runs",
    )

    def resolve(self) -> None:
        """Fill what the strategy, the decision, the fault and the failback leave open."""
        for name, value in STRATEGY_DEFAULTS[self.strategy].items():
            if getattr(self, name) is None:
                self._set(name, value)
        if self.decision_delay_s is None:
            self._set("decision_delay_s", DECISION_DELAY_DEFAULTS_S[self.decision])
        if self.failback_after_s is None:
            self._set("failback_after_s", FAILBACK_AFTER_DEFAULTS_S[self.failback])
        if self.fault_seen_fraction is None:
            self._set("fault_seen_fraction", FAULT_SEEN_DEFAULTS.get(self.fault, 1.0))
        if self.write_fraction * self.request_rate_rps * self.horizon_s > 1e13:
            raise ScenarioError("request_rate_rps", "asks for more writes than can be counted", allowed="fewer")

    @property
    def promotes(self) -> bool:
        """Whether a standby has to be made primary: not where both sides already take writes."""
        return self.strategy != "active_active" or given(self.promotion_s) > 0

    @property
    def write_rate_rps(self) -> float:
        """Writes per second that the side that fails acknowledges."""
        share = given(self.affected_user_fraction) if self.strategy == "active_active" else 1.0
        return self.request_rate_rps * self.write_fraction * share


def from_deployment(deployment: Deployment) -> dict[str, Any]:
    """Strategy, routing and replication of a deployment; capacity and times follow from the strategy."""
    routing, store = deployment.routing[0], deployment.stores[0]
    return {
        **deployment.scenario,
        "routing": routing.kind,
        "dns_ttl_s": routing.ttl_s,
        "replication": "sync" if store.replication == "sync" else "async",
    }


def given(value: float | None) -> float:
    """A field that `resolve` has filled."""
    assert value is not None, "resolve fills every optional field"
    return value
