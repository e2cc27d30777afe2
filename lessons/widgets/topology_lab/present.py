"""How do five topologies compare? Three sets of bars, one per question, in the order of the ladder."""

from __future__ import annotations

from collections.abc import Callable

from lessons.simulator import failover
from lessons.simulator.failover.scenario import FAULTS, STRATEGIES
from lessons.widgets.failover.places import situation
from lessons.widgets.kit import Bars, Output, Table, words
from lessons.widgets.kit.roles import Role
from lessons.widgets.topology_lab.scenario import Result, Row, Scenario, summary

ROLES: tuple[Role, ...] = ("e", "d", "c", "b", "a")


def present(scenario: Scenario, result: Result) -> Output:
    """The comparison in pictures, one sentence and a table."""
    return Output(
        situation=situation(failover.Scenario(**scenario.as_dict())),
        views=(
            _bars(
                result, "Acknowledged writes lost", "writes (log)", lambda row: row.lost_writes, words.count, log=True
            ),
            _bars(
                result,
                "Until users get answers again (RTO)",
                "seconds (log)",
                lambda row: row.rto_s,
                words.duration,
                log=True,
            ),
            _bars(
                result,
                "Writes refused, in full seconds' worth",
                "seconds (log)",
                lambda row: row.write_downtime_s,
                words.duration,
                log=True,
            ),
        ),
        sentence=summary(scenario, result),
        table=_table(result),
        data=_data(result),
        settings=_settings(scenario),
    )


def _bars(
    result: Result,
    title: str,
    x_title: str,
    amount: Callable[[Row], float | None],
    said: Callable[[float | None], str],
    *,
    log: bool,
) -> Bars:
    values = [amount(row) for row in result.rows]
    return Bars(
        title=title,
        x_title=x_title,
        categories=tuple(STRATEGIES[row.strategy] for row in result.rows),
        values=tuple(None if value is None else float(value) for value in values),
        labels=tuple(said(value) for value in values),
        roles=ROLES,
        log=log,
    )


def _table(result: Result) -> Table:
    return Table(
        "The same fault, five topologies",
        ("Topology", "Answers again (RTO)", "Writes refused", "Writes lost", "Newest surviving write (RPO)"),
        tuple(
            (
                STRATEGIES[row.strategy],
                words.duration(row.rto_s),
                words.duration(row.write_downtime_s),
                words.count(row.lost_writes),
                words.duration(row.rpo_s),
            )
            for row in result.rows
        ),
        ("", "", "", "", ""),
    )


def _data(result: Result) -> Table:
    return Table(
        "One row for each topology",
        ("strategy", "rto_s", "write_downtime_s", "lost_writes", "rpo_s"),
        tuple(
            (row.strategy, row.rto_s, round(row.write_downtime_s, 3), row.lost_writes, round(row.rpo_s, 3))
            for row in result.rows
        ),
        ("", "", "", "", ""),
    )


def _settings(scenario: Scenario) -> str:
    return (
        f"{FAULTS[scenario.fault]} for {words.duration(scenario.fault_duration_s)}; "
        f"replication {words.duration(scenario.replication_lag_s)} behind, "
        f"decision after {words.duration(scenario.decision_delay_s)}, "
        f"DNS time to live {words.duration(scenario.dns_ttl_s)}, "
        f"{words.number(scenario.request_rate_rps)} requests a second."
    )
