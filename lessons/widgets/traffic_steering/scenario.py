"""When have the users left a dead region? The failover lens once for each way of steering them, with the same seed.

Both regions take writes, so nothing waits for a promotion: what is left is detection, the decision, and the way the
news travels. Detection is the same for all three, because a seed gives all of them the same probes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.simulator import failover
from lessons.simulator.engine.params import CheckedScenario, same_as
from lessons.widgets.kit import words

LEAVES_OUT = (
    "Connections that are open already: a client with a pooled connection stays until it breaks, whatever DNS says.",
    "A health check of its own for the global balancer: all three ways wait for the same detection.",
    "A region that flaps: users who move twice.",
    "The first probe comes at any moment of its interval, so detection takes from one interval less than interval "
    "times failures up to all of it; arithmetic with the full product takes the longest case.",
    *failover.LEAVES_OUT,
)
STEERINGS = {
    "dns": "DNS, resolvers as given",
    "obedient": "DNS, all obey",
    "anycast": "Anycast or balancer",
}
SHARES = {"p50": "half", "p95": "95 %", "p99": "99 %"}


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Health checks, records and resolvers; the fault is a region that goes and does not come back."""

    health_check_interval_s: float = same_as(failover.Scenario, "health_check_interval_s")
    failure_threshold: int = same_as(failover.Scenario, "failure_threshold")
    probe_timeout_s: float = same_as(failover.Scenario, "probe_timeout_s")
    decision_delay_s: float = same_as(failover.Scenario, "decision_delay_s", 0.0)
    dns_ttl_s: float = same_as(failover.Scenario, "dns_ttl_s")
    stale_resolver_fraction: float = same_as(failover.Scenario, "stale_resolver_fraction", 0.05)
    stale_resolver_ttl_s: float = same_as(failover.Scenario, "stale_resolver_ttl_s", 600.0)
    routing_shift_s: float = same_as(failover.Scenario, "routing_shift_s")
    affected_user_fraction: float = same_as(failover.Scenario, "affected_user_fraction", 0.5)
    standby_capacity_fraction: float = same_as(failover.Scenario, "standby_capacity_fraction", 1.0)
    scale_up_s: float = same_as(failover.Scenario, "scale_up_s", 600.0)
    request_rate_rps: float = same_as(failover.Scenario, "request_rate_rps")
    horizon_s: float = same_as(failover.Scenario, "horizon_s", 900.0)

    def resolve(self) -> None:
        """Refuse what the failover lens would refuse."""
        for steering in STEERINGS:
            self.steered(steering)

    def steered(self, steering: str) -> failover.Scenario:
        """The scenario of the failover lens for one way of steering."""
        fields: dict[str, Any] = self.as_dict()
        if steering == "obedient":
            fields["stale_resolver_fraction"] = 0.0
        routing = "anycast" if steering == "anycast" else "dns"
        return failover.Scenario(strategy="active_active", routing=routing, fault_duration_s=86_400.0, **fields)


@dataclass(frozen=True, eq=False)
class Result:
    """By way of steering (the keys of STEERINGS). Times in seconds from the fault; None: not within the horizon.

    `moved_s` has the times at which half, 95 % and 99 % of the dead region's users have moved (p50, p95, p99);
    `still_fraction` is the share of its users that it still gets at the end. `series` has `t_s` and that share for each
    way. `survivor_load_times` is what the other side carries in the end, as a multiple of what it carried before; None
    when it carried nothing.
    """

    detected_at_s: float | None
    detected_earliest_s: float
    detected_latest_s: float
    changed_at_s: float | None
    moved_s: dict[str, dict[str, float] | None]
    still_fraction: dict[str, float]
    failed_requests: dict[str, int]
    survivor_load_times: float | None
    series: dict[str, Any]


def run(scenario: Scenario, *, seed: int) -> Result:
    """The same loss of a region, steered in three ways."""
    found = {name: failover.run(scenario.steered(name), seed=seed) for name in STEERINGS}
    still = {name: _still(scenario, one) for name, one in found.items()}
    given = found["dns"]
    resident = 1 - scenario.affected_user_fraction
    return Result(
        detected_at_s=given.detected_at_s,
        detected_earliest_s=(scenario.failure_threshold - 1) * scenario.health_check_interval_s
        + scenario.probe_timeout_s,
        detected_latest_s=scenario.failure_threshold * scenario.health_check_interval_s + scenario.probe_timeout_s,
        changed_at_s=given.decided_at_s,
        moved_s={name: _moved(one) for name, one in found.items()},
        still_fraction={name: float(share[-1]) for name, share in still.items()},
        failed_requests={name: one.failed_requests for name, one in found.items()},
        survivor_load_times=1 / resident if resident > 0 else None,
        series={"t_s": given.series["t_s"], **still},
    )


def _moved(found: failover.Result) -> dict[str, float] | None:
    moved = found.client_moved_at_s
    return None if moved is None else {share: moved[share] for share in SHARES}


def _still(scenario: Scenario, found: failover.Result) -> Any:
    """Share of the dead region's own users that it still gets, second by second."""
    moved = np.asarray(found.series["moved_fraction"], dtype=np.float64)
    if scenario.affected_user_fraction == 0:
        return np.zeros_like(moved)
    return np.clip((1 - moved) / scenario.affected_user_fraction, 0.0, 1.0)


def cost_ms(scenario: Scenario) -> float:
    """Three runs of the failover lens."""
    return sum(failover.cost_ms(scenario.steered(name)) for name in STEERINGS)


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    return failover.costly_field(scenario.steered("dns"))


def summary(scenario: Scenario, result: Result) -> str:
    """The tail of DNS against the other two, in one sentence."""
    given, obedient, anycast = (result.moved_s[name] for name in ("dns", "obedient", "anycast"))
    if given is None or obedient is None or anycast is None:
        return f"Nobody is moved within {words.duration(scenario.horizon_s)}."
    return (
        f"By DNS, 99 % of the dead region's users have moved after {words.duration(given['p99'])}, "
        f"after {words.duration(obedient['p99'])} if every resolver obeyed, "
        f"and after {words.duration(anycast['p99'])} by anycast or a global balancer."
    )
