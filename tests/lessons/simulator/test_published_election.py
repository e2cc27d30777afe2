"""Does the election lens give the published figures? Rows RAFT-1 to RAFT-50, at full size.

Source: D. Ongaro, "Consensus: Bridging Theory and Practice", chapter 9; quantiles read off its curves. In the benchmark
on a LAN two of the four servers left have short logs and cannot win, and the time ends with the new leader's first
heartbeat. Message and disk delays of that benchmark are not published: they were fitted to the row RAFT-31 alone, and
RAFT-33, 36 and 38 are predictions.
"""

import time

import pytest

from lessons.simulator import election

SEED = 1
THEORY = {"timers": "fresh", "until": "majority", "vote_disk_ms": 0}
HUNDRED = {**THEORY, "election_timeout_min_ms": 100, "election_timeout_max_ms": 200, "trials": 40_000}
TENTH_TO_FIFTH = {"kind": "uniform", "min_ms": 10, "max_ms": 20}
LAN = {
    "servers": 5,
    "available": 4,
    "eligible": 2,
    "timers": "heartbeat",
    "until": "first_heartbeat",
    "vote_disk_ms": 6,
    "one_way": {"kind": "uniform", "min_ms": 1, "max_ms": 3.5},
    "trials": 5_000,
}


def ran(**fields):
    return election.run(election.Scenario(**fields), seed=SEED)


SPLITS = {
    "RAFT-1": ({"servers": 5, "available": 4, "one_way": 1}, 0.000592, 0.0005),
    "RAFT-2": ({"servers": 5, "available": 4, "one_way": 10}, 0.0523, 0.005),
    "RAFT-5": ({"servers": 9, "available": 7, "one_way": 20}, 0.1480, 0.0075),
    "RAFT-7": ({"servers": 7, "available": 6, "one_way": 20}, 0.0989, 0.0075),
}


@pytest.mark.parametrize(("group", "published", "within"), SPLITS.values(), ids=SPLITS)
def test_votes_are_split_as_often_as_theory_says(group, published, within):
    result = ran(**HUNDRED, **group)
    # The published shares are rounded to four digits.
    assert result.p_split_closed_form_fraction == pytest.approx(published, abs=5.1e-5 if published > 0.001 else 1e-6)
    assert result.p_split_fraction == pytest.approx(result.p_split_closed_form_fraction, abs=within)


def test_closed_forms_to_six_digits():
    """RAFT-1, 2, 5, 7 and 50, computed by hand from binomial coefficients."""
    by_hand = {
        (5, 4, 1): 6 * 0.01**2 * 0.99**2 + 4 * 0.01**3 * 0.99 + 0.01**4,
        (5, 4, 10): 6 * 0.1**2 * 0.9**2 + 4 * 0.1**3 * 0.9 + 0.1**4,
        (9, 7, 20): 35 * 0.2**3 * 0.8**4 + 35 * 0.2**4 * 0.8**3 + 21 * 0.2**5 * 0.8**2 + 7 * 0.2**6 * 0.8 + 0.2**7,
        (7, 6, 20): 20 * 0.2**3 * 0.8**3 + 15 * 0.2**4 * 0.8**2 + 6 * 0.2**5 * 0.8 + 0.2**6,
    }
    for (servers, available, one_way), expected in by_hand.items():
        result = ran(**{**HUNDRED, "trials": 100}, servers=servers, available=available, one_way=one_way)
        assert result.p_split_closed_form_fraction == pytest.approx(expected, abs=1e-9)


def test_votes_are_split_a_little_more_often_when_messages_vary():
    """RAFT-9."""
    result = ran(**HUNDRED, servers=5, available=4, one_way=TENTH_TO_FIFTH)
    assert result.p_split_fraction == pytest.approx(0.165, abs=0.015)
    assert result.p_split_closed_form_fraction is None


def test_an_election_is_expected_to_take_12_2_one_way_times():
    """RAFT-2B."""
    result = ran(**HUNDRED, servers=5, available=4, one_way=10)
    assert result.expected_election_ms == pytest.approx(122.2, rel=0.005)


def test_elections_across_a_continent():
    """RAFT-20."""
    result = ran(
        **THEORY,
        servers=5,
        available=5,
        one_way={"kind": "uniform", "min_ms": 30, "max_ms": 40},
        election_timeout_min_ms=300,
        election_timeout_max_ms=600,
        trials=20_000,
    )
    found = result.election_ms
    assert found["p50"] == pytest.approx(409.6, rel=0.02)
    assert 432 * 0.96 <= found["mean"] <= 438 * 1.04
    assert found["p90"] == pytest.approx(489, rel=0.07)
    assert found["p99"] == pytest.approx(833, rel=0.05)
    assert found["p999"] == pytest.approx(985, rel=0.15)


def lan(low_ms, high_ms):
    timeouts = {"election_timeout_min_ms": low_ms, "election_timeout_max_ms": high_ms}
    return ran(**LAN, **timeouts, heartbeat_ms=low_ms / 2).election_ms


def test_the_narrow_range_on_a_lan_is_what_the_delays_were_fitted_to():
    """RAFT-31."""
    found = lan(150, 155)
    assert found["p50"] == pytest.approx(287, rel=0.25)
    assert found["mean"] == pytest.approx(345, rel=0.25)


BENCHMARKS = {
    "RAFT-33": (150, 200, {"p50": 147, "mean": 156}, 0.07, 194, 0.10),
    "RAFT-36": (50, 100, {"p50": 67, "mean": 71}, 0.08, 96, 0.10),
    "RAFT-38": (12, 24, {"p50": 30, "mean": 35}, 0.08, 53, 0.12),
}


@pytest.mark.parametrize(
    ("low_ms", "high_ms", "middle", "within", "p90", "p90_within"), BENCHMARKS.values(), ids=BENCHMARKS
)
def test_wider_ranges_on_the_same_lan_come_out_as_measured(low_ms, high_ms, middle, within, p90, p90_within):
    found = lan(low_ms, high_ms)
    for name, published in middle.items():
        assert found[name] == pytest.approx(published, rel=within)
    assert found["p90"] == pytest.approx(p90, rel=p90_within)


def test_the_servers_that_cannot_win_matter():
    """Trap: with four eligible servers the rows come out too early, RAFT-33 at 139/145 and RAFT-36 at 63/66 ms."""
    for low_ms, high_ms, median, mean in ((150, 200, 139, 145), (50, 100, 63, 66)):
        timeouts = {"election_timeout_min_ms": low_ms, "election_timeout_max_ms": high_ms}
        found = ran(**{**LAN, "eligible": 4}, **timeouts).election_ms
        assert found["p50"] == pytest.approx(median, rel=0.02)
        assert found["mean"] == pytest.approx(mean, rel=0.02)


def test_without_randomness_nobody_is_elected_for_ten_seconds():
    """The thesis measured more than 10 s at 150 to 150 ms; here, as there, the delays alone have to tell them apart."""
    scenario = {**LAN, "one_way": 2, "trials": 200, "horizon_s": 10}
    result = ran(**scenario, election_timeout_min_ms=150, election_timeout_max_ms=150)
    assert result.unfinished_fraction > 0.95
    assert result.election_ms["p50"] == 10_000


def test_etcd_across_the_united_states():
    """RAFT-50: at a round trip of 130 ms and timeouts of 1 to 2 s."""
    timeouts = {"election_timeout_min_ms": 1_000, "election_timeout_max_ms": 2_000}
    result = ran(**THEORY, **timeouts, servers=5, available=4, one_way=65, trials=40_000)
    assert result.p_split_closed_form_fraction == pytest.approx(0.0232, abs=5e-5)
    assert result.p_split_fraction == pytest.approx(0.0232, abs=0.003)


def test_forty_thousand_elections_stay_far_within_the_bound_of_the_command_line():
    scenario = election.Scenario(**HUNDRED, servers=9, available=7, one_way=20)
    assert election.cost_ms(scenario) < 10_000
    started = time.process_time()
    election.run(scenario, seed=SEED)
    assert time.process_time() - started < 10
