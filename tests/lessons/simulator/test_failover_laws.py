"""Does a failover obey its laws, whatever the knobs?"""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import failover
from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain

RECIPE = {
    "health_check_interval_s": 30,
    "failure_threshold": 3,
    "decision": "automatic",
    "dns_ttl_s": 60,
    "promotion_s": 20,
    "replication_lag_s": 5,
    "request_rate_rps": 1_000,
    "write_fraction": 0.2,
    "strategy": "hot_standby",
    "fault": "region_loss",
    "routing": "dns",
    "interval_counted_from": "request",
    "probe_timeout_s": 0,
    "stale_resolver_fraction": 0,
    "fault_duration_s": 600,
    "horizon_s": 600,
}
SEEDS = range(1_000)
NUMBERS = [name for name, known in params(failover.Scenario).items() if known.kind in ("number", "integer")]
CHOICES = [name for name, known in params(failover.Scenario).items() if known.kind == "choice"]


def ran(*, seed=1, **given):
    return failover.run(failover.Scenario(**given), seed=seed)


@pytest.fixture(scope="module")
def recipe_runs():
    """The recipe of the course's own proof, at 1,000 seeds."""
    scenario = failover.Scenario(**RECIPE)
    return [failover.run(scenario, seed=seed) for seed in SEEDS]


def test_the_recipe_detects_after_75_s_on_average_and_always_within_60_and_90(recipe_runs):
    detected = np.array([result.detected_at_s for result in recipe_runs])
    assert detected.mean() == pytest.approx(75, abs=3 * 30 / math.sqrt(12 * len(detected)))
    assert (detected > 60).all()
    assert (detected <= 90).all()


def test_the_recipe_moves_users_evenly_over_one_ttl_from_the_new_record(recipe_runs):
    for result in recipe_runs[:100]:
        expected = np.clip((result.series["t_s"] - result.promoted_at_s) / 60, 0, 1)
        np.testing.assert_allclose(result.series["moved_fraction"], expected, atol=1e-9)
        assert result.promoted_at_s == pytest.approx(result.detected_at_s + 20)


def test_the_recipe_loses_a_thousand_writes_on_average(recipe_runs):
    lost = np.array([result.lost_writes for result in recipe_runs])
    assert lost.mean() == pytest.approx(1_000, abs=3 * math.sqrt(1_000 / len(lost)))
    assert lost.std() == pytest.approx(math.sqrt(1_000), rel=0.1)


def test_the_recipe_loses_nothing_when_replication_is_synchronous():
    for seed in range(50):
        result = ran(seed=seed, **RECIPE, replication="sync")
        assert (result.lost_writes, result.rpo_s) == (0, 0)


def test_the_spread_over_runs_is_the_spread_over_seeds():
    result = ran(**RECIPE, runs=1_000)
    assert result.spread["detected_at_s"]["mean"] == pytest.approx(75, abs=1)
    assert result.spread["lost_writes"]["mean"] == pytest.approx(1_000, abs=3)


def test_runs_leave_the_drawn_run_as_it_was():
    alone, among = ran(**RECIPE), ran(**RECIPE, runs=50)
    assert alone.detected_at_s == among.detected_at_s
    assert alone.lost_writes == among.lost_writes
    np.testing.assert_array_equal(alone.series["succeeded_rps"], among.series["succeeded_rps"])


@given(
    interval=st.floats(1, 300),
    threshold=st.integers(1, 10),
    timeout=st.floats(0, 60),
    counted=st.sampled_from(["request", "answer"]),
    seed=st.integers(0, 2**40),
)
@settings(max_examples=60, deadline=None)
def test_detection_lies_within_one_interval_of_the_law(interval, threshold, timeout, counted, seed):
    result = ran(
        seed=seed,
        health_check_interval_s=interval,
        failure_threshold=threshold,
        probe_timeout_s=timeout,
        interval_counted_from=counted,
        horizon_s=7_200,
        fault_duration_s=7_200,
    )
    timeouts = timeout * (threshold if counted == "answer" else 1)
    assert (threshold - 1) * interval + timeouts - 1e-6 < result.detected_at_s
    assert result.detected_at_s <= threshold * interval + timeouts + 1e-6


SLOWER = ["health_check_interval_s", "failure_threshold", "dns_ttl_s", "decision_delay_s", "promotion_s"]


@given(
    field=st.sampled_from(SLOWER),
    low=st.integers(1, 200),
    more=st.integers(0, 200),
    strategy=st.sampled_from(list(failover.scenario.STRATEGIES)),
    fault=st.sampled_from(["region_loss", "zone_loss", "gray_failure", "partition"]),
    routing=st.sampled_from(["dns", "anycast"]),
    warm=st.sampled_from([0, 100]),
    rate=st.sampled_from([0.5, 100.0]),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=150, deadline=None)
def test_more_patience_never_recovers_sooner_while_the_fault_outlasts_the_horizon(
    field, low, more, strategy, fault, routing, warm, rate, seed
):
    # Where the old side still serves, users are better off there than on a standby that cannot carry them yet.
    if fault in ("gray_failure", "partition") and (strategy not in ("hot_standby", "active_active") or warm):
        strategy, warm = "hot_standby", 0
    base = {
        "strategy": strategy,
        "fault": fault,
        "fault_seen_fraction": 1,
        "routing": routing,
        "cache_warm_s": warm,
        "request_rate_rps": rate,
        "horizon_s": 1_500,
        "fault_duration_s": 1_500,
    }
    if field == "failure_threshold":
        low, more = 1 + low % 5, more % 5
    quick, slow = (ran(seed=seed, **base, **{field: value}).rto_s for value in (low, low + more))
    assert (math.inf if quick is None else quick) <= (math.inf if slow is None else slow)


@given(lag=st.floats(0, 600), more=st.floats(0, 600), rate=st.floats(0.1, 1e5), seed=st.integers(0, 1_000))
@settings(max_examples=80, deadline=None)
def test_more_lag_never_loses_fewer_writes(lag, more, rate, seed):
    less, worse = (
        ran(seed=seed, replication_lag_s=value, request_rate_rps=rate, horizon_s=200) for value in (lag, lag + more)
    )
    assert less.lost_writes <= worse.lost_writes
    assert less.rpo_s <= worse.rpo_s


@given(data=st.data(), seed=st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_any_scenario_within_its_limits_gives_a_result_that_can_be_written(data, seed):
    values = {}
    for name, known in params(failover.Scenario).items():
        if name in ("runs", "horizon_s", "checkers"):
            continue
        if data.draw(st.booleans(), label=f"give {name}"):
            values[name] = data.draw(_values(known), label=name)
    values["horizon_s"] = data.draw(st.floats(60, 1_000))
    result = ran(seed=seed, **values)
    plain = as_plain(result)
    assert 0 <= result.availability_fraction <= 1
    assert (result.series["failed_rps"] >= 0).all()
    assert len({len(result.series[name]) for name in plain["series"] if name != "share_by_region"}) == 1
    np.testing.assert_allclose(sum(result.series["share_by_region"].values()), 1)
    assert (result.series["p50_ms"] <= result.series["p99_ms"] + 1e-6).all()
    assert [event.at_s for event in result.events] == sorted(event.at_s for event in result.events)


def _values(known):
    if known.kind == "choice":
        return st.sampled_from(known.choices)
    if known.kind == "integer":
        return st.integers(int(known.min), int(known.max))
    return st.floats(known.min, known.max)


def test_the_same_seed_gives_the_same_result_bit_for_bit():
    first, second = as_plain(ran(seed=7)), as_plain(ran(seed=7))
    assert first == second
    assert first != as_plain(ran(seed=8))


def test_a_knob_of_one_process_leaves_the_noise_of_the_others():
    before, after = ran(), ran(dns_ttl_s=300, replication_lag_s=9, retries=3)
    assert before.detected_at_s == after.detected_at_s
    np.testing.assert_array_equal(before.series["offered_rps"], after.series["offered_rps"])
    slower = ran(health_check_interval_s=60)
    assert slower.detected_at_s - 4 == pytest.approx(2 * (before.detected_at_s - 4))
    assert slower.lost_writes == before.lost_writes


def test_nobody_fails_over_for_a_fault_that_is_gone_before_the_threshold():
    result = ran(fault_duration_s=45)
    assert result.detected_at_s is None
    assert result.promoted_at_s is None
    assert result.lost_writes == 0
    assert result.rto_s == 45


def test_people_do_not_say_go_once_the_region_is_back():
    result = ran(fault_duration_s=300, decision="manual")
    assert result.detected_at_s is not None
    assert result.decided_at_s is None


def test_a_slow_region_that_most_checks_get_through_is_never_left():
    result = ran(fault="gray_failure", checkers=16)
    assert result.detected_at_s is None
    assert result.rto_s is None
    assert result.availability_fraction == pytest.approx(1 - 0.3**2, abs=0.002)


def test_active_active_promotes_nothing_and_moves_users_from_the_decision():
    result = ran(strategy="active_active")
    assert result.promoted_at_s is None
    share = np.clip((result.series["t_s"] - result.decided_at_s) / 60, 0, 1)
    np.testing.assert_allclose(result.series["moved_fraction"], 0.5 + 0.5 * share, atol=1e-9)


def test_failback_sends_users_home_and_loses_nothing_more():
    there = ran(fault_duration_s=300, horizon_s=1_200)
    back = ran(fault_duration_s=300, horizon_s=1_200, failback="automatic")
    assert back.failback_at_s == 360
    assert back.series["moved_fraction"][-1] == 0
    assert there.series["moved_fraction"][-1] == 1
    assert back.lost_writes == there.lost_writes
    assert back.write_downtime_s == pytest.approx(there.write_downtime_s + 5)
    assert back.rto_s == there.rto_s


def test_a_partition_without_fencing_leaves_writes_on_both_sides():
    result = ran(fault="partition")
    assert result.two_sided_writes > 0
    assert ran(fault="partition", replication="sync").two_sided_writes == 0


def test_a_standby_that_must_grow_serves_what_it_can():
    result = ran(strategy="warm_standby", scale_up_s=600, standby_capacity_fraction=0.3)
    late = int(result.traffic_shifted_at_s) + 60
    grown = 0.3 + 0.7 * (late + 0.5 - result.decided_at_s) / 600
    assert result.series["succeeded_rps"][late] / result.series["offered_rps"][late] == pytest.approx(grown, abs=0.06)


def test_a_field_given_wins_over_the_strategy():
    assert failover.Scenario(strategy="pilot_light", promotion_s=7).promotion_s == 7
    assert failover.Scenario(strategy="pilot_light").scale_up_s == 900


@pytest.mark.parametrize("field", NUMBERS)
@pytest.mark.parametrize("text", ["nan", "1e308", "-1", "", "many", "inf", "1e-400x"])
def test_a_wrong_number_names_its_field(field, text):
    if text == "-1" and params(failover.Scenario)[field].min <= -1:
        return
    with pytest.raises(ScenarioError) as caught:
        failover.Scenario.from_text({field: text})
    assert caught.value.field == field
    assert caught.value.allowed


@pytest.mark.parametrize("field", CHOICES)
@pytest.mark.parametrize("text", ["nan", "1e308", "-1", "", "many"])
def test_a_wrong_word_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        failover.Scenario.from_text({field: text})
    assert caught.value.field == field


def test_an_unknown_name_is_refused():
    with pytest.raises(ScenarioError) as caught:
        failover.Scenario.from_text({"dns_tll_s": "60"})
    assert caught.value.field == "dns_tll_s"


def test_every_field_has_a_label_and_a_passport():
    for known in params(failover.Scenario).values():
        assert known.label
        assert known.passport


def test_every_field_of_a_result_is_written():
    assert set(as_plain(ran())) == {field.name for field in dataclasses.fields(failover.Result)}
