"""Is there one primary, and a copy recent enough to take its place?"""

from __future__ import annotations

from lessons.observability import recorded
from lessons.observability.panel import (
    ALL_REGIONS,
    AT_LEAST_ONE,
    REGION,
    SERVICE,
    Answer,
    Layer,
    Panel,
    Threshold,
    lines,
    of_gauge,
)
from lessons.observability.queries import gauge, increase, quotient
from lessons.observability.signals import Signals
from lessons.observability.slo import ReplicationLag, Slo, names

BELOW = "caches-and-streams"
CONNECTIONS_FULL = 0.8  # the last fifth of a pool is gone in one slow query


def layer(slo: Slo) -> Layer:
    """What a failover would cost in data."""
    return Layer(
        "data-stores-and-replication",
        "Data stores and replication",
        "Is there one primary, and a copy recent enough to take its place?",
        (_lag(slo), _running(slo), _primaries(), _leaders(), _commit(slo), _connections()),
    )


def _lag(slo: Slo) -> Panel:
    alerts = slo.of_type(ReplicationLag)
    share = min((alert.rpo_fraction for alert in alerts), default=1.0)
    return Panel(
        slug="replication-lag",
        title="How far the copies are behind",
        question="What would be lost if the primary fell now?",
        unit="s",
        description=(
            "Age of the oldest write that a region's copy does not have. "
            f"The RPO is {slo.rpo_s:g} s; red begins at {share:g} of it."
        ),
        threshold=Threshold(
            share * slo.rpo_s, "above", f"More than {share:g} of the RPO: a failover now costs too much."
        ),
        phase="early",
        below=BELOW,
        **of_gauge("db_replication_lag_seconds", combine="max"),
        alerts=names(alerts),
    )


def _running(slo: Slo) -> Panel:
    return Panel(
        slug="replication-running",
        title="Replication that runs",
        question="Is the lag small, or does nobody measure it?",
        unit="yes_no",
        description=(
            "1 while a region takes writes or receives those of the primary. "
            "A lag without replication is an old number."
        ),
        threshold=Threshold(1.0, "below", "From now on every write is one that a failover loses."),
        phase="early",
        below=BELOW,
        **of_gauge("db_replication_running", combine="min"),
        alerts=names(slo.gauges("db_replication_running")),
    )


def _primaries() -> Panel:
    return Panel(
        slug="primaries",
        title="Regions that take writes",
        question="Is there exactly one primary?",
        unit="count",
        description=(
            "0 means that no write gets through; 2 means split brain, unless both sides "
            "take writes by design (active-active)."
        ),
        threshold=Threshold(1.0, "other_than", "No primary, or more than one."),
        phase="later",
        below=BELOW,
        **of_gauge("db_primary", combine="sum", by=()),
        legend=ALL_REGIONS,
    )


def _leaders() -> Panel:
    def value(signals: Signals) -> Answer:
        changes = increase(signals, "db_leader_changes_total", by=recorded.ALL, window_s=recorded.TEN_MINUTES_S)
        return lines(changes)

    return Panel(
        slug="leader-changes",
        title="Changes of the leader",
        question="Did consensus, or somebody, choose another primary?",
        unit="count",
        description=(
            "How often the leader changed in ten minutes. "
            "One explains a gap in writes; many are a cluster that cannot agree."
        ),
        expr=f"service:db_leader_changes:increase10m{SERVICE}",
        threshold=Threshold(AT_LEAST_ONE, "above", "The leader has changed: look when, and who asked for it."),
        phase="later",
        below=BELOW,
        value=value,
        legend=ALL_REGIONS,
    )


def _commit(slo: Slo) -> Panel:
    name = "db_commit_duration_seconds"
    return Panel(
        slug="commit-latency",
        title="P99 of a commit",
        question="What does a write wait for: its own disk, or another region?",
        unit="s",
        description=(
            "From the write to its acknowledgement by the store, 99 % of them, over one minute. "
            "A synchronous copy adds its distance."
        ),
        expr=f"service_region:{name}:p99_rate1m{REGION}",
        threshold=Threshold(slo.late_s / 2, "above", "Half of the time that an answer may take goes into the commit."),
        phase="later",
        below=BELOW,
        value=lambda signals: lines(
            recorded.duration_quantile(signals, name, recorded.REGION, recorded.MINUTE_S, wanted=0.99)
        ),
    )


def _connections() -> Panel:
    return Panel(
        slug="connections",
        title="Connections in use",
        question="Does the store still accept those who come over?",
        unit="fraction",
        description=(
            "Share of the pools' connections that a request holds. Full pools make requests wait before any query runs."
        ),
        expr=f"service_region:db_connections:used_ratio{REGION}",
        threshold=Threshold(CONNECTIONS_FULL, "above", "The pools are nearly full: the next slow query fills them."),
        phase="later",
        below=BELOW,
        value=_used,
    )


def _used(signals: Signals) -> Answer:
    used = gauge(signals, "db_connections_in_use", by=("region",))
    limit = gauge(signals, "db_connections_limit", by=("region",))
    return lines(quotient(used, limit))
