"""Does choosing places on the map do what its words say, and does the picture name the answer that counts?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.simulator import quorum_latency as lens
from lessons.simulator.engine.network import measured
from lessons.simulator.engine.params import read_texts
from lessons.simulator.presets import presets
from lessons.simulator.quorum_latency.scenario import MODES, REPLICAS_MAX
from lessons.widgets.kit import Bars, WorldMap
from lessons.widgets.quorum_latency.placing import next_choice
from lessons.widgets.quorum_latency.present import present

AWS = tuple(measured("aws_2019"))
THREE = ("us-east-1", "us-west-2", "eu-central-1")


def chosen(scenario, place):
    """The scenario after choosing a place, with everything else as the reader sees it in the controls."""
    pick = next_choice(scenario, place)
    if pick is None:
        return scenario
    values, problems = read_texts(lens.Scenario, dict(pick.sets))
    assert not problems
    return lens.Scenario(**{**scenario.as_dict(), "n": None, **values})


@given(st.sampled_from(tuple(MODES)), st.lists(st.sampled_from(AWS), max_size=25))
def test_any_choices_on_the_map_lead_to_a_scenario_that_can_be_run(mode, places):
    scenario = lens.Scenario(mode=mode, w=2, r=2)
    for place in places:
        scenario = chosen(scenario, place)
        assert 1 <= len(scenario.regions) <= REPLICAS_MAX
        lens.run(scenario, seed=1)


def test_a_place_gets_a_copy_then_leads_then_is_empty_again_and_the_old_leader_is_back():
    start = lens.Scenario(regions=THREE)
    copy = chosen(start, "sa-east-1")
    assert (copy.regions[-1], copy.leader) == ("sa-east-1", "us-east-1")
    leads = chosen(copy, "sa-east-1")
    assert (leads.regions, leads.leader) == (copy.regions, "sa-east-1")
    gone = chosen(leads, "sa-east-1")
    assert (tuple(gone.regions), gone.leader) == (THREE, "us-east-1")


def test_without_a_leader_a_place_is_switched_on_and_off():
    start = lens.Scenario(regions=THREE, mode="quorum")
    assert tuple(chosen(chosen(start, "sa-east-1"), "sa-east-1").regions) == THREE
    assert "us-west-2" not in chosen(start, "us-west-2").regions


def test_answers_to_wait_for_shrink_with_the_copies():
    scenario = chosen(lens.Scenario(regions=THREE, mode="quorum", w=3, r=3), "us-west-2")
    assert (scenario.w, scenario.r) == (2, 2)


def test_the_last_copy_cannot_be_taken_away_and_the_thirteenth_not_be_added():
    assert next_choice(lens.Scenario(regions=["us-east-1"]), "us-east-1") is None
    assert next_choice(lens.Scenario(regions=AWS[:12]), AWS[13]) is None


@pytest.mark.parametrize("mode", MODES)
def test_the_marked_way_is_the_one_that_decides_and_every_place_can_be_chosen(mode):
    scenario = lens.Scenario(regions=THREE, mode=mode)
    result = lens.run(scenario, seed=1)
    world = present(scenario, result).views[0]
    assert isinstance(world, WorldMap)
    decides = set() if result.slowest_needed is None else {result.slowest_needed}
    assert {line.ends for line in world.lines if line.marked} == decides
    assert {point.id for point in world.points if point.pick} == set(AWS)


def test_the_table_lists_every_pair_of_regions():
    scenario = lens.Scenario(regions=AWS[:12], client_region=AWS[15])
    output = present(scenario, lens.run(scenario, seed=1))
    pairs = [row for row in output.table.rows if "light needs" in row[1]]
    assert len(pairs) == 13 * 12 / 2
    assert len(output.data.rows) == 13 * 12


def test_choosing_a_row_moves_leader_client_or_w_and_the_bar_tells_the_commit_that_follows():
    for mode, place in (("majority", 3), ("quorum", 3)):
        scenario = lens.Scenario(regions=THREE, mode=mode, client_region="eu-west-1")
        bars = present(scenario, lens.run(scenario, seed=1)).views[place]
        assert isinstance(bars, Bars)
        for value, pick in zip(bars.values, bars.picks, strict=True):
            values, _ = read_texts(lens.Scenario, dict(pick.sets if pick else ()))
            then = lens.Scenario(**{**scenario.as_dict(), **values, "server_ms": 0, "jitter": 0})
            assert lens.run(then, seed=1).commit_ms["p50"] == value


def test_every_sentence_says_from_where_how_long_and_for_whom(content):
    for preset in presets(content, "quorum-latency").values():
        scenario = lens.Scenario(**preset.values)
        sentence = present(scenario, lens.run(scenario, seed=preset.seed)).sentence
        assert sentence.startswith("From Virginia a commit takes ")
        assert " because it waits for " in sentence
