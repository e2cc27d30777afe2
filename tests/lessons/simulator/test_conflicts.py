"""Does every rule for writes that meet lose what it must lose, and nothing else?"""

import importlib.util
import math
import statistics
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import conflicts
from lessons.simulator.conflicts.copies import lineage
from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain

RULES = tuple(conflicts.MERGES)
ONE_KEY_A_DAY = {"write_rate_rps": 0.01, "keys": 1, "replication_lag_s": 1, "horizon_s": 86_400}
ON_A_GRID = st.integers(0, 40).map(lambda tenths: tenths / 8)  # eighths are exact, so ties are real ties


def by_message():
    """The slow model that shares no code with the lens."""
    path = Path(__file__).resolve().parents[2] / "reference" / "conflicts_by_message.py"
    spec = importlib.util.spec_from_file_location("conflicts_by_message", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


SLOW = by_message()


def ran(*, seed=1, **given):
    return conflicts.run(conflicts.Scenario(**given), seed=seed)


@st.composite
def schedules(draw):
    """Up to 14 writes of up to four regions on up to three keys, with a lag, a cut and clocks that disagree."""
    writers, keys = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    write = st.tuples(ON_A_GRID, st.integers(0, writers - 1), st.integers(0, keys - 1))
    return {
        "writers": writers,
        "keys": keys,
        "schedule": sorted(draw(st.lists(write, max_size=14)), key=lambda one: one[0]),
        "replication_lag_s": draw(ON_A_GRID),
        "partition_s": draw(st.one_of(st.just(0.0), ON_A_GRID)),
        "clock_skew_ms": draw(st.lists(ON_A_GRID.map(lambda s: s * 1_000 - 2_500), min_size=writers, max_size=writers)),
    }


@settings(max_examples=150, deadline=None)
@given(schedules(), st.sampled_from(RULES))
def test_every_rule_agrees_with_the_data_types_followed_message_by_message(drawn, rule):
    result = ran(**drawn, merge=rule)
    told = SLOW.followed(
        drawn["schedule"],
        writers=drawn["writers"],
        lag_s=drawn["replication_lag_s"],
        cut_s=drawn["partition_s"],
        skew_ms=drawn["clock_skew_ms"],
        merge=rule,
    )
    assert result.writes == len(told["sent"])
    assert result.refused_writes == len(told["refused"])
    assert result.lost_updates == len(told["lost"])
    numbers = sorted(told["sent"])
    assert [one.kept for one in result.history] == [number not in told["lost"] for number in numbers]
    assert [one.dropped for one in result.history] == [number in told["dropped"] for number in numbers]
    last_s = max((told["sent"][number].at_s for number in numbers), default=0.0)
    assert result.convergence_s == pytest.approx(max(0.0, told["changed_at_s"] - last_s))
    assert told["equal"] and result.copies_equal
    if rule == "version_vectors":
        assert result.conflicts == result.surfaced_conflicts == SLOW.concurrent_pairs(told["sent"])


@settings(max_examples=80, deadline=None)
@given(schedules())
def test_a_crdt_and_version_vectors_never_lose_an_increment_under_any_schedule(drawn):
    for rule in ("crdt", "version_vectors"):
        result = ran(**drawn, merge=rule)
        assert (result.lost_updates, result.lost_fraction) == (0, 0)
        assert result.writes == len(drawn["schedule"])
        assert set(result.dropped_fraction_by_writer) == {0}


@settings(max_examples=200, deadline=None)
@given(
    gap_ms=st.integers(1, 4_000),
    behind_ms=st.integers(-4_000, 4_000),
    lag=st.integers(0, 40),
    late=st.integers(0, 1),
    starts=st.integers(0, 100),
)
def test_the_last_write_wins_unless_its_clock_is_behind_by_more_than_the_gap(gap_ms, behind_ms, lag, late, starts):
    skew_ms = [0, 0]
    skew_ms[late] = -behind_ms
    at_s = float(starts)
    result = ran(
        schedule=[[at_s, 1 - late], [at_s + gap_ms / 1_000, late]],
        clock_skew_ms=skew_ms,
        replication_lag_s=lag / 10,
    )
    if abs(gap_ms - behind_ms) == 0:
        return  # the stamps are equal up to the last bit of a float
    loses = behind_ms > gap_ms
    assert result.history[1].kept is not loses
    assert result.history[1].dropped is loses
    assert result.dropped_fraction_by_writer[late] == loses
    # A later write that saw the earlier one carries it along; one that did not takes its place.
    assert result.history[0].kept is (loses or gap_ms / 1_000 > lag / 10 or result.conflicts == 0)
    assert result.conflicts == (at_s + gap_ms / 1_000 < at_s + lag / 10)


def test_a_clock_400_ms_ahead_beats_a_write_that_came_300_ms_later():
    right, wrong = (ran(schedule=[[0, 0], [0.3, 1]], clock_skew_ms=[ahead_ms, 0]) for ahead_ms in (0, 400))
    assert [one.kept for one in right.history] == [False, True]
    assert [one.kept for one in wrong.history] == [True, False]
    assert right.lost_updates == wrong.lost_updates == 1
    assert wrong.dropped_fraction_by_writer == (0, 1)


def test_two_writers_of_one_key_meet_about_17_times_a_day_and_a_home_region_ends_it():
    assert ran(**ONE_KEY_A_DAY).expected_conflicts == pytest.approx(17.28)
    home = ran(**ONE_KEY_A_DAY, merge="home_region")
    assert (home.conflicts, home.expected_conflicts, home.lost_updates) == (0, 0, 0)
    assert home.forwarded_fraction == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    "given",
    [
        {"write_rate_rps": 0.1, "replication_lag_s": 1, "horizon_s": 1_000},
        {"write_rate_rps": 0.5, "replication_lag_s": 20, "horizon_s": 60},
        {"write_rate_rps": 0.2, "replication_lag_s": 3, "horizon_s": 200, "writers": 5, "keys": 4, "partition_s": 40},
        {"write_rate_rps": 0.3, "replication_lag_s": 2, "horizon_s": 50, "writers": 3, "partition_s": 500},
        {"write_rate_rps": 0.3, "replication_lag_s": 30, "horizon_s": 50, "writers": 2, "partition_s": 5},
        {"write_rate_rps": 0.3, "replication_lag_s": 0, "horizon_s": 100, "partition_s": 30, "keys": 2},
    ],
)
def test_conflicts_over_many_seeds_lie_around_the_closed_form(given):
    counts = [ran(**given, merge="version_vectors", seed=seed).conflicts for seed in range(400)]
    expected = ran(**given).expected_conflicts
    error = statistics.stdev(counts) / math.sqrt(len(counts))
    assert abs(statistics.mean(counts) - expected) < 4 * error, f"{statistics.mean(counts)} against {expected}"


def test_without_a_cut_the_closed_form_is_two_rates_times_the_lag():
    found = ran(write_rate_rps=0.3, replication_lag_s=2, horizon_s=500, keys=10).expected_conflicts
    assert found == pytest.approx(2 * 0.3 * 0.3 * 2 * 500 / 10)


def test_a_clock_behind_loses_the_share_of_its_writes_that_follow_the_other_within_the_gap():
    # Nothing travels, so a write is refused when the other region wrote within the last 0.5 s: 1 - exp(-rate x 0.5).
    shares = [
        ran(write_rate_rps=1, replication_lag_s=0, horizon_s=500, clock_skew_ms=[500, 0], seed=seed)
        for seed in range(60)
    ]
    behind = [one.dropped_fraction_by_writer[1] for one in shares]
    error = statistics.stdev(behind) / math.sqrt(len(behind))
    assert abs(statistics.mean(behind) - (1 - math.exp(-0.5))) < 4 * error
    assert {one.dropped_fraction_by_writer[0] for one in shares} == {0}
    assert {one.conflicts for one in shares} == {0}


@settings(max_examples=60, deadline=None)
@given(
    rate=st.floats(0.01, 2),
    lag=st.floats(0, 20),
    more=st.floats(0, 20),
    cut=st.floats(0, 60),
    writers=st.integers(1, 5),
    keys=st.integers(1, 4),
    seed=st.integers(0, 1_000),
)
def test_a_longer_lag_or_cut_never_lets_fewer_writes_meet(rate, lag, more, cut, writers, keys, seed):
    common = {"write_rate_rps": rate, "writers": writers, "keys": keys, "horizon_s": 60, "merge": "crdt", "seed": seed}
    base = ran(replication_lag_s=lag, partition_s=cut, **common)
    longer = ran(replication_lag_s=lag + more, partition_s=cut, **common)
    cut_longer = ran(replication_lag_s=lag, partition_s=cut + more, **common)
    assert base.conflicts <= longer.conflicts and base.conflicts <= cut_longer.conflicts
    assert base.expected_conflicts <= longer.expected_conflicts + 1e-9
    assert base.expected_conflicts <= cut_longer.expected_conflicts + 1e-9
    assert base.writes == longer.writes == cut_longer.writes


@settings(max_examples=60, deadline=None)
@given(
    rule=st.sampled_from(RULES),
    lag=st.floats(0.1, 5),
    cut=st.sampled_from([0.0, 20.0, 200.0]),
    skew=st.floats(-3_000, 3_000),
    writers=st.integers(2, 4),
    seed=st.integers(0, 1_000),
)
def test_copies_differ_just_before_they_converge_and_agree_from_then_on(rule, lag, cut, skew, writers, seed):
    scenario = conflicts.Scenario(
        writers=writers,
        write_rate_rps=0.5,
        keys=2,
        replication_lag_s=lag,
        partition_s=cut,
        horizon_s=30,
        clock_skew_ms=[skew] + [0] * (writers - 1),
        merge=rule,
    )
    result = conflicts.run(scenario, seed=seed)
    assert result.copies_equal
    if result.writes == 0:
        return
    # Every write, of whatever rule, arrives everywhere within the cut and the lag.
    agreed_s = 30 + max(cut - 30, 0) + lag
    for later_s in (0.0, 0.5, 1_000.0):
        assert conflicts.copies_equal_at(scenario, seed=seed, at_s=agreed_s + later_s)
    if rule in ("crdt", "version_vectors"):
        last_s = _last_write_s(scenario, seed)
        assert result.convergence_s >= lag - 1e-9
        assert not conflicts.copies_equal_at(scenario, seed=seed, at_s=last_s + result.convergence_s - 1e-6)


def _last_write_s(scenario, seed):
    return float(conflicts.lens.scheduled(scenario, seed).at_s[-1])


def test_a_cut_makes_a_home_region_refuse_what_the_others_accept():
    given = {"write_rate_rps": 1, "keys": 100, "horizon_s": 600, "partition_s": 300}
    lost, refused = ran(**given), ran(**given, merge="home_region")
    assert lost.refused_writes == 0 and lost.lost_updates > 0
    assert refused.lost_updates == 0
    # Half of the writes in half of the time belong to a home on the other side.
    assert refused.refused_writes == pytest.approx(2 * 300 * 0.5, rel=0.2)
    assert refused.writes + refused.refused_writes == lost.writes


def test_the_documented_lag_of_a_global_table_converges_within_a_second():
    result = ran(merge="last_write_wins", replication_lag_s=0.8)
    assert 0 < result.convergence_s <= 1
    assert result.copies_equal


def test_turning_a_knob_does_not_reshuffle_the_writes():
    longer = ran(write_rate_rps=0.1, horizon_s=7_200, merge="crdt").history
    shorter = ran(write_rate_rps=0.1, horizon_s=200, merge="crdt").history
    assert shorter and longer[: len(shorter)] == shorter
    twice = ran(write_rate_rps=0.2, horizon_s=7_200, merge="crdt").history
    first = [next(one.at_s for one in history if one.writer == 0) for history in (longer, twice)]
    assert first[0] == pytest.approx(2 * first[1])
    assert ran(seed=1) == ran(seed=1) != ran(seed=2)


def test_nobody_writes_and_nothing_happens():
    for rule in RULES:
        for silent in ({"write_rate_rps": 0}, {"schedule": []}):
            result = ran(**silent, merge=rule, clock_skew_ms=[5, -5])
            assert (result.writes, result.conflicts, result.lost_updates, result.convergence_s) == (0, 0, 0, 0)
            assert conflicts.summary(conflicts.Scenario(**silent), result).endswith(".")


def test_a_long_history_is_followed_to_its_root():
    parent = np.arange(-1, 99_999)
    assert lineage(np.array([99_999]), parent).all()
    assert lineage(np.array([10]), parent).sum() == 11


@pytest.mark.parametrize("rule", RULES)
def test_a_run_is_bounded_by_its_events_and_its_memory(rule):
    asked = {"write_rate_rps": 100, "horizon_s": 1_000, "keys": 5, "merge": rule}
    scenario = conflicts.Scenario(**asked)
    assert 200 < conflicts.cost_ms(scenario) < 250
    tracemalloc.start()
    conflicts.run(scenario, seed=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 2**20
    assert conflicts.costly_field(scenario) == "write_rate_rps"
    assert conflicts.costly_field(conflicts.Scenario(horizon_s=2_000_000)) == "horizon_s"
    too_much = conflicts.Scenario(write_rate_rps=10_000, horizon_s=2_592_000)
    assert conflicts.cost_ms(too_much) > 10_000


def test_a_scenario_survives_the_way_through_json():
    made = conflicts.Scenario(writers=3, clock_skew_ms=(1, 2.5, -3), schedule=[(0.5, 2), (0.25, 1, 0)])
    again = conflicts.Scenario(**orjson.loads(orjson.dumps(made.as_dict())))
    assert again == made
    assert made.schedule == [[0.25, 1, 0], [0.5, 2, 0]]
    orjson.dumps(as_plain(conflicts.run(made, seed=1)))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *((name, text) for name in params(conflicts.Scenario) for text in ("nan", "1e308", "-1e9", "", "many")),
        *(
            ("clock_skew_ms", text)
            for text in ("[1]", "[1,2,3]", "[null,0]", "[1e9,0]", '["a",0]', "{}", "[[1],2]", "7")
        ),
        *(
            ("schedule", text)
            for text in ("[[0]]", "[[0,2]]", "[[-1,0]]", "[[0,0,1]]", "[[0,0.5]]", "[0,1]", "{}", "[[0,true]]")
        ),
        ("schedule", "[" + ",".join(["[0,0]"] * 501) + "]"),
    ],
)
def test_a_wrong_value_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        conflicts.Scenario.from_text({field: text})
    assert caught.value.field == field and caught.value.allowed


@pytest.mark.parametrize("value", [[math.nan, 0], [math.inf, 0], [10**400, 0], [[], {}], "00", {"a": 1}, 5, [True, 0]])
def test_rubbish_from_a_program_is_refused_in_words(value):
    with pytest.raises(ScenarioError, match="clock_skew_ms"):
        conflicts.Scenario(clock_skew_ms=value)
    with pytest.raises(ScenarioError, match="schedule"):
        conflicts.Scenario(schedule=[value])
