"""How is one run of failover put together: control plane by events, data plane in bulk?"""

from __future__ import annotations

import numpy as np

from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover import data_plane, outcome
from lessons.simulator.failover.control_plane import Moments, control, events_planned, phases_drawn
from lessons.simulator.failover.data_plane import Expected
from lessons.simulator.failover.result import Result
from lessons.simulator.failover.routing import moved_share
from lessons.simulator.failover.scenario import PRIMARY_REGION, STANDBY_REGION, Scenario, given

LEAVES_OUT = (
    "Queues: a side above its capacity drops at once what it cannot carry; slow collapse is not modelled.",
    "Retries do not add load, and a request ends in the second in which it starts.",
    "Answers that take longer than the client's timeout although the side is healthy.",
    "The lag is constant; in a real outage it often grows before the fault.",
    "Failed promotions, and people who decide wrongly.",
    "Two-sided writes after a partition are counted, not merged.",
)


def run(scenario: Scenario, *, seed: int) -> Result:
    """One failover. The first run of the control plane is the one that is drawn; further runs only add `spread`."""
    probe_phases = phases_drawn(scenario, stream(seed, "probe-phase"))
    runs = [control(scenario, row) for row in probe_phases]
    luck = stream(seed, "writes").random((scenario.runs, 3))
    moments = runs[0]
    found = data_plane.expected(scenario, moments)
    offered, succeeded = data_plane.counts(
        scenario, found, arrivals=stream(seed, "arrivals"), luck=stream(seed, "success")
    )
    lost, rpo_s = outcome.lost_writes(scenario, moments, luck[0], outcome.old_side_seconds(scenario, found))
    shifted_s = outcome.traffic_shifted_s(scenario, moments)
    rto_s = outcome.recovery_s(scenario, moments, found)
    failed, total = float((offered - succeeded).sum()), float(offered.sum())
    budget = (1 - scenario.slo_target_fraction) * scenario.request_rate_rps * outcome.BUDGET_PERIOD_S
    return Result(
        detected_at_s=moments.detected_s,
        decided_at_s=moments.decided_s,
        promoted_at_s=moments.promoted_s,
        traffic_shifted_at_s=shifted_s,
        recovered_at_s=rto_s,
        failback_at_s=moments.failback_s,
        rto_s=rto_s,
        rpo_s=rpo_s,
        lost_writes=lost,
        failed_requests=int(failed),
        availability_fraction=1 - failed / total if total else 1.0,
        error_budget_spent_fraction=failed / budget,
        write_downtime_s=float(((1 - found.write_success) * found.lasts_s).sum()),
        two_sided_writes=outcome.two_sided_writes(scenario, moments, found),
        client_moved_at_s=outcome.client_moved(scenario, runs),
        phases=outcome.phases(scenario, moments, shifted_s),
        events=outcome.events(scenario, moments, shifted_s),
        series=_series(scenario, moments, found, offered, succeeded),
        spread=outcome.spread(scenario, runs, luck),
    )


def moments_drawn(scenario: Scenario, *, seed: int) -> Moments:
    """What the control plane did in the run that is drawn, whatever the number of runs."""
    return control(scenario, phases_drawn(scenario, stream(seed, "probe-phase"))[0])


def _series(
    scenario: Scenario, moments: Moments, found: Expected, offered: Array, succeeded: Array
) -> dict[str, object]:
    affected = given(scenario.affected_user_fraction)
    moved = (1 - affected) + affected * moved_share(scenario, moments, found.starts_s)
    p50_ms, p99_ms = data_plane.waits(scenario, found)
    away = np.zeros_like(moved) if scenario.fault == "zone_loss" else moved
    return {
        "t_s": found.starts_s,
        "offered_rps": offered / found.lasts_s,
        "succeeded_rps": succeeded / found.lasts_s,
        "failed_rps": (offered - succeeded) / found.lasts_s,
        "p50_ms": p50_ms,
        "p99_ms": p99_ms,
        "moved_fraction": moved,
        "share_by_region": {PRIMARY_REGION: 1 - away, STANDBY_REGION: away},
    }


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: a fixed part, the seconds of the data plane, and the events of every control plane run."""
    return 3.0 + _seconds_ms(scenario) + _runs_ms(scenario)


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    if _seconds_ms(scenario) > _runs_ms(scenario):
        return "horizon_s"
    return "runs" if scenario.runs > 1 else "checkers"


def _seconds_ms(scenario: Scenario) -> float:
    return scenario.horizon_s * 0.0012


def _runs_ms(scenario: Scenario) -> float:
    return scenario.runs * (0.03 + 0.002 * events_planned(scenario))


_WHEN = {
    "region_loss": "When a region is lost",
    "zone_loss": "When a zone is lost",
    "gray_failure": "When a region is slow but not dead",
    "partition": "When the link between the regions is cut",
    "switchover": "In a planned switchover",
}


def summary(scenario: Scenario, result: Result) -> str:
    """Recovery and loss in one sentence."""
    what = _WHEN[scenario.fault]
    lost = f"{result.lost_writes:,} acknowledged writes are lost" if result.lost_writes else "no write is lost"
    if result.rto_s is None:
        return (
            f"{what}, users are not served again within {scenario.horizon_s:,.0f} s: "
            f"{result.availability_fraction:.1%} of requests succeed, and {lost}."
        )
    if result.rto_s == 0:
        return f"{what}, no minute has more than 1 % of its requests fail, and {lost}."
    return (
        f"{what}, users are served again after {result.rto_s:,.0f} s; until {scenario.horizon_s:,.0f} s "
        f"{result.failed_requests:,} requests fail, and {lost}."
    )
