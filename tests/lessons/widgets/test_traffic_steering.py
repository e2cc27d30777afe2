"""Does a dead region empty as the arithmetic of checks, records and resolvers says?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain
from lessons.widgets.traffic_steering.scenario import STEERINGS, Scenario, run

LESSON = {
    "health_check_interval_s": 30,
    "failure_threshold": 3,
    "probe_timeout_s": 0,
    "dns_ttl_s": 60,
    "stale_resolver_fraction": 0.05,
    "stale_resolver_ttl_s": 600,
}


def ran(*, seed=1, **given):
    return run(Scenario(**{**LESSON, **given}), seed=seed)


def test_the_published_arithmetic_holds_once_detection_takes_the_full_product():
    """30 s x 3, 60 s, 5 % for 10 min: 50 % at about 122 s, 95 % at 150 s, 99 % at about 570 s."""
    result = ran()
    later_s = 3 * 30 - result.changed_at_s
    moved = {share: at_s + later_s for share, at_s in result.moved_s["dns"].items()}
    assert moved == {
        "p50": pytest.approx(122, abs=1),
        "p95": pytest.approx(150, abs=1),
        "p99": pytest.approx(570, abs=1),
    }


def test_a_seed_finds_the_fault_up_to_one_interval_sooner_than_that():
    found = [ran(seed=seed, horizon_s=120).detected_at_s for seed in range(200)]
    assert all(60 < at_s <= 90 for at_s in found)
    assert np.mean(found) == pytest.approx(75, abs=2)


def test_traffic_manager_notices_a_silent_endpoint_after_100_to_130_s():
    result = ran(failure_threshold=4, probe_timeout_s=10, dns_ttl_s=30)
    assert (result.detected_earliest_s, result.detected_latest_s) == (100, 130)
    assert 100 < result.detected_at_s <= 130
    assert result.moved_s["obedient"]["p99"] <= 160


def test_obedient_resolvers_move_evenly_over_the_time_to_live():
    result = ran(dns_ttl_s=200)
    for share, fraction in {"p50": 0.5, "p95": 0.95, "p99": 0.99}.items():
        assert result.moved_s["obedient"][share] == pytest.approx(result.changed_at_s + 200 * fraction, abs=1)


def test_the_same_seed_gives_all_three_the_same_detection():
    result = ran(routing_shift_s=0)
    assert result.moved_s["anycast"]["p50"] == pytest.approx(result.changed_at_s)
    last_still_whole = [int(np.flatnonzero(result.series[name] == 1)[-1]) for name in ("dns", "obedient")]
    assert last_still_whole[0] == last_still_whole[1] == int(np.floor(result.changed_at_s))


def test_without_disobedient_resolvers_the_two_dns_curves_are_one():
    result = ran(stale_resolver_fraction=0)
    assert np.array_equal(result.series["dns"], result.series["obedient"])
    assert result.moved_s["dns"] == result.moved_s["obedient"]


@pytest.mark.parametrize("regions", [2, 3, 4, 5])
def test_the_rest_carries_n_over_n_minus_one_of_its_load(regions):
    result = ran(affected_user_fraction=1 / regions)
    assert result.survivor_load_times == pytest.approx(regions / (regions - 1))
    assert ran(affected_user_fraction=1).survivor_load_times is None


def test_survivors_without_room_keep_failing_after_everybody_has_moved():
    roomy, small = (ran(standby_capacity_fraction=share, scale_up_s=86_400) for share in (1.0, 0.7))
    # From the last mover of the obedient (150 s at most) to 900 s, three in ten of a thousand a second find no room.
    assert small.failed_requests["obedient"] > roomy.failed_requests["obedient"] + 0.29 * 1_000 * 750
    assert small.failed_requests["anycast"] > small.failed_requests["dns"] - 1_000 * 0.05 * 600 * 0.5


def test_nobody_is_moved_before_the_word_go():
    result = ran(decision_delay_s=3_600)
    assert result.moved_s == {"dns": None, "obedient": None, "anycast": None}
    assert result.still_fraction == {"dns": 1, "obedient": 1, "anycast": 1}


@given(
    interval=st.floats(0.5, 60),
    threshold=st.integers(1, 10),
    ttl=st.floats(0, 600),
    stale=st.floats(0, 1),
    longer=st.floats(0, 3_000),
    seed=st.integers(0, 500),
)
@settings(max_examples=60, deadline=None)
def test_disobedience_never_helps_and_shares_only_fall(interval, threshold, ttl, stale, longer, seed):
    result = ran(
        seed=seed,
        health_check_interval_s=interval,
        failure_threshold=threshold,
        dns_ttl_s=ttl,
        stale_resolver_fraction=stale,
        stale_resolver_ttl_s=ttl + longer,
        horizon_s=700,
    )
    as_plain(result)
    for name in STEERINGS:
        still = result.series[name]
        assert ((still >= 0) & (still <= 1)).all()
        assert (np.diff(still) <= 1e-12).all()
    assert (result.series["dns"] >= result.series["obedient"] - 1e-9).all()


def test_what_the_failover_lens_refuses_names_its_field():
    with pytest.raises(ScenarioError) as caught:
        Scenario(request_rate_rps=1e7, horizon_s=86_400, affected_user_fraction=2)
    assert caught.value.field == "affected_user_fraction"
