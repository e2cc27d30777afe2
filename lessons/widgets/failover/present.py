"""What does a failover look like? The run over time, the map at every moment, and how many users have moved."""

from __future__ import annotations

import numpy as np

from lessons.simulator.failover import Result, Scenario
from lessons.simulator.failover.scenario import FAULTS, STRATEGIES
from lessons.widgets.failover.places import situation, topology
from lessons.widgets.kit import Event, Output, Phase, Plot, Series, Table, Timeline, words
from lessons.widgets.kit.roles import Role, State

DATA_ROWS_MAX = 2_000
HEALTHY_SHARE, DOWN_SHARE = 0.99, 0.05


def present(scenario: Scenario, result: Result) -> Output:
    """The same run in pictures, one sentence and tables."""
    return Output(
        situation=situation(scenario),
        views=(_timeline(scenario, result), topology(scenario, result), _moved(scenario, result)),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """When users are served again, and what is gone."""
    gone = words.counted(result.lost_writes, "acknowledged write is gone", "acknowledged writes are gone")
    lost = gone if result.lost_writes else "no acknowledged write is lost"
    if result.rto_s is None:
        watched, share = words.duration(scenario.horizon_s), words.percent(result.availability_fraction)
        return f"Users do not all get answers again within {watched}: {share} of requests succeed; {lost}."
    if result.rto_s == 0:
        return f"Users notice nothing that lasts: at least 99\u2009% of every minute's requests succeed; {lost}."
    return f"Users get answers again {words.duration(result.rto_s)} after the fault; {lost}."


def _timeline(scenario: Scenario, result: Result) -> Timeline:
    before_s = -max(5.0, 0.05 * scenario.horizon_s)
    # The moment just before the fault keeps the drop upright.
    seconds = np.concatenate([[before_s, -1e-3], result.series["t_s"]])
    rate_rps = scenario.request_rate_rps

    def line(name: str, field: str, before: float, role: Role) -> Series:
        return Series(name, seconds, np.concatenate([[before, before], result.series[field]]), role)

    return Timeline(
        title="Requests while the region is lost and found",
        phases=phases(scenario, result, before_s),
        events=tuple(Event(one.at_s, one.kind, f"{one.text}.") for one in result.events),
        series=(
            Series("offered", (before_s, scenario.horizon_s), (rate_rps, rate_rps), "muted"),
            line("answered", "succeeded_rps", rate_rps, "a"),
            line("failed", "failed_rps", 0.0, "b"),
        ),
        y_title="requests/s",
        starts_s=before_s,
        ends_s=scenario.horizon_s,
    )


def phases(scenario: Scenario, result: Result, before_s: float) -> tuple[Phase, ...]:
    """The stretches of the run and how users fare in each, from so long before the fault on."""
    made = [Phase("before", before_s, 0.0, "healthy")]
    for one in result.phases:
        ends_s = min(scenario.horizon_s, one.ends_s if one.ends_s is not None else scenario.horizon_s)
        if one.starts_s < ends_s:
            made.append(Phase(one.name, one.starts_s, ends_s, _state(result, one.starts_s, ends_s)))
    return tuple(made)


def _state(result: Result, starts_s: float, ends_s: float) -> State:
    """How users fare in a stretch: nearly all answered, nearly none, or in between."""
    first, last = int(starts_s), max(int(starts_s) + 1, int(np.ceil(ends_s)))
    offered = float(result.series["offered_rps"][first:last].sum())
    if offered == 0:
        return "unknown"
    share = float(result.series["succeeded_rps"][first:last].sum()) / offered
    return "healthy" if share >= HEALTHY_SHARE else "down" if share <= DOWN_SHARE else "degraded"


def _moved(scenario: Scenario, result: Result) -> Plot:
    return Plot(
        title="Users on the other side",
        x_title="time since the fault (s)",
        y_title="share of users on the other side",
        series=(Series("moved", result.series["t_s"], result.series["moved_fraction"], "b"),),
        x_range=(0.0, scenario.horizon_s),
        y_range=(0.0, 1.0),
    )


def _table(scenario: Scenario, result: Result) -> Table:
    rows = [
        ("Users get answers again (RTO)", words.duration(result.rto_s)),
        ("Fault detected", words.duration(result.detected_at_s)),
        ("Decision made", words.duration(result.decided_at_s)),
        ("Standby promoted", words.duration(result.promoted_at_s)),
        ("95\u2009% of users moved", words.duration(result.traffic_shifted_at_s)),
        ("Users go home", words.duration(result.failback_at_s)),
        ("Acknowledged writes lost", words.count(result.lost_writes)),
        ("Age of the newest surviving write (RPO)", words.duration(result.rpo_s)),
        ("Writes refused, in full seconds' worth", words.duration(result.write_downtime_s)),
        ("Requests failed", words.count(result.failed_requests)),
        ("Requests answered", words.percent(result.availability_fraction)),
        ("Error budget of 30 days spent", words.percent(result.error_budget_spent_fraction)),
    ]
    if result.two_sided_writes:
        rows.append(("Writes on the old side after promotion", words.count(result.two_sided_writes)))
    for name, spread in result.spread.items():
        if spread is not None:
            said = (
                f"{words.number(spread['p5'])} to {words.number(spread['p95'])}, median {words.number(spread['p50'])}"
            )
            rows.append((f"Over {words.count(scenario.runs)} runs: {name}", said))
    rows += words.numbered([(one.at_s, one.text) for one in result.events])
    return Table("Outcomes of the run; times count from the fault", ("Outcome", "Value"), tuple(rows), ("", ""))


def _data(result: Result) -> Table:
    """What the pictures plot, every second, or every so many when the run is long."""
    names = ("t_s", "offered_rps", "succeeded_rps", "failed_rps", "p50_ms", "p99_ms", "moved_fraction")
    every = -(-len(result.series["t_s"]) // DATA_ROWS_MAX)
    columns = [np.round(result.series[name][::every], 4).tolist() for name in names]
    step = "second" if every == 1 else f"{every} seconds"
    return Table(f"One row every {step}", names, tuple(zip(*columns, strict=True)), tuple("" for _ in names))


def _settings(scenario: Scenario) -> str:
    routing = (
        f"DNS time to live {words.duration(scenario.dns_ttl_s)}" if scenario.routing == "dns" else "anycast routing"
    )
    checks = f"{scenario.failure_threshold} failed checks {words.duration(scenario.health_check_interval_s)} apart"
    lag = f"replication {words.duration(scenario.replication_lag_s)} behind"
    if scenario.replication == "sync":
        lag = "synchronous replication"
    if scenario.strategy == "backup_restore":
        lag = f"a backup every {words.duration(scenario.backup_interval_s)}"
    decision = f"decision after {words.duration(scenario.decision_delay_s)}"
    fault = FAULTS[scenario.fault].lower()
    return f"{STRATEGIES[scenario.strategy]}, {fault}; {checks}, {decision}, {routing}, {lag}."
