"""Does each kind of store keep what it can keep, and break what it must, over many seeds?"""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import histories
from lessons.simulator.checkers import MODELS, answers, check, history_of
from lessons.simulator.errors import ScenarioError
from lessons.simulator.histories.clients import play
from lessons.simulator.record import as_plain

SESSION = {"read_your_writes", "monotonic_reads", "monotonic_writes", "writes_follow_reads"}


def broken(seeds, **given):
    """How many single histories of so many seeds break each model."""
    scenario = histories.Scenario(**given)
    counts = Counter()
    for seed in range(seeds):
        found = answers(history_of(play(scenario, seed, 0).operations))
        assert "undecided" not in found.values()
        counts.update(model for model, answer in found.items() if answer == "no")
    return counts


def test_a_leader_without_faults_is_linearizable_over_five_hundred_seeds():
    assert not broken(500, mode="leader")
    assert not broken(100, mode="leader", cas_fraction=0.5, keys=1, clients=8)


@pytest.mark.parametrize("fault", ["partition", "slow_link", "half_writes"])
def test_a_leader_that_is_slow_or_cut_off_refuses_and_never_lies(fault):
    assert not broken(150, mode="leader", fault=fault)


@pytest.mark.parametrize("fault", ["crash", "failover_without_fencing"])
def test_a_leader_that_copies_late_and_is_replaced_loses_what_it_acknowledged(fault):
    counts = broken(100, mode="leader", fault=fault)
    assert counts["linearizable"] > 20
    assert counts["read_your_writes"] > 5
    assert any(play(histories.Scenario(mode="leader", fault=fault), seed, 0).lost_writes for seed in range(50))


def test_a_cut_that_ends_before_a_new_leader_is_chosen_costs_no_write():
    patient = {"fault": "failover_without_fencing", "fault_duration_ms": 300, "failover_after_ms": 300}
    assert not broken(150, mode="leader", **patient)


def test_reads_nearby_break_read_your_writes_and_a_token_mends_all_but_time():
    bare = broken(100, mode="follower_reads")
    assert bare["linearizable"] > 80
    assert bare["read_your_writes"] > 30
    assert set(broken(150, mode="follower_reads", session_token=True)) <= {"linearizable"}
    assert set(broken(60, mode="follower_reads", session_token=True, fault="partition", keys=1)) <= {"linearizable"}


def test_who_stays_with_one_copy_of_a_log_never_goes_back():
    counts = broken(150, mode="follower_reads", reroute_fraction=0)
    assert counts["monotonic_reads"] == 0
    assert counts["read_your_writes"] > 30


def test_last_write_wins_breaks_sessions_and_a_token_does_not_save_a_write_whose_clock_is_behind():
    assert broken(60, mode="eventual")["read_your_writes"] > 10
    honest = broken(100, mode="eventual", session_token=True)
    assert honest["read_your_writes"] == honest["monotonic_reads"] == 0
    assert broken(60, mode="eventual", session_token=True, clock_skew_ms=300)["read_your_writes"] > 2


@pytest.mark.parametrize("fault", list(histories.FAULTS))
def test_causes_first_keeps_causality_and_every_session_whatever_fails(fault):
    counts = broken(60, mode="causal_session", fault=fault)
    assert not SESSION & set(counts) and "causal" not in counts
    assert counts["linearizable"] > 40


def test_overlapping_quorums_without_read_repair_break_when_writes_stop_half_way():
    assert broken(60, mode="quorum", fault="half_writes")["linearizable"] > 10
    assert broken(200, mode="quorum", fault="partition")["linearizable"] > 3
    assert broken(60, mode="quorum", r=1, w=1)["linearizable"] > 20


@pytest.mark.parametrize("fault", list(histories.FAULTS))
@pytest.mark.parametrize(("n", "r", "w"), [(3, 2, 2), (5, 2, 4)])
def test_overlapping_quorums_with_read_repair_are_linearizable_whatever_fails(fault, n, r, w):
    assert not broken(40, mode="quorum", fault=fault, n=n, r=r, w=w, read_repair=True, keys=1)


def test_read_repair_cannot_help_a_clock_that_is_ahead():
    assert broken(100, mode="quorum", read_repair=True, clock_skew_ms=300)["linearizable"] > 10


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"mode": "leader"}, "yes"),
        ({"mode": "follower_reads"}, "no"),
        ({"mode": "eventual"}, "no"),
        ({"mode": "quorum", "fault": "half_writes"}, "no"),
        ({"mode": "quorum", "fault": "half_writes", "read_repair": True}, "yes"),
        ({"mode": "causal_session", "check": "causal"}, "yes"),
    ],
)
def test_within_the_default_bounds_a_witness_is_found_or_there_is_none(given, answer):
    for seed in range(1, 6):
        result = histories.run(histories.Scenario(**given), seed=seed)
        assert result.answer == answer
        assert (result.witness is not None) == (answer == "no")
        assert result.undecided == 0


def test_the_witness_lies_in_the_history_shown_and_breaks_the_promise_by_itself():
    for seed in range(20):
        result = histories.run(histories.Scenario(check="sequential"), seed=seed)
        if result.witness is None:
            continue
        shown = [result.operations[place] for place in result.witness.operations]
        assert check(shown, "sequential").answer == "no"
        assert result.verdicts["sequential"] == "no"
        assert result.broken_fraction["linearizable"] >= result.broken_fraction["sequential"] > 0


def test_a_weaker_promise_is_never_broken_more_often():
    for mode in histories.MODES:
        shares = histories.run(histories.Scenario(mode=mode, check="causal"), seed=3).broken_fraction
        assert shares["linearizable"] >= shares["sequential"] >= shares["causal"] >= max(shares[one] for one in SESSION)
        assert list(shares) == list(MODELS)


def test_first_broken_is_the_weakest_promise_that_the_shown_history_breaks():
    for seed in range(10):
        result = histories.run(histories.Scenario(), seed=seed)
        kept = [model for model in reversed(MODELS) if result.verdicts[model] != "no"]
        order = list(reversed(MODELS))
        if result.first_broken == histories.BREAKS_NOTHING:
            assert len(kept) == len(MODELS)
        else:
            assert kept[: order.index(result.first_broken)] == order[: order.index(result.first_broken)]


def test_another_think_time_does_not_change_what_clients_ask():
    def asked(think_ms):
        played = play(histories.Scenario(think_ms=think_ms, mode="leader"), 5, 0)
        return {(one.client, place): (one.op, one.key) for place, one in enumerate(_by_client(played.operations))}

    def _by_client(operations):
        return sorted(operations, key=lambda one: (one.client, one.called_ms))

    assert asked(50) == asked(400)


def test_every_operation_is_in_the_history_once_and_a_client_makes_one_at_a_time():
    for mode in histories.MODES:
        for fault in histories.FAULTS:
            played = play(histories.Scenario(mode=mode, fault=fault, clients=5, operations=9), 1, 0)
            assert len(played.operations) == 45
            for made in history_of(played.operations).clients().values():
                assert len(made) <= 9
            written = [one.value for one in played.operations if one.op == "write"]
            assert len(set(written)) == len(written)


@given(
    mode=st.sampled_from(list(histories.MODES)),
    fault=st.sampled_from(list(histories.FAULTS)),
    n=st.integers(2, 5),
    clients=st.integers(1, 5),
    operations=st.integers(1, 8),
    keys=st.integers(1, 3),
    think=st.floats(0, 300),
    timeout=st.floats(1, 500),
    skew=st.floats(-500, 500),
    token=st.booleans(),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=120, deadline=None)
def test_any_store_gives_a_history_that_can_be_written_down_and_judged(
    mode, fault, n, clients, operations, keys, think, timeout, skew, token, seed
):
    scenario = histories.Scenario(
        mode=mode,
        fault=fault,
        n=n,
        r=min(2, n),
        w=min(2, n),
        clients=clients,
        operations=operations,
        keys=keys,
        think_ms=think,
        timeout_ms=timeout,
        clock_skew_ms=skew,
        session_token=token,
        tries=2,
    )
    result = histories.run(scenario, seed=seed)
    assert as_plain(result) == as_plain(histories.run(scenario, seed=seed))
    assert result.counts["operations"] == clients * operations
    assert histories.Scenario(**scenario.as_dict()) == scenario
    assert histories.summary(scenario, result).endswith(".")
    for one in result.operations:
        assert one.returned_ms is None or one.called_ms <= one.returned_ms <= one.called_ms + timeout + 0.001


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("w", {"mode": "quorum", "n": 3, "w": 4}),
        ("r", {"mode": "quorum", "n": 2, "r": 3}),
        ("cas_fraction", {"mode": "eventual", "cas_fraction": 0.2}),
        ("between_ms", {"between_ms": {"kind": "pareto", "min_ms": 1, "alpha": 0.9}}),
        ("lag_ms", {"lag_ms": "soon"}),
        ("local_ms", {"local_ms": float("nan")}),
        ("tries", {"tries": 0}),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_field(field, given):
    with pytest.raises(ScenarioError) as caught:
        histories.Scenario(**given)
    assert caught.value.field == field
