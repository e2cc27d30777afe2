"""How does a Prometheus watch a replay? The configuration that scrapes it and evaluates its rules, at its speed."""

from __future__ import annotations

from typing import Any

from lessons.observability.pace import Pace
from lessons.observability.slo import Slo
from lessons.observability.yaml_text import yaml_text

JOB = "replay"
# Prometheus takes a sample for current for five minutes, unless it is told otherwise.
LOOKBACK_S = 300.0


def configuration(slo: Slo, *, target: str, rules_file: str, speed: float = 1.0) -> dict[str, Any]:
    """The content of prometheus.yml for one target, `host:port`."""
    pace = Pace(speed)
    return {
        "global": {
            "scrape_interval": pace.lasts(slo.scrape_interval_s),
            "evaluation_interval": pace.lasts(slo.evaluation_interval_s),
        },
        "rule_files": [rules_file],
        "scrape_configs": [{"job_name": JOB, "static_configs": [{"targets": [target]}]}],
    }


def configuration_text(slo: Slo, *, target: str, rules_file: str, speed: float = 1.0) -> str:
    """The file itself, and above it how Prometheus is started with it."""
    lookback = Pace(speed).lasts(LOOKBACK_S)
    start = f"# prometheus --config.file=prometheus.yml --query.lookback-delta={lookback}\n"
    return start + yaml_text(configuration(slo, target=target, rules_file=rules_file, speed=speed))
