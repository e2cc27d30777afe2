"""Does the bill add up, and does more never cost less?"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import cost
from lessons.simulator.engine.deployment import read_deployment
from lessons.simulator.engine.params import params
from lessons.simulator.engine.passports import read_passports
from lessons.simulator.engine.strategies import STRATEGIES
from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain

CONTENT = Path(__file__).resolve().parents[3] / "content"
BARE = {
    "storage_gb": 0,
    "write_fraction": 0,
    "dns_queries_per_request": 0,
    "health_checks_per_region": 0,
    "base_hours_per_month": 0,
    "extra_hours_per_month": 0,
}
SYSTEMS = {
    "strategy": st.sampled_from(list(STRATEGIES)),
    "regions": st.integers(1, 10),
    "instances": st.integers(1, 500),
    "storage_gb": st.floats(0, 1e6),
    "write_fraction": st.floats(0, 1),
    "request_rate_rps": st.floats(0.1, 1e6),
    "hour_usd": st.floats(0, 1_000),
    "transfer_usd_per_gb": st.floats(0, 1),
}


def ran(**given):
    return cost.run(cost.Scenario(**given), seed=1)


@pytest.mark.parametrize(("regions", "times"), [(2, 2.0), (3, 1.5), (4, 4 / 3), (5, 1.25)])
def test_surviving_the_loss_of_one_of_n_takes_n_over_n_minus_one(regions, times):
    result = ran(**BARE, strategy="active_active", regions=regions, instances=60)
    assert result.capacity_fraction == pytest.approx(times)
    assert result.machines == round(60 * times)
    assert result.multiple_of_single_region == pytest.approx(times)


def test_the_bill_of_the_running_example_is_its_amounts_times_its_prices():
    result = ran(strategy="warm_standby", regions=2)
    assert result.parts_usd == pytest.approx(
        {
            "compute": (12 + 4) * 0.302 * 730,
            "storage": 2 * 2_000 * 0.22,
            "backups": 2 * 2_000 * 2 * 0.023,
            "replication": 1_000 * 0.2 * 4_096 * 730 * 3_600 / 1e9 * 0.02,
            "routing": 1_000 * 0.01 * 730 * 3_600 / 1e6 * (0.4 + 0.2) + 2 * 2 * 1.5,
            "people": (40 + 20) * 100,
        }
    )


def test_five_strategies_cost_more_up_the_ladder_at_the_prices_of_the_example():
    bills = list(ran().by_strategy_usd.values())
    assert list(ran().by_strategy_usd) == list(STRATEGIES)
    assert bills == sorted(bills) and len(set(bills)) == 5


def test_a_strategy_costs_the_same_beside_another_as_chosen_itself():
    beside = ran(strategy="pilot_light", regions=3).by_strategy_usd
    for name in STRATEGIES:
        assert ran(strategy=name, regions=3).monthly_usd == pytest.approx(beside[name])


def test_backup_and_restore_keeps_one_live_copy_and_ships_every_write_once():
    backups, pilot = ran(strategy="backup_restore", regions=4), ran(strategy="pilot_light", regions=4)
    assert pilot.parts_usd["storage"] == pytest.approx(4 * backups.parts_usd["storage"])
    assert pilot.replicated_gb_per_month == pytest.approx(3 * backups.replicated_gb_per_month)


@given(**SYSTEMS)
@settings(max_examples=150, deadline=None)
def test_parts_sum_to_the_total_and_several_regions_never_cost_less_than_one(**system):
    result = ran(**system)
    as_plain(result)
    assert sum(result.parts_usd.values()) == pytest.approx(result.monthly_usd)
    assert sum(result.single_region_parts_usd.values()) == pytest.approx(result.single_region_usd)
    assert result.multiple_of_single_region >= 1
    for name, usd in result.parts_usd.items():
        assert usd >= result.single_region_parts_usd[name] >= 0
    if system["regions"] == 1:
        assert result.parts_usd == result.single_region_parts_usd


@given(**SYSTEMS, less=st.floats(0, 4), more=st.floats(0, 4))
@settings(max_examples=100, deadline=None)
def test_more_standby_is_never_cheaper(less, more, **system):
    less, more = sorted((less, more))
    assert (
        ran(**system, standby_capacity_fraction=less).monthly_usd
        <= ran(**system, standby_capacity_fraction=more).monthly_usd + 1e-6
    )


@pytest.mark.parametrize(
    "field", ["write_fraction", "request_rate_rps", "write_bytes", "regions", "storage_gb", "extra_hours_per_month"]
)
@given(**SYSTEMS)
@settings(max_examples=40, deadline=None)
def test_more_writes_bytes_regions_data_or_hours_are_never_cheaper(field, **system):
    known = params(cost.Scenario)[field]
    ends = [ran(**{**system, field: value}).monthly_usd for value in (known.min, known.max)]
    # More active-active regions need less capacity each; the rest of the bill still grows, but not always by more.
    if not (field == "regions" and system["strategy"] == "active_active"):
        assert ends[0] <= ends[1] * (1 + 1e-9)


@pytest.mark.parametrize(
    ("name", "standby"),
    [("backup-and-restore", 0), ("pilot-light", 0), ("warm-standby", 0.3), ("hot-standby", 1), ("active-active", 1)],
)
def test_a_deployment_gives_strategy_regions_and_what_stands_by(name, standby):
    fields = cost.from_deployment(read_deployment(CONTENT / f"deployments/tally-{name}.toml"))
    strategy = name.replace("-", "_").replace("backup_and_restore", "backup_restore")
    assert fields == {"strategy": strategy, "regions": 2, "standby_capacity_fraction": standby}
    assert cost.run(cost.Scenario(**fields), seed=1).monthly_usd == pytest.approx(ran(strategy=strategy).monthly_usd)


def test_every_price_has_a_passport_with_its_default_and_a_date():
    passports = read_passports(CONTENT)
    for name, known in params(cost.Scenario).items():
        passport = passports[known.passport]
        if "usd" in name:
            assert passport.value == known.default
            assert passport.low is not None and passport.high is not None
            assert passport.low <= known.default <= passport.high


@pytest.mark.parametrize("field", list(params(cost.Scenario)))
@pytest.mark.parametrize("text", ["nan", "1e308", "-1e9", "", "many"])
def test_a_wrong_value_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        cost.Scenario.from_text({field: text})
    assert caught.value.field == field
