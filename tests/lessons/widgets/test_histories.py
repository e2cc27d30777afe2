"""Does the picture of a bad history tell one customer's story, and say so when there is no bad one?"""

import re

import pytest

from lessons.simulator.checkers import MODELS, Operation
from lessons.simulator.presets import presets
from lessons.widgets.histories.diagram import DEEDS_MAX
from lessons.widgets.histories.shop import THINGS, WHO, told
from lessons.widgets.kit import History
from lessons.widgets.registry import widget

WIDGET = widget("histories")


def drawn(**given):
    scenario = WIDGET.scenario(**given)
    result = WIDGET.run(scenario, seed=1)
    return result, WIDGET.present(scenario, result)


def of_preset(content, name):
    preset = presets(content, "histories")[name]
    scenario = WIDGET.scenario(**preset.values)
    result = WIDGET.run(scenario, seed=preset.seed)
    return result, WIDGET.present(scenario, result)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("follower-reads-stale", "no"),
        ("session-kept", "yes"),
        ("eventual-lost-write", "no"),
        ("quorum-half-write", "no"),
        ("leader-clean", "yes"),
        ("failover-without-fencing", "no"),
    ],
)
def test_each_situation_is_what_its_name_says(content, name, answer):
    result, output = of_preset(content, name)
    assert result.answer == answer
    assert result.undecided == 0
    if answer == "yes":
        assert output.sentence.endswith("no history among 20 histories of 24 operations breaks the promise.")
        assert result.broken_fraction[widget_check(content, name)] == 0
    else:
        assert re.search(r"broken in \d+ of 20 histories; in number \d+, ", output.sentence)


def widget_check(content, name):
    return presets(content, "histories")[name].values["check"]


def test_the_story_is_made_of_the_witness_in_order(content):
    result, output = of_preset(content, "quorum-half-write")
    places = [output.sentence.index(told(result.operations[place])) for place in result.witness.operations]
    assert places == sorted(places)


def test_the_table_holds_every_operation_in_order_and_numbers_the_witness():
    result, output = drawn(clients=6, operations=9)
    assert len(output.table.rows) == len(output.data.rows) == 54
    numbered = [int(row[0]) for row in output.table.rows if row[0]]
    assert sorted(numbered) == list(range(1, len(result.witness.operations) + 1))
    assert [row[-1] for row in output.data.rows if row[-1]] == numbered


def test_a_long_history_is_drawn_around_its_witness_with_few_lanes():
    result, output = drawn(clients=8, operations=12, tries=3)
    view = output.views[0]
    assert isinstance(view, History)
    assert len(view.lanes) == 4 and len(view.deeds) <= DEEDS_MAX
    assert {deed.number for deed in view.deeds if deed.number} == set(range(1, len(result.witness.operations) + 1))
    assert f"{len(view.deeds)} of 96 operations" in view.title


def test_the_first_frame_names_the_broken_promise_and_its_operations():
    _, output = drawn(check="monotonic_reads", tries=60)
    assert output.views[0].verdict.startswith("Monotonic reads: the promise is broken, and operations 1 to ")


def test_the_bars_let_every_promise_be_chosen():
    _, output = drawn()
    assert [pick.sets for pick in output.views[1].picks] == [(("check", model),) for model in MODELS]


@pytest.mark.parametrize("key", list(THINGS))
def test_every_operation_can_be_told_in_the_shop(key):
    def say(op, value, *, returned=1.0, ok=True):
        return told(Operation("1", op, key, value, 0.0, returned, ok))

    said = [
        say("write", 3),
        say("write", 3, returned=None),
        say("read", 3),
        say("read", None),
        say("read", None, returned=None),
        say("cas", (3, 4)),
        say("cas", (None, 4), ok=False),
    ]
    assert len(set(said)) == len(said)
    assert all(one.startswith(WHO[0]) and "None" not in one for one in said)
