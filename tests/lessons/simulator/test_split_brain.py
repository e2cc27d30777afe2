"""Does a split brain count what each side has alone?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import split_brain
from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain

BRIEF = {"partition_s": 43, "detect_s": 0, "promote_after_s": 30, "fencing": "none", "write_rate_rps": 20}


def ran(*, seed=1, **given):
    return split_brain.run(split_brain.Scenario(**given), seed=seed)


def test_forty_three_seconds_leave_860_writes_on_the_old_side_and_260_on_the_new():
    assert ran(**BRIEF).unique_writes == {"old": 860, "new": 260}


def test_nobody_is_promoted_when_patience_exceeds_the_cut():
    result = ran(**{**BRIEF, "promote_after_s": 60})
    assert result.promoted_at_s is None
    assert result.unique_writes == {"old": 860, "new": 0}
    assert result.conflicting_keys == 0
    assert result.reconciliation_writes == 0


def test_nobody_is_promoted_at_the_very_moment_the_link_is_back():
    assert ran(**{**BRIEF, "promote_after_s": 43}).promoted_at_s is None


def test_a_token_refuses_the_old_side_from_the_promotion_on():
    assert ran(**{**BRIEF, "fencing": "token"}).unique_writes == {"old": 600, "new": 260}


def test_with_a_lease_nobody_takes_over_before_it_ends_and_the_old_side_stops_with_it():
    result = ran(partition_s=60, promote_after_s=0, fencing="lease", lease_s=10, groups=10_000)
    assert result.unavailable_s["mean"] == pytest.approx(5, abs=0.1)
    assert result.unavailable_s["max"] <= 10
    assert result.unique_writes["old"] == pytest.approx(20 * 5, rel=0.03)
    assert result.unique_writes["old"] + result.unique_writes["new"] == pytest.approx(20 * 60)


def test_last_write_wins_overwrites_one_of_each_two_and_the_others_none():
    assert ran(**BRIEF, merge="last_write_wins").overwritten_writes == pytest.approx(0.2 * 260)
    assert ran(**BRIEF, merge="crdt").overwritten_writes == 0
    assert ran(**BRIEF, merge="manual").reconciliation_writes == 860


def test_the_later_write_loses_only_to_a_clock_that_is_ahead():
    assert ran(**BRIEF, merge="last_write_wins").wrongly_overwritten_writes == 0
    little, much = (
        ran(**BRIEF, merge="last_write_wins", clock_skew_ms=skew).wrongly_overwritten_writes for skew in (400, 4_000)
    )
    assert 0 < little < much < 0.2 * 260


@given(
    partition=st.floats(0, 1_000),
    detect=st.floats(0, 500),
    patience=st.floats(0, 500),
    fencing=st.sampled_from(["none", "lease", "token"]),
    lease=st.floats(0, 500),
    groups=st.integers(1, 50),
    skew=st.floats(-60_000, 60_000),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=150, deadline=None)
def test_no_side_has_more_than_its_rate_and_fencing_never_adds(
    partition, detect, patience, fencing, lease, groups, skew, seed
):
    knobs = {
        "partition_s": partition,
        "detect_s": detect,
        "promote_after_s": patience,
        "lease_s": lease,
        "groups": groups,
        "clock_skew_ms": skew,
        "merge": "last_write_wins",
    }
    result, bare = ran(seed=seed, fencing=fencing, **knobs), ran(seed=seed, **knobs)
    as_plain(result)
    for side in ("old", "new"):
        assert -1e-6 <= result.unique_writes[side] <= bare.unique_writes[side] + 1e-6
    assert result.series["old_unique_writes"][-1] == pytest.approx(result.unique_writes["old"], abs=1e-3)
    assert result.series["new_unique_writes"][-1] == pytest.approx(result.unique_writes["new"], abs=1e-3)
    assert -1e-6 <= result.wrongly_overwritten_writes <= result.overwritten_writes + 1e-6
    # A lease, and a token, leave at most one side that may write.
    if fencing != "none":
        assert result.unique_writes["old"] + result.unique_writes["new"] <= 20 * partition + 1e-6


@pytest.mark.parametrize("field", list(params(split_brain.Scenario)))
@pytest.mark.parametrize("text", ["nan", "1e308", "-1e9", "", "many"])
def test_a_wrong_value_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        split_brain.Scenario.from_text({field: text})
    assert caught.value.field == field
