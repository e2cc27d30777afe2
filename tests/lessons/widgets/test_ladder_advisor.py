"""Does the advisor stand on the right rung, for the right reason, and say what would move it?"""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import cost, failover
from lessons.simulator.engine.geography import fibre_floor_ms, known_places
from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain
from lessons.widgets.ladder_advisor import ladder, ways
from lessons.widgets.ladder_advisor.advice import decide
from lessons.widgets.ladder_advisor.run import run, summary
from lessons.widgets.ladder_advisor.scenario import CONTINENTS, RESIDENCY, Scenario

QUICK = {"decision": "automatic"}
CASES = {
    "Tally today: everything is met by a tested restore": (
        {},
        (1, "stay", ["Stay in one region", "tested restore"]),
    ),
    "a backup that nobody has read back comes before all ambition": (
        {**QUICK, "rto_objective_s": 180, "availability_objective_fraction": 0.99999, "restores_tested": False},
        (1, "untested_restore", ["test the restore", "ask for rung 3"]),
    ),
    "five minutes of loss and half an hour of outage, as cheaply as possible: a pilot light": (
        {**QUICK, "rto_objective_s": 1_800, "rpo_objective_s": 300},
        (2, "rto", ["pilot light is the first that reaches it", "30 min"]),
    ),
    "a minute of loss alone asks for a replica": (
        {"rpo_objective_s": 60},
        (2, "rpo", ["lose the last 60 s", "replica is 5 s behind"]),
    ),
    "ten minutes of outage ask for a standby that can serve": (
        {**QUICK, "rto_objective_s": 600},
        (3, "rto", ["warm standby is the first that reaches it"]),
    ),
    "five nines are more than one region is built for": (
        {"availability_objective_fraction": 0.99999},
        (3, "availability", ["99.99 %", "without a restore"]),
    ),
    "an hour that costs two million pays for its standby": (
        {"outage_usd_per_hour": 2e6},
        (3, "money", ["hot standby saves", "more than it costs"]),
    ),
    "far readers over their objective are the trigger of rung 4": (
        {"read_p99_objective_ms": 200},
        (4, "far_readers", ["light in fibre takes 155 ms", "Copies near them"]),
    ),
    "far readers whom a cache can answer are not": (
        {"read_p99_objective_ms": 200, "cdn_answers_reads": True},
        (1, "cdn_first", ["cache near users", "before you add another"]),
    ),
    "copies may not leave the jurisdiction: the second region stands inside it": (
        {**QUICK, "home": "europe", "residency": "jurisdiction", "rpo_objective_s": 60, "read_p99_objective_ms": 150},
        (2, "rpo", ["lose the last 60 s", "residency keeps the data in its jurisdiction"]),
    ),
    "nothing may leave the region: no copy, no promise": (
        {"residency": "one_region", "rpo_objective_s": 60},
        (1, "one_region", ["must stay in one region", "second region inside the jurisdiction"]),
    ),
    "writes near all users with records that have a home": (
        {"write_p99_objective_ms": 250, "home_region_data": True},
        (5, "far_writers", ["Writes near users", "every record has a home region"]),
    ),
}


def advised(**given):
    return run(Scenario(**given), seed=1)


def plain(text):
    return text.replace("\u2009", " ")


@pytest.mark.parametrize(("asked", "expected"), CASES.values(), ids=CASES.keys())
def test_twelve_cases(asked, expected):
    rung, trigger, said = expected
    result = advised(**asked)
    assert (result.rung, result.trigger) == (rung, trigger)
    told = plain(" ".join((result.reason, *result.refusals)))
    for words in said:
        assert words in told, told
    assert result.reason.endswith(".") and result.next_step.endswith(".")


def test_no_loss_no_outage_and_local_writes_without_a_rule_are_refused_in_words():
    result = advised(**QUICK, rto_objective_s=30, rpo_objective_s=0, write_p99_objective_ms=200)
    refused = " ".join(result.refusals)
    assert "local writes everywhere without a rule for conflicts are not on offer" in refused
    assert result.rung < 5
    assert result.rpo_s == 0 and result.synchronous and result.regions == 3


def test_local_writes_that_survive_their_region_need_records_with_a_home():
    wishes = {"rpo_objective_s": 0, "write_p99_objective_ms": 250}
    ruled = advised(**wishes, conflict_rule=True)
    assert ruled.rung == 5 and not ruled.synchronous
    assert any("is not local" in refused for refused in ruled.refusals)
    homed = advised(**wishes, home_region_data=True)
    assert homed.rung == 5 and homed.synchronous and homed.rpo_s == 0 and not homed.refusals
    assert homed.write_p99_ms <= 250


def test_a_copy_too_far_for_the_write_objective_is_refused_and_a_nearer_one_is_not():
    wishes = {"rpo_objective_s": 0, "write_p99_objective_ms": 350}
    assert any("Move the copy nearer" in one for one in advised(**wishes, second_region_km=5_000).refusals)
    near = advised(**wishes, second_region_km=500)
    assert near.synchronous and not near.refusals


def test_while_people_decide_no_rung_brings_a_quarter_of_an_hour():
    slow, quick = (advised(rto_objective_s=900, decision=decision) for decision in ("manual", "automatic"))
    assert any("people take a quarter of an hour" in refused for refused in slow.refusals)
    assert not quick.refusals and quick.rto_s <= 900


def test_what_a_design_reaches_is_what_the_failover_lens_says():
    scenario = Scenario(**QUICK)
    for row, design in zip(run(scenario, seed=3).rows, range(6), strict=True):
        asked = ladder.recovery(scenario, design)
        found = failover.run(asked, seed=3)
        assert row.rto_s == found.rto_s
        assert found.rpo_s <= row.rpo_s + 12 / asked.write_rate_rps


def test_what_a_design_costs_is_what_the_cost_lens_says():
    for row in advised().rows:
        strategy = ladder.DESIGNS[[one.name for one in ladder.DESIGNS].index(row.name)].strategy
        assert row.monthly_usd == cost.run(cost.Scenario(strategy=strategy), seed=1).monthly_usd


def test_the_floor_is_light_in_fibre_between_the_cities():
    virginia, singapore = known_places()["us-east-1"], known_places()["ap-southeast-1"]
    assert advised().floor_ms["Asia"] == fibre_floor_ms(virginia, singapore)
    assert ways.floor_p99_ms(Scenario(), ("north_america",)) == fibre_floor_ms(virginia, singapore)


def test_one_user_in_a_hundred_may_sit_anywhere():
    few, some = (
        Scenario(north_america_fraction=1, europe_fraction=0, asia_fraction=share) for share in (0.0101, 0.0102)
    )
    assert ways.floor_p99_ms(few, ("north_america",)) == 0
    assert ways.floor_p99_ms(some, ("north_america",)) > 150


WISHES = {
    "rto_objective_s": st.floats(1, 2_592_000),
    "rpo_objective_s": st.floats(0, 604_800),
    "read_p99_objective_ms": st.floats(10, 2_000),
    "write_p99_objective_ms": st.floats(10, 2_000),
    "availability_objective_fraction": st.floats(0.9, 0.999999),
}
CIRCUMSTANCES = {
    "home": st.sampled_from(list(CONTINENTS)),
    "residency": st.sampled_from(list(RESIDENCY)),
    "conflict_rule": st.booleans(),
    "home_region_data": st.booleans(),
    "cdn_answers_reads": st.booleans(),
    "restores_tested": st.booleans(),
    "decision": st.sampled_from(["automatic", "manual"]),
    "routing": st.sampled_from(["dns", "anycast"]),
    "asia_fraction": st.sampled_from([0.0, 0.02, 0.5]),
    "second_region_km": st.sampled_from([100.0, 1_000.0, 8_000.0]),
    "outage_usd_per_hour": st.sampled_from([0.0, 1e4, 1e7]),
    "replication_lag_s": st.sampled_from([0.0, 5.0, 60.0]),
}


@pytest.mark.parametrize("wish", WISHES)
@given(data=st.data(), wishes=st.fixed_dictionaries(WISHES), circumstances=st.fixed_dictionaries(CIRCUMSTANCES))
@settings(max_examples=120, deadline=None)
def test_a_tighter_objective_never_leads_down_the_ladder(wish, data, wishes, circumstances):
    loose, tight = sorted((wishes[wish], data.draw(WISHES[wish])), reverse=wish != "availability_objective_fraction")
    before, after = (decide(Scenario(**{**wishes, **circumstances, wish: value}), 1) for value in (loose, tight))
    assert before.design <= after.design
    assert before.demanded <= after.demanded


@given(wishes=st.fixed_dictionaries(WISHES), circumstances=st.fixed_dictionaries(CIRCUMSTANCES))
@settings(max_examples=60, deadline=None)
def test_what_would_change_the_answer_does_and_what_is_not_refused_is_met(wishes, circumstances):
    scenario = Scenario(**wishes, **circumstances)
    result = run(scenario, seed=1)
    as_plain(result)
    assert summary(scenario, result).endswith(".")
    for change in result.changes:
        asked = dataclasses.replace(scenario, **{change.field: change.value})
        assert decide(asked, 1).rung == change.rung != result.rung
    assert [change.distance for change in result.changes] == sorted(change.distance for change in result.changes)
    chosen = next(row for row in result.rows if row.name == result.design)
    if not result.refusals and result.trigger != "untested_restore":
        assert not chosen.misses
    assert chosen.barred == ""


def test_the_nearest_change_is_the_nearest_of_its_own_list():
    result = advised(read_p99_objective_ms=200)
    (down,) = result.changes
    assert (down.field, down.value, down.rung) == ("read_p99_objective_ms", 400, 1)
    assert decide(Scenario(read_p99_objective_ms=300), 1).rung == 4


def test_a_world_without_users_is_refused():
    with pytest.raises(ScenarioError) as caught:
        Scenario(north_america_fraction=0, europe_fraction=0, asia_fraction=0)
    assert caught.value.field == "north_america_fraction"
