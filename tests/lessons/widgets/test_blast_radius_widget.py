"""Can every boundary on the map be broken and healed, and does the sentence name what decides?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator.presets import presets
from lessons.widgets.kit.places import Boundaries
from lessons.widgets.registry import widget

WIDGET = widget("blast-radius")


def shown(**fields):
    scenario = WIDGET.scenario(**fields)
    return WIDGET.present(scenario, WIDGET.run(scenario, seed=1))


def map_of(output):
    assert isinstance(output.views[0], Boundaries)
    return output.views[0].boundaries


def typed(texts):
    return {name: text if name == "boundary" else int(text) for name, text in texts}


@pytest.mark.parametrize("identity", ["outside", "first_region", "each_region", "each_zone"])
def test_choosing_a_boundary_breaks_it_and_choosing_it_again_heals_it(identity):
    fields = {"regions": 2, "zones": 2, "cells": 2, "identity": identity, "boundary": "none"}
    healthy = map_of(shown(**fields))
    assert {one.kind for one in healthy if one.pick} == {"region", "zone", "cell", "dependency"}
    for one in (part for part in healthy if part.pick):
        broken = {**fields, **typed(one.pick.sets)}
        then = {part.id: part for part in map_of(shown(**broken))}[one.id]
        assert then.state == "down", one.id
        assert then.pick.words.startswith("Heal")
        healed = map_of(shown(**{**broken, **typed(then.pick.sets)}))
        assert all(part.state == "healthy" for part in healed)


@given(
    st.sampled_from(("region", "zone", "cell", "dependency", "deploy", "none")), st.integers(1, 3), st.integers(1, 3)
)
@settings(deadline=None, max_examples=40)
def test_the_situation_is_healthy_and_can_not_be_chosen_from(boundary, region, zone):
    output = shown(boundary=boundary, broken_region=region, broken_zone=zone, cells=3)
    assert isinstance(output.situation, Boundaries)
    assert all(one.state == "healthy" and one.pick is None for one in output.situation.boundaries)
    assert "hit" not in " ".join(one.note for one in output.situation.boundaries)


def test_the_sentence_names_the_smallest_set_of_shared_things(content):
    known = presets(content, "blast-radius")

    def said(name):
        return shown(**known[name].values).sentence

    assert "the one primary store in us-east sets that radius" in said("one-primary-three-regions")
    assert "the identity provider in us-east that all regions share sets that radius" in said("shared-identity")
    assert "nobody still relies on what is lost" in said("multi-zone")
    assert "the survivors run at 150" in said("no-spare")
    assert "cell 1 in us-east-a sets that radius" in said("ten-cells")
    assert "the change that reached 18 of 18 cells sets that radius" in said("bad-deploy-everywhere")
    assert "the change that reached 1 of 18 cells sets that radius" in said("deploy-by-cell")
    assert "because nothing is broken" in shown(boundary="none").sentence


def test_as_many_cells_are_crossed_as_the_deploy_reached():
    fields = {"boundary": "deploy", "deploy_wave": "cell", "regions": 2, "zones": 2, "cells": 5, "broken_cell": 4}
    for reached in range(21):
        parts = map_of(shown(**fields, deploy_reach_fraction=reached / 20))
        crossed = [one.id for one in parts if one.kind == "cell" and one.state == "down"]
        assert len(crossed) == reached
        assert not reached or "cell-0-0-3" in crossed


def test_the_bars_keep_their_scale():
    bars = shown().views[1]
    assert bars.most == 100
    assert max(bars.values) <= 100
