"""Are the dashboards what Grafana's library reads, and does every panel say what it has to?"""

import json
import subprocess
import sys
from itertools import pairwise

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard, RowPanel

from lessons.observability.artefacts import FOLDER
from lessons.observability.panel import PHASES
from lessons.observability.panels import layers
from lessons.observability.slo_file import read_slo

LAYERS = layers()
COMMITTED = {layer.slug: json.loads((FOLDER / f"grafana/{layer.slug}.json").read_text()) for layer in LAYERS}
COLUMNS = 24


@pytest.fixture(params=LAYERS, ids=lambda layer: layer.slug)
def layer(request):
    return request.param


def drawn(layer):
    return [panel for panel in COMMITTED[layer.slug]["panels"] if panel["type"] != "row"]


def test_the_library_reads_a_dashboard_and_writes_the_same(layer):
    register_default_plugins()
    read = Dashboard.from_json(COMMITTED[layer.slug])
    assert json.loads(JSONEncoder().encode(read)) == COMMITTED[layer.slug]
    assert all(isinstance(panel, RowPanel) or panel.type_val == "timeseries" for panel in read.panels)


def test_a_layer_is_a_dashboard_and_every_panel_is_in_it(layer):
    made = COMMITTED[layer.slug]
    assert made["uid"] == f"tally-{layer.slug}"
    assert made["description"] == layer.question
    assert [panel["title"] for panel in drawn(layer)] == [
        panel.title for phase in PHASES for panel in layer.of_phase(phase)
    ]


def test_there_is_a_row_for_each_phase(layer):
    rows = [panel["title"] for panel in COMMITTED[layer.slug]["panels"] if panel["type"] == "row"]
    assert rows == [title for phase, title in PHASES.items() if layer.of_phase(phase)]


def test_every_panel_has_unit_description_threshold_and_a_way_down(layer):
    for made, panel in zip(drawn(layer), (p for phase in PHASES for p in layer.of_phase(phase)), strict=True):
        said = made["fieldConfig"]["defaults"]
        assert said["unit"]
        assert panel.question in made["description"]
        assert panel.description in made["description"]
        assert panel.threshold.words in made["description"]
        steps = [(step["value"], step["color"]) for step in said["thresholds"]["steps"]]
        assert steps[0][0] is None
        assert (panel.threshold.value, "red" if panel.threshold.side == "above" else "green") in steps
        assert [link["url"].split("?")[0] for link in made["links"]] == [f"/d/tally-{panel.below}"]
        assert "${__url_time_range}" in made["links"][0]["url"]
        assert "${__all_variables}" in made["links"][0]["url"]


def test_the_expressions_are_those_that_a_real_prometheus_is_asked(layer):
    """test_panels_in_prometheus asks `Panel.expr`; here nothing else is asked but which alerts ring."""
    asked = {panel["title"]: [target["expr"] for target in panel["targets"]] for panel in drawn(layer)}
    assert asked == {panel.title: [panel.expr] for panel in layer.panels}
    legends = {panel["title"]: panel["targets"][0]["legendFormat"] for panel in drawn(layer)}
    assert legends == {panel.title: panel.legend for panel in layer.panels}
    marks = [one["expr"] for one in COMMITTED[layer.slug]["annotations"]["list"]]
    assert marks == ['ALERTS{alertstate="firing",service="$service"}']


def test_the_layers_lead_down_one_by_one_and_back_to_the_first():
    slugs = [layer.slug for layer in LAYERS]
    for upper, lower in pairwise([*slugs, slugs[0]]):
        found = next(layer for layer in LAYERS if layer.slug == upper)
        assert {panel.below for panel in found.panels} == {lower}
        assert [link["url"] for link in COMMITTED[upper]["links"]] == [f"/d/tally-{lower}"]


def test_no_two_panels_have_the_same_id_nor_the_same_place():
    ids = [panel["id"] for made in COMMITTED.values() for panel in made["panels"]]
    assert len(set(ids)) == len(ids)
    for made in COMMITTED.values():
        taken = set()
        for panel in made["panels"]:
            at = panel["gridPos"]
            cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
            assert not cells & taken, panel["title"]
            assert at["x"] + at["w"] <= COLUMNS
            taken |= cells


def test_variables_choose_the_prometheus_the_service_and_regions(layer):
    variables = {one["name"]: one for one in COMMITTED[layer.slug]["templating"]["list"]}
    assert list(variables) == ["datasource", "service", "region"]
    assert variables["datasource"]["query"] == "prometheus"
    assert variables["region"]["multi"] and variables["region"]["includeAll"]
    for panel in drawn(layer):
        assert panel["datasource"]["uid"] == "${datasource}"
        for target in panel["targets"]:
            assert 'service="$service"' in target["expr"]
            assert target["datasource"]["uid"] == "${datasource}"


def test_the_minimum_of_each_phase_is_there():
    """Early: success, latency, lag, budget. Later: share, saturation, consensus, cache hits, consumer lag."""
    phase_of = {panel.slug: panel.phase for layer in LAYERS for panel in layer.panels}
    early = {"success-rate", "latency", "replication-lag", "budget-left"}
    later = {"traffic-share", "saturation", "leader-changes", "cache-hits", "consumer-lag"}
    assert {phase_of[slug] for slug in early} == {"early"}
    assert {phase_of[slug] for slug in later} == {"later"}
    assert {layer.slug for layer in LAYERS} == {
        "executive-slo",
        "api",
        "data-stores-and-replication",
        "caches-and-streams",
        "network-and-failover",
    }


def test_every_alert_has_a_panel_that_shows_what_it_watches():
    shown = {name for layer in LAYERS for panel in layer.panels for name in panel.alerts}
    assert shown == {alert.name for alert in read_slo().alerts}


def test_red_begins_where_the_alert_rings():
    slo = read_slo()
    threshold = {panel.slug: panel.threshold for layer in LAYERS for panel in layer.panels}
    assert threshold["burn-rate"].value == slo.fast_page.burn_rate
    assert threshold["success-rate"].value == slo.of_kind("availability").target_fraction
    assert threshold["replication-lag"].value == slo.rpo_s / 2
    assert threshold["saturation"].value == slo.gauges("region_utilisation_ratio")[0].value
    assert threshold["consumer-lag"].value == slo.gauges("stream_consumer_lag_messages")[0].value


def test_a_server_runs_without_the_library_of_grafana():
    """Nothing but dashboards.py imports it."""
    program = (
        "import sys; sys.modules['grafana_foundation_sdk'] = None\n"
        "import lessons.observability.artefacts, lessons.observability.rule_tests, lessons.widgets.registry as r\n"
        "r.widgets()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=FOLDER.parents[1], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
