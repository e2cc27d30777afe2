"""Are very small shares and many nines said so that a person can tell them apart?"""

import pytest

from lessons.simulator import availability, shuffle_sharding
from lessons.widgets.availability.present import sentence
from lessons.widgets.kit import words
from lessons.widgets.shuffle_sharding.present import large, share
from lessons.widgets.shuffle_sharding.present import sentence as shards_sentence

PER_CENT = f"{words.THIN_SPACE}%"


@pytest.mark.parametrize(
    ("fraction", "said"),
    [(0.5, "50"), (0.999, "99.9"), (0.9995, "99.95"), (0.9998991, "99.9899"), (0.999999, "99.9999"), (1.0, "100")],
)
def test_an_availability_shows_what_it_lacks(fraction, said):
    assert words.nines(fraction) == said + PER_CENT


@pytest.mark.parametrize(
    ("fraction", "said"),
    [(0.25, f"25{PER_CENT}"), (0, f"0{PER_CENT}"), (1 / 730_862_190_080, "1 in 731 billion"), (1e-5, "1 in 100,000")],
)
def test_a_share_too_small_for_per_cent_is_one_in_so_many(fraction, said):
    assert share(fraction) == said


def test_large_counts_have_names():
    assert [large(one) for one in (28, 75_287_520, 730_862_190_080)] == ["28", "75.3 million", "731 billion"]


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        ({"n": 2, "coverage_fraction": 0.9}, "failover has to work 90.1"),
        ({"n": 2, "common_cause_fraction": 0.5}, "No failover is good enough"),
        ({"n": 2, "slo_target_fraction": 0.99}, "needs no failover"),
        ({"n": 1, "component_availability_fraction": 1}, "never down"),
        ({"structure": "series", "n": 3}, "3 components in series"),
        ({"structure": "k_of_n", "n": 3, "k": 2}, "needs 2 of 3 components"),
    ],
)
def test_the_sentence_says_what_decides(knobs, said):
    scenario = availability.Scenario(simulated_years=10, **knobs)
    assert said in sentence(scenario, availability.run(scenario, seed=1))


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        ({"workers": 8, "shard_size": 8}, "takes all others down"),
        ({"workers": 8, "shard_size": 2, "client_retries": False}, "meet a dead worker"),
        ({"workers": 8, "shard_size": 2, "max_overlap": 1}, "no other customer loses every worker"),
        ({"workers": 4, "shard_size": 1}, "the rest meet no dead worker"),
    ],
)
def test_the_sentence_says_who_goes_down_with_it(knobs, said):
    scenario = shuffle_sharding.Scenario(**knobs)
    assert said in shards_sentence(scenario, shuffle_sharding.run(scenario, seed=1))
