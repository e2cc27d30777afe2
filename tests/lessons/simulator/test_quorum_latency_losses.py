"""How many regions may be lost, and what is lost with one? Held to every choice of them, one by one."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import quorum_latency
from lessons.simulator.quorum_latency.scenario import MODES


def ran(*, seed=1, **fields):
    return quorum_latency.run(quorum_latency.Scenario(**fields), seed=seed)


def brute_losses(copies, mode, leader, w, r):
    """Every choice of lost regions and every set of copies that may have answered, tried one by one."""
    places = range(len(copies))
    if mode == "quorum":
        written = [set(some) for some in itertools.combinations(places, w)]
        needs, reads = w, r
    else:
        followers = [place for place in places if place != copies.index(leader)]
        k = {"async": 0, "semi_sync": min(1, len(followers)), "sync_all": len(followers)}.get(mode, len(copies) // 2)
        written = [{copies.index(leader), *some} for some in itertools.combinations(followers, k)]
        needs, reads = k + 1, 1
    found = {"well": 0, "data": 0, "writes": 0}
    for kind in found:
        for lost in range(1, len(set(copies)) + 1):
            verdicts = []
            for gone in itertools.combinations(sorted(set(copies)), lost):
                left = {place for place in places if copies[place] not in gone}
                kept, goes, read = all(left & some for some in written), len(left) >= needs, len(left) >= reads
                verdicts.append({"well": kept and goes and read, "data": kept, "writes": goes}[kind])
            if not all(verdicts):
                break
            found[kind] = lost
    return found


@settings(max_examples=150)
@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6), st.sampled_from(tuple(MODES)), st.data())
def test_as_many_regions_may_be_lost_as_no_choice_of_them_can_spoil(copies, mode, data):
    leader = data.draw(st.sampled_from(copies))
    w, r = (data.draw(st.integers(1, len(copies))) for _ in range(2))
    result = ran(regions=copies, rtt_ms=10, mode=mode, leader=leader, w=w, r=r)
    found = brute_losses(copies, mode, leader, w, r)
    assert result.regions_may_be_lost == found["well"]
    assert result.regions_may_be_lost_keeping_data == found["data"]
    assert result.regions_may_be_lost_keeping_writes == found["writes"]
    assert (result.worst_case_lost_writes == 0) is (found["data"] >= 1)


@pytest.mark.parametrize(
    ("copies", "mode", "may_be_lost"),
    [
        ("ab", "majority", 0),
        ("abc", "majority", 1),
        ("abcd", "majority", 1),
        ("abcde", "majority", 2),
        ("aabbc", "majority", 1),
        ("aab", "majority", 0),
        ("abc", "sync_all", 0),
        ("abc", "semi_sync", 1),
        ("ab", "semi_sync", 0),
        ("abc", "async", 0),
    ],
)
def test_well_known_shapes_survive_what_they_are_known_to(copies, mode, may_be_lost):
    assert ran(regions=list(copies), rtt_ms=10, mode=mode).regions_may_be_lost == may_be_lost


@given(st.floats(0, 3_600), st.floats(0, 10_000))
def test_what_nobody_waited_for_is_lost_at_the_rate_of_writes_times_the_lag(lag_s, rate_rps):
    fields = {"replication_lag_s": lag_s, "write_rate_rps": rate_rps}
    assert ran(mode="async", **fields).worst_case_lost_writes == pytest.approx(lag_s * rate_rps)
    assert ran(mode="majority", **fields).worst_case_lost_writes == 0
    assert ran(regions=["us-east-1"], **fields).worst_case_lost_writes is None


def test_a_neighbour_in_the_leaders_own_region_saves_nothing_when_the_region_goes():
    fields = {"regions": ["us-east-1", "us-east-1", "us-west-2"], "mode": "semi_sync"}
    assert ran(**fields).worst_case_lost_writes == 5 * 200
    assert ran(**fields).commit_ms["p50"] == 5
