"""Does a read's staleness follow from delays and quorums, and from nothing else?"""

import math
import tracemalloc

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import staleness
from lessons.simulator.engine.distributions import read_delay
from lessons.simulator.engine.params import params, read_texts
from lessons.simulator.engine.passports import read_passports
from lessons.simulator.errors import ScenarioError
from lessons.simulator.presets import presets
from lessons.simulator.record import as_plain
from lessons.simulator.staleness.fits import Wars
from lessons.simulator.staleness.wars import BLOCK_NUMBERS, draw, kth_smallest, meet

FITS = ("lnkd_ssd", "lnkd_disk", "ymmr", "wan", "custom")
SLOW_WRITE = {"kind": "exponential", "rate_per_ms": 0.1}

fits = st.sampled_from(FITS)
seeds = st.integers(0, 10_000)
delays = st.one_of(
    st.floats(0, 50),
    st.builds(lambda rate: {"kind": "exponential", "rate_per_ms": rate}, st.floats(0.01, 10)),
    st.builds(lambda low, alpha: {"kind": "pareto", "min_ms": low, "alpha": alpha}, st.floats(0, 10), st.floats(1, 9)),
    st.builds(lambda values: {"kind": "empirical", "values_ms": values}, st.lists(st.floats(0, 9), min_size=1)),
)
groups = st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n), st.integers(1, n)))


def ran(*, seed=1, trials=1_000, **fields):
    return staleness.run(staleness.Scenario(trials=trials, **fields), seed=seed)


def trials_of(n, r, w, *, seed=1, trials=400, write=SLOW_WRITE, other=1.0):
    delay, rest = read_delay("write_delay", write), read_delay("ack_delay", other)
    return draw(Wars(delay, rest, rest, rest), n=n, r=r, w=w, trials=trials, seed=seed)


@settings(max_examples=60, deadline=None)
@given(groups, fits, delays, delays, delays, delays, seeds)
def test_quorums_that_overlap_are_never_stale_and_staleness_never_rises_with_time(
    group, fit, write, ack, read, answer, seed
):
    n, r, w = group
    own = {"write_delay": write, "ack_delay": ack, "read_delay": read, "response_delay": answer}
    result = ran(n=n, r=r, w=w, fit=fit, at_ms=[0, 1, 2, 5, 20, 200], seed=seed, **own)
    assert list(result.p_stale_at) == sorted(result.p_stale_at, reverse=True)
    assert (np.diff(result.series["p_fresh_fraction"]) >= 0).all()
    assert result.p_fresh_at_commit_fraction == pytest.approx(1 - result.p_stale_at[0])
    if r + w > n:
        assert result.p_stale_at == (0,) * 6
        assert result.t_asked_ms == 0
        assert result.p_within_k_versions == (1, 1, 1)
        assert result.p_monotonic_fraction == 1
    as_plain(result)


@settings(max_examples=60, deadline=None)
@given(groups, groups, delays, delays, seeds)
def test_a_larger_quorum_never_makes_any_read_staler(one, other, write, rest, seed):
    """Pair by pair, not on average: the delays are the same whatever the quorums are."""
    n = max(one[0], other[0])
    (fewer_r, more_r), (fewer_w, more_w) = sorted((one[1], other[1])), sorted((one[2], other[2]))
    given_delays = {"seed": seed, "write": write, "other": rest}
    few, many = (trials_of(n, r, w, **given_delays) for r, w in ((fewer_r, fewer_w), (more_r, more_w)))
    assert (many.fresh_after_ms <= few.fresh_after_ms).all()
    assert (many.read_ms >= few.read_ms).all()
    assert (many.write_ms >= few.write_ms).all()


@settings(max_examples=40, deadline=None)
@given(groups, st.floats(1, 20), seeds)
def test_slower_writes_never_make_reads_fresher_when_acknowledgements_cost_nothing(group, times, seed):
    """With one replica acknowledging, the commit moves by as much as the first copy, the others by more."""
    n, r, _ = group
    slow = {"kind": "exponential", "rate_per_ms": 1 / times}
    quick = {"kind": "exponential", "rate_per_ms": 1}
    early, late = (trials_of(n, r, 1, seed=seed, write=write, other=0.0) for write in (quick, slow))
    assert (late.fresh_after_ms >= early.fresh_after_ms - 1e-9).all()


def test_one_instant_read_of_one_replica_is_fresh_as_often_as_a_chosen_copy_is_written():
    """No delay but the write's, n=2, r=w=1: the read goes to the upper replica, written first half of the time.

    Otherwise it waits for the difference of two exponential delays, which is exponential again.
    """
    result = ran(
        n=2, r=1, w=1, fit="custom", write_delay={"kind": "exponential", "rate_per_ms": 0.1}, ack_delay=0,
        read_delay=0, response_delay=0, at_ms=[0, 5, 20], trials=200_000,
    )  # fmt: skip
    for at_ms, stale in zip((0, 5, 20), result.p_stale_at, strict=True):
        assert stale == pytest.approx(math.exp(-0.1 * at_ms) / 2, abs=4 * math.sqrt(0.25 / 200_000))


def test_with_the_slowest_of_n_exponential_acknowledgements_writes_take_the_harmonic_sum():
    result = ran(
        n=5, r=1, w=5, fit="custom", write_delay=SLOW_WRITE, ack_delay=0, read_delay=0, response_delay=2, trials=100_000
    )
    assert result.write_ms["mean"] == pytest.approx(10 * sum(1 / k for k in range(1, 6)), rel=0.01)
    assert result.read_ms["p50"] == 2


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 8), st.integers(1, 60), seeds)
def test_the_kth_smallest_is_what_sorting_finds(rows, columns, seed):
    # Few different values, so that many are equal.
    values = np.random.default_rng(seed).integers(0, 5, (rows, columns)).astype(float)
    for k in range(1, rows + 1):
        assert (kth_smallest(values, k) == np.sort(values, axis=0)[k - 1]).all()


@settings(max_examples=80, deadline=None)
@given(groups, st.floats(0, 8), seeds)
def test_a_read_is_stale_exactly_when_it_is_so_message_by_message(group, at_ms, seed):
    """Against a plain loop over the answers in the order they come; whole numbers, so that many tie."""
    n, r, w = group
    write, ack, read, answer = np.random.default_rng(seed).integers(0, 6, (4, n, 30)).astype(float)
    found = meet(write, write + ack, read, read + answer, r=r, w=w)
    for pair in range(30):
        committed_ms = sorted((write + ack)[:, pair])[w - 1]
        asked_at_ms = committed_ms + at_ms
        first = sorted(range(n), key=lambda replica: (read + answer)[replica, pair])[:r]
        stale = all(asked_at_ms + read[replica, pair] < write[replica, pair] for replica in first)
        assert found.write_ms[pair] == committed_ms
        assert found.read_ms[pair] == (read + answer)[first[-1], pair]
        assert (found.fresh_after_ms[pair] > at_ms) == stale


def test_every_replica_but_one_is_an_ocean_away():
    """A write waits for its local replica, a second acknowledgement for two crossings."""
    local, ocean = ran(fit="wan", w=1, trials=20_000), ran(fit="wan", w=2, trials=20_000)
    assert local.write_ms["p50"] < 10
    assert ocean.write_ms["p5"] > 150
    assert ran(fit="wan", n=1, r=1, w=1).write_ms["p50"] < 10


def test_more_trials_and_another_quorum_leave_the_first_pairs_as_they_were():
    few, many = (trials_of(3, 1, 1, trials=trials) for trials in (1_000, BLOCK_NUMBERS))
    assert (many.fresh_after_ms[:1_000] == few.fresh_after_ms).all()
    assert (trials_of(4, 1, 4, trials=1_000).write_ms >= trials_of(3, 1, 3, trials=1_000).write_ms).all()


def test_versions_and_monotonic_reads_follow_the_closed_forms_of_the_paper():
    result = ran(n=3, r=1, w=1, versions=[1, 5, 10], write_rate_rps=3, client_read_rate_rps=2)
    assert result.p_within_k_versions == tuple(pytest.approx(1 - (2 / 3) ** k) for k in (1, 5, 10))
    assert result.p_monotonic_fraction == pytest.approx(1 - (2 / 3) ** 2.5)
    assert ran(n=3, r=1, w=2, versions=2).p_within_k_versions == (pytest.approx(8 / 9),)
    assert ran(write_rate_rps=0).p_monotonic_fraction == pytest.approx(1 / 3)
    assert ran(write_rate_rps=1e6, client_read_rate_rps=0.001).p_monotonic_fraction == 1


def test_the_share_asked_for_is_reached_at_the_time_given_and_not_before():
    for asked in (0.5, 0.9, 0.999):
        result = ran(asked_fraction=asked, trials=50_000)
        again = ran(at_ms=[result.t_asked_ms, max(0, result.t_asked_ms - 1e-6)], trials=50_000)
        assert 1 - again.p_stale_at[0] >= asked
        if result.t_asked_ms > 0:
            assert 1 - again.p_stale_at[1] < asked


def test_a_million_pairs_stay_within_64_mib():
    scenario = staleness.Scenario(trials=1_000_000)
    tracemalloc.start()
    staleness.run(scenario, seed=1)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 64 * 2**20


def test_a_run_costs_little_as_it_stands_and_a_million_pairs_are_refused_on_a_page_only():
    assert staleness.cost_ms(staleness.Scenario()) < 50
    assert 250 < staleness.cost_ms(staleness.Scenario(trials=1_000_000)) < 10_000
    assert staleness.costly_field(staleness.Scenario()) == "trials"
    assert staleness.cost_ms(staleness.Scenario(n=12, r=6, w=6, trials=1_000_000)) < 10_000


@pytest.mark.parametrize("field", list(params(staleness.Scenario)))
@pytest.mark.parametrize("text", ["nan", "1e308", "-1e9", "", "many", "[]", "{}", "[NaN]", "[[1]]", '{"kind":"no"}'])
def test_a_wrong_value_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        staleness.Scenario.from_text({field: text})
    assert caught.value.field == field
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"r": 4}, "r"),
        ({"n": 2, "w": 3}, "w"),
        ({"at_ms": [1, -1]}, "at_ms"),
        ({"at_ms": [float("nan")]}, "at_ms"),
        ({"at_ms": [True]}, "at_ms"),
        ({"at_ms": list(range(51))}, "at_ms"),
        ({"versions": [0]}, "versions"),
        ({"versions": [1.5]}, "versions"),
        ({"versions": "two"}, "versions"),
        ({"write_delay": {"kind": "exponential"}}, "write_delay"),
    ],
)
def test_a_combination_that_means_nothing_names_its_field(fields, named):
    with pytest.raises(ScenarioError) as caught:
        staleness.Scenario(**fields)
    assert caught.value.field == named


@settings(max_examples=30, deadline=None)
@given(groups, fits, delays, st.lists(st.floats(0, 1e6), min_size=1, max_size=5), seeds)
def test_a_scenario_written_down_and_read_again_gives_the_same_run(group, fit, delay, at_ms, seed):
    n, r, w = group
    scenario = staleness.Scenario(n=n, r=r, w=w, fit=fit, write_delay=delay, at_ms=at_ms, trials=1_000)
    again = staleness.Scenario(**orjson.loads(orjson.dumps(scenario.as_dict())))
    assert again == scenario
    texts = {name: known.write(getattr(scenario, name)) for name, known in params(staleness.Scenario).items()}
    assert staleness.Scenario(**read_texts(staleness.Scenario, texts)[0]) == scenario
    one, other = (as_plain(staleness.run(made, seed=seed)) for made in (scenario, again))
    assert one == other


def test_every_field_and_every_fit_has_a_passport(content):
    known = read_passports(content)
    assert {field.passport for field in params(staleness.Scenario).values()} <= set(known)
    for name in ("fit-ssd", "fit-disk", "fit-ymmr-write", "fit-ymmr-other", "wan"):
        assert known[f"staleness-{name}"].source == "PBS-2012"


def test_every_preset_says_its_time_in_words(content):
    for preset in presets(content, "staleness").values():
        scenario = staleness.Scenario(**preset.values)
        result = staleness.run(scenario, seed=preset.seed)
        said = staleness.summary(scenario, result)
        assert said.endswith(".")
        assert ("every read" in said) == (scenario.r + scenario.w > scenario.n)
