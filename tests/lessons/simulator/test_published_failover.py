"""Does the simulator say what others have published? Rows of the page /validation/, by their ids."""

import numpy as np
import pytest

from lessons.simulator import failover, split_brain
from lessons.simulator.engine.params import params
from lessons.simulator.engine.passports import read_passports

BASE = {
    "strategy": "hot_standby",
    "fault": "region_loss",
    "decision": "automatic",
    "decision_delay_s": 0,
    "promotion_s": 0,
    "routing": "dns",
    "stale_resolver_fraction": 0,
    "horizon_s": 300,
    "fault_duration_s": 300,
}
ROUTE_53 = {
    "checkers": 16,
    "healthy_fraction_limit": 0.18,
    "health_check_interval_s": 30,
    "failure_threshold": 3,
    "interval_counted_from": "answer",
    "dns_ttl_s": 60,
    "runs": 300,
}


def ran(*, seed=1, **given):
    return failover.run(failover.Scenario(**{**BASE, **given}), seed=seed)


@pytest.mark.parametrize(("seen", "found"), [(0.81, False), (0.82, True)])
def test_fo_1_an_endpoint_is_healthy_while_more_than_18_percent_of_checkers_say_so(seen, found):
    result = ran(checkers=100, healthy_fraction_limit=0.18, fault_seen_fraction=seen)
    assert (result.detected_at_s is not None) is found


@pytest.mark.parametrize(("timeout_s", "mean_s"), [(0, 84.7), (4, 96.7), (10, 114.7)])
def test_fo_2_route_53_detects_after_three_failures_counted_from_the_answer(timeout_s, mean_s):
    result = ran(probe_timeout_s=timeout_s, **ROUTE_53)
    detected = result.spread["detected_at_s"]
    assert detected["mean"] == pytest.approx(mean_s, abs=4)
    assert result.client_moved_at_s["mean"] == pytest.approx(detected["mean"] + 30, abs=4)
    assert result.client_moved_at_s["max"] == pytest.approx(detected["max"] + 60, abs=4)


def test_fo_3_traffic_manager_gives_up_after_the_fourth_failure():
    result = ran(
        health_check_interval_s=30,
        failure_threshold=4,
        probe_timeout_s=10,
        interval_counted_from="request",
        dns_ttl_s=30,
        runs=300,
    )
    detected, moved = result.spread["detected_at_s"], result.client_moved_at_s
    assert detected["mean"] == pytest.approx(115, abs=2)
    assert detected["p5"] >= 100
    assert detected["max"] <= 130
    assert moved["mean"] == pytest.approx(130, abs=2)
    assert moved["p99"] == pytest.approx(156, abs=2)
    assert moved["max"] == pytest.approx(160, abs=2)


@pytest.mark.parametrize("seed", range(20))
def test_fo_7_resolvers_that_extend_the_ttl_have_not_moved_after_one(seed):
    result = ran(seed=seed, stale_resolver_fraction=0.0874, stale_resolver_ttl_s=3600, dns_ttl_s=60)
    second = int(np.ceil(result.decided_at_s + 60))
    extra = 0.0874 * 61 / 3600
    assert result.series["moved_fraction"][second] == pytest.approx(0.9126 + extra, abs=0.003)
    assert result.series["moved_fraction"][second] == pytest.approx(0.9126, abs=0.003)


def test_fo_10_a_java_client_should_keep_an_address_no_longer_than_60_s(content):
    passport = read_passports(content)["jvm-dns-cache"]
    assert (passport.value, passport.unit, passport.source) == (60, "s", "AWS-RDS")
    help_text = params(failover.Scenario)["stale_resolver_ttl_s"].help
    assert "JVM" in help_text


@pytest.mark.parametrize("seed", range(20))
def test_db_1_a_multi_zone_database_fails_over_in_60_to_120_s(seed):
    result = ran(
        seed=seed,
        fault="zone_loss",
        replication="sync",
        promotion_s=30,
        dns_ttl_s=30,
        health_check_interval_s=10,
        failure_threshold=3,
        probe_timeout_s=4,
    )
    assert 60 <= result.rto_s <= 120


def test_db_3_a_planned_switchover_loses_nothing_and_a_lost_region_seconds():
    planned = ran(fault="switchover", replication="async", replication_lag_s=1)
    assert (planned.lost_writes, planned.rpo_s) == (0, 0)
    lost = ran(fault="region_loss", replication="async", replication_lag_s=1)
    assert 0 < lost.rpo_s < 10


@pytest.mark.parametrize("seed", range(20))
def test_db_7_one_write_region_recovers_within_15_minutes(seed):
    strong = ran(seed=seed, replication="sync")
    assert (strong.lost_writes, strong.rpo_s) == (0, 0)
    weaker = ran(seed=seed, replication="async", replication_lag_s=5)
    assert 0 < weaker.rpo_s < 900
    assert strong.rto_s < 900
    assert weaker.rto_s < 900


def test_db_10_geo_replication_with_a_lag_of_5_s_loses_5_s_of_writes():
    runs = [ran(seed=seed, replication="async", replication_lag_s=5) for seed in range(200)]
    rate = 200
    lost = np.array([result.lost_writes for result in runs])
    assert lost.mean() == pytest.approx(rate * 5, abs=3 * np.sqrt(rate * 5 / len(runs)))
    assert max(result.rpo_s for result in runs) <= 5 + 10 / rate


def test_in_1_forty_three_seconds_left_954_writes_on_the_old_side():
    scenario = split_brain.Scenario(
        partition_s=43,
        detect_s=0,
        promote_after_s=10,
        fencing="none",
        write_rate_rps=22.2,
        shared_key_fraction=0.2,
        merge="manual",
    )
    unique = split_brain.run(scenario, seed=1).unique_writes
    assert unique["old"] == pytest.approx(954, abs=100)
    assert unique["new"] > 0
