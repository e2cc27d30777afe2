"""Do sums of outages and spare machines come out as on paper?"""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import downtime, headroom
from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError


def spent(**given):
    return downtime.run(downtime.Scenario(**given), seed=1)


def provisioned(**given):
    return headroom.run(headroom.Scenario(**given), seed=1)


@given(
    outages=st.lists(st.floats(0, 1_000), max_size=50),
    period=st.floats(50_000, 1e8),
    target=st.floats(0, 0.99999),
    seed=st.integers(0, 5),
)
@settings(max_examples=100, deadline=None)
def test_budget_and_availability_are_two_sides_of_one_sum(outages, period, target, seed):
    scenario = downtime.Scenario(outages_s=outages, period_s=period, slo_target_fraction=target)
    result = downtime.run(scenario, seed=seed)
    assert result.downtime_s == pytest.approx(sum(outages))
    assert result.availability_fraction == pytest.approx(1 - sum(outages) / period)
    assert result.error_budget_spent_fraction * (1 - target) == pytest.approx(1 - result.availability_fraction)
    assert result.downtime_per_year_s == pytest.approx(result.downtime_per_month_s * 365 / 30)
    assert downtime.Scenario(**orjson.loads(orjson.dumps(scenario.as_dict()))) == scenario


def test_the_budget_of_a_month_at_three_nines_is_43_minutes_12():
    result = spent(outages_s=[2_592], period_s=2_592_000, slo_target_fraction=0.999)
    assert result.error_budget_spent_fraction == pytest.approx(1)
    assert result.error_budget_s == pytest.approx(2_592)


def test_no_outage_spends_nothing():
    result = spent(outages_s=[])
    assert (result.availability_fraction, result.error_budget_spent_fraction) == (1, 0)


@pytest.mark.parametrize(
    "value",
    ["null", "5", "{}", "true", '"5"', "[null]", "[[5]]", "[true]", "[-1]", "[1e400]", f"[{10**400}]", "[2592001]"],
)
def test_a_wrong_list_of_outages_names_its_field(value):
    with pytest.raises(ScenarioError) as caught:
        downtime.Scenario.from_text({"outages_s": value})
    assert caught.value.field == "outages_s"
    assert caught.value.allowed


@pytest.mark.parametrize("value", [[float("nan")], [float("inf")], None, 5, {}, [1] * 1_001, [10**400]])
def test_a_wrong_value_from_python_names_its_field(value):
    with pytest.raises(ScenarioError) as caught:
        downtime.Scenario(outages_s=value)
    assert caught.value.field == "outages_s"


@given(zones=st.integers(2, 100), needed=st.integers(1, 100_000), used=st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_what_is_left_of_the_zones_carries_the_need_and_one_machine_a_zone_less_does_not(zones, needed, used):
    result = provisioned(zones=zones, instances_needed=needed, utilisation_fraction=used)
    per_zone = result.instances_per_zone
    assert result.instances_provisioned == per_zone * zones
    assert per_zone * (zones - 1) >= needed > (per_zone - 1) * (zones - 1)
    assert result.spare_capacity_fraction >= 1 / (zones - 1) - 1e-12
    assert result.survivor_utilisation_fraction == pytest.approx(used * zones / (zones - 1))


@pytest.mark.parametrize(("zones", "share"), [(2, 2.0), (3, 1.5), (4, 4 / 3)])
def test_the_whole_is_n_over_n_minus_one_of_the_need(zones, share):
    needed = 12
    result = provisioned(zones=zones, instances_needed=needed)
    assert result.instances_provisioned / needed == pytest.approx(share)
    assert provisioned(zones=zones, utilisation_fraction=(zones - 1) / zones).survivor_utilisation_fraction == 1


@pytest.mark.parametrize("lens", [downtime, headroom])
@pytest.mark.parametrize("text", ["nan", "1e308", "-1e9", "", "many"])
def test_a_wrong_value_names_its_field(lens, text):
    for field in params(lens.Scenario):
        with pytest.raises(ScenarioError) as caught:
            lens.Scenario.from_text({field: text})
        assert caught.value.field == field


@pytest.mark.parametrize("lens", [downtime, headroom])
def test_the_summary_is_a_sentence(lens):
    scenario = lens.Scenario()
    assert lens.summary(scenario, lens.run(scenario, seed=1)).endswith(".")
    assert lens.costly_field(scenario) in params(lens.Scenario)
    assert lens.cost_ms(scenario) < 10
