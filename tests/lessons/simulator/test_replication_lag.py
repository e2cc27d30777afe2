"""Does a copy fall behind and come back as arithmetic says, at every moment?"""

import math
from collections import deque

import numpy as np
import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lessons.simulator import replication_lag
from lessons.simulator.engine.params import params
from lessons.simulator.engine.passports import read_passports
from lessons.simulator.errors import ScenarioError
from lessons.simulator.presets import presets
from lessons.simulator.record import as_plain

rates = st.integers(10, 5_000).map(float)
stretches = st.integers(0, 900).map(float)


def ran(**fields):
    return replication_lag.run(replication_lag.Scenario(**fields), seed=1)


def test_a_stall_of_a_minute_with_a_tenth_to_spare_takes_ten_minutes():
    result = ran(write_rate_rps=1_000, apply_rate_rps=1_100, stall_s=60)
    assert result.catch_up_s == pytest.approx(600)
    assert (result.peak_lag_s, result.peak_at_s) == (pytest.approx(60), pytest.approx(120))
    assert (result.peak_behind_writes, result.lost_writes) == (pytest.approx(60_000), pytest.approx(60_000))


def test_thirty_thousand_behind_and_a_hundred_to_spare_take_five_minutes():
    assert ran(stall_s=30).catch_up_s == pytest.approx(300)


def test_five_seconds_behind_at_two_hundred_a_second_put_a_thousand_writes_at_risk():
    for lost_at_s in (0, 17, 1_200):
        result = ran(write_rate_rps=200, apply_rate_rps=400, stall_s=0, link_delay_s=5, lost_at_s=lost_at_s)
        assert (result.rpo_s, result.lost_writes) == (pytest.approx(5), pytest.approx(1_000))


@given(rates, rates, stretches, stretches)
def test_after_a_stall_alone_the_way_back_is_what_waits_over_what_is_spare(write, spare, stall_s, at_s):
    result = ran(write_rate_rps=write, apply_rate_rps=write + spare, stall_s=stall_s, stall_at_s=at_s)
    assert result.catch_up_s == pytest.approx(stall_s * write / spare)
    assert result.estimated_catch_up_s == pytest.approx(result.catch_up_s)


@given(rates, st.floats(0, 1), stretches)
def test_without_headroom_a_stall_is_never_made_up(write, share, stall_s):
    assume(stall_s > 0 or share < 1)
    result = ran(write_rate_rps=write, apply_rate_rps=max(1.0, write * share), stall_s=stall_s)
    assert result.catch_up_s is None
    assert result.caught_up_at_s is None


def test_a_peak_on_the_way_back_makes_the_estimate_wrong():
    usual, peak = ran(), ran(burst_factor=1.15)
    assert usual.estimated_catch_up_s == peak.estimated_catch_up_s == pytest.approx(600)
    # 42,000 still wait when the peak begins, 50 a second are added for 1,200 s, and then 100 a second are spare.
    assert peak.caught_up_at_s == pytest.approx(300 + 1_200 + (42_000 + 60_000) / 100)
    assert peak.peak_lag_s > usual.peak_lag_s


def test_the_average_lag_is_not_what_a_loss_in_the_stall_takes():
    result = ran()
    assert result.mean_lag_s == pytest.approx((60 * 60 / 2 + 600 * 60 / 2) / 1_200)
    assert result.rpo_s > 3 * result.mean_lag_s


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "write_rate_rps": st.sampled_from([50.0, 100.0]),
            "apply_rate_rps": st.sampled_from([60.0, 100.0, 120.0, 300.0]),
            "stall_s": st.integers(0, 60).map(float),
            "stall_at_s": st.integers(0, 60).map(float),
            "burst_factor": st.sampled_from([0.5, 1.0, 1.5, 3.0]),
            "burst_at_s": st.integers(0, 90).map(float),
            "burst_s": st.integers(0, 60).map(float),
            "link_delay_s": st.sampled_from([0.0, 0.1, 1.0, 7.3]),
            "horizon_s": st.just(240.0),
        }
    )
)
def test_the_arithmetic_agrees_with_a_queue_played_step_by_step(fields):
    """A first-in first-out queue of small parcels, each with the moment it was written."""
    result = ran(**fields)
    moments, behind, lag = played(fields, step_s=0.1)
    tolerance_writes = 0.1 * max(fields["write_rate_rps"], fields["apply_rate_rps"]) * fields["burst_factor"] + 20
    found = np.interp(moments, result.series["t_s"], result.series["behind_writes"])
    np.testing.assert_allclose(found, behind, atol=tolerance_writes)
    np.testing.assert_allclose(np.interp(moments, result.series["t_s"], result.series["lag_s"]), lag, atol=1.0)
    assert result.mean_lag_s == pytest.approx(np.mean(lag), abs=0.5)
    assert result.peak_lag_s == pytest.approx(np.max(lag), abs=0.5)


def played(fields, *, step_s):
    """Moments, writes that only the primary has, and the age of the oldest of them."""

    def rate(at_s):
        busy = fields["burst_at_s"] <= at_s < fields["burst_at_s"] + fields["burst_s"]
        return fields["write_rate_rps"] * (fields["burst_factor"] if busy else 1.0)

    steps, delay_s = round(fields["horizon_s"] / step_s), fields["link_delay_s"]
    queue = deque()
    for early in range(round(delay_s / step_s), 0, -1):
        queue.append([-early * step_s, rate(-early * step_s) * step_s])
    moments, behind, lag, waits = [], [], [], sum(parcel[1] for parcel in queue)
    for step in range(steps):
        now = step * step_s
        queue.append([now, rate(now) * step_s])
        waits += queue[-1][1]
        stalled = fields["stall_at_s"] <= now < fields["stall_at_s"] + fields["stall_s"]
        room = 0.0 if stalled else fields["apply_rate_rps"] * step_s
        while queue and room > 0 and queue[0][0] <= now - delay_s + 1e-9:
            taken = min(room, queue[0][1])
            queue[0][1] -= taken
            room -= taken
            waits -= taken
            if queue[0][1] <= 1e-9:
                queue.popleft()
        moments.append(now)
        behind.append(waits)
        lag.append(now - queue[0][0] if queue else 0.0)
    return np.array(moments), np.array(behind), np.array(lag)


@given(rates, rates, rates, stretches, st.floats(0.5, 3))
def test_more_headroom_is_never_behind_for_longer(write, low, more, stall_s, factor):
    fields = {"write_rate_rps": write, "stall_s": stall_s, "burst_factor": factor}
    slow, fast = ran(apply_rate_rps=low, **fields), ran(apply_rate_rps=low + more, **fields)
    assert fast.peak_lag_s <= slow.peak_lag_s + 1e-6
    assert fast.lost_writes <= slow.lost_writes + 1e-6
    assert (fast.caught_up_at_s or 0) <= (math.inf if slow.caught_up_at_s is None else slow.caught_up_at_s) + 1e-6


@given(stretches, stretches, st.floats(0, 10))
def test_a_longer_stall_and_a_longer_way_never_lose_fewer_writes(few, more, delay_s):
    short, long = sorted((few, more))
    one, other = ran(stall_s=short), ran(stall_s=long, link_delay_s=delay_s)
    assert one.lost_writes <= other.lost_writes + 1e-6
    assert one.catch_up_s <= other.catch_up_s + 1e-6


@given(rates, rates, stretches, st.floats(0.1, 5), st.integers(0, 1_200))
def test_no_lag_is_below_zero_and_no_mean_above_the_peak(write, apply, stall_s, factor, lost_at_s):
    result = ran(
        write_rate_rps=write, apply_rate_rps=apply, stall_s=stall_s, burst_factor=factor, lost_at_s=float(lost_at_s)
    )
    lag, behind = result.series["lag_s"], result.series["behind_writes"]
    assert lag.min() >= 0
    assert behind.min() >= 0
    assert result.mean_lag_s <= result.peak_lag_s + 1e-9
    assert result.rpo_s <= result.peak_lag_s + 1e-6
    assert result.lost_writes <= result.peak_behind_writes + 1e-6


def test_there_are_no_dice():
    scenario = replication_lag.Scenario()
    one, other = (as_plain(replication_lag.run(scenario, seed=seed)) for seed in (1, 2))
    assert one == other


def test_every_preset_runs_and_every_field_has_a_passport(content):
    passports = read_passports(content)
    assert all(known.passport in passports for known in params(replication_lag.Scenario).values())
    for preset in presets(content, "replication-lag").values():
        scenario = replication_lag.Scenario(**preset.values)
        assert replication_lag.cost_ms(scenario) < 50
        assert replication_lag.summary(scenario, replication_lag.run(scenario, seed=1)).endswith(".")
        assert replication_lag.Scenario(**orjson.loads(orjson.dumps(scenario.as_dict()))) == scenario


@pytest.mark.parametrize(("field", "value"), [("write_rate_rps", 0), ("stall_s", -1), ("burst_factor", math.nan)])
def test_what_cannot_be_is_refused_by_name(field, value):
    with pytest.raises(ScenarioError) as caught:
        replication_lag.Scenario(**{field: value})
    assert caught.value.field == field
