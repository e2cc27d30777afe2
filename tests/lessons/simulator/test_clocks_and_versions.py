"""Do stamps and version vectors keep the order of what saw what?"""

import math

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.simulator import hybrid_clock, version_vectors
from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain

DYNAMO = {"D2": {"Sx": 2}, "D3": {"Sx": 2, "Sy": 1}, "D4": {"Sx": 2, "Sz": 1}}
COCKROACHDB = [[5, "send", None], [6, "send", None], [10, "receive", [10, 5]], [7, "send", None]]

walls, counters = st.integers(0, 50), st.integers(0, 5)
events = st.lists(
    st.one_of(
        st.tuples(walls, st.just("send"), st.none()),
        st.tuples(walls, st.just("receive"), st.tuples(walls, counters)),
    ),
    min_size=1,
    max_size=30,
)
vectors = st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), max_size=3)


def stamped(events, **given):
    result = hybrid_clock.run(hybrid_clock.Scenario(events=events, **given), seed=1)
    return as_plain(result.stamps)


def compared(versions):
    return version_vectors.run(version_vectors.Scenario(versions=versions), seed=1)


def test_the_published_history_of_cockroachdb_comes_out_to_the_counter():
    assert stamped(COCKROACHDB, receive_rule="cockroachdb") == [[5, 0], [6, 0], [10, 6], [10, 7]]


def test_the_two_rules_for_a_receive_count_differently_and_keep_the_same_order():
    behind = [[10, "send", None], [8, "receive", [10, 2]]]
    assert stamped(behind, receive_rule="paper") == [[10, 0], [10, 3]]
    assert stamped(behind, receive_rule="cockroachdb") == [[10, 0], [10, 3]]
    ahead = [[10, "send", None], [10, "send", None], [8, "receive", [10, 0]]]
    assert stamped(ahead, receive_rule="paper") == [[10, 0], [10, 1], [10, 2]]
    assert stamped(ahead, receive_rule="cockroachdb") == [[10, 0], [10, 1], [10, 3]]


def test_the_paper_takes_the_counter_of_whichever_is_largest():
    fresh = [[20, "receive", [10, 7]]]
    assert stamped(fresh, receive_rule="paper") == [[20, 0]]
    assert stamped([[5, "receive", [10, 7]]], receive_rule="paper") == [[10, 8]]
    assert stamped([[30, "send", None], [5, "receive", [10, 7]]], receive_rule="paper") == [[30, 0], [30, 1]]


def test_a_stamp_more_than_the_offset_ahead_is_refused_and_changes_nothing():
    two = [[1000, "receive", [1499, 0]], [1001, "receive", [2001, 0]]]
    for rule in hybrid_clock.RECEIVE_RULES:
        first, second = stamped(two, receive_rule=rule, max_offset=500)
        assert first[0] == 1499 and second is None
        after = stamped([*two, [1002, "send", None]], receive_rule=rule, max_offset=500)[2]
        assert after == [1499, first[1] + 1]
    assert stamped([[1001, "receive", [1501, 0]]], max_offset=500) != [None]
    assert stamped([[0, "receive", [9e14, 0]]], max_offset=None) != [None]


@given(events, st.sampled_from(sorted(hybrid_clock.RECEIVE_RULES)), st.sampled_from([None, 0, 5, 500]))
def test_every_stamp_is_above_the_one_before_the_one_received_and_the_wall_clock(happened, rule, offset):
    last = (-1, 0)
    for (wall, kind, remote), stamp in zip(
        happened, stamped(happened, receive_rule=rule, max_offset=offset), strict=True
    ):
        if stamp is None:
            assert kind == "receive" and remote[0] - wall > offset
            continue
        assert tuple(stamp) > last and stamp[0] >= wall
        # A stamp never runs ahead of every clock that it has heard of.
        assert kind == "send" or tuple(stamp) > tuple(remote)
        assert stamp[0] <= max(wall, last[0], remote[0] if remote else 0)
        last = tuple(stamp)


def test_the_figure_of_the_dynamo_paper_comes_out():
    result = compared(DYNAMO)
    told = {(pair.a, pair.b): pair.relation for pair in result.relations}
    assert told == {("D2", "D3"): "before", ("D2", "D4"): "before", ("D3", "D4"): "concurrent"}
    assert result.merged == {"Sx": 2, "Sy": 1, "Sz": 1}
    assert result.siblings == ("D3", "D4")
    reconciled = compared({**DYNAMO, "D5": {"Sx": 3, "Sy": 1, "Sz": 1}})
    assert reconciled.siblings == ("D5",)
    assert {pair.relation for pair in reconciled.relations if pair.b == "D5"} == {"before"}


@given(vectors, vectors, vectors)
def test_the_relation_is_an_order_and_the_merge_its_least_upper_bound(a, b, c):
    relation = version_vectors.relation
    assert relation(a, a) == "equal"
    opposite = {"before": "after", "after": "before", "equal": "equal", "concurrent": "concurrent"}
    assert relation(b, a) == opposite[relation(a, b)]
    if relation(a, b) == relation(b, c) == "before":
        assert relation(a, c) == "before"
    merged = compared({"a": a, "b": b, "c": c}).merged
    for one in (a, b, c):
        assert relation(one, merged) in ("before", "equal")
    for node, count in merged.items():
        assert count == 0 or relation({**merged, node: count - 1}, merged) == "before"
        assert any(one.get(node, 0) == count for one in (a, b, c))


@given(st.dictionaries(st.sampled_from("pqrstu"), vectors, min_size=1))
def test_siblings_are_what_nobody_has_seen_and_together_they_know_everything(versions):
    result = compared(versions)
    assert result.siblings
    assert len(result.relations) == len(versions) * (len(versions) - 1) // 2
    kept = [versions[name] for name in result.siblings]
    for vector in versions.values():
        assert any(version_vectors.relation(vector, one) in ("before", "equal") for one in kept)
    for one in kept:
        for other in kept:
            assert one is other or version_vectors.relation(one, other) == "concurrent"


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        5,
        [],
        {},
        [[1, "send"]],
        [[1, "wait", None]],
        [[1, "send", [1, 0]]],
        [[1, "receive", None]],
        [[1, "receive", [1]]],
        [[1, "receive", {"a": 1, "b": 2}]],
        [[-1, "send", None]],
        [[math.nan, "send", None]],
        [[math.inf, "send", None]],
        [[10**400, "send", None]],
        [[True, "send", None]],
        [["5", "send", None]],
        [[1, ["send"], None]],
        [[1, "receive", [1, 0.5]]],
        [[1, "receive", [1, -1]]],
        [[1, "receive", [[1], 0]]],
        [[1, "send", None]] * 1_001,
    ],
)
def test_wrong_events_name_their_field(value):
    with pytest.raises(ScenarioError) as caught:
        hybrid_clock.Scenario(events=value)
    assert caught.value.field == "events" and caught.value.allowed


@pytest.mark.parametrize(
    "value",
    [
        "",
        5,
        [],
        {},
        {"a": 1},
        {"a": []},
        {"a": {"n": -1}},
        {"a": {"n": 1.5}},
        {"a": {"n": math.nan}},
        {"a": {"n": math.inf}},
        {"a": {"n": 10**400}},
        {"a": {"n": True}},
        {"a": {"n": "1"}},
        {"a": {"": 1}},
        {"": {"n": 1}},
        {"a" * 41: {"n": 1}},
        {1: {"n": 1}},
        {"a": {1: 1}},
        {str(number): {"n": 1} for number in range(41)},
        {"a": {str(number): 1 for number in range(41)}},
    ],
)
def test_wrong_versions_name_their_field(value):
    with pytest.raises(ScenarioError) as caught:
        version_vectors.Scenario(versions=value)
    assert caught.value.field == "versions" and caught.value.allowed


def test_both_survive_the_way_through_json():
    for model, fields in ((hybrid_clock, {"events": COCKROACHDB, "max_offset": None}), (version_vectors, {})):
        made = model.Scenario(**fields)
        again = model.Scenario(**orjson.loads(orjson.dumps(made.as_dict())))
        assert again == made
        orjson.dumps(as_plain(model.run(made, seed=1)))
        assert model.summary(made, model.run(made, seed=1)).endswith(".")
        assert model.cost_ms(made) < 10 and model.costly_field(made) in made.as_dict()
