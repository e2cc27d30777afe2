"""Does a trace add up, and is the span to mend the one that gives most?"""

from itertools import pairwise

import numpy as np
import pytest

from lessons.simulator import quorum_latency
from lessons.simulator.engine.network import measured
from lessons.simulator.errors import ScenarioError
from lessons.widgets.trace_waterfall.request import GROUPS, spans_of
from lessons.widgets.trace_waterfall.scenario import CITIES, FAULTS, MODES, Scenario, run, times_of
from lessons.widgets.trace_waterfall.trace import TraceSpan, critical_path, waited_ms

RTT_MS = measured("aws_2019")


def span(name: str, parent: str, starts_ms: float, ends_ms: float) -> TraceSpan:
    return TraceSpan(name, parent, name, name, "here", starts_ms, ends_ms)


def any_scenario(seed: int, **fields: object) -> Scenario:
    """A request that dice have put together."""
    dice = np.random.default_rng(seed)

    def region() -> str:
        return str(dice.choice(list(CITIES)))

    made: dict[str, object] = {
        "fault": str(dice.choice(list(FAULTS))),
        "mode": str(dice.choice(list(MODES))),
        "api_region": region(),
        "user_region": region(),
        "primary_region": region(),
        "far_region": region(),
        "followers": [region() for _ in range(int(dice.integers(1, 6)))],
        "api_ms": float(dice.integers(0, 300)),
        "lock_wait_ms": float(dice.integers(0, 2_000)),
        "reads": int(dice.integers(1, 40)),
        "cold_read_ms": float(dice.integers(0, 900)),
    }
    return Scenario(**{**made, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_waited_for_is_the_whole_request_and_every_moment_once(seed: int) -> None:
    found = run(any_scenario(seed), seed=0)
    stretches = sorted(stretch for one in critical_path(found.traced).values() for stretch in one)
    assert sum(found.waited_ms.values()) == pytest.approx(found.total_ms)
    assert stretches[0][0] == 0.0 and stretches[-1][1] == pytest.approx(found.total_ms)
    assert all(ends == pytest.approx(starts) for (_, ends), (starts, _) in pairwise(stretches))


@pytest.mark.parametrize("seed", range(40))
def test_mending_never_gives_more_than_was_waited_for_and_never_takes(seed: int) -> None:
    found = run(any_scenario(seed), seed=0)
    for group in GROUPS:
        assert -1e-6 <= found.gain_ms[group] <= found.waited_ms[group] + 1e-6
    assert found.gain_ms[found.to_mend] == pytest.approx(max(found.gain_ms.values()))


@pytest.mark.parametrize("seed", range(20))
def test_what_is_shown_as_mended_is_shorter_by_its_gain(seed: int) -> None:
    for group in GROUPS:
        found = run(any_scenario(seed, mend=group), seed=0)
        assert found.shown_ms == pytest.approx(found.total_ms - found.gain_ms[group])


@pytest.mark.parametrize("seed", range(20))
def test_a_span_lies_inside_its_caller_unless_nobody_waits_for_it(seed: int) -> None:
    spans = run(any_scenario(seed), seed=0).traced
    by_id = {one.id: one for one in spans}
    own = critical_path(spans)
    for one in spans[1:]:
        caller = by_id[one.parent]
        assert one.starts_ms >= caller.starts_ms - 1e-9
        assert one.ends_ms <= caller.ends_ms + 1e-9 or (one.group == "quorum" and not own[one.id])


def test_a_good_day_is_the_sum_of_its_ways_and_works() -> None:
    found = run(Scenario(fault="none"), seed=0)
    ways_ms = RTT_MS["eu-central-1"]["us-east-1"] + RTT_MS["us-east-1"]["us-east-2"]
    # Edge, cache and replica are each one round trip within the region away.
    assert found.total_ms == pytest.approx(ways_ms + 3 * 1.0 + 8.0 + 1.0 + 2.0 + 4.0)


@pytest.mark.parametrize(
    ("fault", "group", "added_ms"),
    [
        ("lock_wait", "lock", 900.0),
        ("cold_cache", "cache", 421.0),
        ("retry", "attempt", 1_100.0),
        ("many_reads", "reads", 12 * (RTT_MS["eu-central-1"]["us-east-1"] + 2.0) - 3.0),
    ],
)
def test_a_fault_adds_its_own_time_and_is_the_span_to_mend(fault: str, group: str, added_ms: float) -> None:
    found = run(Scenario(fault=fault), seed=0)
    assert found.total_ms - found.without_fault_ms == pytest.approx(added_ms)
    assert found.to_mend == group


def test_a_primary_that_moved_leaves_a_copy_where_it_was() -> None:
    moved = Scenario(fault="far_primary")
    assert (moved.leading, sorted(moved.following)) == ("us-west-2", ["us-east-1", "us-east-2"])
    found = run(moved, seed=0)
    assert found.to_mend == "commit"
    assert found.waited_ms["commit"] == RTT_MS["eu-central-1"]["us-west-2"]


@pytest.mark.parametrize("mode", MODES)
def test_the_wait_for_the_copies_is_the_one_of_the_quorum_lens(mode: str) -> None:
    scenario = Scenario(fault="none", mode=mode, followers=("us-east-2", "us-west-2", "eu-west-1", "ap-southeast-1"))
    lens = quorum_latency.run(
        quorum_latency.Scenario(regions=("us-east-1", *scenario.followers), mode=mode, server_ms=0.0), seed=3
    )
    assert run(scenario, seed=0).waited_ms["quorum"] == pytest.approx(lens.commit_ms["p50"])


def test_a_slower_lock_is_paid_to_the_millisecond() -> None:
    took = [run(Scenario(lock_wait_ms=wait_ms), seed=0).total_ms for wait_ms in (100.0, 350.0)]
    assert took[1] - took[0] == pytest.approx(250.0)


def test_the_child_that_ended_last_is_the_one_that_was_waited_for() -> None:
    spans = (span("root", "", 0, 10), span("a", "root", 1, 6), span("b", "root", 1, 8), span("late", "root", 2, 30))
    own = critical_path(spans)
    assert own["root"] == ((0, 1), (8, 10))
    assert own["b"] == ((1, 8),)
    assert own["a"] == () and own["late"] == ()
    assert sum(waited_ms(one) for one in own.values()) == 10


def test_a_trace_without_a_root_is_refused() -> None:
    with pytest.raises(ValueError, match="one root, not 0"):
        critical_path((span("a", "b", 0, 1), span("b", "a", 0, 1)))


def test_every_step_can_be_mended_by_name() -> None:
    for group in GROUPS:
        fault = {"lock": "lock_wait", "attempt": "retry"}.get(group, "none")
        times = times_of(Scenario(fault=fault))
        assert spans_of(times.mended(group))[0].ends_ms < spans_of(times)[0].ends_ms
    with pytest.raises(KeyError):
        times.mended("the weather")


@pytest.mark.parametrize("given", [[], ["us-east-1"] * 7, ["Atlantis"], "us-east-2", [3], None, {"a": 1}])
def test_copies_that_are_no_list_of_regions_are_refused(given: object) -> None:
    with pytest.raises(ScenarioError, match="followers"):
        Scenario(followers=given)  # type: ignore[arg-type]
