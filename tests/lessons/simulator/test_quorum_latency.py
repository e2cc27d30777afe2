"""Does a commit wait for exactly the answers that its mode asks for, and for the distance of the right row?"""

import importlib.util
import itertools
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lessons.simulator import quorum_latency
from lessons.simulator.engine.network import MATRICES, measured
from lessons.simulator.quorum_latency.scenario import MODES, acknowledgements_needed
from lessons.simulator.record import as_plain

AWS = tuple(measured("aws_2019"))
LED = tuple(mode for mode in MODES if mode != "quorum")
EXPONENTIAL = {"kind": "exponential", "rate_per_ms": 0.2}
NOISY = {"jitter": EXPONENTIAL, "server_ms": {"kind": "pareto", "min_ms": 3, "alpha": 2.5}, "trials": 300}
STILL = {"jitter": 0, "server_ms": 0}

regions = st.lists(st.sampled_from(AWS), min_size=1, max_size=6)
seeds = st.integers(0, 10_000)


def ran(*, seed=1, **fields):
    return quorum_latency.run(quorum_latency.Scenario(**fields), seed=seed)


@st.composite
def own_tables(draw):
    """Up to six places, every direction with a round trip of its own, and a diagonal that must never count."""
    names = [f"p{number}" for number in range(draw(st.integers(1, 6)))]
    ms = st.integers(1, 400).map(float)
    return {one: {other: draw(ms) if one != other else 9_999.0 for other in names} for one in names}


def never_slower(one, other):
    """No percentile of the first lies above the second's."""
    assert all(value <= other[name] + 1e-9 for name, value in one.items())


# What others have published


@pytest.mark.parametrize(("leader", "ms"), [("East US", 68), ("West US 2", 69), ("West Europe", 85)])
def test_rtt_s1_a_majority_of_three_azure_regions(leader, ms):
    three = ["East US", "West US 2", "West Europe"]
    result = ran(matrix="azure_2025", regions=three, mode="majority", leader=leader, client_region=leader, **STILL)
    assert set(result.commit_ms.values()) == {ms}


@pytest.mark.parametrize(("leader", "ms"), [("us-east-1", 75), ("us-west-2", 77), ("eu-west-1", 76)])
def test_rtt_s2_a_majority_of_three_aws_regions(leader, ms):
    three = ["us-east-1", "us-west-2", "eu-west-1"]
    result = ran(matrix="aws_2019", regions=three, mode="majority", leader=leader, client_region=leader, **STILL)
    assert set(result.commit_ms.values()) == {ms}


COCKROACH = {
    "us-east1": {"us-west1": 66, "europe-west1": 64},
    "us-west1": {"us-east1": 66, "europe-west1": 146},
    "europe-west1": {"us-east1": 64, "us-west1": 146},
}


@pytest.mark.parametrize(
    ("leader", "client", "ms"),
    [
        ("us-east1", "us-east1", 64),
        ("us-west1", "us-west1", 66),
        ("europe-west1", "europe-west1", 64),
        ("us-east1", "us-west1", 130),
    ],
)
def test_rtt_4_three_regions_of_a_cockroachdb_demo_cluster(leader, client, ms):
    result = ran(rtt_ms=COCKROACH, regions=list(COCKROACH), leader=leader, client_region=client, **STILL)
    assert set(result.commit_ms.values()) == {ms}


def test_db_6_cosmos_db_strong_lies_between_one_round_trip_and_the_published_bound():
    two = ["East US", "West Europe"]
    result = ran(matrix="azure_2025", regions=two, leader="East US", client_region="East US", mode="sync_all", **STILL)
    assert 83 <= result.commit_ms["p99"] <= 2 * 83 + 10


def test_db_11_spanner_waits_five_ms_more_with_commit_wait():
    one_site = {"regions": ["a", "b", "c"], "rtt_ms": 0.5, "server_ms": 8.9, "mode": "majority"}
    with_wait, without = ran(**one_site, commit_wait_ms=5), ran(**one_site, commit_wait_ms=0)
    assert with_wait.commit_ms["mean"] - without.commit_ms["mean"] == pytest.approx(5.0, abs=0.6)
    assert with_wait.commit_ms["mean"] == pytest.approx(14.4, abs=1.0)
    assert without.commit_ms["mean"] == pytest.approx(9.4, abs=0.6)


def test_db_12_a_two_phase_commit_over_more_groups_takes_longer():
    """Calibrated on one participant; a test of shape, because the paper's groups are not independent draws."""
    calibrated = [
        [0.98, {"kind": "uniform", "min_ms": 8, "max_ms": 23.6}],
        [0.02, {"kind": "uniform", "min_ms": 60, "max_ms": 90}],
    ]
    server = {"kind": "mixture", "parts": calibrated}
    one, five, fifty = (
        ran(regions=["us-east-1"], server_ms=server, participants=participants, trials=50_000).commit_ms
        for participants in (1, 5, 50)
    )
    assert (one["mean"], one["p99"]) == (pytest.approx(17.0, rel=0.03), pytest.approx(75.0, rel=0.05))
    assert one["mean"] < five["mean"] < fifty["mean"]
    for found, mean_ms, p99_ms in ((five, 31.5, 104.5), (fifty, 42.7, 93.7)):
        assert found["mean"] == pytest.approx(mean_ms, rel=0.4)
        assert found["p99"] == pytest.approx(p99_ms, rel=0.25)


def test_db_14_every_client_adds_exactly_its_round_trip_to_the_leader():
    """CockroachDB's tutorial: a local read took 7.60 ms in Oregon."""
    table = {
        "us-east1": {"us-west1": 66.0, "us-west2": 61.0},
        "us-west1": {"us-east1": 66.5, "us-west2": 25.0},
        "us-west2": {"us-east1": 60.0, "us-west1": 24.0},
    }
    result = ran(rtt_ms=table, regions=list(table), leader="us-west1", client_region="us-west1", server_ms=7.6)
    assert result.read_ms["p50"] == 7.6
    for client in ("us-east1", "us-west2"):
        found = result.by_client_region[client]
        assert found["read_ms"]["p50"] == 7.6 + table[client]["us-west1"]
        assert found["commit_ms"]["p50"] == pytest.approx(result.commit_ms["p50"] + table[client]["us-west1"])


# Laws


@given(own_tables(), st.sampled_from(LED), st.data())
def test_with_constant_links_a_commit_takes_the_clients_way_and_the_kth_follower(table, mode, data):
    names = list(table)
    copies = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=8))
    leader, client = data.draw(st.sampled_from(copies)), data.draw(st.sampled_from(names))
    result = ran(rtt_ms=table, regions=copies, leader=leader, client_region=client, mode=mode, **STILL)
    others = list(copies)
    others.remove(leader)
    ways = sorted(0.0 if other == leader else table[leader][other] for other in others)
    k = {"async": 0, "semi_sync": min(1, len(ways)), "majority": len(copies) // 2, "sync_all": len(ways)}[mode]
    expected = (0.0 if client == leader else table[client][leader]) + (ways[k - 1] if k else 0.0)
    assert set(result.commit_ms.values()) == {expected}
    assert result.needed == k
    assert set(result.read_ms.values()) == {0.0 if client == leader else table[client][leader]}


@given(own_tables(), st.data())
def test_without_a_leader_the_wth_and_rth_of_the_clients_own_round_trips_decide(table, data):
    names = list(table)
    copies = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=8))
    client = data.draw(st.sampled_from(names))
    w, r = (data.draw(st.integers(1, len(copies))) for _ in range(2))
    fields = {"rtt_ms": table, "regions": copies, "client_region": client, "mode": "quorum", "w": w, "r": r, **STILL}
    results = [ran(**fields, leader=leader) for leader in names]
    ways = sorted(0.0 if one == client else table[client][one] for one in copies)
    for result in results:
        assert (result.commit_ms["p99"], result.read_ms["p99"]) == (ways[w - 1], ways[r - 1])


@pytest.mark.parametrize("matrix", MATRICES)
def test_the_row_of_the_sender_counts_and_nothing_is_averaged(matrix):
    rows = measured(matrix)
    for one, other in itertools.permutations(rows, 2):
        result = ran(matrix=matrix, regions=[one, other], mode="sync_all", leader=one, **STILL)
        assert result.commit_ms["p50"] == rows[one][other]
        far = ran(matrix=matrix, regions=[one], client_region=other, **STILL)
        assert far.commit_ms["p50"] == rows[other][one]


@given(regions, st.sampled_from(AWS), st.sampled_from(("majority", "semi_sync")), seeds)
def test_another_copy_never_slows_a_commit_that_waits_for_as_many(copies, added, mode, seed):
    before, after = (
        quorum_latency.Scenario(regions=names, mode=mode, client_region="us-east-1", **NOISY)
        for names in (copies, [*copies, added])
    )
    assume(acknowledgements_needed(before) == acknowledgements_needed(after))
    one, other = (quorum_latency.run(scenario, seed=seed) for scenario in (after, before))
    never_slower(one.commit_ms, other.commit_ms)


@given(regions, st.sampled_from(AWS), seeds)
def test_another_copy_never_speeds_up_a_commit_that_waits_for_all(copies, added, seed):
    before, after = (
        ran(regions=names, mode="sync_all", client_region="us-east-1", seed=seed, **NOISY)
        for names in (copies, [*copies, added])
    )
    never_slower(before.commit_ms, after.commit_ms)


@given(regions, st.sampled_from(AWS), seeds)
def test_waiting_for_more_answers_is_never_faster(copies, client, seed):
    fields = {"regions": copies, "client_region": client, "seed": seed, **NOISY}
    commits = [ran(mode=mode, **fields).commit_ms for mode in ("async", "semi_sync", "majority", "sync_all")]
    if len(copies) < 3:
        commits.pop(2)
    quorums = [ran(mode="quorum", w=size, r=size, **fields) for size in range(1, len(copies) + 1)]
    for faster, slower in itertools.pairwise(commits):
        never_slower(faster, slower)
    for faster, slower in itertools.pairwise(quorums):
        never_slower(faster.commit_ms, slower.commit_ms)
        never_slower(faster.read_ms, slower.read_ms)


@given(regions, st.sampled_from(LED), seeds, st.data())
def test_a_client_elsewhere_waits_its_way_to_the_leader_longer_and_nothing_else(copies, mode, seed, data):
    leader = data.draw(st.sampled_from(copies))
    result = ran(regions=copies, mode=mode, leader=leader, client_region=leader, seed=seed, **NOISY)
    for client, found in result.by_client_region.items():
        way = 0.0 if client == leader else measured("aws_2019")[client][leader]
        for kind, mine in (("commit_ms", result.commit_ms), ("read_ms", result.read_ms)):
            assert found[kind] == {name: pytest.approx(value + way) for name, value in mine.items()}


@given(regions, st.sampled_from(tuple(MODES)), st.floats(0, 500), seeds)
def test_a_commit_wait_is_added_to_every_commit_and_to_no_read(copies, mode, wait_ms, seed):
    without, waiting = (ran(regions=copies, mode=mode, seed=seed, commit_wait_ms=ms, **NOISY) for ms in (0.0, wait_ms))
    assert waiting.commit_ms == {name: pytest.approx(ms + wait_ms) for name, ms in without.commit_ms.items()}
    assert waiting.read_ms == without.read_ms


@given(st.integers(1, 30), st.integers(1, 30), seeds)
def test_more_groups_in_a_transaction_never_make_it_faster_and_leave_reads_alone(few, more, seed):
    low, high = sorted((few, more))
    one, other = (ran(participants=groups, seed=seed, **NOISY) for groups in (low, high))
    never_slower(one.commit_ms, other.commit_ms)
    assert one.read_ms == other.read_ms


def test_a_constant_jitter_delays_each_message_once():
    fields = {"regions": ["us-east-1", "us-west-2", "eu-central-1"], "server_ms": 5, "client_region": "eu-central-1"}
    still, late = ran(**fields), ran(**fields, jitter=3)
    assert late.commit_ms["p50"] == still.commit_ms["p50"] + 4 * 3
    assert late.read_ms["p50"] == still.read_ms["p50"] + 2 * 3
    assert ran(**fields, mode="quorum", jitter=3).commit_ms["p50"] == ran(**fields, mode="quorum").commit_ms["p50"] + 6


@pytest.mark.parametrize(("mode", "k"), [("semi_sync", 1), ("majority", 3), ("sync_all", 6)])
def test_the_kth_of_equally_far_followers_has_the_mean_of_an_order_statistic(mode, k):
    """Two exponential messages make a gamma answer; the mean of the k-th of six is an integral over its tail."""
    copies = [f"p{number}" for number in range(7)]
    result = ran(regions=copies, rtt_ms=100, mode=mode, server_ms=0, jitter={"kind": "exponential", "rate_per_ms": 0.1})
    at = np.linspace(0, 60, 60_001)
    later = np.exp(-at) * (1 + at)
    fewer = sum(math.comb(6, i) * (1 - later) ** i * later ** (6 - i) for i in range(k))
    expected = 100 + 10 * (np.trapezoid(fewer, at) + 2)
    assert result.commit_ms["mean"] == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "async"])
def test_shares_of_the_last_needed_answer_sum_to_one_and_its_region_is_named(mode):
    result = ran(regions=["us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1"], mode=mode, **NOISY)
    shares = {one.region: one.decides_fraction for one in result.acknowledgements}
    assert sum(shares.values()) == pytest.approx(1)
    assert result.slowest_needed == max(shares, key=shares.get)
    assert [one.rtt_ms for one in result.acknowledgements] == sorted(one.rtt_ms for one in result.acknowledgements)


def test_nobody_is_named_where_nobody_is_waited_for():
    result = ran(mode="async", **NOISY)
    assert (result.slowest_needed, result.needed) == (None, 0)
    assert not any(one.decides_fraction for one in result.acknowledgements)


def test_two_copies_of_one_region_are_waited_for_together():
    pair = ["us-east-1", "eu-west-1", "eu-west-1"]
    result = ran(regions=pair, mode="majority", **NOISY)
    assert result.slowest_needed == "eu-west-1"
    assert sum(one.decides_fraction for one in result.acknowledgements) == pytest.approx(1)
    assert min(one.decides_fraction for one in result.acknowledgements) > 0.3


def test_five_copies_two_two_one_answer_from_the_nearest_other_region():
    """Survives a region at the price of one round trip to the nearest, as CockroachDB's documentation says."""
    result = ran(regions=["us-east-1", "us-east-1", "us-west-2", "us-west-2", "eu-central-1"], **STILL)
    assert result.commit_ms["p50"] == measured("aws_2019")["us-east-1"]["us-west-2"]
    assert result.regions_may_be_lost == 1


# Chance, and the slow reference


def test_constant_delays_need_no_dice():
    one, other = (as_plain(ran(seed=seed)) for seed in (1, 2))
    assert one == other


def test_the_same_seed_gives_the_same_result_and_another_seed_another():
    one, again, other = (as_plain(ran(**NOISY, seed=seed)) for seed in (4, 4, 5))
    assert one == again
    assert one["commit_ms"] != other["commit_ms"]


def test_moving_the_leader_moves_the_curve_and_not_the_dice():
    """Both leaders wait for the copy in the middle, over links of their own."""
    table = {"a": {"b": 50.0, "c": 400.0}, "b": {"a": 60.0, "c": 900.0}, "c": {"a": 400.0, "b": 900.0}}
    fields = {"rtt_ms": table, "regions": ["a", "b", "c"], "mode": "sync_all", **NOISY}
    one, other = (ran(**fields, leader=leader, client_region=leader).commit_ms for leader in ("a", "b"))
    assert other["p50"] - one["p50"] == pytest.approx(500)


@pytest.fixture(scope="module")
def by_message():
    """The SimPy model that sends every message."""
    path = Path(__file__).resolve().parents[2] / "reference" / "quorum_by_message.py"
    spec = importlib.util.spec_from_file_location("quorum_by_message", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


SITUATIONS = {
    "RTT-S1": {"matrix": "azure_2025", "regions": ["West Europe", "East US", "West US 2"], **STILL},
    "RTT-S2": {"regions": ["us-west-2", "us-east-1", "eu-west-1"], **STILL},
    "a majority of five, client far away": {
        "regions": ["us-east-1", "us-west-2", "eu-central-1", "eu-west-1", "ap-southeast-1"],
        "client_region": "ap-southeast-1",
        "jitter": EXPONENTIAL,
        "server_ms": {"kind": "pareto", "min_ms": 3, "alpha": 2.5},
    },
    "all of three": {"mode": "sync_all", "jitter": EXPONENTIAL, "commit_wait_ms": 7},
    "one other": {
        "mode": "semi_sync",
        "regions": ["us-east-1", "us-east-2", "ca-central-1"],
        "jitter": {"kind": "uniform", "min_ms": 0, "max_ms": 20},
    },
    "nobody": {"mode": "async", "jitter": EXPONENTIAL, "participants": 5, "server_ms": EXPONENTIAL},
    "two of three without a leader": {"mode": "quorum", "w": 2, "r": 1, "jitter": EXPONENTIAL},
    "two, two and one": {
        "regions": ["us-east-1", "us-east-1", "us-west-2", "us-west-2", "eu-central-1"],
        "jitter": {"kind": "mixture", "parts": [[0.9, EXPONENTIAL], [0.1, 40]]},
        "same_place_rtt_ms": 1,
    },
}


@pytest.mark.parametrize("fields", SITUATIONS.values(), ids=SITUATIONS)
def test_bulk_and_message_by_message_agree_within_three_per_cent(by_message, fields):
    scenario = quorum_latency.Scenario(**fields)
    found = quorum_latency.run(scenario, seed=3)
    played = by_message.play(scenario, requests=4_000 if fields.get("jitter") else 20, seed=5)
    for bulk, reference in zip((found.commit_ms, found.read_ms), played, strict=True):
        assert np.mean(reference) == pytest.approx(bulk["mean"], rel=0.03)
        assert np.quantile(reference, 0.5) == pytest.approx(bulk["p50"], rel=0.03)
        assert np.quantile(reference, 0.9) == pytest.approx(bulk["p90"], rel=0.03)
