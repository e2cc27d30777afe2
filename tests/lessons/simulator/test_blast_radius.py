"""Does a broken boundary take with it what relies on it, and nothing else?"""

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lessons.simulator import blast_radius
from lessons.simulator.blast_radius.breaking import things_broken, together
from lessons.simulator.blast_radius.reach import reach_of
from lessons.simulator.blast_radius.scenario import BOUNDARIES, DATA, IDENTITY, MOMENTS, NAMES, WAVES
from lessons.simulator.engine.deployment import DeploymentError, read_deployment
from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError
from lessons.simulator.presets import presets
from lessons.simulator.record import as_plain

SHARES = ("users_fraction", "reads_fraction", "writes_fraction", "data_unavailable_fraction", "stack_fraction")
FAILING = ("users_fraction", "reads_fraction", "writes_fraction")


def ran(**given):
    return blast_radius.run(blast_radius.Scenario(**given), seed=1)


def extra(name="ledger", **more):
    return {"name": name, "scope": "global", **more}


@st.composite
def deployments(draw, **fixed):
    """A deployment with one broken boundary, as fields."""
    regions, zones = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    cells = draw(st.integers(1, 30))
    made = {
        "regions": regions,
        "zones": zones,
        "cells": cells,
        "boundary": draw(st.sampled_from(tuple(BOUNDARIES))),
        "data": draw(st.sampled_from(tuple(DATA))),
        "identity": draw(st.sampled_from(tuple(IDENTITY))),
        "moment": draw(st.sampled_from(tuple(MOMENTS))),
        "multi_az": draw(st.booleans()),
        "broken_region": draw(st.integers(1, regions)),
        "broken_zone": draw(st.integers(1, zones)),
        "broken_cell": draw(st.integers(1, cells)),
        "destroyed": draw(st.booleans()),
        "spare_capacity_fraction": draw(st.sampled_from((0.0, 0.2, 0.5, 1.0))),
        "static_stability": draw(st.booleans()),
        "standby_capacity_fraction": draw(st.sampled_from((0.0, 0.3, 1.0))),
        "identity_need": draw(st.sampled_from(("hard", "soft"))),
        "identity_share_fraction": draw(st.sampled_from((0.3, 1.0))),
        "deploy_wave": draw(st.sampled_from(tuple(WAVES))),
        "deploy_reach_fraction": draw(st.floats(0, 1)),
    }
    if draw(st.booleans()):
        parts = draw(st.lists(st.integers(0, 3), min_size=regions, max_size=regions))
        assume(sum(parts) > 0)
        made["homes"] = {name: part / sum(parts) for name, part in zip(NAMES, parts, strict=False)}
    made.update(fixed)
    assume(made["boundary"] != "dependency" or made["identity"] != "none")
    return made


@given(deployments())
@settings(max_examples=300, deadline=None)
def test_every_share_lies_between_none_and_all_and_users_are_hit_most(fields):
    result = ran(**fields)
    for name in (*SHARES, "data_lost_fraction"):
        assert 0 <= getattr(result, name) <= 1, name
    assert result.users_fraction >= max(result.reads_fraction, result.writes_fraction) - 1e-12
    homes = sum(one.users_share_fraction * one.users_fraction for one in result.regions)
    assert homes == pytest.approx(result.users_fraction, abs=1e-9)
    assert (result.users_fraction > 1e-9) == bool(result.affected_homes)


@pytest.mark.parametrize(("cells", "share"), [(10, 0.1), (100, 0.01)])
def test_ten_cells_lose_a_tenth_of_the_users_and_a_hundred_lose_a_hundredth(cells, share):
    result = ran(regions=1, zones=1, cells=cells, boundary="cell")
    assert result.users_fraction == pytest.approx(share, abs=1e-9)
    assert result.data_unavailable_fraction == pytest.approx(share, abs=1e-9)


@given(st.integers(2, 6), st.integers(1, 5), st.sampled_from(tuple(DATA)), st.sampled_from(tuple(MOMENTS)))
@settings(deadline=None)
def test_one_zone_of_n_is_survived_for_free_with_a_spare_of_one_in_n_minus_1(zones, regions, data, moment):
    fields = {"zones": zones, "regions": regions, "data": data, "moment": moment, "boundary": "zone"}
    enough = ran(**fields, spare_capacity_fraction=1 / (zones - 1))
    assert enough.users_fraction == 0
    assert enough.shared == ()
    assert enough.survivor_utilisation_fraction == pytest.approx(1)
    short = ran(**fields, spare_capacity_fraction=0.9 / (zones - 1))
    assert short.users_fraction > 0


@given(st.integers(2, 9), st.floats(0, 3))
@settings(deadline=None)
def test_losing_one_of_n_takes_the_utilisation_from_u_to_u_n_over_n_minus_1(n, spare):
    before = ran(boundary="none", spare_capacity_fraction=spare).survivor_utilisation_fraction
    assert before == pytest.approx(1 / (1 + spare))
    region = ran(regions=n, data="active_active", spare_capacity_fraction=spare)
    assert region.survivor_utilisation_fraction == pytest.approx(before * n / (n - 1))
    if n <= 6:
        zone = ran(regions=1, zones=n, boundary="zone", spare_capacity_fraction=spare)
        assert zone.survivor_utilisation_fraction == pytest.approx(before * n / (n - 1))


@given(st.integers(2, 9), st.floats(0, 3))
@settings(deadline=None)
def test_survivors_drop_exactly_what_is_above_their_capacity(n, spare):
    result = ran(regions=n, data="active_active", spare_capacity_fraction=spare)
    load = result.survivor_utilisation_fraction
    assert result.users_fraction == pytest.approx(max(0.0, 1 - 1 / load), abs=1e-9)


@given(st.integers(1, 9), st.floats(0, 1), st.sampled_from(tuple(DATA)))
@settings(deadline=None)
def test_a_shared_global_dependency_sets_the_floor_whatever_the_number_of_regions(regions, share, data):
    result = ran(regions=regions, data=data, boundary="dependency", identity_share_fraction=share)
    assert result.users_fraction == pytest.approx(share, abs=1e-9)
    region = ran(regions=regions, data=data, identity="first_region", identity_share_fraction=share)
    assert region.users_fraction >= share - 1e-9


@given(deployments(), st.booleans(), st.floats(0, 1))
@settings(max_examples=300, deadline=None)
def test_one_more_shared_dependency_never_shrinks_the_radius(fields, inside, share):
    more = [extra(region=NAMES[0] if inside else "", share_fraction=share)]
    without, with_it = ran(**fields), ran(**fields, dependencies=more)
    for name in SHARES:
        assert getattr(with_it, name) >= getattr(without, name) - 1e-9, name


@given(deployments(), st.sampled_from((0.1, 0.5, 2.0)))
@settings(max_examples=300, deadline=None)
def test_more_spare_capacity_never_makes_more_requests_fail(fields, more):
    spare = fields.pop("spare_capacity_fraction")
    little = ran(**fields, spare_capacity_fraction=spare)
    much = ran(**fields, spare_capacity_fraction=spare + more)
    for name in FAILING:
        assert getattr(much, name) <= getattr(little, name) + 1e-9, name


@given(deployments(boundary="cell"), st.integers(1, 60))
@settings(max_examples=200, deadline=None)
def test_more_cells_never_enlarge_what_one_of_them_takes(fields, more):
    few, many = ran(**fields), ran(**{**fields, "cells": fields["cells"] + more})
    for name in SHARES:
        assert getattr(many, name) <= getattr(few, name) + 1e-9, name


@given(deployments())
@settings(max_examples=200, deadline=None)
def test_the_shared_things_named_are_enough_and_each_is_needed(fields):
    scenario = blast_radius.Scenario(**fields)
    result = blast_radius.run(scenario, seed=1)
    things = things_broken(scenario)
    named = [thing for thing in things if thing.name in result.shared]
    assert len(named) == len(result.shared)
    whole = reach_of(scenario, together(scenario, things)).key(scenario)
    assert reach_of(scenario, together(scenario, named)).key(scenario) == whole
    for left_out in named:
        fewer = [thing for thing in named if thing is not left_out]
        assert reach_of(scenario, together(scenario, fewer)).key(scenario) != whole


def test_one_primary_in_a_lost_region_takes_every_write_and_no_read_once_users_have_moved():
    result = ran()
    assert (result.reads_fraction, result.writes_fraction) == (0, 1)
    assert result.shared == ("the one primary store in us-east",)
    assert result.affected_homes == NAMES[:3]
    at_once = ran(moment="at_once")
    assert at_once.reads_fraction == pytest.approx(1 / 3)
    assert at_once.survivor_utilisation_fraction == pytest.approx(2 / 3)


def test_a_shared_identity_provider_in_that_region_takes_the_reads_too():
    result = ran(identity="first_region")
    assert result.reads_fraction == result.writes_fraction == 1
    assert result.shared == ("the identity provider in us-east that all regions share",)
    assert ran(identity="first_region", identity_need="soft").reads_fraction == 0


def test_another_region_takes_only_what_it_serves():
    result = ran(broken_region=2, moment="at_once")
    assert result.users_fraction == pytest.approx(1 / 3)
    assert result.affected_homes == ("eu-central",)
    assert ran(broken_region=2).users_fraction == 0


def test_promotion_gives_the_writes_back_and_costs_the_last_seconds():
    result = ran(moment="promoted", replication_lag_s=7)
    assert result.writes_fraction == 0
    assert result.lost_writes_s == pytest.approx(7)
    assert ran(moment="moved", replication_lag_s=7).lost_writes_s == 0


def test_data_without_a_copy_is_lost_with_its_disks_and_only_then():
    assert ran(data="one_primary").data_lost_fraction == 0
    assert ran(data="one_primary").data_unavailable_fraction == 1
    assert ran(data="one_primary", destroyed=True).data_lost_fraction == 1
    assert ran(data="one_primary", destroyed=True, boundary="zone").data_lost_fraction == 0
    assert ran(data="one_primary", destroyed=True, boundary="zone", multi_az=False).data_lost_fraction == 1
    assert ran(data="home_region", destroyed=True, regions=1).data_lost_fraction == 1
    kept = ran(data="active_active", destroyed=True, replication_lag_s=9, homes={"us-east": 0.25, "eu-central": 0.75})
    assert kept.lost_writes_s == pytest.approx(9 * 0.25)


def test_data_at_home_limits_the_radius_to_those_at_home():
    homes = {"us-east": 0.5, "eu-central": 0.3, "ap-southeast": 0.2}
    result = ran(data="home_region", homes=homes, spare_capacity_fraction=1)
    assert result.writes_fraction == pytest.approx(0.5)
    assert result.affected_homes == ("us-east",)
    assert ran(data="home_region", homes=homes, moment="promoted", spare_capacity_fraction=1).users_fraction == 0


def test_spare_that_has_to_be_started_first_does_not_count():
    running, later = (ran(boundary="zone", regions=1, static_stability=on) for on in (True, False))
    assert running.users_fraction == 0
    assert later.survivor_utilisation_fraction == pytest.approx(1.5)
    assert later.users_fraction == pytest.approx(1 / 3)


def test_a_standby_serves_after_its_promotion_with_what_runs_there():
    fields = {"regions": 2, "data": "dr_replica"}
    assert ran(**fields).users_fraction == 1
    assert ran(**fields, moment="promoted").users_fraction == 0
    assert ran(**fields, moment="promoted", standby_capacity_fraction=0.3).users_fraction == pytest.approx(0.7)
    assert ran(**fields, moment="promoted", standby_capacity_fraction=0).users_fraction == 1


@pytest.mark.parametrize(("wave", "share"), [("cell", 0.1), ("zone", 0.1), ("region", 0.5), ("everywhere", 1.0)])
def test_a_bad_deploy_reaches_whole_steps(wave, share):
    result = ran(
        regions=2,
        zones=5,
        cells=10,
        boundary="deploy",
        deploy_wave=wave,
        deploy_reach_fraction=0.1,
        data="active_active",
    )
    assert result.users_fraction == pytest.approx(share)
    assert result.stack_fraction == pytest.approx(share)


def test_a_deploy_that_was_stopped_before_it_began_hurts_nobody():
    assert ran(boundary="deploy", deploy_wave="everywhere", deploy_reach_fraction=0).users_fraction == 0


def test_a_zonal_dependency_is_avoided_with_its_zone_but_not_when_only_some_requests_need_it():
    fields = {"regions": 1, "boundary": "dependency", "identity": "each_zone"}
    assert ran(**fields).users_fraction == 0
    assert ran(**fields, identity_share_fraction=0.6).users_fraction == pytest.approx(0.6 / 3)


def test_users_leave_a_region_whose_own_dependency_is_gone():
    fields = {"boundary": "dependency", "identity": "each_region", "data": "active_active"}
    assert ran(**fields, moment="at_once").users_fraction == pytest.approx(1 / 3)
    assert ran(**fields).users_fraction == 0


def test_an_empty_zone_takes_nothing_with_it():
    result = ran(boundary="zone", broken_zone=2, multi_az=False)
    assert result.users_fraction == result.stack_fraction == 0
    assert ran(boundary="zone", broken_zone=1, multi_az=False).writes_fraction == 1


@given(deployments())
@settings(max_examples=100, deadline=None)
def test_a_scenario_written_down_is_the_same_scenario(fields):
    scenario = blast_radius.Scenario(**fields)
    again = blast_radius.Scenario(**orjson.loads(orjson.dumps(scenario.as_dict())))
    assert again == scenario
    orjson.dumps(as_plain(blast_radius.run(again, seed=3)))
    words = blast_radius.summary(scenario, blast_radius.run(scenario, seed=1))
    assert words.endswith(".") and words[0].isupper()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"homes": {"a": 0.4}}, "homes"),
        ({"homes": {}}, "homes"),
        ({"homes": {"a": float("nan")}}, "homes"),
        ({"homes": {"a": 2, "b": -1}}, "homes"),
        ({"homes": {"a" * 99: 1}}, "homes"),
        ({"homes": {"": 1}}, "homes"),
        ({"homes": {1: 1}}, "homes"),
        ({"homes": {"a": True}}, "homes"),
        ({"homes": {"a": [[]]}}, "homes"),
        ({"homes": [1]}, "homes"),
        ({"homes": "all"}, "homes"),
        ({"regions": 2, "homes": {"a": 0.5, "b": 0.25, "c": 0.25}}, "homes"),
        ({"dependencies": {}}, "dependencies"),
        ({"dependencies": [1]}, "dependencies"),
        ({"dependencies": [{}]}, "dependencies"),
        ({"dependencies": [extra()] * 6}, "dependencies"),
        ({"dependencies": [extra(), extra()]}, "dependencies"),
        ({"dependencies": [extra(scope="world")]}, "dependencies"),
        ({"dependencies": [extra(scope=[])]}, "dependencies"),
        ({"dependencies": [extra(region="mars")]}, "dependencies"),
        ({"dependencies": [extra(scope="zonal", region="us-east")]}, "dependencies"),
        ({"dependencies": [extra(need="perhaps")]}, "dependencies"),
        ({"dependencies": [extra(share_fraction=float("inf"))]}, "dependencies"),
        ({"dependencies": [extra(name="")]}, "dependencies"),
        ({"dependencies": [extra(size=1)]}, "dependencies"),
        ({"regions": 2, "broken_region": 3}, "broken_region"),
        ({"zones": 2, "broken_zone": 3}, "broken_zone"),
        ({"cells": 2, "broken_cell": 3}, "broken_cell"),
        ({"boundary": "dependency", "identity": "none"}, "boundary"),
        ({"boundary": "dependency", "broken_dependency": 2}, "broken_dependency"),
        ({"regions": float("nan")}, "regions"),
        ({"cells": 1e9}, "cells"),
        ({"spare_capacity_fraction": -0.1}, "spare_capacity_fraction"),
    ],
)
def test_what_no_model_may_see_names_its_field(fields, named):
    with pytest.raises(ScenarioError) as caught:
        blast_radius.Scenario(**fields)
    assert caught.value.field == named
    assert caught.value.allowed


def test_the_largest_run_fits_the_interactive_bound():
    needs = [extra(f"d{number}", region="us-east", share_fraction=0.1) for number in range(5)]
    scenario = blast_radius.Scenario(
        regions=9, zones=6, cells=200, identity="first_region", identity_share_fraction=0.5, dependencies=needs
    )
    assert blast_radius.cost_ms(scenario) < 250
    assert blast_radius.costly_field(scenario) in params(blast_radius.Scenario)
    # The one primary takes every write, each provider its share of the reads.
    assert blast_radius.run(scenario, seed=1).reads_fraction == pytest.approx(1 - 0.5 * 0.9**5)


def test_deployments_say_where_users_and_data_are(content):
    standby = blast_radius.from_deployment(read_deployment(content / "deployments" / "tally-hot-standby.toml"))
    assert standby["homes"] == {"us-east": 1.0, "eu-central": 0.0}
    assert (standby["data"], standby["zones"], standby["identity"]) == ("dr_replica", 3, "none")
    active = blast_radius.from_deployment(read_deployment(content / "deployments" / "tally-active-active.toml"))
    assert active["homes"] == {"us-east": 0.5, "eu-central": 0.5}
    assert (active["data"], active["spare_capacity_fraction"]) == ("active_active", 1.0)
    for path in (content / "deployments").glob("*.toml"):
        scenario = blast_radius.Scenario(**blast_radius.from_deployment(read_deployment(path)))
        assert [need.name for need in scenario.needs] == ["Payment provider"]


def test_a_deployment_with_its_primary_in_the_second_region_keeps_it(tmp_path):
    text = 'title = "T"\n' + "".join(
        f'[[region]]\nid = "{name}"\nname = "{name}"\ncapacity_fraction = 1\n'
        f'[[zone]]\nid = "{name}-1"\nregion = "{name}"\n'
        for name in ("a", "b")
    )
    text += '[[store]]\nid = "s"\nname = "S"\nregions = ["a", "b"]\nreplication = "sync"\nprimary = "b"\n'
    text += '[[population]]\nid = "p"\nname = "P"\nhome = "b"\nshare_fraction = 0.5\n'
    text += '[[population]]\nid = "q"\nname = "Q"\nhome = "a"\nshare_fraction = 0.5\n'
    text += '[[dependency]]\nid = "i"\nname = "Identity"\nscope = "global"\nregion = "a"\n'
    path = tmp_path / "two.toml"
    path.write_text(text)
    fields = blast_radius.from_deployment(read_deployment(path))
    assert list(fields["homes"]) == ["b", "a"]
    assert (fields["data"], fields["replication_lag_s"]) == ("read_replicas", 0.0)
    assert ran(**fields, broken_region=1).writes_fraction == 1
    lost = ran(**fields, broken_region=2)
    assert lost.shared == ("the identity in a that all regions share",)
    path.write_text(text + '[[zone]]\nid = "a-2"\nregion = "a"\n')
    with pytest.raises(DeploymentError, match="as many zones"):
        blast_radius.from_deployment(read_deployment(path))


def test_every_preset_runs_within_the_bound(content):
    for name, preset in presets(content, "blast-radius").items():
        scenario = blast_radius.Scenario(**preset.values)
        assert blast_radius.cost_ms(scenario) < 50, name
        assert blast_radius.summary(scenario, blast_radius.run(scenario, seed=preset.seed)).endswith(".")
