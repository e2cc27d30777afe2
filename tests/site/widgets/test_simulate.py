"""Does the command line run a lens, and refuse in one line what it cannot run?"""

import io
import json

import pytest
from django.core.management import call_command

from lessons.simulator import failover
from lessons.simulator.engine.params import params


def simulated(*arguments):
    written = io.StringIO()
    call_command("simulate", *arguments, stdout=written)
    return written.getvalue()


def refused(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        simulated(*arguments)
    assert caught.value.code == 2
    line = capsys.readouterr().err
    assert line.startswith("error: ")
    assert line.count("\n") == 1
    return line


def test_a_run_as_json_has_every_part():
    record = json.loads(simulated("failover", "--set", "dns_ttl_s=30", "--seed", "7", "--format", "json"))
    assert set(record) == {"lens", "engine_version", "seed", "scenario", "result", "summary", "leaves_out"}
    assert record["seed"] == 7
    assert record["scenario"]["dns_ttl_s"] == 30
    assert set(record["scenario"]) == set(params(failover.Scenario))
    assert len(record["result"]["series"]["t_s"]) == 600


def test_the_same_command_writes_the_same_bytes():
    assert simulated("failover", "--format", "json") == simulated("failover", "--format", "json")


def test_a_preset_is_a_start_and_a_setting_wins():
    record = json.loads(
        simulated("split-brain", "--preset", "patient", "--set", "promote_after_s=10", "--format", "json")
    )
    assert record["scenario"]["promote_after_s"] == 10
    assert record["scenario"]["partition_s"] == 43


def test_csv_is_the_series():
    lines = simulated("failover", "--format", "csv").splitlines()
    assert lines[0].startswith("t_s,offered_rps,succeeded_rps")
    assert len(lines) == 601


def test_text_starts_with_the_sentence():
    assert simulated("split-brain").startswith("When the link is back after 43 s, 860 writes")


def test_list_names_lenses_fields_and_presets():
    listed = simulated("--list")
    for words in ("failover:", "split-brain:", "dns_ttl_s = 60  (a number from 0 to 86400 s)", "forty-three-seconds"):
        assert words in listed


@pytest.mark.parametrize("field", list(params(failover.Scenario)))
@pytest.mark.parametrize("text", ["nan", "1e308", "-1", "", "many"])
def test_a_wrong_value_is_refused_with_its_field(capsys, field, text):
    assert refused(capsys, "failover", "--set", f"{field}={text}").startswith(f"error: {field}: ")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["nothing"], "lens"),
        ([], "lens"),
        (["failover", "--preset", "../x"], "preset"),
        (["failover", "--seed", "1.5"], "seed"),
        (["failover", "--seed", "-1"], "seed"),
        (["failover", "--format", "xml"], "format"),
        (["failover", "--set", "dns_ttl_s"], "set"),
        (["failover", "--set", "dns_tll_s=1"], "dns_tll_s"),
        (["failover", "--set", "line\nbreak=1"], "line break"),
        (["failover", "--set", "runs=10000", "--set", "checkers=200"], "runs"),
    ],
)
def test_a_wrong_argument_is_refused_with_its_name(capsys, arguments, field):
    assert refused(capsys, *arguments).startswith(f"error: {field}: ")


def test_an_unknown_option_is_refused_in_one_line(capsys):
    assert "--frob" in refused(capsys, "failover", "--frob")


def test_a_run_as_openmetrics_ends_with_eof_and_is_placed_in_time():
    text = simulated("failover", "--format", "openmetrics", "--before", "60", "--step", "60", "--at", "1000")
    lines = text.splitlines()
    assert lines[0] == "# TYPE http_requests counter"
    assert lines[-1] == "# EOF"
    stamps = {line.rpartition(" ")[2] for line in lines if not line.startswith("#")}
    assert stamps == {str(at_s) for at_s in range(940, 1_601, 60)}
    assert simulated("staleness", "--format", "openmetrics").endswith("# EOF\n")
    assert simulated("replication-lag", "--format", "openmetrics").endswith("# EOF\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cost"], "lens: is 'cost', which has no metrics (allowed: failover, replication-lag, staleness)"),
        (["failover", "--step", "0.5"], "step: is '0.5'"),
        (["failover", "--step", "1.5"], "step: is '1.5' (allowed: a whole number of seconds)"),
        (["failover", "--step", "1", "--set", "horizon_s=86400"], "step: makes 90,000 scrapes of the run"),
        (["failover", "--before", "inf"], "before: is 'inf'"),
        (["failover", "--at", "soon"], "at: is 'soon'"),
    ],
)
def test_an_export_that_cannot_be_made_is_refused_with_its_field(capsys, arguments, words):
    assert words in refused(capsys, *arguments, "--format", "openmetrics")
