"""What may be asked of a quorum: fields, texts, presets, deployments, and what is refused by name."""

import math

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import quorum_latency
from lessons.simulator.engine.deployment import read_deployment
from lessons.simulator.engine.network import measured
from lessons.simulator.engine.params import params, read_texts
from lessons.simulator.engine.passports import read_passports
from lessons.simulator.errors import ScenarioError
from lessons.simulator.presets import presets

AWS = tuple(measured("aws_2019"))
EXPONENTIAL = {"kind": "exponential", "rate_per_ms": 0.2}
STILL = {"jitter": 0, "server_ms": 0}


def ran(*, seed=1, **fields):
    return quorum_latency.run(quorum_latency.Scenario(**fields), seed=seed)


def test_every_preset_runs_within_bounds_and_every_field_has_a_passport(content):
    passports = read_passports(content)
    assert all(known.passport in passports for known in params(quorum_latency.Scenario).values())
    assert presets(content, "quorum-latency")
    for preset in presets(content, "quorum-latency").values():
        scenario = quorum_latency.Scenario(**preset.values)
        assert quorum_latency.cost_ms(scenario) < 50
        assert quorum_latency.summary(scenario, quorum_latency.run(scenario, seed=preset.seed)).endswith(".")


def test_a_deployment_says_where_the_copies_are_and_who_leads(content):
    made = quorum_latency.from_deployment(read_deployment(content / "deployments" / "tally-hot-standby.toml"))
    assert made == {
        "regions": ["us-east-1", "eu-central-1"],
        "leader": "us-east-1",
        "mode": "async",
        "matrix": "aws_2019",
    }
    for path in (content / "deployments").glob("tally-*.toml"):
        quorum_latency.Scenario(**quorum_latency.from_deployment(read_deployment(path)))


def test_a_deployment_without_places_or_without_a_store_says_so(tmp_path):
    path = tmp_path / "nowhere.toml"
    text = 'title = "T"\n[[region]]\nid = "a"\nname = "A"\ncapacity_fraction = 1\n'
    path.write_text(text)
    with pytest.raises(ScenarioError, match="no store"):
        quorum_latency.from_deployment(read_deployment(path))
    path.write_text(text + '[[store]]\nid = "s"\nname = "S"\nregions = ["a"]\nreplication = "async"\n')
    with pytest.raises(ScenarioError, match="no place"):
        quorum_latency.from_deployment(read_deployment(path))


def test_a_scenario_survives_json_and_text():
    scenario = quorum_latency.Scenario(
        regions=("here", '"there"', "here"),
        rtt_ms={"here": {'"there"': 5}},
        leader='"there"',
        mode="quorum",
        jitter={"kind": "constant", "value_ms": 1},
    )
    assert quorum_latency.Scenario(**orjson.loads(orjson.dumps(scenario.as_dict()))) == scenario
    known = params(quorum_latency.Scenario)
    values, problems = read_texts(
        quorum_latency.Scenario, {name: field.write(getattr(scenario, name)) for name, field in known.items()}
    )
    assert not problems
    assert quorum_latency.Scenario(**values) == scenario


@pytest.mark.parametrize("text", ["East US", '"East US"', " East US "])
def test_a_region_is_named_with_or_without_quotes(text):
    values, problems = read_texts(quorum_latency.Scenario, {"leader": text})
    assert not problems
    assert values == {"leader": "East US"}


rubbish = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.sampled_from(AWS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.sampled_from(["regions", "leader", "client_region", "rtt_ms", "server_ms", "jitter", "n", "r", "w"]), rubbish)
def test_what_is_not_a_field_is_named_and_never_another_exception(name, value):
    try:
        quorum_latency.Scenario(**{name: value})
    except ScenarioError as problem:
        assert problem.field in params(quorum_latency.Scenario)
        assert problem.allowed


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"regions": ["us-east-9"]}, "regions"),
        ({"regions": []}, "regions"),
        ({"regions": ["us-east-1"] * 13}, "regions"),
        ({"regions": "us-east-1"}, "regions"),
        ({"leader": "eu-west-1"}, "leader"),
        ({"leader": ""}, "leader"),
        ({"leader": "x" * 81}, "leader"),
        ({"leader": "us-east-1\n"}, "leader"),
        ({"client_region": "Atlantis"}, "client_region"),
        ({"n": 4}, "n"),
        ({"n": 2, "leader": "eu-central-1"}, "leader"),
        ({"mode": "quorum", "w": 4}, "w"),
        ({"mode": "quorum", "r": 4}, "r"),
        ({"mode": "quorum", "n": 2, "w": 3}, "w"),
        ({"matrix": "azure_2025"}, "regions"),
        ({"rtt_ms": {"a": {"b": 5}, "c": {"b": 5}}, "regions": ["a", "b", "c"]}, "rtt_ms"),
        ({"rtt_ms": math.nan}, "rtt_ms"),
        ({"server_ms": -1}, "server_ms"),
        ({"jitter": {"kind": "pareto"}}, "jitter"),
        ({"participants": 0}, "participants"),
        ({"replication_lag_s": math.inf}, "replication_lag_s"),
        ({"mode": "paxos"}, "mode"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_by_name(fields, field):
    with pytest.raises(ScenarioError) as caught:
        quorum_latency.Scenario(**fields)
    assert caught.value.field == field


def test_copies_beyond_n_are_left_out_and_their_clients_are_not():
    result = ran(n=2, mode="sync_all", **STILL)
    assert result.commit_ms["p50"] == 80
    assert set(result.by_client_region) == {"us-east-1", "us-west-2", "eu-central-1"}
    assert [one.region for one in result.acknowledgements] == ["us-west-2"]


def test_the_cheapest_quorum_that_meets_every_write_is_the_default():
    for n, w, r in ((1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 3, 2), (5, 3, 3)):
        scenario = quorum_latency.Scenario(regions=["p"] * n, rtt_ms=1, mode="quorum")
        assert (scenario.n, scenario.w, scenario.r) == (n, w, r)
    assert quorum_latency.Scenario(mode="quorum", w=3).r == 1
    assert quorum_latency.Scenario(mode="quorum", w=1).r == 3


def test_an_estimate_knows_what_a_run_costs():
    assert quorum_latency.cost_ms(quorum_latency.Scenario()) < 10
    worst = quorum_latency.Scenario(participants=1_000, trials=200_000, server_ms=EXPONENTIAL)
    assert quorum_latency.cost_ms(worst) > 1_000
    assert quorum_latency.costly_field(worst) == "trials"
    assert quorum_latency.costly_field(quorum_latency.Scenario(trials=500, participants=900)) == "participants"
