"""Do redundancy, headroom and shards come out as others have published? Rows of /validation/, by their ids."""

import pytest

from lessons.simulator import availability, downtime, headroom, shuffle_sharding
from lessons.simulator.engine.passports import read_passports


def up(**given):
    return availability.run(availability.Scenario(simulated_years=1, **given), seed=1)


def test_av_1_three_hard_dependencies_of_four_nines_are_worth_99_97_percent():
    result = up(structure="series", component_availability_fraction=0.9999, n=3)
    assert result.availability_fraction == pytest.approx(0.99970003, abs=1e-9)


@pytest.mark.parametrize(("target", "seconds"), [(0.999, 31_536), (0.9999, 3_153.6), (0.99999, 315.36)])
def test_av_4_nines_as_time_in_a_year(target, seconds):
    assert up(n=1, component_availability_fraction=target).downtime_per_year_s == pytest.approx(seconds, rel=1e-6)


def test_av_4_three_nines_as_time_in_a_month():
    assert up(n=1, component_availability_fraction=0.999).downtime_per_month_s == pytest.approx(2_592, rel=1e-6)


def test_av_5_four_instances_needed_in_three_zones_are_six_provisioned():
    result = headroom.run(headroom.Scenario(zones=3, instances_needed=4), seed=1)
    assert (result.instances_provisioned, result.spare_capacity_fraction) == (6, 0.5)


@pytest.mark.parametrize(
    ("passport", "promised"),
    [
        ("dynamodb-one-region", 0.9999),
        ("dynamodb-global-tables", 0.99999),
        ("ec2-region", 0.9999),
        ("ec2-instance", 0.995),
    ],
)
def test_av_6_what_services_promise(content, passport, promised):
    known = read_passports(content)[passport]
    assert known.value == promised
    assert known.source != "course"


def test_in_6_a_day_and_eleven_minutes_in_a_month():
    result = downtime.run(downtime.Scenario(outages_s=[87_060], period_s=2_592_000), seed=1)
    assert result.availability_fraction == pytest.approx(0.96641, abs=1e-5)


def test_br_1_pairs_of_eight_workers_lose_one_customer_in_28():
    result = shuffle_sharding.run(shuffle_sharding.Scenario(workers=8, shard_size=2), seed=1)
    assert result.shards == 28
    assert result.wholly_lost_fraction == pytest.approx(1 / 28, abs=1e-6)
    assert result.overlap_fraction == pytest.approx([0.535714, 0.428571, 0.035714], abs=1e-6)
    fixed = shuffle_sharding.run(shuffle_sharding.Scenario(workers=4, shard_size=1), seed=1)
    assert fixed.wholly_lost_fraction / result.wholly_lost_fraction == pytest.approx(7)


def test_br_2_four_of_2048_name_servers_are_730_billion():
    result = shuffle_sharding.run(shuffle_sharding.Scenario(workers=2048, shard_size=4), seed=1)
    assert result.shards == 730_862_190_080
