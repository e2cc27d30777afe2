"""What is promised, and what rings when it is in danger? Objectives and alerts, as slo_file.py reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

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
