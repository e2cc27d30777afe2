"""Do the parsers of others read what is exported?"""

import subprocess

import numpy as np
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_prometheus

from lessons.observability.openmetrics import ZERO_AT_S, openmetrics, prometheus_text
from lessons.observability.runs import signals_of
from lessons.observability.signals import METRICS, family_of
from lessons.simulator.lenses import lens
from lessons.simulator.presets import presets

RUNS = [
    ("failover", "hot-standby"),
    ("failover", "warm-standby"),
    ("failover", "zone-lost"),
    ("replication-lag", "flash-sale"),
    ("staleness", "wan"),
]


def signals_at(content, name, preset, **options):
    start, asked = presets(content, name)[preset], lens(name)
    scenario = asked.Scenario(**start.values)
    return signals_of(name, scenario, asked.run(scenario, seed=start.seed), seed=start.seed, **options)


@pytest.mark.parametrize(("name", "preset"), RUNS)
def test_every_moment_of_the_export_is_openmetrics_and_holds_the_runs_values(content, name, preset):
    found = signals_at(content, name, preset, before_s=30)
    lines = "".join(openmetrics(found)).splitlines()
    at = {str(int(at_s + ZERO_AT_S)): [] for at_s in found.times_s}
    for line in lines:
        for moment in at.values() if line.startswith("#") else [at[line.rpartition(" ")[2]]]:
            moment.append(line)
    # The parser of prometheus_client takes a second moment of a histogram for a repetition of the first (its issue
    # 1091), so it is given one moment at a time.
    for row, moment in enumerate(at.values()):
        values = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in read_openmetrics("\n".join(moment) + "\n")
            for sample in family.samples
        }
        expected = {(one.name, frozenset(one.labels.items())): one.values[row] for one in found.series}
        assert values.keys() == expected.keys()
        np.testing.assert_allclose([values[key] for key in expected], list(expected.values()), rtol=1e-9)
    assert lines[-1] == "# EOF"


def test_type_unit_and_help_are_those_of_the_family(content):
    found = signals_at(content, "failover", "hot-standby", before_s=0, step_s=600)
    first = f" {int(ZERO_AT_S)}\n"
    text = "".join(line for line in openmetrics(found) if line.startswith("#") or line.endswith(first))
    families = list(read_openmetrics(text))
    assert len(families) == len({family_of(one).name for one in found.series})
    for family in families:
        metric = METRICS[family.name + "_total" if family.type == "counter" else family.name]
        assert (family.type, family.unit, family.documentation) == (metric.kind, metric.unit, metric.help)


@pytest.mark.parametrize("name", ["failover", "replication-lag"])
def test_gauges_and_counters_of_the_whole_run_are_read_with_their_times(content, name):
    found = signals_at(content, name, next(iter(presets(content, name))), before_s=60)
    plain = [one for one in found.series if one.kind != "histogram"]
    text = "".join(openmetrics(type(found)(found.times_s, found.step_s, tuple(plain)), zero_at_s=1_000.0))
    samples = [sample for family in read_openmetrics(text) for sample in family.samples]
    assert len(samples) == len(plain) * len(found.times_s)
    assert {float(sample.timestamp) for sample in samples} == set((found.times_s + 1_000.0).tolist())


@pytest.mark.parametrize(("name", "preset"), RUNS)
def test_one_moment_is_prometheus_text(content, name, preset):
    found = signals_at(content, name, preset, before_s=0)
    text = "".join(prometheus_text(found, [one.values[-1] for one in found.series]))
    read = {family.name: family for family in read_prometheus(text)}
    assert sum(len(family.samples) for family in read.values()) == len(found.series)
    for metric in METRICS.values():
        if found.named(metric.name):
            family = read[metric.name.removesuffix("_total")]
            assert (family.type, family.documentation) == (metric.kind, metric.help)


@pytest.mark.prometheus
@pytest.mark.parametrize(("name", "preset"), RUNS)
def test_promtool_finds_nothing_to_say_of_the_text(content, name, preset):
    found = signals_at(content, name, preset, before_s=0)
    text = "".join(prometheus_text(found, [one.values[-1] for one in found.series]))
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.prometheus
@pytest.mark.parametrize(("name", "preset"), RUNS)
def test_prometheus_itself_takes_the_export_in_as_blocks(content, tmp_path, name, preset):
    found = signals_at(content, name, preset, before_s=120)
    file = tmp_path / "run.om"
    file.write_text("".join(openmetrics(found)))
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "run.om", "data"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    blocks = [line.split() for line in done.stdout.splitlines() if line.startswith("01")]
    assert sum(int(block[-4]) for block in blocks) == len(found.series) * len(found.times_s)
