"""Is what lies in the cart what the rule makes of the two writes?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator.presets import presets
from lessons.widgets.conflicts.cart import said
from lessons.widgets.conflicts.present import present
from lessons.widgets.conflicts.scenario import BOTH, ONLY_FIRST, ONLY_SECOND, RULES, Scenario, run
from lessons.widgets.kit import Bars, Timeline

QUIET = {"write_rate_rps": 0.0}


def met(**fields):
    return run(Scenario(**{**QUIET, **fields}), seed=1)


def cart_of(result, rule):
    return [said(cart) for cart in result.carts[rule]]


def test_a_fast_clock_brings_back_what_was_removed_later():
    result = met(ahead_ms=400, gap_ms=300, replication_lag_s=1)
    assert result.cart == ONLY_FIRST and result.wrong_winner and result.concurrent
    assert cart_of(result, "version_vectors") == [ONLY_FIRST, ONLY_SECOND]
    assert cart_of(result, "crdt") == cart_of(result, "home_region") == [BOTH]
    assert result.agreed_at_s == pytest.approx(1)


def test_with_clocks_that_agree_the_other_change_is_lost():
    assert met(ahead_ms=0, gap_ms=300, replication_lag_s=1).cart == ONLY_SECOND


def test_a_change_that_had_seen_the_other_keeps_both_unless_its_clock_is_too_far_behind():
    seen = {"gap_ms": 2_000, "replication_lag_s": 1}
    assert met(ahead_ms=0, **seen).cart == BOTH
    refused = met(ahead_ms=5_000, **seen)
    assert refused.cart == ONLY_FIRST and not refused.concurrent
    assert cart_of(refused, "version_vectors") == [BOTH]


def test_a_home_that_is_cut_off_refuses_the_removal():
    result = met(partition_s=60)
    assert cart_of(result, "home_region") == [ONLY_FIRST]
    assert result.refused_changes["home_region"] == 1
    assert cart_of(result, "crdt") == [BOTH]


@settings(max_examples=100, deadline=None)
@given(
    ahead_ms=st.integers(-5_000, 5_000),
    gap_ms=st.integers(0, 5_000),
    lag=st.integers(0, 50),
    cut=st.sampled_from([0.0, 2.0, 30.0]),
)
def test_the_cart_follows_from_gap_lag_and_clock_alone_and_the_story_ends_with_it(ahead_ms, gap_ms, lag, cut):
    result = met(ahead_ms=ahead_ms, gap_ms=gap_ms, replication_lag_s=lag / 10, partition_s=cut)
    arrives_s = max(cut, 0.0) + lag / 10
    if abs(gap_ms - ahead_ms) > 1e-6:
        wrong = ahead_ms > gap_ms
        assert result.wrong_winner is wrong
        if abs(gap_ms / 1_000 - arrives_s) > 1e-6:
            concurrent = gap_ms / 1_000 < arrives_s
            assert result.concurrent is concurrent
            assert result.cart == (ONLY_FIRST if wrong else ONLY_SECOND if concurrent else BOTH)
            assert len(result.carts["version_vectors"]) == 1 + concurrent
    assert cart_of(result, "crdt") == [BOTH]
    last = result.moments[-1]
    assert said(last.carts[0]) == said(last.carts[1]) == result.cart
    # The copies agree from the moment that the simulation says, and not before.
    for moment in result.moments:
        if moment.at_s > result.agreed_at_s - 1e-9:
            assert moment.carts == last.carts


def test_only_last_write_wins_loses_updates_and_all_rules_see_the_same_writes(content):
    for preset in presets(content, "conflict-lab").values():
        result = run(Scenario(**preset.values), seed=preset.seed)
        assert {rule for rule, lost in result.lost_updates.items() if lost} <= {"last_write_wins"}
        assert result.surfaced_conflicts["version_vectors"] == result.conflicts
        assert result.expected_conflicts >= 0


def test_a_key_that_two_regions_write_conflicts_about_seventeen_times_a_day(content):
    preset = presets(content, "conflict-lab")["one-key-a-day"]
    result = run(Scenario(**preset.values), seed=preset.seed)
    assert result.expected_conflicts == pytest.approx(17.28)
    assert result.lost_updates["home_region"] == 0


def test_the_story_names_every_moment_once(content):
    for preset in presets(content, "conflict-lab").values():
        scenario = Scenario(**preset.values)
        result = run(scenario, seed=preset.seed)
        (timeline,) = (view for view in present(scenario, result).views if isinstance(view, Timeline))
        events = timeline.events
        assert [event.at_s for event in events] == [moment.at_s for moment in result.moments]
        assert all(event.text.endswith(".") for event in events)


def test_what_is_looked_at_is_told_first_and_nothing_is_left_out():
    drawn = {}
    for watch in ("meeting", "stretch"):
        scenario = Scenario(watch=watch)
        result = run(scenario, seed=1)
        output = present(scenario, result)
        drawn[watch] = output
        assert isinstance(output.views[0], Timeline if watch == "meeting" else Bars)
    assert {view.title for view in drawn["meeting"].views} == {view.title for view in drawn["stretch"].views}
    assert drawn["meeting"].table == drawn["stretch"].table
    assert len(drawn["stretch"].views[0].categories) == len(drawn["stretch"].data.rows) == len(RULES)
