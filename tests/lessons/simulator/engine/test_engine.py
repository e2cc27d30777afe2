"""Do clock, chance, statistics and records keep their promises?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.simulator.engine.clock import Clock, TooManyEvents
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import distribution, poisson_count, poisson_counts
from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain


@given(st.lists(st.integers(0, 20), max_size=30))
def test_events_run_in_the_order_of_time_and_ties_in_the_order_planned(times):
    clock, made = Clock(), []
    for place, at_s in enumerate(times):
        clock.at(at_s, lambda at_s=at_s, place=place: made.append((at_s, place)))
    clock.run(until_s=10)
    assert made == sorted((at_s, place) for place, at_s in enumerate(times) if at_s <= 10)


def test_a_clock_refuses_more_events_than_it_may_have():
    clock = Clock(events_max=2)
    clock.at(1, print)
    clock.at(1, print)
    with pytest.raises(TooManyEvents):
        clock.at(1, print)


def test_a_stream_depends_on_seed_and_name_alone():
    assert stream(1, "a").random() == stream(1, "a").random()
    assert len({stream(seed, name).random() for seed in (0, 1) for name in ("a", "b")}) == 4


@pytest.mark.parametrize("seed", [-1, 1.5, True, "1", 2**63])
def test_a_seed_that_is_no_seed_is_refused(seed):
    with pytest.raises(ScenarioError, match="seed"):
        stream(seed, "a")


@given(mean=st.floats(0, 1e9), more=st.floats(0, 1e6), uniform=st.floats(0, 1, exclude_max=True))
def test_a_larger_mean_never_counts_fewer(mean, more, uniform):
    assert poisson_count(mean=mean, uniform=uniform) <= poisson_count(mean=mean + more, uniform=uniform) + 1


@pytest.mark.parametrize("mean", [0.3, 5, 1_000, 50_000])
def test_counts_have_the_mean_and_the_variance_of_a_poisson_count(mean):
    found = np.array([poisson_count(mean=mean, uniform=uniform) for uniform in (np.arange(4_000) + 0.5) / 4_000])
    assert found.mean() == pytest.approx(mean, rel=0.01)
    assert found.var() == pytest.approx(mean, rel=0.03)


def test_many_counts_are_those_drawn_one_by_one():
    means = np.array([0.0, 0.3, 5.0, 4_999.0, 5_001.0, 1e9, 0.3])
    for uniform in (0.0, 0.01, 0.5, 0.73, 0.999999):
        one_by_one = [poisson_count(mean=mean, uniform=uniform) for mean in means]
        assert poisson_counts(means, np.full(len(means), uniform)).tolist() == one_by_one


def test_a_distribution_knows_weights_and_nothing():
    assert distribution(np.array([])) is None
    values = np.arange(1, 101, dtype=float)
    assert distribution(values)["p50"] == pytest.approx(50.5)
    heavy = distribution(values, np.where(values == 7, 1e6, 1.0))
    assert heavy["p50"] == 7
    assert heavy["max"] == 100


def test_a_record_has_no_number_that_json_does_not_know():
    assert as_plain({"a": np.array([1.5]), "b": (np.float64(2), None)}) == {"a": [1.5], "b": [2.0, None]}
    with pytest.raises(AssertionError):
        as_plain(math.nan)
