"""Do rules ring and stop as Prometheus would make them, for any errors? A slow reference, and laws."""

from fractions import Fraction

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import alerting, failover
from lessons.simulator.alerting.counted import drawn
from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError

NEVER = float("inf")


def ran(seed=1, **fields):
    return alerting.run(alerting.Scenario(**fields), seed=seed)


def when(moment_s):
    return NEVER if moment_s is None else moment_s


def rung_by_hand(errors, requests, rule, *, threshold, every, step_s):
    """[fired, resolved] pairs: one step at a time, windows summed anew, and a state as Prometheus keeps it.

    `errors` and `requests` are counts for each step. `every`: steps between two evaluations.
    """
    rings, active_since, firing = [], None, False
    for now in range(0, len(errors) + 1, every):
        true = all(_exceeds(errors, requests, now, window, threshold, step_s) for window in _windows(rule))
        if not true:
            if firing:
                rings[-1][1] = now * step_s
            active_since, firing = None, False
            continue
        active_since = now if active_since is None else active_since
        if not firing and (now - active_since) * step_s >= rule["for_s"]:
            firing = True
            rings.append([now * step_s, None])
    return rings


def _windows(rule):
    return [window for window in (rule["long_s"], rule["short_s"]) if window is not None]


def _exceeds(errors, requests, now, window_s, threshold, step_s):
    """Before 0 there were as many requests and no errors."""
    steps = int(window_s) // step_s
    failed, asked = sum(errors[max(0, now - steps) : now]), sum(requests[max(0, now - steps) : now])
    asked += max(0, steps - now) * requests[0]
    return Fraction(failed) > threshold * asked


thousandths = st.integers(0, 1_000)
STEP_S, HORIZON_S = 10, 1_200
stretches = st.lists(st.tuples(st.integers(0, 110), st.integers(1, 30), thousandths), max_size=5)
a_rule = st.fixed_dictionaries(
    {
        "burn_rate": st.sampled_from([1, 2, 6, 10, 14.4, 100]),
        "long_s": st.sampled_from([50, 100, 300, 600, 2_000]),
        "short_s": st.sampled_from([None, 10, 30, 50]),
        "for_s": st.sampled_from([0, 10, 25, 60, 200]),
    }
)


def without_overlap(drawn_stretches):
    """Stretches in steps as [starts_s, ends_s, fraction], the later one cut off where another begins."""
    found, free_from = [], 0
    for starts, lasts, thousandth in sorted(drawn_stretches):
        starts = max(starts, free_from)
        free_from = starts + lasts
        found.append([starts * STEP_S, free_from * STEP_S, thousandth / 1_000])
    return found


@given(stretches=stretches, rule=a_rule, every=st.sampled_from([1, 2, 3, 6]), target=st.sampled_from([900, 990, 999]))
@settings(max_examples=300, deadline=None)
def test_rings_are_those_of_a_state_machine_step_by_step(stretches, rule, every, target):
    errors = without_overlap(stretches)
    thousandth = [0] * (HORIZON_S // STEP_S)
    for starts_s, ends_s, fraction in errors:
        for step in range(int(starts_s) // STEP_S, min(int(ends_s) // STEP_S, len(thousandth))):
            thousandth[step] = round(fraction * 1_000)
    threshold = Fraction(str(rule["burn_rate"])) * (1 - Fraction(target, 1_000))
    expected = rung_by_hand(
        thousandth, [1_000] * len(thousandth), rule, threshold=threshold, every=every, step_s=STEP_S
    )
    found = ran(
        errors=errors,
        rules=[rule],
        slo_target_fraction=target / 1_000,
        step_s=STEP_S,
        eval_interval_s=every * STEP_S,
        horizon_s=HORIZON_S,
    ).alerts[0]
    assert found.rings == expected
    assert found.firings == len(expected)
    assert [found.fired_at_s, found.resolved_at_s] == (expected[0] if expected else [None, None])


@given(seed=st.integers(0, 50), rate=st.sampled_from([0.05, 1, 2_000]), rule=a_rule)
@settings(max_examples=100, deadline=None)
def test_rings_over_drawn_counts_are_those_of_the_state_machine(seed, rate, rule):
    """From the first full window on: before 0 the lens has mean counts, the reference none of them."""
    scenario = alerting.Scenario(
        noise=True,
        request_rate_rps=rate,
        error_fraction=0.05,
        error_lasts_s=400,
        rules=[{**rule, "long_s": 50, "short_s": rule["short_s"] and 10}],
        step_s=STEP_S,
        horizon_s=HORIZON_S,
    )
    counted = drawn(scenario, seed)
    errors, requests = np.diff(counted.errors).astype(int).tolist(), np.diff(counted.requests).astype(int).tolist()
    threshold = Fraction(str(rule["burn_rate"])) * Fraction(1, 1_000)
    checked = scenario.rules[0]
    expected = rung_by_hand(errors, requests, checked, threshold=threshold, every=1, step_s=STEP_S)
    found = alerting.run(scenario, seed=seed).alerts[0].rings
    settled_s = 50 + checked["for_s"]
    late = [ring for ring in expected if ring[0] > settled_s]
    assert [ring for ring in found if ring[0] > settled_s] == late


some_errors = {
    "error_fraction": st.floats(0, 1),
    "error_lasts_s": st.floats(1, 4_000),
    "bursts": st.integers(1, 5),
    "pause_s": st.floats(1, 2_000),
    "noise": st.booleans(),
    "request_rate_rps": st.sampled_from([0.1, 5, 1_000, 1e6]),
    "base_error_fraction": st.sampled_from([0, 0.0005]),
    "region_share_fraction": st.sampled_from([1, 0.3, 0.02]),
    "minimum_requests": st.sampled_from([0, 500]),
    "step_s": st.sampled_from([5, 15]),
    "horizon_s": st.just(14_400),
}
any_errors = st.fixed_dictionaries(some_errors)
laws = settings(max_examples=60, deadline=None)


@given(fields=any_errors, burn_rate=st.floats(0.5, 50), more=st.floats(0, 50), seed=st.integers(0, 9))
@laws
def test_a_higher_burn_rate_never_rings_earlier(fields, burn_rate, more, seed):
    lower, higher = (
        ran(seed, **fields, rules=[{"burn_rate": rate, "long_s": 3_600, "short_s": 300, "for_s": 60}])
        for rate in (burn_rate, burn_rate + more)
    )
    assert when(higher.fired_at_s) >= when(lower.fired_at_s)


@given(fields=any_errors, more=st.floats(0, 1), seed=st.integers(0, 9))
@laws
def test_more_errors_never_ring_later_and_never_cost_less(fields, more, seed):
    """The same seed, also with noise: more errors, fewer successes."""
    worse = {**fields, "error_fraction": fields["error_fraction"] + more * (1 - fields["error_fraction"])}
    one, other = ran(seed, **{**fields, "minimum_requests": 0}), ran(seed, **{**worse, "minimum_requests": 0})
    for less, greater in zip(one.alerts, other.alerts, strict=True):
        assert when(greater.fired_at_s) <= when(less.fired_at_s)
    assert other.budget_spent_fraction >= one.budget_spent_fraction * (1 - 1e-9)


@given(fields=any_errors, for_s=st.floats(0, 3_600), seed=st.integers(0, 9))
@laws
def test_waiting_never_rings_earlier_nor_more_often(fields, for_s, seed):
    rule = {"burn_rate": 6, "long_s": 3_600, "short_s": 300}
    at_once, patient = (ran(seed, **fields, rules=[{**rule, "for_s": wait_s}]).alerts[0] for wait_s in (0, for_s))
    assert when(patient.fired_at_s) >= when(at_once.fired_at_s)
    assert patient.firings <= at_once.firings
    if patient.fired_at_s is not None:
        assert patient.fired_at_s >= at_once.fired_at_s + for_s - 1e-6


@given(fields=any_errors, seed=st.integers(0, 9), for_s=st.sampled_from([0, 60, 600]))
@laws
def test_rings_follow_one_another_and_add_up(fields, seed, for_s):
    result = ran(seed, **fields, rules=[{"burn_rate": 2, "long_s": 1_800, "short_s": 150, "for_s": for_s}])
    alert = result.alerts[0]
    moments = [moment for ring in alert.rings for moment in ring]
    if None in moments:
        assert moments.index(None) == len(moments) - 1, "only the last one may still ring"
        moments[-1] = fields["horizon_s"]
    assert moments == sorted(moments)
    assert all(resolved > fired for fired, resolved in zip(moments[::2], moments[1::2], strict=True)) or not moments
    assert alert.firing_s == pytest.approx(sum(moments[1::2]) - sum(moments[::2]))
    assert result.false_alarms <= alert.firings
    if alert.fired_at_s is not None:
        assert alert.peak_threshold_fraction > 1
        assert 0 < alert.budget_spent_fraction <= result.budget_spent_fraction * (1 + 1e-9)


@given(fields=any_errors, seed=st.integers(0, 9), short_s=st.sampled_from([60, 300, 900]))
@laws
def test_with_a_short_window_every_ring_lies_within_one_of_the_long_window_alone(fields, seed, short_s):
    """So it never rings earlier, and stops no later."""
    rule = {"burn_rate": 6, "long_s": 3_600, "for_s": 0}
    both, alone = (ran(seed, **fields, rules=[{**rule, "short_s": short}]).alerts[0] for short in (short_s, None))
    for fired, resolved in both.rings:
        assert any(when(begins) <= fired and when(resolved) <= when(ends) for begins, ends in alone.rings)
    assert both.firing_s <= alone.firing_s + 1e-6


@given(fields=any_errors, seed=st.integers(0, 9))
@laws
def test_a_coarser_interval_never_rings_earlier_and_at_most_one_interval_later(fields, seed):
    rules = [{"burn_rate": 6, "long_s": 3_600, "short_s": None, "for_s": 0}]
    fine, coarse = (ran(seed, **fields, rules=rules, eval_interval_s=every).alerts[0] for every in (None, 60))
    assert when(coarse.fired_at_s) >= when(fine.fired_at_s)
    if fine.fired_at_s is not None and when(fine.resolved_at_s) > fine.fired_at_s + 60:
        assert coarse.fired_at_s is None or coarse.fired_at_s <= fine.fired_at_s + 60
        assert coarse.fired_at_s is not None or fine.fired_at_s + 60 > fields["horizon_s"]


@given(fields=any_errors, speed=st.sampled_from([2, 5]))
@laws
def test_time_that_runs_faster_divides_every_moment(fields, speed):
    """As a replay at speed does it: windows, `for`, intervals, errors and period are all divided."""
    fields = {**fields, "noise": False, "minimum_requests": 0}
    slow = ran(**fields, rules=[{"burn_rate": 6, "long_s": 3_600, "short_s": 300, "for_s": 60}])
    stretches = alerting.Scenario(**fields).errors
    fast = ran(
        **{**fields, "step_s": fields["step_s"] / speed, "horizon_s": fields["horizon_s"] / speed},
        errors=[[starts_s / speed, ends_s / speed, fraction] for starts_s, ends_s, fraction in stretches],
        period_s=2_592_000 / speed,
        rules=[{"burn_rate": 6, "long_s": 3_600 / speed, "short_s": 300 / speed, "for_s": 60 / speed}],
    )
    assert fast.budget_spent_fraction == pytest.approx(slow.budget_spent_fraction)
    for one, other in zip(fast.alerts[0].rings, slow.alerts[0].rings, strict=True):
        assert [when(moment) * speed for moment in one] == pytest.approx([when(moment) for moment in other])


@given(share=st.floats(0.001, 1), fraction=st.floats(0, 1))
@laws
def test_a_share_of_the_region_times_its_errors_is_all_that_the_service_sees(share, fraction):
    region = {"error_lasts_s": 7_200, "region_share_fraction": share, "error_fraction": fraction}
    whole = ran(error_lasts_s=7_200, error_fraction=share * fraction)
    assert [alert.fired_at_s for alert in ran(**region).alerts] == [alert.fired_at_s for alert in whole.alerts]
    own, alone = ran(**region, measured_on="region"), ran(error_lasts_s=7_200, error_fraction=fraction)
    assert [alert.rings for alert in own.alerts] == [alert.rings for alert in alone.alerts]
    assert own.budget_spent_fraction == pytest.approx(alone.budget_spent_fraction)


def test_the_guard_keeps_a_rule_silent_below_its_number_of_requests():
    down = {"error_fraction": 1.0, "request_rate_rps": 1}
    assert ran(**down, minimum_requests=3_600).alerts[0].fired_at_s == 52
    assert ran(**down, minimum_requests=3_601).alerts[0].fired_at_s is None
    assert ran(**down, minimum_requests=3_601).alerts[1].fired_at_s == 130, "six hours hold more requests"


FEW = {
    "error_fraction": 0,
    "noise": True,
    "request_rate_rps": 0.01,
    "base_error_fraction": 0.0005,
    "horizon_s": 604_800,
    "step_s": 60,
}


def test_with_few_requests_each_failed_one_rings_and_a_guard_keeps_it_quiet():
    """36 requests an hour: one failed is 2.8 %, above the 1.44 % of the fast rule. Three fail in a week on average."""
    weeks = [ran(seed, **FEW) for seed in range(200)]
    false = np.array([week.alerts[0].false_alarms for week in weeks])
    failed = np.array([week.errors for week in weeks])
    assert (false <= failed).all()
    assert [week.alerts[0].firings for week in weeks] == false.tolist()
    assert failed.mean() == pytest.approx(0.01 * 604_800 * 0.0005, abs=3 * np.sqrt(3.024 / 200))
    # A ring ends when the five minutes are over, so two failures within them are one ring.
    assert false.mean() == pytest.approx(failed.mean(), abs=0.1)
    assert all(ran(seed, **FEW, minimum_requests=500).alerts[0].firings == 0 for seed in range(20))


def test_a_ring_about_an_incident_is_not_false():
    assert ran(error_fraction=1.0).false_alarms == 0
    late = ran(errors=[[10_000, 10_300, 1.0]], base_error_fraction=0.02)
    assert [alert.false_alarms for alert in late.alerts] == [1, 1, 1], "they ring before anything has happened"
    assert late.fired_at_s == 0


def test_counts_by_chance_come_near_their_means_when_there_are_many():
    few, many = (ran(noise=True, request_rate_rps=rate, error_lasts_s=600) for rate in (1, 1e6))
    means = ran(error_lasts_s=600)
    assert many.budget_spent_fraction == pytest.approx(means.budget_spent_fraction, rel=1e-3)
    assert many.alerts[0].fired_at_s == pytest.approx(means.alerts[0].fired_at_s, abs=2)
    assert few.budget_spent_fraction != many.budget_spent_fraction


def test_the_request_rate_changes_no_moment_and_no_cost():
    one, other = (ran(request_rate_rps=rate, error_lasts_s=900) for rate in (1, 1e6))
    assert [alert.rings for alert in one.alerts] == [alert.rings for alert in other.alerts]
    costs = {alerting.cost_ms(alerting.Scenario(noise=True, request_rate_rps=rate)) for rate in (1, 1e6)}
    assert len(costs) == 1


def test_a_seed_changes_nothing_without_noise_and_something_with_it():
    assert ran(1).alerts == ran(2).alerts
    assert ran(1, noise=True).errors != ran(2, noise=True).errors
    assert ran(3, noise=True).errors == ran(3, noise=True).errors


def test_errors_that_fall_between_two_steps_count_by_the_part_that_falls_there():
    fields = {"rules": [{"burn_rate": 1, "long_s": 60}], "step_s": 60, "horizon_s": 600}
    result = ran(**fields, errors=[[30, 90, 1.0]])
    assert result.alerts[0].fired_at_s == 60
    assert result.budget_spent_fraction == pytest.approx(60 / 2_592)
    noisy = ran(**fields, errors=[[30, 90, 1.0]], noise=True, request_rate_rps=1e7)
    assert noisy.errors == pytest.approx(60 * 1e7, rel=1e-3)


def test_the_series_of_another_lens_becomes_stretches_of_errors():
    """A region is lost for a while: what its users saw, second by second, through the rules."""
    lost = failover.run(failover.Scenario(), seed=1).series
    seconds, failed, offered = (np.asarray(lost[name]) for name in ("t_s", "failed_rps", "offered_rps"))
    seen = seconds >= 0
    fractions = (failed / np.maximum(offered, 1e-9))[seen]
    errors = alerting.stretches([*seconds[seen], seconds[-1] + 1], fractions.tolist())
    result = ran(errors=errors, horizon_s=7_200)
    assert result.budget_spent_fraction == pytest.approx(fractions.sum() / 2_592)
    cumulated = np.cumsum(fractions)
    assert result.alerts[0].fired_at_s == 1 + int(np.argmax(cumulated > 0.0144 * 3_600))


def test_stretches_join_equal_neighbours_and_leave_out_what_is_whole():
    assert alerting.stretches([0, 1, 2, 3, 4, 6], [0.5, 0.5, 0.0, 0.5, 0.25]) == [
        [0, 2, 0.5],
        [3, 4, 0.5],
        [4, 6, 0.25],
    ]
    assert alerting.stretches([0], []) == []


def test_the_series_shows_what_the_rules_saw():
    scenario = alerting.Scenario(error_lasts_s=900)
    result = alerting.run(scenario, seed=1)
    series = result.series
    assert series["t_s"][0] == 0 and series["t_s"][-1] == scenario.horizon_s
    assert len(series["t_s"]) <= 370
    fast = result.alerts[0]
    exceeds = (series["long_fraction"][0] > fast.threshold_fraction) & (
        series["short_fraction"][0] > fast.threshold_fraction
    )
    inside = (series["t_s"] >= fast.fired_at_s) & (series["t_s"] < fast.resolved_at_s)
    assert (exceeds == inside).all()
    assert series["budget_spent_fraction"][-1] == pytest.approx(result.budget_spent_fraction)
    spent = np.sum(series["error_fraction"] * np.diff(series["t_s"], prepend=0)) / 2_592
    assert spent == pytest.approx(result.budget_spent_fraction)


@given(fields=any_errors)
@laws
def test_a_scenario_survives_json(fields):
    scenario = alerting.Scenario(**fields)
    assert alerting.Scenario(**orjson.loads(orjson.dumps(scenario.as_dict()))) == scenario


RUBBISH = ["null", "5", "{}", "true", '"x"', "[null]", "[[]]", "[[1]]", "[1e400]", "[true]", "[[[[[]]]]]"]
BAD_RULES = [
    "[]",
    '[{"burn_rate": 1}]',
    '[{"long_s": 60}]',
    '[{"burn_rate": 0, "long_s": 60}]',
    '[{"burn_rate": -1, "long_s": 60}]',
    '[{"burn_rate": true, "long_s": 60}]',
    '[{"burn_rate": "1", "long_s": 60}]',
    '[{"burn_rate": 1, "long_s": 60, "short_s": 61}]',
    '[{"burn_rate": 1, "long_s": 60, "for_s": -1}]',
    '[{"burn_rate": 1, "long_s": 60, "for": 1}]',
    '[{"burn_rate": 1, "long_s": 1e300}]',
    '[{"burn_rate": 1, "long_s": [60]}]',
    orjson.dumps([{"burn_rate": 1, "long_s": 60}] * 9).decode(),
]
BAD_ERRORS = ["[[0, 10]]", "[[0, 10, 2]]", "[[0, 10, -0.1]]", "[[10, 0, 0.1]]", "[[5, 5, 0.1]]", "[[-1, 5, 0.1]]"]
BAD_ERRORS += ["[[0, 10, 0.1], [9, 20, 0.1]]", '[["0", 10, 0.1]]', "[[0, 1e300, 0.1]]", "[[0, 10, null]]"]


@pytest.mark.parametrize(
    ("field", "text"),
    [("rules", text) for text in RUBBISH + BAD_RULES]
    + [("errors", text) for text in [*RUBBISH[1:], *BAD_ERRORS] if text != "[]"],
)
def test_a_wrong_list_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        alerting.Scenario.from_text({field: text})
    assert caught.value.field == field
    assert caught.value.allowed


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**400, -(10**400)])
def test_a_number_that_is_none_names_its_list(value):
    for place in range(3):
        with pytest.raises(ScenarioError) as caught:
            alerting.Scenario(errors=[[value if at == place else 0.5 + 0.1 * at for at in range(3)]])
        assert caught.value.field == "errors"
    for name in ("burn_rate", "long_s", "short_s", "for_s"):
        with pytest.raises(ScenarioError) as caught:
            alerting.Scenario(rules=[{"burn_rate": 1, "long_s": 60, name: value}])
        assert caught.value.field == "rules"


def test_more_stretches_than_allowed_are_refused():
    with pytest.raises(ScenarioError):
        alerting.Scenario(errors=[[place, place + 1, 0.1] for place in range(2_001)])


@pytest.mark.parametrize("field", params(alerting.Scenario))
@pytest.mark.parametrize("text", ["nan", "1e308", "-1e9", "", "many"])
def test_a_wrong_value_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        alerting.Scenario.from_text({field: text})
    assert caught.value.field == field


def test_cost_grows_with_horizon_rules_and_stretches():
    def cost(**fields):
        return alerting.cost_ms(alerting.Scenario(**fields))

    assert cost() < 50
    assert cost(horizon_s=604_800) > cost()
    assert cost(rules=[{"burn_rate": 1, "long_s": 60}] * 8) > cost()
    assert cost(noise=True, horizon_s=7_776_000, step_s=0.1) > 10_000, "refused everywhere"
    assert alerting.costly_field(alerting.Scenario()) in params(alerting.Scenario)


def test_the_summary_says_when_it_rings_and_what_it_cost():
    quiet, loud, long = (alerting.Scenario(**fields) for fields in ({}, {"error_fraction": 1}, {"error_lasts_s": 9e4}))
    sentences = [alerting.summary(scenario, alerting.run(scenario, seed=1)) for scenario in (quiet, loud, long)]
    assert "No rule rings; 1.16%" in sentences[0]
    assert "after 52 s" in sentences[1] and "stops at" in sentences[1]
    assert "still rings at the end" in sentences[2]
    assert all(sentence.endswith(".") for sentence in sentences)
