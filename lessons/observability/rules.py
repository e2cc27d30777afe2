"""Which rules does Prometheus evaluate? Recordings and alerts in groups, as YAML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lessons.observability.alert_rules import alert_rule
from lessons.observability.pace import Pace
from lessons.observability.recordings import Recordings, Rule
from lessons.observability.slo import Alert, BurnRate, Gauge, ReplicationLag, Slo, TrafficGone, TrafficShift
from lessons.observability.yaml_text import yaml_text

WRITTEN = "# Written from slo.toml by `make artefacts`; change that one.\n"
BUDGET_INTERVAL_S = 60.0  # a month changes slowly, and adding it up costs the most


def rule_groups(slo: Slo, *, speed: float = 1.0) -> dict[str, Any]:
    """The content of a rule file. With `speed` every window, `for` and interval is divided by it.

    An alert stands in one group with what it looks at, after it: so it sees the values of its own evaluation.
    """
    pace = Pace(speed)
    make = Recordings(slo, pace)
    quick, slow = slo.evaluation_interval_s, max(BUDGET_INTERVAL_S, slo.evaluation_interval_s)
    service, region = _burns(slo, "service"), _burns(slo, "region")
    parts: list[tuple[str, float, list[Rule], Iterable[Alert]]] = [
        ("requests", quick, make.requests(), ()),
        ("availability", quick, make.burns("availability", "service"), service["availability"]),
        ("latency", quick, make.burns("latency", "service"), service["latency"]),
        (
            "regions",
            quick,
            make.burns("availability", "region") + make.burns("latency", "region"),
            (*region["availability"], *region["latency"], *_gauges(slo, "region_")),
        ),
        ("traffic", quick, make.traffic() + make.entry(), _traffic(slo)),
        ("data-stores", quick, make.stores(), (*slo.of_type(ReplicationLag), *_gauges(slo, "db_"))),
        ("caches-and-streams", quick, make.caches_and_streams(), _gauges(slo, "stream_")),
        ("budget", slow, make.budget(), ()),
    ]
    known: set[str] = set()
    groups = []
    for name, interval_s, recordings, alerts in parts:
        rules = _new(recordings, known) + [alert_rule(alert, slo, pace) for alert in alerts]
        groups.append({"name": f"{slo.service}-{name}", "interval": pace.lasts(interval_s), "rules": rules})
    return {"groups": groups}


def rules_text(slo: Slo, *, speed: float = 1.0) -> str:
    """The rule file itself."""
    pace = "" if speed == 1 else f"# For an incident that is replayed {speed:g} times as fast.\n"
    return f"{WRITTEN}{pace}{yaml_text(rule_groups(slo, speed=speed))}"


def _new(recordings: list[Rule], known: set[str]) -> list[Rule]:
    """Those that no group before records: two groups with one series would contradict one another."""
    found = []
    for rule in recordings:
        key = f"{rule['record']} {rule.get('labels')}"
        if key not in known:
            found.append(rule)
        known.add(key)
    return found


def _burns(slo: Slo, scope: str) -> dict[str, tuple[BurnRate, ...]]:
    return {"availability": slo.burns("availability", scope), "latency": slo.burns("latency", scope)}


def _gauges(slo: Slo, prefix: str) -> tuple[Gauge, ...]:
    return tuple(alert for alert in slo.of_type(Gauge) if alert.metric.startswith(prefix))


def _traffic(slo: Slo) -> tuple[Alert, ...]:
    """What watches the way in: traffic, routes and the probes outside."""
    return (*slo.of_type(TrafficShift), *slo.of_type(TrafficGone), *_gauges(slo, "route_"), *_gauges(slo, "probe_"))
