"""Does an election follow from timers, messages and votes, and agree with a plain queue of events?"""

import importlib.util
import math
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import election
from lessons.simulator.election.closed_form import split_fraction
from lessons.simulator.election.lens import rules_of
from lessons.simulator.election.messages import play
from lessons.simulator.election.scenario import Group
from lessons.simulator.engine.params import params, read_texts
from lessons.simulator.engine.passports import read_passports
from lessons.simulator.errors import ScenarioError
from lessons.simulator.presets import presets
from lessons.simulator.record import as_plain

QUICK = {"trials": 300, "horizon_s": 5}
LAN = {"kind": "uniform", "min_ms": 1, "max_ms": 3.5}
EXPONENTIAL = {"kind": "exponential", "rate_per_ms": 0.05}

seeds = st.integers(0, 10_000)
delays = st.one_of(
    st.floats(0, 40),
    st.builds(
        lambda low, more: {"kind": "uniform", "min_ms": low, "max_ms": low + more}, st.floats(0, 30), st.floats(0, 30)
    ),
    st.builds(lambda rate: {"kind": "exponential", "rate_per_ms": rate}, st.floats(0.03, 2)),
)
ends = st.sampled_from(["majority", "first_heartbeat"])
starts = st.sampled_from(["fresh", "heartbeat"])
groups = st.integers(2, 9).flatmap(
    lambda n: st.integers(n // 2 + 1, n).flatmap(lambda s: st.tuples(st.just(n), st.just(s), st.integers(1, s)))
)


def ran(*, seed=1, **fields):
    return election.run(election.Scenario(**fields), seed=seed)


def played(*, seed=1, **fields):
    scenario = election.Scenario(**fields)
    return play(rules_of(scenario), trials=scenario.trials, seed=seed)


@pytest.fixture(scope="module")
def by_message():
    """The plain model with one queue of events."""
    path = Path(__file__).resolve().parents[2] / "reference" / "election_by_message.py"
    spec = importlib.util.spec_from_file_location("election_by_message", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


SITUATIONS = {
    "fresh timers, all may win": {"one_way": 10, "timers": "fresh", "until": "majority"},
    "messages that overtake one another": {"one_way": EXPONENTIAL, "election_timeout_max_ms": 250},
    "two that cannot win, and a disk": {
        "one_way": LAN,
        "eligible": 2,
        "vote_disk_ms": 6,
        "election_timeout_max_ms": 170,
    },
    "seven servers, a bare majority": {"servers": 7, "available": 4, "one_way": 20, "until": "majority"},
    "messages longer than timeouts": {
        "one_way": {"kind": "exponential", "rate_per_ms": 0.012},
        "election_timeout_min_ms": 60,
        "election_timeout_max_ms": 500,
    },
    "a narrow range": {"one_way": LAN, "election_timeout_max_ms": 154},
}


@pytest.mark.parametrize("given_fields", SITUATIONS.values(), ids=SITUATIONS)
def test_all_together_and_message_by_message_agree_within_confidence_limits(by_message, given_fields):
    """Two independent samples: means and shares differ by at most 3.5 standard errors."""
    scenario = election.Scenario(**given_fields, trials=20_000, horizon_s=30)
    alone = [by_message.play(scenario, seed=seed) for seed in range(4_000)]
    alone_ms = np.array([one.election_ms for one in alone])
    decided = play(rules_of(scenario), trials=scenario.trials, seed=1)
    agree(alone_ms, decided.election_ms)
    agree(np.array([one.term != 1 for one in alone]), decided.term != 1)
    for share in (0.25, 0.5, 0.9):
        moment = float(np.quantile(decided.election_ms, share))
        agree(alone_ms <= moment, decided.election_ms <= moment)


def agree(one, other):
    error = math.hypot(np.std(one) / math.sqrt(len(one)), np.std(other) / math.sqrt(len(other)))
    assert np.mean(one) == pytest.approx(np.mean(other), abs=3.5 * error + 1e-9)


@settings(max_examples=50, deadline=None)
@given(groups, st.floats(0, 1))
def test_the_split_fraction_is_a_probability_that_grows_with_the_delay(group, share):
    servers, available, _ = group
    counted = Group(servers, available, available)
    assert 0 <= split_fraction(counted, share) <= split_fraction(counted, min(1, share + 0.1)) <= 1 + 1e-12
    assert split_fraction(counted, 0) == 0 or available == 1
    assert split_fraction(counted, 1) == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(groups, st.floats(0, 60), st.floats(0, 60), seeds)
def test_a_longer_constant_way_never_splits_fewer_first_votes(group, one_way, other_way, seed):
    """Trial by trial: the timers are the same, and a first vote is split by those who stand before the request."""
    servers, available, _ = group
    quick, slow = sorted((one_way, other_way))
    fields = {"servers": servers, "available": available, "timers": "fresh", "until": "majority", "trials": 100}
    # The timeouts are longer than a round trip, so that nobody stands twice before the first votes are back.
    split_quick, split_slow = (played(**fields, one_way=way, seed=seed, horizon_s=2).term != 1 for way in (quick, slow))
    assert (split_slow >= split_quick).all()


@settings(max_examples=40, deadline=None)
@given(groups, delays, ends, starts, st.floats(0.2, 5), seeds)
def test_all_times_scaled_alike_scale_the_elections_alike(group, delay, until, timers, factor, seed):
    servers, available, eligible = group
    fields = {"servers": servers, "available": available, "eligible": eligible, "until": until, "timers": timers}

    def scaled(by):
        one_way = delay * by if isinstance(delay, float) else dict(delay)
        if isinstance(one_way, dict):
            one_way = {
                key: value / by if key == "rate_per_ms" else value * by if key != "kind" else value
                for key, value in one_way.items()
            }
        times = {"election_timeout_min_ms": 100 * by, "election_timeout_max_ms": 180 * by, "vote_disk_ms": 3 * by}
        return played(**fields, **times, one_way=one_way, trials=100, horizon_s=2 * by, seed=seed)

    one, other = scaled(1.0), scaled(factor)
    assert other.election_ms == pytest.approx(one.election_ms * factor, rel=1e-6)
    assert (one.term == other.term).all()


@settings(max_examples=60, deadline=None)
@given(groups, delays, ends, starts, st.floats(0, 20), seeds)
def test_no_election_ends_before_the_first_timer_and_two_messages(group, delay, until, timers, disk_ms, seed):
    servers, available, eligible = group
    scenario = election.Scenario(
        servers=servers, available=available, eligible=eligible, one_way=delay, until=until, timers=timers,
        vote_disk_ms=disk_ms, **QUICK,
    )  # fmt: skip
    decided = play(rules_of(scenario), trials=scenario.trials, seed=seed)
    least_ms = scenario.election_timeout_min_ms - (scenario.heartbeat_ms if timers == "heartbeat" else 0) + disk_ms
    assert (decided.election_ms >= min(least_ms, 5_000) - 1e-9).all()
    assert (decided.election_ms <= 5_000).all()
    assert (decided.election_ms[decided.term == 0] == 5_000).all()
    assert (decided.election_ms[decided.term > 0] < 5_000).all()
    as_plain(election.run(scenario, seed=seed))


@settings(max_examples=30, deadline=None)
@given(groups, st.floats(0, 30), starts, seeds)
def test_others_hear_of_a_leader_one_message_after_the_deciding_vote(group, one_way, timers, seed):
    """Trial by trial where the first term decides, for then the dice are the same; later if another term cuts in."""
    servers, available, eligible = group
    fields = {"servers": servers, "available": available, "eligible": eligible, "one_way": one_way, "timers": timers}
    voted, heard = (played(**fields, **QUICK, until=until, seed=seed) for until in ("majority", "first_heartbeat"))
    at_once = (voted.term == 1) & (heard.term == 1)
    later_ms = heard.election_ms - voted.election_ms
    assert later_ms[at_once] == pytest.approx(np.full(at_once.sum(), one_way), abs=1e-6)
    assert (later_ms[voted.term == 1] >= one_way - 1e-6).all()


def test_a_group_without_a_majority_elects_nobody():
    result = ran(servers=5, available=2, trials=100, horizon_s=7)
    assert result.election_ms["mean"] == 7_000
    assert (result.unfinished_fraction, result.p_split_fraction) == (1, 1)
    assert result.terms_mean is None
    assert result.expected_election_ms is None
    assert "no majority" in election.summary(election.Scenario(servers=5, available=2), result)


def test_nobody_is_elected_when_votes_come_back_after_the_candidate_has_stood_again():
    """Timeouts of 150 to 300 ms and a round trip of 400 ms: the answer is always to a question of an earlier term."""
    assert ran(one_way=200, trials=200, horizon_s=10).unfinished_fraction == 1
    assert ran(one_way=60, trials=200, horizon_s=10).unfinished_fraction == 0


@pytest.mark.parametrize("timers", ["fresh", "heartbeat"])
@pytest.mark.parametrize("until", ["majority", "first_heartbeat"])
@pytest.mark.parametrize(("one_way", "high_ms"), [(5, 300), (10, 250), (20, 400)])
def test_the_closed_form_for_these_timers_and_this_end_is_near_the_mean(timers, until, one_way, high_ms):
    result = ran(timers=timers, until=until, one_way=one_way, election_timeout_max_ms=high_ms, vote_disk_ms=4)
    assert result.election_ms["mean"] == pytest.approx(result.expected_as_set_ms, rel=0.015)


def test_the_published_closed_form_is_the_one_from_a_leaders_death_to_the_deciding_vote():
    fields = {"one_way": 10, "election_timeout_min_ms": 100, "election_timeout_max_ms": 200, "trials": 100}
    fresh = ran(**fields, timers="fresh", until="majority")
    heartbeat = ran(**fields, timers="heartbeat", until="first_heartbeat")
    assert fresh.expected_election_ms == heartbeat.expected_election_ms
    assert fresh.expected_as_set_ms == pytest.approx(fresh.expected_election_ms + 25)
    assert heartbeat.expected_as_set_ms == pytest.approx(fresh.expected_election_ms + 20)


def test_theory_is_silent_where_it_does_not_hold():
    for fields in ({"one_way": LAN}, {"eligible": 3}, {"election_timeout_max_ms": 150}):
        result = ran(**fields, trials=100, horizon_s=1)
        assert result.p_split_closed_form_fraction is None
        assert result.expected_election_ms is None
    beyond = ran(one_way=150, trials=100, horizon_s=1)
    assert beyond.p_split_closed_form_fraction == 1
    assert beyond.expected_election_ms is None


def test_the_earliest_of_four_timeouts_comes_in_the_first_quarter_two_times_in_three():
    """With messages that take no time the election ends with the first timer (thesis, section 9.1)."""
    decided = played(one_way=0, timers="fresh", until="majority", trials=20_000)
    first = (decided.election_ms - 150) / 150
    assert first.mean() == pytest.approx(1 / 5, abs=0.005)
    assert (first <= 0.25).mean() == pytest.approx(0.68, abs=0.01)


def test_more_trials_and_another_disk_leave_the_timers_as_they_were():
    few, many = (played(one_way=5, trials=trials, seed=4).election_ms for trials in (200, 1_000))
    # All but the few elections that need a third round, whose dice are thrown as they come.
    assert (few == many[:200]).mean() > 0.99
    fields = {"one_way": 5, "timers": "fresh", "until": "majority", "trials": 500}
    plain, slow = (played(**fields, vote_disk_ms=disk_ms) for disk_ms in (0, 3))
    first_term = (plain.term == 1) & (slow.term == 1)
    assert first_term.mean() > 0.98
    assert (slow.election_ms - plain.election_ms)[first_term] == pytest.approx(np.full(first_term.sum(), 3.0))


def test_a_run_stays_within_its_memory_and_a_page_refuses_what_may_never_end():
    worst = {"servers": 11, "available": 11, "one_way": 100, "election_timeout_min_ms": 20, "horizon_s": 0.3}
    for fields in ({"trials": 100_000}, {**worst, "trials": 2_000}):
        scenario = election.Scenario(**fields)
        tracemalloc.start()
        election.run(scenario, seed=1)
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak_bytes < 64 * 2**20
    assert election.cost_ms(election.Scenario()) < 50
    endless = election.Scenario(election_timeout_max_ms=150)
    assert election.cost_ms(endless) > 250
    assert election.costly_field(endless) == "trials"
    assert election.costly_field(election.Scenario(trials=500, horizon_s=600)) == "horizon_s"


@pytest.mark.parametrize("field", list(params(election.Scenario)))
@pytest.mark.parametrize("text", ["nan", "1e308", "-1e9", "", "many", "[]", "{}", '{"kind":"pareto"}'])
def test_a_wrong_value_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        election.Scenario.from_text({field: text})
    assert caught.value.field == field
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"servers": 3, "available": 4}, "available"),
        ({"available": 3, "eligible": 4}, "eligible"),
        ({"election_timeout_min_ms": 301}, "election_timeout_max_ms"),
        ({"one_way": {"kind": "uniform", "min_ms": 3, "max_ms": 2}}, "one_way"),
    ],
)
def test_a_combination_that_means_nothing_names_its_field(fields, named):
    with pytest.raises(ScenarioError) as caught:
        election.Scenario(**fields)
    assert caught.value.field == named


@settings(max_examples=30, deadline=None)
@given(groups, delays, ends, starts, seeds)
def test_a_scenario_written_down_and_read_again_gives_the_same_run(group, delay, until, timers, seed):
    servers, available, eligible = group
    scenario = election.Scenario(
        servers=servers, available=available, eligible=eligible, one_way=delay, until=until, timers=timers, **QUICK
    )
    again = election.Scenario(**orjson.loads(orjson.dumps(scenario.as_dict())))
    assert again == scenario
    texts = {name: known.write(getattr(scenario, name)) for name, known in params(election.Scenario).items()}
    assert election.Scenario(**read_texts(election.Scenario, texts)[0]) == scenario
    assert as_plain(election.run(scenario, seed=seed)) == as_plain(election.run(again, seed=seed))


def test_every_field_has_a_passport(content):
    known = read_passports(content)
    assert {field.passport for field in params(election.Scenario).values()} <= set(known)


def test_every_preset_says_its_time_in_words(content):
    for preset in presets(content, "election").values():
        scenario = election.Scenario(**preset.values)
        assert election.cost_ms(scenario) < 250
        assert election.summary(scenario, election.run(scenario, seed=preset.seed)).endswith(".")
