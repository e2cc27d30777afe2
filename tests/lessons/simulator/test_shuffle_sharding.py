"""Does shuffle sharding keep customers apart as often as counting says?"""

import itertools
import math

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import shuffle_sharding
from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain


def ran(*, seed=1, **given):
    return shuffle_sharding.run(shuffle_sharding.Scenario(**given), seed=seed)


def counted(workers, size, overlap_max):
    """Shares of overlaps between the first shard and every shard there is, by counting all of them."""
    first = set(range(size))
    overlaps = [len(first & set(other)) for other in itertools.combinations(range(workers), size)]
    kept = [overlap for overlap in overlaps if overlap <= overlap_max]
    return [kept.count(j) / len(kept) for j in range(size + 1)]


@pytest.mark.parametrize(
    ("workers", "size", "overlap_max"), [(8, 2, 2), (8, 2, 1), (9, 3, 3), (9, 3, 1), (7, 5, 5), (6, 6, 6)]
)
def test_the_closed_form_is_what_counting_every_shard_gives(workers, size, overlap_max):
    result = ran(workers=workers, shard_size=size, customers=2, max_overlap=overlap_max)
    assert result.overlap_fraction == pytest.approx(counted(workers, size, overlap_max))
    assert result.shards == math.comb(workers, size)


@pytest.mark.parametrize(
    ("workers", "size", "max_overlap"), [(8, 2, 2), (8, 2, 1), (16, 4, 4), (2048, 4, 4), (12, 6, 6)]
)
def test_dealt_shards_overlap_as_often_as_the_closed_form_says(workers, size, max_overlap):
    """Over 300 deals. Any two customers are an independent pair of shards, so pairs are as good as draws."""
    customers = 2 if max_overlap < size else 40
    results = [
        ran(seed=seed, workers=workers, shard_size=size, customers=customers, max_overlap=max_overlap)
        for seed in range(300)
    ]
    pairs = sum(result.pairs for result in results)
    expected = np.array(results[0].overlap_fraction)
    found = np.mean([result.assigned_overlap_fraction for result in results], axis=0)
    error = np.sqrt(expected * (1 - expected) / pairs)
    assert pairs == 300 * customers * (customers - 1) / 2
    assert (np.abs(found - expected) <= 3.5 * error + 3 / pairs).all(), (found, expected)


def test_every_shard_is_as_likely_as_another():
    counts = np.zeros((5, 5))
    for seed in range(400):
        shards = ran(seed=seed, workers=5, shard_size=2, customers=20).assigned_shards
        np.add.at(counts, (shards[:, 0], shards[:, 1]), 1)
    seen = counts[np.triu_indices(5, 1)]
    assert counts.sum() == seen.sum() == 8_000
    chi_square = ((seen - 800) ** 2 / 800).sum()
    assert chi_square < 27.9, "99.9 % point with 9 degrees of freedom"


@given(
    workers=st.integers(1, 60),
    size=st.integers(1, 12),
    customers=st.integers(2, 60),
    max_overlap=st.integers(0, 12) | st.none(),
    retries=st.booleans(),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=150, deadline=None)
def test_a_deal_keeps_its_rule_or_says_which_field_breaks_it(workers, size, customers, max_overlap, retries, seed):
    try:
        result = ran(
            seed=seed,
            workers=workers,
            shard_size=size,
            customers=customers,
            max_overlap=max_overlap,
            client_retries=retries,
        )
    except ScenarioError as problem:
        assert problem.field in ("shard_size", "max_overlap")
        assert problem.allowed
        return
    shards = result.assigned_shards
    assert shards.shape == (customers, size)
    assert ((shards >= 0) & (shards < workers)).all()
    assert (np.diff(shards, axis=1) > 0).all(), "no worker stands twice in a shard"
    overlaps = [len(set(a) & set(b)) for a, b in itertools.combinations(shards.tolist(), 2)]
    assert result.assigned_max_overlap == max(overlaps)
    assert result.assigned_max_overlap <= (size if max_overlap is None else max_overlap)
    assert result.assigned_overlap_fraction == pytest.approx(
        [overlaps.count(j) / len(overlaps) for j in range(size + 1)]
    )
    assert sum(result.overlap_fraction) == pytest.approx(1)
    poisoned = set(shards[0].tolist())
    assert result.shared_with_poisoned.tolist() == [len(poisoned & set(row)) for row in shards.tolist()]
    assert result.lost_customers <= result.hurt_customers <= customers - 1
    orjson.dumps(as_plain(result))


@given(workers=st.integers(2, 3_000), size=st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_larger_shards_never_lose_more_customers_up_to_half_of_the_workers(workers, size):
    """Beyond half of the workers there are fewer shards again: with all workers in a shard everybody is lost."""
    if size + 1 > workers // 2:
        return
    small, large = (ran(workers=workers, shard_size=each, customers=2) for each in (size, size + 1))
    assert large.wholly_lost_fraction <= small.wholly_lost_fraction


@given(
    workers=st.integers(1, 500),
    size=st.integers(1, 30),
    customers=st.integers(2, 50),
    seed=st.integers(0, 100),
    poisoned=st.integers(1, 50),
)
@settings(max_examples=100, deadline=None)
def test_retries_never_hurt_more_customers(workers, size, customers, seed, poisoned):
    knobs = {
        "seed": seed,
        "workers": workers,
        "shard_size": min(size, workers),
        "customers": customers,
        "poisoned_customer": min(poisoned, customers),
    }
    with_retries, without = (ran(client_retries=retries, **knobs) for retries in (True, False))
    assert with_retries.hurt_fraction == with_retries.wholly_lost_fraction == without.wholly_lost_fraction
    assert without.hurt_fraction == pytest.approx(1 - without.overlap_fraction[0])
    assert with_retries.hurt_fraction <= without.hurt_fraction + 1e-15
    assert with_retries.hurt_customers <= without.hurt_customers
    assert (with_retries.assigned_shards == without.assigned_shards).all(), "retries deal no other shards"


def test_one_shard_of_all_workers_loses_everybody():
    assert ran(workers=8, shard_size=8).wholly_lost_fraction == 1


def test_a_rule_below_the_shard_size_loses_nobody_wholly():
    result = ran(workers=100, shard_size=5, customers=1_000, max_overlap=2)
    assert result.wholly_lost_fraction == 0
    assert result.lost_customers == 0
    assert result.assigned_max_overlap == 2


def test_every_pair_of_eight_workers_can_be_dealt_once():
    shards = ran(workers=8, shard_size=2, customers=28, max_overlap=1).assigned_shards
    assert len({tuple(row) for row in shards.tolist()}) == 28


@pytest.mark.parametrize(
    "wrong",
    [
        {"workers": 8, "shard_size": 2, "customers": 29, "max_overlap": 1},
        {"workers": 8, "shard_size": 2, "customers": 5, "max_overlap": 0},
        {"workers": 10, "shard_size": 8, "customers": 2, "max_overlap": 5},
    ],
)
def test_a_rule_that_no_deal_can_keep_is_refused_before_it_runs(wrong):
    with pytest.raises(ScenarioError, match="no deal of shards") as caught:
        shuffle_sharding.Scenario(**wrong)
    assert caught.value.field == "max_overlap"


def test_a_rule_that_chance_does_not_meet_is_given_up_after_bounded_tries():
    scenario = shuffle_sharding.Scenario(workers=64, shard_size=4, customers=300, max_overlap=1)
    with pytest.raises(ScenarioError, match="after 4,") as caught:
        shuffle_sharding.run(scenario, seed=1)
    assert caught.value.field == "max_overlap"


def test_a_share_of_one_in_billions_keeps_all_its_digits():
    result = ran(workers=100_000, shard_size=64, customers=2)
    assert result.overlap_fraction[-1] * math.comb(100_000, 64) == pytest.approx(1, rel=1e-12)
    assert sum(result.overlap_fraction) == pytest.approx(1, abs=1e-12)


def test_a_count_too_long_for_json_keeps_its_leading_digits():
    written = orjson.loads(orjson.dumps(as_plain(ran(workers=2_048, shard_size=16))))
    assert written["shards"] == pytest.approx(float(math.comb(2_048, 16)), rel=1e-15)


@pytest.mark.parametrize("field", list(params(shuffle_sharding.Scenario)))
@pytest.mark.parametrize("text", ["nan", "1e308", "-1e9", "", "many", "[1]"])
def test_a_wrong_value_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        shuffle_sharding.Scenario.from_text({field: text})
    assert caught.value.field == field
