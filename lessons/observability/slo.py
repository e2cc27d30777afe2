"""What is promised, and what rings when it is in danger? content/artefacts/slo.toml, typed and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from lessons.observability.signals import ANSWER_BOUNDS_S, GAUGE, METRICS
from lessons.observability.toml_table import SloError, Table

__all__ = [
    "SLO_FILE",
    "Alert",
    "BurnRate",
    "Gauge",
    "Kind",
    "Objective",
    "ReplicationLag",
    "Slo",
    "SloError",
    "TrafficGone",
    "TrafficShift",
    "names",
    "read_slo",
]

SLO_FILE = Path(__file__).resolve().parents[2] / "content" / "artefacts" / "slo.toml"
ALERTS_MAX = 100
GAUGES = tuple(name for name, metric in METRICS.items() if metric.kind == GAUGE)
Kind = Literal["availability", "latency"]
LABELS = ("service", "region", "vantage", "consumer")


@dataclass(frozen=True, kw_only=True)
class Objective:
    """A share of requests that has to be good. A good answer of a latency objective takes at most `threshold_s`."""

    id: str
    title: str
    kind: Kind
    target_fraction: float
    threshold_s: float | None = None

    @property
    def budget_fraction(self) -> float:
        """The share that may be bad. Rounded, so that a target of .999 leaves .001 and no more digits."""
        return round(1 - self.target_fraction, 12)


@dataclass(frozen=True, kw_only=True)
class Alert:
    """What every alert says of itself. `for_s` is how long its condition has to hold; texts may name {labels}."""

    name: str
    severity: Literal["page", "ticket"]
    for_s: float
    summary: str
    description: str
    runbook: str


@dataclass(frozen=True, kw_only=True)
class BurnRate(Alert):
    """Rings while the share of bad requests is above `burn_rate` times the budget in both windows."""

    objective: str
    scope: Literal["service", "region"]
    burn_rate: float
    long_s: float
    short_s: float


@dataclass(frozen=True, kw_only=True)
class ReplicationLag(Alert):
    """Rings while a copy is more than this share of the RPO behind."""

    rpo_fraction: float


@dataclass(frozen=True, kw_only=True)
class Gauge(Alert):
    """Rings while a gauge, combined over all labels but `per`, is beyond a value.

    With `gone_s` also while nobody reports it who did so within that time.
    """

    metric: str
    side: Literal["above", "below"]
    value: float
    combine: Literal["min", "max", "avg", "sum"]
    per: tuple[str, ...]
    gone_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class TrafficShift(Alert):
    """Rings while a region's share of the traffic differs from its mean over the baseline by more than this."""

    share_fraction: float
    baseline_s: float


@dataclass(frozen=True, kw_only=True)
class TrafficGone(Alert):
    """Rings while less than this share of the baseline's busiest moment arrives, or nothing reports what arrives."""

    peak_fraction: float
    baseline_s: float


OfAlert = TypeVar("OfAlert", bound=Alert)


@dataclass(frozen=True, kw_only=True)
class Slo:
    """The whole file. Times are seconds."""

    service: str
    period_s: float
    scrape_interval_s: float
    evaluation_interval_s: float
    rpo_s: float
    region_requests_rps_min: float
    runbook: str
    objectives: tuple[Objective, ...]
    alerts: tuple[Alert, ...]

    def objective(self, name: str) -> Objective:
        """The objective with this id; `read_slo` has checked that every alert's is there."""
        return next(objective for objective in self.objectives if objective.id == name)

    def of_kind(self, kind: Kind) -> Objective:
        """The objective of a kind; `read_slo` has checked that there is one of each."""
        return next(objective for objective in self.objectives if objective.kind == kind)

    @property
    def late_s(self) -> float:
        """From when on an answer counts as late."""
        late_s = self.of_kind("latency").threshold_s
        assert late_s is not None, "read_slo asks the latency objective for its threshold"
        return late_s

    def burns(self, kind: Kind, scope: str) -> tuple[BurnRate, ...]:
        """The burn rate alerts of an objective and scope, the quickest first."""
        objective = self.of_kind(kind).id
        asked = [alert for alert in self.of_type(BurnRate) if alert.objective == objective and alert.scope == scope]
        return tuple(sorted(asked, key=lambda alert: alert.long_s))

    @property
    def fast_page(self) -> BurnRate:
        """What rings first when everything fails; `read_slo` has checked that there is one."""
        return next(alert for alert in self.burns("availability", "service") if alert.severity == "page")

    def windows_s(self, kind: Kind, scope: str) -> tuple[float, ...]:
        """Every window that the burn rate alerts of an objective and scope look through, the shortest first."""
        return tuple(sorted({window for alert in self.burns(kind, scope) for window in (alert.short_s, alert.long_s)}))

    def gauges(self, metric: str) -> tuple[Gauge, ...]:
        """The alerts on a gauge."""
        return tuple(alert for alert in self.of_type(Gauge) if alert.metric == metric)

    @property
    def shift_baseline_s(self) -> float:
        """What a share of the traffic is compared with: the mean of so long."""
        return next((alert.baseline_s for alert in self.of_type(TrafficShift)), 3_600.0)

    @property
    def peak_baseline_s(self) -> float:
        """What the traffic is compared with: the most of so long."""
        return next((alert.baseline_s for alert in self.of_type(TrafficGone)), 86_400.0)

    def of_type(self, kind: type[OfAlert]) -> tuple[OfAlert, ...]:
        """All alerts of a kind, such as `TrafficShift`."""
        return tuple(alert for alert in self.alerts if isinstance(alert, kind))


def names(alerts: Iterable[Alert]) -> tuple[str, ...]:
    """The names of alerts."""
    return tuple(alert.name for alert in alerts)


@cache
def read_slo(path: Path = SLO_FILE) -> Slo:
    """The objectives and alerts of a file. Raises SloError naming file, entry and field of the first fault."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SloError(f"{path}: is not TOML: {error}") from None
    whole = Table(str(path), content)
    system = whole.table("system")
    objectives = tuple(_objective(entry) for entry in whole.tables("objective", named_by="id"))
    _distinct(whole, "objective", [objective.id for objective in objectives])
    for kind in ("availability", "latency"):
        if (count := sum(objective.kind == kind for objective in objectives)) != 1:
            raise SloError(f"{path}: [[objective]]: {count} are of the kind {kind} (allowed: one)")
    entries = whole.tables("alert", named_by="name")
    if len(entries) > ALERTS_MAX:
        raise SloError(f"{path}: [[alert]]: there are {len(entries)} (allowed: up to {ALERTS_MAX})")
    alerts = tuple(_alert(entry, {objective.id: objective for objective in objectives}) for entry in entries)
    _distinct(whole, "alert", [alert.name for alert in alerts])
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
    for key, text in (("summary", made.summary), ("description", made.description)):
        if unknown := set(re.findall(r"{(\w*)}", text)) - set(LABELS):
            raise SloError(f"{entry.where}: {key}: names {{{unknown.pop()}}} (allowed: {', '.join(LABELS)})")
    return made


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
