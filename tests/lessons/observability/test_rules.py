"""Does Prometheus accept the rules, at every speed, and do they say what slo.toml says?"""

import re
import subprocess
from collections import Counter

import pytest
import yaml

from lessons.observability.artefacts import FOLDER
from lessons.observability.pace import Pace
from lessons.observability.panels import panels
from lessons.observability.rule_tests import rule_test_texts
from lessons.observability.rules import rule_groups, rules_text
from lessons.observability.signals import METRICS
from lessons.observability.slo import BurnRate, Gauge, ReplicationLag, TrafficGone, TrafficShift
from lessons.observability.slo_file import read_slo
from lessons.observability.stories import stories

pytestmark = pytest.mark.prometheus

SLO = read_slo()
NAME = re.compile(r"service(_[a-z]+)*:[a-z0-9_]+(:[a-z0-9_]+)")
METRIC = re.compile(
    r"\b(?:service(?:_[a-z]+)*:[a-z0-9_:]+|(?:http|db|cache|stream|region|route|failovers|probe)_[a-z_]+)\b"
)
PARTS = re.compile(r"_(bucket|sum|count)$")


def rules(speed: float = 1.0):
    return [rule for group in rule_groups(SLO, speed=speed)["groups"] for rule in group["rules"]]


def promtool(*arguments, cwd=None):
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, cwd=cwd, timeout=300)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("speed", [1, 7, 60, 1_000])
def test_promtool_accepts_the_rules_without_a_warning(real, tmp_path, speed):
    (tmp_path / "rules.yml").write_text(rules_text(SLO, speed=speed))
    status, said = promtool("check", "rules", "--lint=all", "--lint-fatal", str(tmp_path / "rules.yml"))
    assert status == 0, said
    assert f"{len(rules())} rules found" in said


def test_promtool_accepts_the_example_configuration(real):
    status, said = promtool("check", "config", str(FOLDER / "prometheus/prometheus.yml"))
    assert status == 0, said


@pytest.mark.parametrize("alert", SLO.alerts, ids=lambda alert: alert.name)
def test_every_alert_rings_at_its_moment_and_not_below(real, alert):
    """The committed tests: expected moments come from the lens alerting and from closed forms."""
    status, said = promtool("test", "rules", f"{alert.name}.yml", cwd=FOLDER / "prometheus/tests")
    assert status == 0, said


@pytest.mark.parametrize("kind", [BurnRate, ReplicationLag, Gauge, TrafficShift, TrafficGone])
def test_at_sixty_times_the_speed_every_kind_rings_sixty_times_as_early(real, tmp_path, kind):
    alert = SLO.of_type(kind)[0]
    (tmp_path / "rules.yml").write_text(rules_text(SLO, speed=60))
    (tmp_path / "test.yml").write_text(rule_test_texts(SLO, speed=60, rules="rules.yml")[f"{alert.name}.yml"])
    status, said = promtool("test", "rules", "test.yml", cwd=tmp_path)
    assert status == 0, said


@pytest.mark.parametrize("alert", SLO.alerts, ids=lambda alert: alert.name)
def test_every_alert_is_tested_to_ring_to_stop_and_to_stay_silent(alert):
    told = list(stories(alert, SLO))
    first = [check for check in told[0].checks if check.alert == alert.name]
    assert [bool(check.firings) for check in first] == [False, True, True, False]
    assert first[1].at_s - first[0].at_s == first[3].at_s - first[2].at_s == told[0].step_s
    silent = [story for story in told[1:] if not any(check.firings for check in story.checks)]
    assert silent, "one of them is just below"


def test_a_rule_that_is_a_little_too_eager_fails_its_test(real, tmp_path):
    """The tests are worth something: a threshold lower by 2 % is found, and so is `for` left out."""
    for old, new, alert in [
        ("> 14.4 * 0.001", "> 14.1 * 0.001", "AvailabilityBurnsFast"),
        ("/ 30 > 0.5", "/ 30 > 0.49", "ReplicationLagNearsRpo"),
        ("for: 1m\n", "", "RegionUnhealthy"),
        ("> 10\n", "> 9.8\n", "RegionAvailabilityBurnsFast"),
    ]:
        text = rules_text(SLO)
        assert old in text
        (tmp_path / "rules.yml").write_text(text.replace(old, new))
        (tmp_path / "test.yml").write_text(rule_test_texts(SLO, rules="rules.yml")[f"{alert}.yml"])
        status, said = promtool("test", "rules", "test.yml", cwd=tmp_path)
        assert status == 1, f"{alert}: {said}"


def test_an_alert_is_one_entry():
    assert sorted(rule["alert"] for rule in rules() if "alert" in rule) == sorted(alert.name for alert in SLO.alerts)
    for alert in SLO.alerts:
        rule = next(rule for rule in rules() if rule.get("alert") == alert.name)
        assert rule["labels"] == {"severity": alert.severity}
        assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
        assert rule["annotations"]["runbook_url"].endswith(f"/lessons/observing-regions/#{alert.runbook}")
        assert "{region}" not in rule["annotations"]["summary"]


def test_recordings_are_named_by_level_metric_and_operations_and_none_twice():
    recorded = Counter((rule["record"], str(rule.get("labels"))) for rule in rules() if "record" in rule)
    assert max(recorded.values()) == 1
    assert all(NAME.fullmatch(name) for name, _ in recorded), recorded


def test_rules_and_panels_ask_only_for_what_is_there():
    """Recorded series or metrics of the signals: a misspelt name would make a graph that stays empty."""
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    asked = {name for rule in rules() for name in METRIC.findall(rule["expr"])}
    asked |= {name for panel in panels().values() for name in METRIC.findall(panel.expr)}
    known = recorded | set(METRICS)
    assert asked
    assert {name for name in asked if name not in known and PARTS.sub("", name) not in known} == set()


def test_a_series_is_recorded_before_a_rule_of_its_group_looks_at_it():
    for group in rule_groups(SLO)["groups"]:
        names = [rule.get("record") for rule in group["rules"]]
        for place, rule in enumerate(group["rules"]):
            for name in METRIC.findall(rule["expr"]):
                if name in names:
                    assert names.index(name) < place, f"{group['name']}: {name}"


def test_an_alert_looks_at_values_of_its_own_evaluation():
    """Every recorded series that an alert asks for is recorded in the alert's own group."""
    for group in rule_groups(SLO)["groups"]:
        names = {rule["record"] for rule in group["rules"] if "record" in rule}
        for rule in group["rules"]:
            if "alert" in rule:
                asked = {name for name in METRIC.findall(rule["expr"]) if ":" in name}
                assert asked <= names, rule["alert"]


@pytest.mark.parametrize("speed", [7, 60])
def test_with_speed_every_window_interval_and_for_is_divided(speed):
    slow, fast = rule_groups(SLO)["groups"], rule_groups(SLO, speed=speed)["groups"]
    for one, other in zip(slow, fast, strict=True):
        assert ms(other["interval"]) == pytest.approx(ms(one["interval"]) / speed, abs=0.5)
        for before, after in zip(one["rules"], other["rules"], strict=True):
            assert before.get("record") == after.get("record")
            windows = re.compile(r"(?:\[|offset )(\d+[a-z]+)")
            found = [
                (ms(a), ms(b))
                for a, b in zip(windows.findall(before["expr"]), windows.findall(after["expr"]), strict=True)
            ]
            if "for" in before:
                found.append((ms(before["for"]), ms(after["for"])))
            assert all(b == pytest.approx(a / speed, abs=0.5) for a, b in found)


def test_rates_are_those_of_the_incident_whatever_the_speed():
    """A counter that is replayed 60 times as fast rises 60 times as fast."""
    for slow, fast in zip(rules(), rules(60), strict=True):
        if re.fullmatch(r"service(_[a-z]+)?:http_requests:rate\w+", slow.get("record", "")):
            assert fast["expr"].endswith(" / 60")


def test_the_text_is_the_rules_and_nothing_else():
    assert yaml.safe_load(rules_text(SLO)) == rule_groups(SLO)
    assert "&id" not in rules_text(SLO), "no anchors: they are hard to read"
    assert Pace(60).lasts(15) == "250ms"


def ms(text: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h|d)", text).groups()
    return int(number) * {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}[unit]
