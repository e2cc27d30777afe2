"""Which objectives and alerts are there? content/artefacts/slo.toml, read and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from lessons.observability.signals import ANSWER_BOUNDS_S, GAUGE, METRICS
from lessons.observability.slo import (
    LABELS,
    Alert,
    BurnRate,
    Gauge,
    Objective,
    ReplicationLag,
    Slo,
    TrafficGone,
    TrafficShift,
)
from lessons.observability.toml_table import SloError, Table

__all__ = ["SLO_FILE", "SloError", "read_slo"]

SLO_FILE = Path(__file__).resolve().parents[2] / "content" / "artefacts" / "slo.toml"
ALERTS_MAX = 100
GAUGES = tuple(name for name, metric in METRICS.items() if metric.kind == GAUGE)


@cache
def read_slo(path: Path = SLO_FILE) -> Slo:
    """The objectives and alerts of a file. Raises SloError naming file, entry and field of the first fault."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SloError(f"{path}: is not TOML: {error}") from None
    whole = Table(str(path), content)
    system = whole.table("system")
    objectives = _objectives(whole)
    alerts = _alerts(whole, {objective.id: objective for objective in objectives})
    made = Slo(
        service=system.text("service", pattern=r"[a-z][a-z0-9-]*", shape="small letters, digits and -"),
        period_s=system.duration("period", min_s=3_600, max_s=366 * 86_400),
        scrape_interval_s=system.duration("scrape_interval", min_s=1, max_s=600),
        evaluation_interval_s=system.duration("evaluation_interval", min_s=1, max_s=600),
        rpo_s=system.duration("rpo", min_s=1, max_s=7 * 86_400),
        region_requests_rps_min=system.number("region_requests_rps_min", low=0, high=1e6),
        runbook=system.text("runbook"),
        objectives=objectives,
        alerts=alerts,
    )
    system.finish()
    whole.finish()
    if not any(alert.severity == "page" for alert in made.burns("availability", "service")):
        raise SloError(f"{path}: [[alert]]: none pages for the availability of the whole service")
    return made


def _objectives(whole: Table) -> tuple[Objective, ...]:
    """All of them: one of each kind."""
    found = tuple(_objective(entry) for entry in whole.tables("objective", named_by="id"))
    _distinct(whole, "objective", [objective.id for objective in found])
    for kind in ("availability", "latency"):
        if (count := sum(objective.kind == kind for objective in found)) != 1:
            raise SloError(f"{whole.where}: [[objective]]: {count} are of the kind {kind} (allowed: one)")
    return found


def _objective(entry: Table) -> Objective:
    kind: Any = entry.choice("kind", ("availability", "latency"))
    late_s = entry.number("threshold_s", low=0.001, high=600) if kind == "latency" else None
    if late_s is not None and late_s not in ANSWER_BOUNDS_S:
        bounds = ", ".join(f"{bound:g}" for bound in ANSWER_BOUNDS_S)
        raise SloError(f"{entry.where}: threshold_s: is {late_s:g}, which no bucket ends at (allowed: {bounds})")
    made = Objective(
        id=entry.text("id", pattern=r"[a-z][a-z_]*", shape="small letters and _"),
        title=entry.text("title"),
        kind=kind,
        target_fraction=entry.number("target_fraction", low=0.5, high=0.999999),
        threshold_s=late_s,
    )
    entry.finish()
    return made


def _alerts(whole: Table, objectives: dict[str, Objective]) -> tuple[Alert, ...]:
    entries = whole.tables("alert", named_by="name")
    if len(entries) > ALERTS_MAX:
        raise SloError(f"{whole.where}: [[alert]]: there are {len(entries)} (allowed: up to {ALERTS_MAX})")
    found = tuple(_alert(entry, objectives) for entry in entries)
    _distinct(whole, "alert", [alert.name for alert in found])
    return found


def _alert(entry: Table, objectives: dict[str, Objective]) -> Alert:
    severity: Any = entry.choice("severity", ("page", "ticket"))
    said = {
        "name": entry.text("name", pattern=r"[A-Z][A-Za-z0-9]*", shape="words that begin with a capital, run together"),
        "severity": severity,
        "for_s": entry.duration("for", min_s=0, max_s=86_400) if entry.has("for") else 0.0,
        "summary": entry.text("summary"),
        "description": entry.text("description"),
        "runbook": entry.text("runbook", pattern=r"[a-z][a-z-]*", shape="a section of the lesson"),
    }
    kind = entry.choice("kind", tuple(_KINDS))
    if kind == "burn_rate":
        said["objective"] = entry.choice("objective", tuple(objectives))
    made = _KINDS[kind](entry, said)
    entry.finish()
    if isinstance(made, BurnRate) and made.burn_rate * objectives[made.objective].budget_fraction >= 1:
        raise SloError(f"{entry.where}: burn_rate: can never ring, since not more than everything can fail")
    _check_labels(entry, made)
    return made


def _check_labels(entry: Table, made: Alert) -> None:
    """A label that no series has would stand empty in the text that wakes somebody."""
    for key, text in (("summary", made.summary), ("description", made.description)):
        if unknown := set(re.findall(r"{(\w*)}", text)) - set(LABELS):
            raise SloError(f"{entry.where}: {key}: names {{{unknown.pop()}}} (allowed: {', '.join(LABELS)})")


def _burn_rate(entry: Table, said: dict[str, Any]) -> Alert:
    long_s = entry.duration("long", min_s=60, max_s=30 * 86_400)
    return BurnRate(
        **said,
        scope=entry.choice("scope", ("service", "region")),  # type: ignore[arg-type]
        burn_rate=entry.number("burn_rate", low=0.1, high=1_000),
        long_s=long_s,
        short_s=entry.duration("short", min_s=30, max_s=long_s),
    )


def _replication_lag(entry: Table, said: dict[str, Any]) -> Alert:
    return ReplicationLag(**said, rpo_fraction=entry.number("rpo_fraction", low=0.01, high=10))


def _gauge(entry: Table, said: dict[str, Any]) -> Alert:
    return Gauge(
        **said,
        metric=entry.choice("metric", GAUGES),
        side=entry.choice("side", ("above", "below")),  # type: ignore[arg-type]
        value=entry.number("value", low=-1e12, high=1e12),
        combine=entry.choice("combine", ("min", "max", "avg", "sum")),  # type: ignore[arg-type]
        per=entry.choices("per", LABELS),
        gone_s=entry.duration("gone", min_s=60, max_s=30 * 86_400) if entry.has("gone") else None,
    )


def _traffic_shift(entry: Table, said: dict[str, Any]) -> Alert:
    return TrafficShift(
        **said,
        share_fraction=entry.number("share_fraction", low=0.01, high=0.99),
        baseline_s=entry.duration("baseline", min_s=600, max_s=30 * 86_400),
    )


def _traffic_gone(entry: Table, said: dict[str, Any]) -> Alert:
    return TrafficGone(
        **said,
        peak_fraction=entry.number("peak_fraction", low=0.001, high=0.99),
        baseline_s=entry.duration("baseline", min_s=600, max_s=30 * 86_400),
    )


_KINDS: dict[str, Callable[[Table, dict[str, Any]], Alert]] = {
    "burn_rate": _burn_rate,
    "replication_lag": _replication_lag,
    "gauge": _gauge,
    "traffic_shift": _traffic_shift,
    "traffic_gone": _traffic_gone,
}


def _distinct(whole: Table, key: str, names: list[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise SloError(f"{whole.where}: [[{key}]]: {twice!r} is there twice")
