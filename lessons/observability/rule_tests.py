"""How does promtool prove that the rules ring when they are to? One test file for each alert."""

from __future__ import annotations

import math
from typing import Any

from lessons.observability.alert_rules import PERCENT, VALUE, value_words
from lessons.observability.pace import Pace, duration
from lessons.observability.rules import WRITTEN
from lessons.observability.slo import LABELS, Alert, Slo
from lessons.observability.stories import Check, Firing, Story, stories
from lessons.observability.yaml_text import yaml_text


def rule_test_texts(slo: Slo, *, speed: float = 1.0, rules: str = "../rules.yml") -> dict[str, str]:
    """For each alert the content of a file for `promtool test rules`, by the name of the file."""
    return {f"{alert.name}.yml": WRITTEN + yaml_text(_file(alert, slo, Pace(speed), rules)) for alert in slo.alerts}


def _file(alert: Alert, slo: Slo, pace: Pace, rules: str) -> dict[str, Any]:
    told = list(stories(alert, slo))
    steps = {story.step_s for story in told}
    assert len(steps) == 1, "a test file has one interval of evaluation"
    return {
        "rule_files": [rules],
        "evaluation_interval": pace.lasts(steps.pop()),
        "tests": [_test(story, slo, pace) for story in told],
    }


def _test(story: Story, slo: Slo, pace: Pace) -> dict[str, Any]:
    return {
        "name": story.name,
        "interval": pace.lasts(story.step_s),
        "input_series": [{"series": name, "values": values} for name, values in story.series.items()],
        "alert_rule_test": [_check(check, slo, pace) for check in story.checks],
    }


def _check(check: Check, slo: Slo, pace: Pace) -> dict[str, Any]:
    alert = next(alert for alert in slo.alerts if alert.name == check.alert)
    expected = [_expected(alert, firing, slo) for firing in check.firings]
    return {"eval_time": duration(check.at_s / pace.speed), "alertname": check.alert, "exp_alerts": expected}


def _expected(alert: Alert, firing: Firing, slo: Slo) -> dict[str, Any]:
    said = value_words(alert).replace(PERCENT, _percent(firing.value)).replace(VALUE, _plain(firing.value))
    return {
        "exp_labels": {**firing.labels, "severity": alert.severity},
        "exp_annotations": {
            "summary": _with_labels(alert.summary, firing),
            "description": f"{_with_labels(alert.description, firing)} {said}",
            "runbook_url": f"{slo.runbook}#{alert.runbook}",
        },
    }


def _with_labels(text: str, firing: Firing) -> str:
    for label in LABELS:
        text = text.replace(f"{{{label}}}", firing.labels.get(label, ""))
    return text


def _percent(value: float) -> str:
    """As `humanizePercentage` of Prometheus writes it."""
    return f"{value * 100:.4g}%"


def _plain(value: float) -> str:
    """As Prometheus writes a value into a text: with the fewest digits that tell it from every other."""
    return "NaN" if math.isnan(value) else repr(value).removesuffix(".0")
