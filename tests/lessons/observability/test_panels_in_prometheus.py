"""Does a real Prometheus answer every panel of the dashboards for a replayed incident, and with the same numbers?

The incident is taken in as blocks (nobody has to wait for it), the recording rules are evaluated by the same Prometheus
at every scrape, as `Panel.value` takes them, and every panel's expression is then asked as Grafana asks it.
"""

import re

import numpy as np
import pytest

from lessons.observability.openmetrics import ZERO_AT_S, openmetrics
from lessons.observability.panels import panels
from lessons.observability.rules import rule_groups
from lessons.observability.runs import signals_of
from lessons.observability.signals import SERVICE
from lessons.observability.slo_file import read_slo
from lessons.simulator import failover
from lessons.simulator.presets import presets

# Prometheus adds the same numbers up in another order, so the last digits differ; nothing else may.
TOLERANCE = 1e-6

pytestmark = pytest.mark.prometheus


def levels(rules):
    """The recording rules in steps: each asks only for what the steps before it have recorded."""
    names = {rule["record"] for rule in rules}
    known, left = set(), list(rules)
    while left:
        ready = [rule for rule in left if not (set(re.findall(r"[a-z0-9_:]+", rule["expr"])) & names) - known]
        assert ready, "rules that need one another"
        yield ready
        left = [rule for rule in left if rule not in ready]
        known |= {rule["record"] for rule in ready} - {rule["record"] for rule in left}


@pytest.fixture(scope="module")
def incident(content):
    """A failover there and back: both regions serve, fail over and are promoted in turn."""
    start = presets(content, "failover")["failback-later"]
    scenario = failover.Scenario(**start.values)
    return signals_of("failover", scenario, failover.run(scenario, seed=start.seed), seed=start.seed)


@pytest.fixture(scope="module")
def answers(incident, tmp_path_factory, real):
    """What Prometheus answers to every panel: {slug: {line: {at_s: value}}}."""
    folder = tmp_path_factory.mktemp("panels")
    (folder / "prometheus.yml").write_text("global: {}\n")
    real.into_blocks(folder, openmetrics(incident))
    span = {
        "start_s": ZERO_AT_S + incident.times_s[0],
        "end_s": ZERO_AT_S + incident.times_s[-1],
        "step_s": incident.step_s,
    }
    rules = [rule for group in rule_groups(read_slo())["groups"] for rule in group["rules"] if "record" in rule]
    for ready in levels(rules):
        with real.running(folder) as prometheus:
            made = real.recorded_by(prometheus, ready, **span)
        real.into_blocks(folder, real.as_openmetrics(made))
    with real.running(folder) as prometheus:
        return {slug: _asked(prometheus, panel, span) for slug, panel in panels().items()}


def _asked(prometheus, panel, span):
    found = {}
    for labels, samples in prometheus.range(panel.query(service=SERVICE), **span):
        line = panel.legend
        for label, text in labels.items():
            line = line.replace(f"{{{{{label}}}}}", text)
        assert line not in found, f"{panel.slug} draws two lines called {line}"
        found[line] = {round(at_s - ZERO_AT_S): value for at_s, value in samples}
    return found


@pytest.mark.parametrize("slug", panels())
def test_no_panel_is_empty_during_the_incident(answers, slug):
    assert answers[slug], "no line at all"
    for line, values in answers[slug].items():
        inside = [value for at_s, value in values.items() if at_s >= 0 and not np.isnan(value)]
        assert len(inside) >= 3, f"{line} says nothing"


@pytest.mark.parametrize("slug", panels())
def test_a_panel_computes_what_prometheus_answers(answers, incident, slug):
    computed = dict(panels()[slug].value(incident))
    assert computed.keys() == answers[slug].keys()
    places = {round(at_s): place for place, at_s in enumerate(incident.times_s)}
    for line, values in computed.items():
        told = answers[slug][line]
        for at_s, place in places.items():
            ours, theirs = values[place], told.get(at_s, np.nan)
            assert ours == pytest.approx(theirs, rel=TOLERANCE, abs=TOLERANCE, nan_ok=True), f"{line} at {at_s} s"
