"""Does the order lab say in words, and by shape, exactly what the run found?"""

import pytest

from lessons.simulator import ordering
from lessons.simulator.presets import presets
from lessons.widgets.kit import Boundaries, Timeline
from lessons.widgets.ordering.sequences import sequences, told
from lessons.widgets.registry import widget

SITUATIONS = widget("ordering").presets


@pytest.fixture(params=SITUATIONS)
def ran(request, content):
    chosen = presets(content, "ordering")[request.param]
    scenario = ordering.Scenario(**chosen.values)
    return scenario, ordering.run(scenario, seed=chosen.seed)


def column(view, name):
    return [one for one in view.boundaries if one.inside == name]


def test_a_message_is_crossed_exactly_where_the_run_found_it_too_late(ran):
    scenario, result = ran
    view = sequences(scenario, result)
    for consumer in result.consumers:
        late = {one.earlier for one in result.watched.late if one.consumer == consumer}
        crossed = {int(one.name.split()[0]) for one in column(view, consumer) if one.state == "down"}
        assert crossed == late
        assert [int(one.name.split()[0]) for one in column(view, consumer)] == list(result.watched.seen[consumer])
        head = next(one for one in view.boundaries if one.id == consumer)
        assert (str(len(late)) in head.note) == bool(late)


def test_every_crossed_message_is_told_in_words_with_who_saw_what_before_what(ran):
    _, result = ran
    rows = told(result)
    assert len(rows) == sum(one.consumer in result.consumers for one in result.watched.late)
    for (name, text), late in zip(
        rows, [one for one in result.watched.late if one.consumer in result.consumers], strict=True
    ):
        assert name.startswith("Broken order, ")
        assert text.index(f" {late.later} (") < text.index(f" {late.earlier} (")


def test_a_hatched_message_changed_places_without_breaking_an_order(content):
    chosen = presets(content, "ordering")["four-calls"]
    scenario = ordering.Scenario(**chosen.values)
    result = ordering.run(scenario, seed=chosen.seed)
    view = sequences(scenario, result)
    seen = [column(view, consumer) for consumer in result.consumers]
    hatched = [[one.name for one in messages if one.state == "degraded"] for messages in seen]
    assert hatched[0] == hatched[1] != []
    assert not any(one.state == "down" for messages in seen for one in messages)


def test_the_course_of_a_fault_comes_first_and_the_order_first_without_one(ran):
    scenario, result = ran
    views = widget("ordering").present(scenario, result).views
    assert isinstance(views[0], Timeline if scenario.fault != "none" else Boundaries)


def test_writers_and_their_letters_can_be_told_apart_without_colour(ran):
    scenario, result = ran
    written = column(sequences(scenario, result), "written")
    notes = {message.region: one.note for one, message in zip(written, result.watched.messages, strict=True)}
    assert len(set(notes.values())) == len(notes)
