"""Does a replay show the run's own values, at its own pace?"""

import numpy as np
import pytest

from lessons.observability.replay import Replay
from lessons.observability.runs import signals_of
from lessons.simulator import failover


@pytest.fixture(scope="module")
def found():
    scenario = failover.Scenario()
    return signals_of("failover", scenario, failover.run(scenario, seed=1), seed=1, before_s=300, step_s=5)


def test_at_each_scrape_of_the_run_the_values_are_the_runs(found):
    replay = Replay(found, speed=60)
    for row in range(0, len(found.times_s), 7):
        np.testing.assert_allclose(
            replay.values(float(found.times_s[row])), [one.values[row] for one in found.series], rtol=1e-12
        )


def test_time_goes_as_many_times_as_fast_and_begins_with_the_quiet(found):
    replay = Replay(found, speed=60)
    assert replay.moment_s(0) == -300
    assert replay.moment_s(5) == 0
    assert replay.moment_s(10) == 300
    assert not replay.over(14.9)
    assert replay.over(15)


def test_a_loop_begins_anew_with_its_counters(found):
    replay = Replay(found, speed=100, loop=True)
    assert replay.moment_s(9) == -300
    assert replay.moment_s(9 + 3) == replay.moment_s(3) == 0
    assert not replay.over(1e6)
    place = next(i for i, one in enumerate(found.series) if one.name == "http_requests_total")
    assert replay.values(replay.moment_s(8.9))[place] > replay.values(replay.moment_s(9.1))[place]


def test_counters_never_fall_between_scrapes_and_stay_whole(found):
    replay = Replay(found, speed=60)
    moments = np.linspace(-310, 700, 997)
    table = np.stack([replay.values(float(at_s)) for at_s in moments])
    for column, one in enumerate(found.series):
        if one.kind != "gauge":
            assert (np.diff(table[:, column]) >= 0).all(), one.name
            assert one.name.endswith("_sum") or (table[:, column] % 1 == 0).all(), one.name
    buckets = [c for c, one in enumerate(found.series) if one.name == "http_request_duration_seconds_bucket"][:15]
    assert (np.diff(table[:, buckets], axis=1) >= 0).all()


def test_after_the_end_traffic_goes_on_as_it_was_and_gauges_stay(found):
    replay = Replay(found, speed=60)
    end, later = replay.values(600.0), replay.values(600.0 + 100)
    for column, one in enumerate(found.series):
        if one.kind == "gauge":
            assert later[column] == end[column]
    gained = sum(later[c] - end[c] for c, one in enumerate(found.series) if one.name == "http_requests_total")
    assert gained == pytest.approx(100 * 1_000, rel=0.02)


def test_before_its_beginning_a_replay_is_at_its_beginning(found):
    np.testing.assert_array_equal(Replay(found, 60).values(-1e6), [one.values[0] for one in found.series])
