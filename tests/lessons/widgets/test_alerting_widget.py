"""Does the burn-rate lab say and draw what its run found?"""

import pytest

from lessons.simulator.alerting import Scenario, run
from lessons.simulator.presets import presets
from lessons.widgets.alerting import WIDGET
from lessons.widgets.alerting.present import CUT, present


def shown(seed=1, **fields):
    scenario = Scenario(**fields)
    return present(scenario, run(scenario, seed=seed))


def plain(text):
    return text.replace("\u2009", " ")


def rows(output):
    return {plain(row[0]): plain(row[1]) for row in output.table.rows}


def test_the_bet_of_the_lesson_is_answered_with_the_time_that_was_missing():
    said = plain(shown().sentence)
    assert said.startswith("No rule rings, and 1.16 % of the budget is spent after 6 h")
    assert "14.4 × in 1 h needs such errors for 8 min 38 s" in said
    assert rows(shown())["14.4 × in 1 h: long window came to"] == "57.9 % of its threshold"


def test_errors_below_a_burn_rate_never_ring_it_however_long_they_last():
    said = plain(shown(error_fraction=0.01, error_lasts_s=3_600).sentence)
    assert "a burn rate of 10 never exceeds that of 14.4 × in 1 h" in said


def test_a_total_outage_is_told_from_the_first_ring_to_the_last():
    output = shown(error_fraction=1.0, error_lasts_s=1_800, horizon_s=28_800)
    said = plain(output.sentence)
    assert "14.4 × in 1 h rings after 52 s, with 2.01 % of the budget spent, and stops at 34 min 56 s" in said
    table = rows(output)
    assert table["6 × in 6 h: rings after"] == "130 s"
    assert table["1 × in 3 d: stops at"] == "6 h 30 min"
    assert table["1 × in 3 d: budget spent when it rings"] == "10 %"


def test_a_small_region_is_said_to_be_missed_by_the_fast_rule():
    small = {"error_fraction": 1.0, "error_lasts_s": 18_000, "region_share_fraction": 0.01, "horizon_s": 28_800}
    said = plain(shown(**small).sentence)
    assert "6 × in 6 h rings after 3 h 36 min" in said
    assert "14.4 × in 1 h never rings" in said
    own = plain(shown(**small, measured_on="region").sentence)
    assert "rings after 52 s, with 2.01 % of the budget of the region spent" in own


def test_rings_about_nothing_are_counted(content):
    preset = presets(content, "alerting")["few-requests"]
    said = plain(shown(preset.seed, **preset.values).sentence)
    assert said.endswith("3 of 3 rings are about nothing.")


@pytest.mark.parametrize("name", WIDGET.presets)
def test_pictures_show_every_ring_and_stay_within_their_axes(content, name):
    preset = presets(content, "alerting")[name]
    scenario = Scenario(**preset.values)
    result = run(scenario, seed=preset.seed)
    windows, rings, budget = present(scenario, result).views
    assert windows.x_range[1] <= budget.x_range[1] * 1.0001 or windows.x_title != budget.x_title
    for panel, alert in zip(rings.panels, result.alerts, strict=True):
        assert [fired for fired, _ in panel.red] == [ring[0] for ring in alert.rings]
        assert all(0 <= fired < resolved <= scenario.horizon_s for fired, resolved in panel.red)
        assert panel.marked == bool(alert.firings)
        assert panel.threshold == alert.burn_rate
        assert all(max(one.y) <= CUT * alert.burn_rate * (1 + 1e-9) for one in panel.series)
    assert max(budget.series[0].y) <= budget.y_range[1]
    assert all(budget.x_range[0] <= mark.at <= budget.x_range[1] for mark in budget.marks)


def test_what_is_drawn_before_the_bet_holds_errors_and_a_threshold_only():
    situation = shown(bursts=2, error_fraction=0.2, region_share_fraction=0.5).situation
    assert [one.name for one in situation.series] == ["errors"]
    assert max(situation.series[0].y) == pytest.approx(10), "diluted, as the rules see them"
    assert len(situation.marks) == 1 and not situation.bands


def test_more_rules_than_panels_are_still_all_in_the_table():
    many = [{"burn_rate": 1 + place, "long_s": 3_600} for place in range(8)]
    output = shown(rules=many)
    assert len(output.views[1].panels) == 5
    assert sum(name.endswith("rings after") for name in rows(output)) == 8


def test_the_answer_to_the_bet_follows_the_run():
    def answer(**fields):
        return WIDGET.prediction.answer(run(Scenario(**fields), seed=1))

    assert answer() == "none"
    assert answer(error_fraction=1.0) == "fastest"
    assert answer(error_fraction=0.01, error_lasts_s=18_000) == "slower"
