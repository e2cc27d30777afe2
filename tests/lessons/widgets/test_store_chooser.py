"""Does the chooser name the strategy for the right reason, and only stores whose pages say that they do it?"""

import datetime
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.simulator.engine.params import params
from lessons.simulator.presets import presets
from lessons.simulator.record import as_plain
from lessons.widgets.store_chooser.catalogue import CLOUDS, STRATEGIES, CatalogueError, read_stores, stores
from lessons.widgets.store_chooser.run import loses_s, misses, run, summary
from lessons.widgets.store_chooser.scenario import LOADS, RESIDENCY, TIERS, Scenario
from lessons.widgets.store_chooser.strategies import choose

CASES = {
    "a ledger that may lose nothing asks for a majority": (
        {"tier": "strict_order", "rpo_objective_s": 0, "strong_reads": True},
        ("majority", "majority", "you may lose nothing"),
        {
            "DynamoDB, strong",
            "Spanner, multi-region",
            "Cosmos DB, one writer, strong",
            "CockroachDB, survives a region",
        },
    ),
    "a ledger that must not pause has no store with one writer": (
        {"tier": "strict_order", "rpo_objective_s": 0, "strong_reads": True, "writes_may_pause": False},
        ("majority", "majority", "you may lose nothing"),
        {"DynamoDB, strong", "Spanner, multi-region", "CockroachDB, survives a region"},
    ),
    "a ledger that changes two accounts together needs a database that does": (
        {"tier": "strict_order", "rpo_objective_s": 0, "transactions": True},
        ("majority", "majority", "you may lose nothing"),
        {"Spanner, multi-region", "CockroachDB, survives a region"},
    ),
    "a strong table spans three regions, not four": (
        {"tier": "strict_order", "rpo_objective_s": 0, "regions": 4},
        ("majority", "majority", "you may lose nothing"),
        {"Spanner, multi-region", "Cosmos DB, one writer, strong", "CockroachDB, survives a region"},
    ),
    "stock that may lose ten seconds stays with one writer": (
        {"tier": "strict_order", "rpo_objective_s": 10, "regions": 2},
        ("one_writer", "one_writer", "one place that decides"),
        {
            "Aurora Global Database",
            "Cloud SQL, DR replica",
            "Cosmos DB, one writer, strong",
            "Azure SQL, geo-replication",
        },
    ),
    "many ordered writes over three regions get a leader for each range": (
        {"tier": "strict_order", "rpo_objective_s": 10, "load": "write_heavy"},
        ("majority", "majority", "more than one writer carries"),
        {
            "DynamoDB, strong",
            "Spanner, multi-region",
            "Cosmos DB, one writer, strong",
            "CockroachDB, survives a region",
        },
    ),
    "many ordered writes over two regions are split before the one writer is full": (
        {"tier": "strict_order", "rpo_objective_s": 10, "load": "write_heavy", "regions": 2},
        ("one_writer", "one_writer", "split the data by entity"),
        {
            "Aurora Global Database",
            "Cloud SQL, DR replica",
            "Cosmos DB, one writer, strong",
            "Azure SQL, geo-replication",
        },
    ),
    "no loss with two regions is a writer that waits": (
        {"tier": "strict_order", "rpo_objective_s": 0, "regions": 2},
        ("two_regions", "one_writer", "cannot outvote each other"),
        {"Cosmos DB, one writer, strong"},
    ),
    "no loss and no pause with two regions is not on offer": (
        {"tier": "strict_order", "rpo_objective_s": 0, "regions": 2, "writes_may_pause": False},
        ("two_regions", "one_writer", "cannot outvote each other"),
        set(),
    ),
    "a cart is written at home": (
        {"tier": "user_owned", "rpo_objective_s": 60, "writes_may_pause": False, "load": "write_heavy"},
        ("home_region", "home_region", "one user writes from one place"),
        {"DynamoDB, eventual", "DynamoDB, strong", "CockroachDB, survives a region"},
    ),
    "a profile that is mostly read needs no more than one writer": (
        {"tier": "user_owned", "rpo_objective_s": 60},
        ("mostly_read", "one_writer", "mostly read"),
        {
            "Aurora Global Database",
            "Cloud SQL, DR replica",
            "Cosmos DB, one writer, strong",
            "Azure SQL, geo-replication",
        },
    ),
    "a law that keeps users apart gives every record its home": (
        {"tier": "strict_order", "rpo_objective_s": 0, "residency": "by_user"},
        ("law_gives_a_home", "home_region", "home already"),
        {"CockroachDB, survives a region"},
    ),
    "preferences may merge": (
        {"tier": "mergeable", "rpo_objective_s": 60, "writes_may_pause": False},
        ("merge", "merge", "last write may win"),
        {
            "DynamoDB, eventual",
            "Bigtable, routed to any cluster",
            "Azure Managed Redis, active",
            "Redis Cloud, Active-Active",
        },
    ),
    "counters may merge if they add up": (
        {"tier": "mergeable", "rpo_objective_s": 900, "load": "write_heavy", "regions": 2},
        ("merge", "merge", "a type that adds up"),
        {
            "DynamoDB, eventual",
            "Bigtable, routed to any cluster",
            "Cosmos DB, several writers",
            "Azure Managed Redis, active",
            "Redis Cloud, Active-Active",
            "CockroachDB, logical replication",
        },
    ),
    "a preference that every region must read at once no longer merges": (
        {"tier": "mergeable", "rpo_objective_s": 60, "strong_reads": True},
        ("majority", "majority", "too late for that"),
        {
            "DynamoDB, strong",
            "Spanner, multi-region",
            "Cosmos DB, one writer, strong",
            "CockroachDB, survives a region",
        },
    ),
    "events go into a log": (
        {"tier": "events", "rpo_objective_s": 60, "regions": 2},
        ("events", "log", "only added"),
        {"MSK with Replicator", "Pub/Sub", "Event Hubs, geo-replication"},
    ),
    "events that may not be lost wait for their copy": (
        {"tier": "events", "rpo_objective_s": 0, "regions": 2},
        ("events", "log", "only added"),
        {"Event Hubs, geo-replication"},
    ),
}

needs = st.builds(
    Scenario,
    tier=st.sampled_from(list(TIERS)),
    rpo_objective_s=st.sampled_from([0.0, 1.0, 5.0, 60.0, 900.0, 86_400.0]),
    regions=st.integers(2, 6),
    strong_reads=st.booleans(),
    transactions=st.booleans(),
    writes_may_pause=st.booleans(),
    load=st.sampled_from(list(LOADS)),
    residency=st.sampled_from(list(RESIDENCY)),
    replication_lag_s=st.sampled_from([0.0, 0.5, 5.0, 60.0]),
)


@pytest.mark.parametrize(("asked", "expected", "fitting"), CASES.values(), ids=CASES.keys())
def test_written_cases(asked, expected, fitting):
    result = run(Scenario(**asked), seed=1)
    rule, strategy, words = expected
    assert (result.rule, result.strategy) == (rule, strategy)
    assert words in result.reason
    assert {row.store for row in result.rows if not row.misses} == fitting


@given(needs)
def test_every_need_has_an_answer_that_says_what_is_not_on_offer(asked):
    result = run(asked, seed=1)
    as_plain(result)
    assert result.strategy in STRATEGIES and result.rows
    assert result.fitting == sum(not row.misses for row in result.rows)
    assert [len(row.misses) for row in result.rows] == sorted(len(row.misses) for row in result.rows)
    said = summary(asked, result)
    assert said.endswith(".") and said.count(". ") == 0, "one sentence"
    assert not result.reason.endswith(".")
    assert (result.refused in said) and not result.refused.endswith(".")
    for tier in result.tiers:
        if tier.tier == asked.tier:
            assert tier.count == result.fitting and tier.strategy == result.strategy


@given(needs, needs)
def test_a_store_that_meets_hard_needs_meets_softer_ones_too(one, other):
    softer = Scenario(
        rpo_objective_s=max(one.rpo_objective_s, other.rpo_objective_s),
        strong_reads=one.strong_reads and other.strong_reads,
        transactions=one.transactions and other.transactions,
        writes_may_pause=one.writes_may_pause or other.writes_may_pause,
        regions=one.regions,
        replication_lag_s=min(one.replication_lag_s, other.replication_lag_s),
    )
    for store in stores():
        assert set(misses(softer, store)) <= set(misses(one, store))


@given(needs)
def test_nothing_that_may_be_lost_is_lost_by_a_store_that_fits(asked):
    for store in stores():
        if not misses(asked, store):
            assert loses_s(asked, store) <= asked.rpo_objective_s
            assert store.writes_survive or asked.writes_may_pause
            assert store.transactions or not asked.transactions or "log" in store.serves
            assert store.strong_reads or not asked.strong_reads or "log" in store.serves


def test_two_regions_never_vote():
    for tier in TIERS:
        for load in LOADS:
            for lag in (0.0, 5.0):
                asked = Scenario(tier=tier, load=load, regions=2, replication_lag_s=lag, strong_reads=True)
                assert choose(asked, tier).strategy != "majority"


def test_the_entities_of_the_shop_get_five_different_answers_on_three_clouds(content):
    known = presets(content, "store-chooser")
    told = {name: run(Scenario(**known[name].values), seed=1) for name in known}
    five = ["payments-ledger", "stock", "cart", "preferences", "events"]
    assert [told[name].strategy for name in five] == ["majority", "one_writer", "home_region", "merge", "log"]
    assert all(told[name].fitting for name in five)
    assert told["two-regions-no-loss"].fitting == 0 and "third that votes" in told["two-regions-no-loss"].refused
    assert [row.store for row in told["users-at-home"].rows if not row.misses] == ["CockroachDB, survives a region"]


def test_every_strategy_has_stores_and_every_cloud_several(content):
    listed = stores()
    for strategy in STRATEGIES:
        assert sum(strategy in store.serves for store in listed) >= 3
    for cloud in CLOUDS:
        assert sum(store.cloud == cloud for store in listed) >= 3
    known = tomllib.loads((content / "sources.toml").read_text())
    for store in listed:
        assert store.sources and set(store.sources) <= set(known)
        assert store.seen >= max(known[key]["seen"] for key in store.sources) - datetime.timedelta(days=30)
    rules = {choose(Scenario(tier=tier, regions=regions), tier).source for tier in TIERS for regions in (2, 3)}
    assert rules <= set(known)
    assert len({store.name for store in listed}) == len(listed)


GOOD = """
[one]
name = "One"
cloud = "aws"
serves = ["merge"]
rpo = "lag"
strong_reads = false
transactions = false
writes_survive = true
by_user = false
regions_min = 2
conflict = "none"
fact = "It is so."
sources = ["S"]
seen = 2026-11-24
"""


def read(tmp_path, text):
    path = tmp_path / "stores.toml"
    path.write_text(text)
    return read_stores(path, known_sources=frozenset({"S"}))


def test_a_file_that_is_right_is_read(tmp_path):
    (store,) = read(tmp_path, GOOD)
    assert store.rpo_s is None and store.regions_max is None and store.sources == ("S",)
    (store,) = read(tmp_path, GOOD.replace('rpo = "lag"', "rpo = 0\nregions_max = 3"))
    assert store.rpo_s == 0 and store.regions_max == 3


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('name = "One"', "", "name is missing"),
        ('name = "One"', 'name = ""', "name is ''"),
        ('cloud = "aws"', 'cloud = "moon"', "cloud names 'moon'"),
        ('serves = ["merge"]', 'serves = ["magic"]', "serves names 'magic'"),
        ('serves = ["merge"]', "serves = []", "serves is"),
        ('rpo = "lag"', 'rpo = "soon"', "rpo is 'soon'"),
        ('rpo = "lag"', "rpo = -1", "rpo is -1"),
        ('rpo = "lag"', "rpo = true", "rpo is True"),
        ('rpo = "lag"', "rpo = nan", "rpo is nan"),
        ("strong_reads = false", "strong_reads = 0", "strong_reads is 0"),
        ("regions_min = 2", "regions_min = 5\nregions_max = 3", "regions_min 5 and regions_max 3"),
        ("regions_min = 2", "regions_min = true", "regions_min is True"),
        ('sources = ["S"]', 'sources = ["T"]', "sources names 'T'"),
        ('sources = ["S"]', "sources = []", "sources is"),
        ('sources = ["S"]', 'sources = [["S"]]', "sources names"),
        ("seen = 2026-11-24", 'seen = "today"', "seen is 'today'"),
        ("seen = 2026-11-24", "seen = 2026-11-24\nprice = 3", "price is not a key"),
        ("[one]", "one = 1\n[two]", "must be a table"),
        ("[one]", "[one", "stores.toml"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path, before, after, named):
    assert before in GOOD
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, GOOD.replace(before, after))
    assert named in str(caught.value) and "stores.toml" in str(caught.value)


def test_every_field_asks_in_words():
    assert all(known.label for known in params(Scenario).values())
