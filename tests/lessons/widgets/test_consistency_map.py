"""Do the facts about consistency models hold together, and does a wrong one stop the start with its place?"""

from pathlib import Path

import pytest

from lessons.simulator.checkers import MODELS, check, implied_by
from lessons.widgets.consistency_map.catalogue import ConsistencyError, catalogue, read_catalogue
from lessons.widgets.consistency_map.scenario import Scenario, run
from lessons.widgets.kit import History, PartialOrder
from lessons.widgets.registry import widget

WIDGET = widget("consistency-map")
SOURCES = frozenset({"S"})
STORE = '[store.one]\nname = "One"\ngives = ["a"]\nsetting = "Set."\nsources = ["S"]\nseen = 2026-11-24\n'


def model(key, *, row=0, implies=(), availability="none", more=""):
    named = ", ".join(f'"{one}"' for one in implies)
    return (
        f'[model.{key}]\nname = "{key}"\nrow = {row}\npromise = "It holds."\nimplies = [{named}]\n'
        f'availability = "{availability}"\n{more}\n'
    )


def read(tmp_path: Path, text: str):
    path = tmp_path / "consistency.toml"
    path.write_text(text, encoding="utf-8")
    return read_catalogue(path, known_sources=SOURCES)


def test_what_the_map_implies_is_what_the_checkers_imply():
    known = catalogue()
    for strong in known.models.values():
        judged = {known.models[one].judged for one in known.weaker(strong.id)} - {""}
        if strong.judged:
            assert judged == set(implied_by(strong.judged))


def test_availability_is_the_published_rule():
    """At or above cursor stability, snapshot isolation or sequential: none; at or above read your writes: sticky."""
    known = catalogue()
    for one in known.models.values():
        here = {one.id, *known.weaker(one.id)}
        expected = "total"
        if here & {"cursor-stability", "snapshot-isolation", "sequential"}:
            expected = "none"
        elif "read-your-writes" in here:
            expected = "sticky"
        assert one.availability == expected, one.id


def test_every_model_of_the_checkers_has_a_history_that_breaks_it_and_keeps_what_is_weaker():
    known = catalogue()
    assert {one.judged for one in known.models.values()} - {""} == set(MODELS)
    for one in known.models.values():
        if one.judged:
            assert check(one.forbids, one.judged).answer == "no"
            kept = [known.models[name].judged for name in known.weaker(one.id) if known.models[name].judged]
            assert all(check(one.forbids, name).answer == "yes" for name in kept)


@pytest.mark.parametrize("name", list(catalogue().models))
def test_a_chosen_model_shows_what_it_forbids_and_allows_and_who_has_it(name):
    scenario = Scenario(model=name)
    result = run(scenario, seed=1)
    output = WIDGET.present(scenario, result)
    order, *histories = output.views
    assert isinstance(order, PartialOrder)
    assert [rank.id for rank in order.ranks if rank.standing == "chosen"] == [name]
    assert {rank.id for rank in order.ranks if rank.standing == "implied"} == set(result.weaker)
    assert all(isinstance(view, History) for view in histories)
    judged = catalogue().models[name].judged
    assert len(histories) == (0 if not judged else 1 if not result.allowed else 2)
    if result.allowed:
        assert check(result.allowed, judged).answer == "yes"
        assert check(result.allowed, result.allowed_breaks.replace("-", "_")).answer == "no"
    rows = dict(output.table.rows)
    assert all(store.name in rows and str(store.seen) in rows[store.name] for store in result.stores)


def test_a_store_with_a_stronger_model_counts_for_the_weaker_ones():
    result = run(Scenario(model="read-your-writes"), seed=1)
    assert {"Spanner", "Cosmos DB, session"} <= {store.name for store in result.stores}
    assert "Cosmos DB, session" not in {store.name for store in run(Scenario(model="causal"), seed=1).stores}


def test_the_bet_is_made_before_the_availability_is_seen():
    scenario = Scenario()
    situation = WIDGET.present(scenario, run(scenario, seed=1)).situation
    assert not any(rank.sign or rank.pick for rank in situation.ranks) and not situation.legend


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[colour.red]\n", "[colour] is neither"),
        (model("a", availability="always"), "[model.a] availability is 'always'"),
        (model("a", implies=["b"]), "[model.a] implies names 'b'"),
        (model("a", implies=["b"]) + model("b", row=2), "implies b, which is not one row below"),
        (model("a", implies=["b"], availability="total") + model("b", row=1), "is more available than b"),
        (model("a", more="colour = 1"), "[model.a] colour is 1"),
        (model("a").replace("row = 0", 'row = "top"'), "[model.a] row is 'top'"),
        (model("a") + STORE.replace('["a"]', '["z"]'), "[store.one] gives names 'z'"),
        (model("a") + STORE.replace('"S"', '"T"'), "[store.one] sources names 'T'"),
        (model("causal"), "[model.causal] forbids is for the models of the checkers"),
        (model("causal", more='forbids = ["1 w x 1", "2 r x 1"]'), "[model.causal] forbids keeps the model"),
        (model("causal", more='forbids = ["1 w"]'), "holds a line that is not CLIENT"),
        (
            model("linearizable", implies=["sequential"], more='forbids = ["1 w x 1", "1 r x"]')
            + model("sequential", row=1, more='forbids = ["1 w x 1", "1 r x"]'),
            "[model.linearizable] forbids breaks sequential as well",
        ),
    ],
)
def test_a_fact_that_cannot_stand_is_refused_with_its_place(tmp_path, text, said):
    with pytest.raises(ConsistencyError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)
    assert "consistency.toml: " in str(caught.value)


def test_a_small_file_that_holds_together_is_read(tmp_path):
    made = read(tmp_path, model("a", implies=["b"]) + model("b", row=1, availability="sticky") + STORE)
    assert made.weaker("a") == ("b",) and made.stronger("b") == ("a",)
    assert [store.id for store in made.stores_with("b")] == ["one"]
