"""Does the alerting lens give the published figures? Rows SLO-1 to SLO-9, and the tables that follow from them.

Source: Google, Site Reliability Workbook, chapter 5. A rule fires when the share of errors in a window is greater than
burn rate x (1 - SLO); with ">=" instead every time would be one step early.
"""

import pytest

from lessons.simulator import alerting

MONTH_S, HOUR_S, MINUTE_S, DAY_S = 2_592_000, 3_600, 60, 86_400
EXACTLY = 1e-9


def ran(**fields):
    return alerting.run(alerting.Scenario(**fields), seed=1)


def rule(burn_rate, long_s, short_s=None, for_s=0):
    return {"burn_rate": burn_rate, "long_s": long_s, "short_s": short_s, "for_s": for_s}


@pytest.mark.parametrize(
    ("error_fraction", "published_s"),
    [(0.001, 30 * DAY_S), (0.002, 15 * DAY_S), (0.01, 3 * DAY_S), (1.0, 2_592)],
    ids=["SLO-1-burn-1", "SLO-1-burn-2", "SLO-1-burn-10", "SLO-1-burn-1000"],
)
def test_a_burn_rate_says_when_the_budget_is_gone(error_fraction, published_s):
    result = ran(errors=[[0, MONTH_S, error_fraction]], horizon_s=MONTH_S, step_s=60)
    assert result.budget_exhausted_at_s == pytest.approx(published_s, abs=60)
    assert result.budget_spent_fraction == pytest.approx(MONTH_S / published_s)


def test_ten_minutes_at_burn_rate_1_see_a_total_outage_in_an_instant_slo_2():
    result = ran(rules=[rule(1, 600)], step_s=0.1, errors=[[0, 60, 1.0]])
    assert result.alerts[0].fired_at_s == pytest.approx(0.6, abs=0.1 + EXACTLY)
    assert result.fired_at_s == result.alerts[0].fired_at_s


def test_ten_minutes_at_the_objective_spend_next_to_nothing_slo_2():
    result = ran(rules=[rule(1, 600)], step_s=0.1, errors=[[0, 600, 0.001]])
    assert result.budget_spent_fraction == pytest.approx(0.000231, abs=1e-6)
    assert result.fired_at_s is None, "exactly at the threshold is not above it"


def test_the_rule_of_ten_minutes_can_ring_144_times_a_day_slo_2():
    blips = [[600.5 * place, 600.5 * place + 0.7, 1.0] for place in range(144)]
    result = ran(rules=[rule(1, 600)], step_s=0.1, errors=blips, horizon_s=DAY_S)
    assert result.alerts[0].firings == 144


def test_a_rule_that_waits_for_an_hour_rings_after_the_budget_is_gone_slo_5():
    result = ran(rules=[rule(1, 60, for_s=HOUR_S)], errors=[[0, 7_200, 1.0]])
    alert = result.alerts[0]
    assert alert.fired_at_s == pytest.approx(HOUR_S, abs=1)
    assert alert.budget_spent_fraction == pytest.approx(1.389, abs=0.002)
    assert result.budget_exhausted_at_s < alert.fired_at_s


@pytest.mark.parametrize(
    ("place", "burn_rate", "long_s", "short_s", "budget_fraction"),
    [
        (0, 14.4, HOUR_S, 5 * MINUTE_S, 0.02),
        (1, 6.0, 6 * HOUR_S, 30 * MINUTE_S, 0.05),
        (2, 1.0, 3 * DAY_S, 6 * HOUR_S, 0.10),
    ],
    ids=["SLO-7-page-1h", "SLO-7-page-6h", "SLO-7-ticket-3d"],
)
def test_the_default_rules_are_the_recommended_ones(place, burn_rate, long_s, short_s, budget_fraction):
    found = alerting.rules_of(alerting.Scenario())[place]
    assert found == alerting.Rule(burn_rate, long_s, short_s, 0)
    assert budget_fraction * MONTH_S / long_s == pytest.approx(burn_rate, abs=EXACTLY)
    assert short_s * 12 == long_s
    # And that share is what has been spent when a constant fault rings the rule.
    steady = ran(errors=[[0, 3 * DAY_S, 0.1]], horizon_s=HOUR_S).alerts[place]
    assert steady.budget_spent_fraction == pytest.approx(budget_fraction, abs=0.1 / 2_592)


@pytest.mark.parametrize(
    ("burn_rate", "long_s", "error_fraction", "published_s"),
    [(14.4, HOUR_S, 0.15, 346), (14.4, HOUR_S, 0.02, 2_592), (6, 6 * HOUR_S, 0.02, 6_480)],
    ids=["SLO-9-15-percent-1h", "SLO-9-2-percent-1h", "SLO-9-2-percent-6h"],
)
def test_detection_takes_as_long_as_published(burn_rate, long_s, error_fraction, published_s):
    result = ran(rules=[rule(burn_rate, long_s)], errors=[[0, 6 * HOUR_S, error_fraction]], step_s=1)
    assert result.alerts[0].fired_at_s == pytest.approx(published_s, abs=1)


# Constant errors from 0 on, objective 99.9 %: seconds until each of the recommended rules rings, None for never.
DETECTION = {
    1.0: (51.84, 129.6, 259.2),
    0.1: (518.4, 1_296, 2_592),
    0.02: (2_592, 6_480, 12_960),
    0.01: (None, 12_960, 25_920),
    0.001: (None, None, None),
}


@pytest.mark.parametrize("error_fraction", DETECTION)
def test_the_table_of_detection_times_holds(error_fraction):
    """A share of 0.1 % reaches the threshold of the ticket after 72 h, and never exceeds it."""
    scenario = alerting.Scenario(errors=[[0, 6 * DAY_S, error_fraction]], horizon_s=6 * DAY_S, step_s=4)
    result = alerting.run(scenario, seed=1)
    for found, known, expected_s in zip(
        result.alerts, alerting.rules_of(scenario), DETECTION[error_fraction], strict=True
    ):
        closed_form_s = alerting.detection_s(scenario, rule=known, error_fraction=error_fraction)
        if expected_s is None:
            assert found.fired_at_s is None and closed_form_s is None
            continue
        assert closed_form_s == pytest.approx(expected_s)
        assert expected_s < found.fired_at_s <= expected_s + 4 + EXACTLY


def test_a_hair_above_the_objective_opens_the_ticket_after_nearly_three_days():
    result = ran(errors=[[0, 6 * DAY_S, 0.001001]], horizon_s=6 * DAY_S, step_s=60)
    assert [alert.fired_at_s is None for alert in result.alerts] == [True, True, False]
    assert result.alerts[2].fired_at_s == pytest.approx(3 * DAY_S / 1.001, abs=60)


@pytest.mark.parametrize(
    ("share", "fired_at_s"),
    [
        (1.0, (52, 130, 260)),
        (0.1, (519, 1_297, 2_593)),
        # 1 % of all requests: a burn rate of 10, which the fast page never sees.
        (0.01, (None, 12_961, 25_921)),
        (0.005, (None, None, 51_841)),
        (0.001, (None, None, None)),
    ],
)
def test_a_region_that_is_down_rings_by_its_share_of_the_traffic(share, fired_at_s):
    down = {"error_fraction": 1.0, "error_lasts_s": DAY_S, "horizon_s": DAY_S, "region_share_fraction": share}
    assert tuple(alert.fired_at_s for alert in ran(**down).alerts) == fired_at_s
    own = ran(**down, measured_on="region")
    assert tuple(alert.fired_at_s for alert in own.alerts) == (52, 130, 260), "its own rules see it at once"


def test_ten_per_cent_for_five_minutes_does_not_ring_the_fast_page():
    """It takes 8.6 minutes; 0.5 of the 43.2 minutes of the budget are spent."""
    scenario = alerting.Scenario()
    fast = alerting.rules_of(scenario)[0]
    assert alerting.detection_s(scenario, rule=fast, error_fraction=0.1) == pytest.approx(8.64 * MINUTE_S)
    result = alerting.run(scenario, seed=1)
    assert result.fired_at_s is None
    assert result.budget_spent_fraction == pytest.approx(0.5 / 43.2)
    # Long enough, it rings, and at 99 % the same errors would burn ten times as slowly.
    assert ran(error_lasts_s=600).alerts[0].fired_at_s == 519
    assert ran(error_lasts_s=3_600, slo_target_fraction=0.99).alerts[0].fired_at_s is None
