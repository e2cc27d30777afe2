"""How does an entry of slo.toml ring in Prometheus? One alerting rule for each."""

from __future__ import annotations

from functools import singledispatch

from lessons.observability.pace import Pace
from lessons.observability.recordings import Rule, error_ratio_name, request_rate_name, slow_ratio_name
from lessons.observability.slo import LABELS, Alert, BurnRate, Gauge, ReplicationLag, Slo, TrafficGone, TrafficShift

VALUE = "{{ $value }}"
PERCENT = "{{ $value | humanizePercentage }}"


def alert_rule(alert: Alert, slo: Slo, pace: Pace) -> Rule:
    """The rule of one entry: expression, `for`, severity, and what the one who is woken reads."""
    return {
        "alert": alert.name,
        "expr": condition(alert, slo, pace),
        **({"for": pace.lasts(alert.for_s)} if alert.for_s else {}),
        "labels": {"severity": alert.severity},
        "annotations": {
            "summary": _with_labels(alert.summary),
            "description": f"{_with_labels(alert.description)} {value_words(alert)}",
            "runbook_url": f"{slo.runbook}#{alert.runbook}",
        },
    }


@singledispatch
def condition(alert: Alert, slo: Slo, pace: Pace) -> str:
    """The expression of an alert, which has an answer for each label set that rings."""
    raise AssertionError(f"every kind of alert has a condition, {type(alert).__name__} too")


@condition.register
def _(alert: BurnRate, slo: Slo, pace: Pace) -> str:
    objective = slo.objective(alert.objective)
    name = error_ratio_name if objective.kind == "availability" else slow_ratio_name
    limit = f"{alert.burn_rate:.10g} * {objective.budget_fraction:.10g}"
    both = [f"{name(alert.scope, window_s)} > {limit}" for window_s in (alert.long_s, alert.short_s)]
    if alert.scope == "region":
        both.append(f"{request_rate_name('region', alert.long_s)} > {slo.region_requests_rps_min:.10g}")
    return "\nand\n".join(both)


@condition.register
def _(alert: ReplicationLag, slo: Slo, pace: Pace) -> str:
    lag = f'max by (service, region) (db_replication_lag_seconds{{service="{slo.service}"}})'
    return f"{lag} / {slo.rpo_s:.10g} > {alert.rpo_fraction:.10g}"


@condition.register
def _(alert: Gauge, slo: Slo, pace: Pace) -> str:
    compare = {"above": ">", "below": "<"}[alert.side]
    only = f'{alert.metric}{{service="{slo.service}"}}'
    value = f"{alert.combine} by ({', '.join(alert.per)}) ({only})"
    beyond = f"{value} {compare} {alert.value:.10g}"
    if alert.gone_s is None:
        return beyond
    seen = f"{alert.combine} by ({', '.join(alert.per)}) (last_over_time({only}[{pace.lasts(alert.gone_s)}]))"
    return f"{beyond}\nor\n({seen} unless {value}) * NaN"


@condition.register
def _(alert: TrafficShift, slo: Slo, pace: Pace) -> str:
    share = "service_region:http_requests:share_rate5m"
    return f"abs({share} - avg_over_time({share}[{pace.lasts(alert.baseline_s)}])) > {alert.share_fraction:.10g}"


@condition.register
def _(alert: TrafficGone, slo: Slo, pace: Pace) -> str:
    rate = "service:http_requests:rate5m"
    peak = f"max_over_time({rate}[{pace.lasts(alert.baseline_s)}])"
    return f"({rate} or 0 * {peak}) / {peak} < {alert.peak_fraction:.10g}"


@singledispatch
def value_words(alert: Alert) -> str:
    """What the value of the expression says at this moment."""
    return f"Now: {VALUE}."


@value_words.register
def _(alert: BurnRate) -> str:
    return f"Now: {PERCENT} in the long window."


@value_words.register
def _(alert: ReplicationLag) -> str:
    return f"Now: {PERCENT} of the RPO."


@value_words.register
def _(alert: TrafficShift) -> str:
    return f"Now: {PERCENT} of all requests have moved."


@value_words.register
def _(alert: TrafficGone) -> str:
    return f"Now: {PERCENT} of the busiest moment."


def _with_labels(text: str) -> str:
    for label in LABELS:
        text = text.replace(f"{{{label}}}", f"{{{{ $labels.{label} }}}}")
    return text
