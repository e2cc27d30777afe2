"""Do users wait for distance and for the slowest call, and for nothing else?"""

import math

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import latency
from lessons.simulator.engine.deployment import read_deployment
from lessons.simulator.engine.network import MATRICES, measured
from lessons.simulator.engine.params import params, read_texts
from lessons.simulator.engine.passports import read_passports
from lessons.simulator.errors import ScenarioError
from lessons.simulator.latency.lens import _overall_ms
from lessons.simulator.presets import presets
from lessons.simulator.record import as_plain

SLOW_ONE_IN_A_HUNDRED = {"kind": "mixture", "parts": [[0.99, 10], [0.01, 1000]]}
HEAVY = {"kind": "pareto", "min_ms": 12, "alpha": 2.5}
NOISY = {"server_ms": HEAVY, "jitter": {"kind": "exponential", "rate_per_ms": 1}}
AWS = tuple(measured("aws_2019"))
HERE = {"regions": ["here"], "users": {"here": 1}, "rtt_ms": {"here": {"here": 0}}}

region_sets = st.lists(st.sampled_from(AWS), min_size=1, max_size=4, unique=True)
seeds = st.integers(0, 10_000)


def ran(*, seed=1, **fields):
    return latency.run(latency.Scenario(**fields), seed=seed)


def test_tail_at_scale_one_slow_server_in_a_hundred_makes_most_requests_slow():
    """TL-1."""
    result = ran(**HERE, server_ms=SLOW_ONE_IN_A_HUNDRED, fan_out=100, slow_over_ms=500, trials=100_000)
    assert result.slow_fraction == pytest.approx(0.634, abs=0.01)
    assert result.slow_fraction == pytest.approx(1 - 0.99**100, abs=4 * math.sqrt(0.634 * 0.366 / 100_000))
    assert ran(rtt_ms=0, server_ms=SLOW_ONE_IN_A_HUNDRED, fan_out=100, slow_over_ms=500).slow_fraction == pytest.approx(
        0.634, abs=0.03
    )


def test_tail_at_scale_a_second_request_after_the_p95_adds_a_twentieth():
    """TL-2."""
    exponential = {"kind": "exponential", "rate_per_ms": 0.1}
    result = ran(server_ms=exponential, fan_out=1, hedge_after_ms=29.957)
    assert result.extra_load_fraction == pytest.approx(0.05, abs=0.005)
    assert ran(server_ms=exponential, hedge_after_ms=29.957, fan_out=40).extra_load_fraction == pytest.approx(
        0.05, abs=0.002
    )


@pytest.mark.parametrize("matrix", MATRICES)
def test_a_request_takes_the_published_round_trip_from_the_row_of_the_users(matrix):
    """RTT-1 and RTT-2, through the lens."""
    for region in measured(matrix):
        others = {name: 1 for name in measured(matrix) if name != region}
        result = ran(matrix=matrix, regions=[region], users=others, server_ms=0)
        for name in others:
            assert result.by_group[name]["p50"] == measured(matrix)[name][region]


def test_users_where_the_region_is_pay_what_the_scenario_says():
    assert ran(users={"us-east-1": 1}, server_ms=0).overall_ms["max"] == 0
    assert ran(users={"us-east-1": 1}, server_ms=0, same_place_rtt_ms=4, round_trips=3).overall_ms["max"] == 12


def test_every_round_trip_is_paid_and_calls_only_once():
    result = ran(regions=["us-east-1"], users={"eu-central-1": 1}, round_trips=4, server_ms=20)
    assert result.overall_ms["p50"] == 4 * 89 + 20


def test_jitter_is_drawn_for_each_message():
    result = ran(users={"us-east-1": 1}, server_ms=0, round_trips=3, jitter={"kind": "exponential", "rate_per_ms": 0.5})
    assert result.overall_ms["mean"] == pytest.approx(6 * 2, rel=0.03)


def test_the_slowest_of_many_exponential_calls_takes_the_harmonic_number_of_means():
    result = ran(**HERE, server_ms={"kind": "exponential", "rate_per_ms": 0.1}, fan_out=50, trials=20_000)
    assert result.overall_ms["mean"] == pytest.approx(10 * sum(1 / k for k in range(1, 51)), rel=0.01)


@settings(max_examples=40)
@given(region_sets, st.sampled_from(AWS), seeds)
def test_another_region_never_makes_anybodys_nearest_slower(regions, added, seed):
    before = ran(regions=regions, **NOISY, trials=200, seed=seed)
    after = ran(regions=[*regions, added] if added not in regions else regions, **NOISY, trials=200, seed=seed)
    for group in before.by_group:
        assert after.rtt_ms[group] <= before.rtt_ms[group]
        for name, value in after.by_group[group].items():
            assert value <= before.by_group[group][name]
    assert after.slow_fraction <= before.slow_fraction


@settings(max_examples=60)
@given(st.floats(0, 500), st.sampled_from([HEAVY, SLOW_ONE_IN_A_HUNDRED, 20]), st.integers(1, 30), seeds)
def test_a_second_call_never_raises_a_percentile(after_ms, server, fan_out, seed):
    alone = ran(server_ms=server, fan_out=fan_out, trials=300, seed=seed)
    hedged = ran(server_ms=server, fan_out=fan_out, trials=300, seed=seed, hedge_after_ms=after_ms)
    for name, value in hedged.overall_ms.items():
        assert value <= alone.overall_ms[name] + 1e-9
    assert 0 <= hedged.extra_load_fraction <= 1
    assert alone.extra_load_fraction == 0


@settings(max_examples=40)
@given(st.integers(1, 40), st.integers(1, 40), seeds)
def test_more_parallel_calls_never_lower_the_latency(few, more, seed):
    low, high = sorted((few, more))
    fewer, many = (ran(**NOISY, fan_out=fan_out, trials=200, seed=seed) for fan_out in (low, high))
    assert all(many.overall_ms[name] >= value - 1e-9 for name, value in fewer.overall_ms.items())


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(-60, 70), st.floats(-180, 180)), min_size=2, max_size=6, unique=True), st.floats(1, 10)
)
def test_nobody_beats_the_floor_whatever_the_places_and_the_factor(spots, factor):
    places = {f"p{index}": list(at) for index, at in enumerate(spots)}
    result = ran(
        matrix="none",
        places=places,
        fibre_factor=factor,
        regions=["p0"],
        users=dict.fromkeys(places, 1),
        server_ms=0,
        trials=100,
    )
    for group, floor_ms in result.floor_ms.items():
        assert result.by_group[group]["p50"] >= floor_ms - 1e-9
        assert result.rtt_ms[group] == pytest.approx(factor * floor_ms)


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("next_by", ["mean", "slowest"])
def test_no_other_region_would_have_been_a_better_next_one(matrix, next_by):
    names = list(measured(matrix))
    rng = np.random.default_rng(7)
    for _ in range(6):
        regions = list(rng.choice(names, size=2, replace=False))
        users = {
            str(name): float(share)
            for name, share in zip(rng.choice(names, 5, replace=False), rng.random(5) + 0.1, strict=True)
        }
        fields = {"matrix": matrix, "users": users, "next_by": next_by, "server_ms": 0, "trials": 100}
        found = ran(regions=regions, **fields)

        def aim(result):
            return result.mean_rtt_ms if next_by == "mean" else result.slowest_rtt_ms

        tried = {name: aim(ran(regions=[*regions, name], **fields)) for name in names if name not in regions}
        assert {one.region for one in found.next_regions} == set(tried)
        if found.best_next_region is None:
            assert min(tried.values()) >= aim(found) - 1e-6
        else:
            assert tried[found.best_next_region] == pytest.approx(min(tried.values()))
            assert min(tried.values()) < aim(found)


def test_the_average_user_and_the_slowest_group_want_different_regions():
    assert ran().best_next_region == "eu-central-1"
    assert ran(next_by="slowest").best_next_region == "ap-southeast-1"


def test_nothing_is_left_to_add_where_everybody_is_at_home():
    everywhere = ran(regions=["us-east-1", "eu-central-1", "ap-southeast-1"])
    assert everywhere.best_next_region is None
    assert "no further region" in latency.summary(latency.Scenario(), everywhere)


@settings(max_examples=50)
@given(
    st.lists(st.floats(0, 500), min_size=1, max_size=60),
    st.lists(st.tuples(st.floats(0, 300), st.floats(0.01, 1)), min_size=2, max_size=5),
)
def test_percentiles_over_all_users_are_those_of_all_their_requests(sample, groups):
    shifts, weights = (np.array(part) for part in zip(*groups, strict=True))
    ordered = np.sort(np.array(sample))
    values = (ordered[:, None] + shifts[None, :]).ravel()
    each = np.broadcast_to(weights[None, :] / len(ordered), (len(ordered), len(weights))).ravel()
    found = _overall_ms(ordered, shifts, weights / weights.sum())
    assert found["max"] == values.max()
    assert found["mean"] == pytest.approx(np.average(values, weights=each))
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
        below, up_to = each[values < found[name] - 1e-9].sum(), each[values <= found[name] + 1e-9].sum()
        assert below / each.sum() <= share + 1e-9
        assert up_to / each.sum() >= share - 1e-9
        assert np.isclose(values, found[name]).any()


def test_the_same_seed_gives_the_same_result_and_another_seed_another():
    one, again, other = (as_plain(ran(**NOISY, seed=seed)) for seed in (4, 4, 5))
    assert one == again
    assert one["by_group"] != other["by_group"]
    assert one["nearest"] == other["nearest"]


def test_another_mean_moves_the_curve_and_not_the_dice():
    slow, fast = (
        ran(server_ms={"kind": "exponential", "rate_per_ms": rate}, users={"us-east-1": 1}) for rate in (0.1, 0.2)
    )
    assert slow.overall_ms["p99"] == pytest.approx(2 * fast.overall_ms["p99"])


def test_a_standby_that_serves_nobody_is_no_region_here(content):
    made = {
        path.stem: latency.from_deployment(read_deployment(path))
        for path in (content / "deployments").glob("tally-*.toml")
    }
    users = {"us-east-1": 0.5, "eu-central-1": 0.35, "ap-southeast-1": 0.15}
    for name, fields in made.items():
        both = name == "tally-active-active"
        assert fields["regions"] == (["us-east-1", "eu-central-1"] if both else ["us-east-1"])
        assert (fields["users"], fields["matrix"]) == (users, "aws_2019")
        latency.Scenario(**fields)


def test_a_deployment_without_places_says_so(tmp_path):
    path = tmp_path / "nowhere.toml"
    path.write_text(
        'title = "T"\n[[region]]\nid = "a"\nname = "A"\ncapacity_fraction = 1\n'
        '[[population]]\nid = "p"\nname = "P"\nhome = "a"\nshare_fraction = 1\n'
    )
    with pytest.raises(ScenarioError, match="no place"):
        latency.from_deployment(read_deployment(path))


def test_every_preset_runs_within_bounds_and_every_field_has_a_passport(content):
    passports = read_passports(content)
    assert all(known.passport in passports for known in params(latency.Scenario).values())
    for preset in presets(content, "latency").values():
        scenario = latency.Scenario(**preset.values)
        assert latency.cost_ms(scenario) < 250
        assert latency.summary(scenario, latency.run(scenario, seed=preset.seed)).endswith(".")


def test_a_scenario_survives_json():
    scenario = latency.Scenario(
        matrix="none",
        places={"a": [1, 2], "b": (3, 4)},
        regions=["a"],
        users={"b": 3, "a": 1},
        server_ms=SLOW_ONE_IN_A_HUNDRED,
        jitter={"kind": "constant", "value_ms": 1},
    )
    again = latency.Scenario(**orjson.loads(orjson.dumps(scenario.as_dict())))
    assert again == scenario
    assert again.users == {"b": 0.75, "a": 0.25}
    values, problems = read_texts(
        latency.Scenario,
        {name: known.write(getattr(scenario, name)) for name, known in params(latency.Scenario).items()},
    )
    assert not problems
    assert latency.Scenario(**values) == scenario


rubbish = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.sampled_from(AWS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.sampled_from(["regions", "users", "rtt_ms", "places", "server_ms", "jitter"]), rubbish)
def test_bad_structures_name_a_field_and_are_never_another_exception(name, value):
    try:
        latency.Scenario(**{name: value})
    except ScenarioError as problem:
        assert problem.field in params(latency.Scenario)
        assert problem.allowed


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"regions": ["us-east-9"]}, "regions"),
        ({"regions": []}, "regions"),
        ({"regions": ["us-east-1"] * 2}, "regions"),
        ({"users": {"Atlantis": 1}}, "users"),
        ({"users": {"us-east-1": 0}}, "users"),
        ({"users": {"us-east-1": math.nan}}, "users"),
        ({"matrix": "azure_2025"}, "regions"),
        ({"rtt_ms": {"a": {"b": 5}}, "regions": ["a"], "users": {"c": 1}}, "users"),
        ({"rtt_ms": {"a": {"b": 5}, "c": {"b": 5}}, "regions": ["a"], "users": {"c": 1}}, "rtt_ms"),
        ({"matrix": "none", "places": {"a": [91, 0]}, "regions": ["a"]}, "places"),
        ({"matrix": "none", "places": {"a": [9, 0]}}, "regions"),
        ({"server_ms": -1}, "server_ms"),
        ({"jitter": {"kind": "pareto"}}, "jitter"),
        ({"round_trips": 1.5}, "round_trips"),
        ({"hedge_after_ms": math.inf}, "hedge_after_ms"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_by_name(fields, field):
    with pytest.raises(ScenarioError) as caught:
        latency.Scenario(**fields)
    assert caught.value.field == field


def test_an_estimate_knows_what_a_run_costs():
    plain = latency.cost_ms(latency.Scenario())
    assert latency.cost_ms(latency.Scenario(fan_out=1_000, trials=1_000_000)) > 10_000
    assert plain < 10
    assert latency.costly_field(latency.Scenario(fan_out=1_000)) == "trials"
