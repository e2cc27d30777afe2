"""Do components that go up and down agree with the arithmetic of redundancy?"""

import itertools
import math

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import availability
from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain

FRACTIONS = st.floats(0, 1)
STRUCTURES = st.sampled_from(["series", "parallel", "k_of_n"])


def ran(*, seed=1, simulated_years=1, **given):
    scenario = availability.Scenario(simulated_years=simulated_years, **given)
    return availability.run(scenario, seed=seed)


def enumerated(availabilities, needed, coverage, common_down):
    """Every combination of components up and down, one by one."""
    up = 0.0
    for state in itertools.product([True, False], repeat=len(availabilities)):
        chance = math.prod(a if is_up else 1 - a for a, is_up in zip(availabilities, state, strict=True))
        if all(state[:needed]):
            up += chance
        elif sum(state) >= needed:
            up += chance * coverage
    return (1 - common_down) * up


@given(
    each=st.lists(FRACTIONS, min_size=1, max_size=6),
    structure=STRUCTURES,
    k=st.integers(1, 6),
    coverage=FRACTIONS,
)
@settings(max_examples=150, deadline=None)
def test_the_formula_is_the_sum_over_every_combination(each, structure, k, coverage):
    needed = {"series": len(each), "parallel": 1, "k_of_n": min(k, len(each))}[structure]
    split = availability.lens.formula.parts(each, 0.0)
    down = availability.lens.formula.chances(split, needed).down(coverage)
    assert 1 - down == pytest.approx(enumerated(each, needed, coverage, 0.0), abs=1e-12)


@given(one=st.floats(0, 0.999999), beta=FRACTIONS, n=st.integers(1, 8))
@settings(max_examples=100, deadline=None)
def test_a_common_cause_leaves_a_single_component_as_it_was(one, beta, n):
    """Shared and own part of each component multiply to what it was said to be."""
    split = availability.lens.formula.parts([one] * n, beta)
    assert (1 - split.common_down) * (1 - split.own_down) == pytest.approx(one, abs=1e-9)


@pytest.mark.parametrize(
    ("coverage", "expected"), [(1.0, 0.999999), (0.99, 0.99998901), (0.9, 0.9998991), (0.0, 0.999)]
)
def test_two_regions_are_worth_what_their_failover_is(coverage, expected):
    result = ran(component_availability_fraction=0.999, n=2, coverage_fraction=coverage)
    assert result.availability_fraction == pytest.approx(expected, abs=1e-12)


def test_a_shared_dependency_caps_both_regions():
    """Half of the 0.1 % that each region is down comes from what both share: 99.95 % is the most they can have."""
    result = ran(component_availability_fraction=0.999, n=2, common_cause_fraction=0.5)
    assert result.availability_fraction == pytest.approx(0.9995 * (1 - (0.0005 / 0.9995) ** 2), abs=1e-12)
    assert result.availability_fraction < 0.9995


@given(each=st.floats(0.001, 0.999), coverage=FRACTIONS, beta=st.floats(0.01, 1), n=st.integers(2, 8))
@settings(max_examples=100, deadline=None)
def test_no_number_of_regions_beats_what_they_share(each, coverage, beta, n):
    result = ran(
        component_availability_fraction=each,
        n=n,
        coverage_fraction=coverage,
        common_cause_fraction=beta,
        mttr_s=2_592_000,
    )
    assert result.availability_fraction <= 1 - beta * (1 - each) + 1e-12


@given(each=FRACTIONS, coverage=FRACTIONS, n=st.integers(1, 7))
@settings(max_examples=100, deadline=None)
def test_another_component_helps_in_parallel_and_costs_in_series(each, coverage, n):
    def up(structure, count):
        split = availability.lens.formula.parts([each] * count, 0.0)
        needed = count if structure == "series" else 1
        return 1 - availability.lens.formula.chances(split, needed).down(coverage)

    assert up("parallel", n + 1) >= up("parallel", n) - 1e-12
    assert up("series", n + 1) <= up("series", n) + 1e-12


def test_k_of_n_is_series_with_all_and_parallel_with_one():
    knobs = {"component_availability_fraction": [0.9, 0.99, 0.95]}
    everyone = ran(structure="k_of_n", k=3, **knobs).availability_fraction
    anyone = ran(structure="k_of_n", k=1, **knobs).availability_fraction
    assert everyone == pytest.approx(ran(structure="series", **knobs).availability_fraction)
    assert anyone == pytest.approx(ran(structure="parallel", **knobs).availability_fraction)


@pytest.mark.parametrize(
    "knobs",
    [
        {"n": 1, "component_availability_fraction": 0.5, "simulated_years": 1},
        {"n": 3, "structure": "series", "component_availability_fraction": 0.9999, "simulated_years": 1_000},
        {"n": 2, "component_availability_fraction": 0.99, "simulated_years": 500},
        {"n": 2, "component_availability_fraction": 0.999, "coverage_fraction": 0.9, "simulated_years": 500},
        {"n": 2, "component_availability_fraction": 0.999, "common_cause_fraction": 0.5, "simulated_years": 300},
        {
            "structure": "k_of_n",
            "k": 3,
            "component_availability_fraction": [0.95, 0.9, 0.97, 0.9, 0.99],
            "coverage_fraction": 0.7,
            "common_cause_fraction": 0.2,
            "simulated_years": 40,
        },
        {"mtbf_s": 2_592_000, "mttr_s": 86_400, "n": 2, "coverage_fraction": 0.5, "simulated_years": 300},
    ],
)
def test_simulated_years_agree_with_the_formula_within_three_standard_errors(knobs):
    """Over 200 histories: one in 370 may lie further off, and the mean of all has to be nearer still."""
    results = [ran(seed=seed, **knobs) for seed in range(200)]
    off = np.array(
        [
            (one.simulated_availability_fraction - one.availability_fraction) / one.simulated_standard_error_fraction
            for one in results
        ]
    )
    failures = [one.simulated_failures for one in results]
    assert min(failures) >= 100, f"{sum(failures):,} failures seen in all"
    assert (np.abs(off) > 3).sum() <= 4, f"{sum(failures):,} failures seen in all"
    assert abs(off.mean()) <= 3 * off.std() / np.sqrt(len(off)), f"{sum(failures):,} failures seen in all"
    assert 0.8 < off.std() < 1.2, "the standard error is neither too small nor too large"


def test_failures_come_as_often_as_time_up_and_time_down_say():
    year_s = 365 * 86_400
    results = [ran(seed=seed, n=1, mtbf_s=864_000, mttr_s=3_600, simulated_years=100) for seed in range(100)]
    seen = sum(one.simulated_component_failures for one in results)
    expected = 100 * 100 * year_s / (864_000 + 3_600)
    assert seen == pytest.approx(expected, abs=3 * math.sqrt(expected)), f"{seen:,} failures seen"


@given(
    each=st.floats(0.5, 1),
    low=FRACTIONS,
    high=FRACTIONS,
    beta=FRACTIONS,
    n=st.integers(1, 4),
    seed=st.integers(0, 100),
)
@settings(max_examples=60, deadline=None)
def test_better_failover_is_never_worse_in_the_very_same_history(each, low, high, beta, n, seed):
    low, high = sorted((low, high))
    knobs = {"component_availability_fraction": each, "common_cause_fraction": beta, "n": n, "mttr_s": 86_400}
    worse, better = (ran(seed=seed, coverage_fraction=coverage, **knobs) for coverage in (low, high))
    assert better.simulated_availability_fraction >= worse.simulated_availability_fraction - 1e-12
    assert better.availability_fraction >= worse.availability_fraction - 1e-12
    assert better.simulated_component_failures == worse.simulated_component_failures
    orjson.dumps(as_plain(better))


@given(each=st.lists(FRACTIONS, min_size=1, max_size=5), coverage=FRACTIONS, beta=FRACTIONS, target=FRACTIONS)
@settings(max_examples=150, deadline=None)
def test_the_coverage_that_is_needed_reaches_the_objective(each, coverage, beta, target):
    scenario = availability.Scenario(
        component_availability_fraction=each, common_cause_fraction=beta, slo_target_fraction=target
    )
    chances = availability.lens.formula.chances_of(scenario)
    needed = chances.coverage_needed(target)
    if needed is None:
        assert 1 - chances.down(1.0) < target
    else:
        assert 0 <= needed <= 1 + 1e-9
        assert 1 - chances.down(needed) >= target - 1e-9


def test_what_is_never_down_and_what_is_never_up():
    assert ran(component_availability_fraction=1).simulated_availability_fraction == 1
    never = ran(component_availability_fraction=0, common_cause_fraction=1)
    assert (never.availability_fraction, never.simulated_availability_fraction) == (0, 0)
    assert ran(component_availability_fraction=[0, 1], coverage_fraction=1).simulated_availability_fraction == 1


def test_a_time_between_failures_decides_the_availability():
    scenario = availability.Scenario(mtbf_s=99, mttr_s=1, component_availability_fraction=[0.5, 0.6])
    assert scenario.component_availability_fraction == 0.99


@given(each=FRACTIONS | st.lists(FRACTIONS, min_size=1, max_size=20), mtbf=st.floats(0, 1e9), structure=STRUCTURES)
@settings(max_examples=100, deadline=None)
def test_a_scenario_written_down_and_read_again_is_the_same(each, mtbf, structure):
    scenario = availability.Scenario(component_availability_fraction=each, mtbf_s=mtbf, structure=structure)
    again = availability.Scenario(**orjson.loads(orjson.dumps(scenario.as_dict())))
    assert again == scenario


@pytest.mark.parametrize(
    "value",
    [
        "null",
        "[]",
        "{}",
        "true",
        '"0.9"',
        "[0.9, null]",
        "[[0.9]]",
        "[0.9, true]",
        "1.1",
        "-0.1",
        "[0.9, 2]",
        "NaN",
        "1e400",
        str(10**400),
        f"[{10**400}]",
        str([0.9] * 21).replace(" ", ""),
        "[" * 900 + "]" * 900,
    ],
)
def test_a_wrong_list_of_availabilities_names_its_field(value):
    with pytest.raises(ScenarioError) as caught:
        availability.Scenario.from_text({"component_availability_fraction": value})
    assert caught.value.field == "component_availability_fraction"
    assert caught.value.allowed


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("nan")], None, {}, "0.9", [0.9, "0.9"], 10**400])
def test_a_wrong_value_from_python_names_its_field(value):
    with pytest.raises(ScenarioError) as caught:
        availability.Scenario(component_availability_fraction=value)
    assert caught.value.field == "component_availability_fraction"


def test_a_list_has_as_many_components_as_it_has():
    assert availability.Scenario(component_availability_fraction=[0.9, 0.99]).n == 2
    with pytest.raises(ScenarioError) as caught:
        availability.Scenario(component_availability_fraction=[0.9, 0.99], n=3)
    assert caught.value.field == "n"


def test_more_than_all_components_cannot_be_needed():
    with pytest.raises(ScenarioError) as caught:
        availability.Scenario(structure="k_of_n", n=2, k=3)
    assert caught.value.field == "k"


@pytest.mark.parametrize("field", list(params(availability.Scenario)))
@pytest.mark.parametrize("text", ["nan", "1e308", "-1e9", "", "many"])
def test_a_wrong_value_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        availability.Scenario.from_text({field: text})
    assert caught.value.field == field


def test_the_cost_of_a_run_is_known_before_it_runs():
    long = availability.Scenario(component_availability_fraction=0.5, mttr_s=1, simulated_years=1_000_000)
    assert availability.cost_ms(long) > 1e6
    assert availability.costly_field(long) == "simulated_years"
    assert availability.cost_ms(availability.Scenario()) < 250
