"""Do 200 simulated learners fare well over 60 days? They forget by a rule of their own (tests/reference/forgetting.py).

Measured with these seeds: recalled on the morning of day 30 is 82.1 % of everything read, and 80.9 % when the same
number of reviews goes to whatever waits longest; with day 50 named as the target, 87.3 % on it instead of 84.9 %.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from lessons.review import ITEMS_A_DAY_MAX

PATH = Path(__file__).resolve().parents[1] / "reference" / "forgetting.py"
LEARNERS, DAYS = 200, 60
# Standard errors over these learners: 0.004 for a level, 0.0012 for the difference of two schedules of one learner.
NOISE_LEVEL, NOISE_DIFFERENCE = 0.012, 0.004


@pytest.fixture(scope="module")
def forgetting():
    spec = importlib.util.spec_from_file_location("forgetting", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def planned(forgetting):
    return [forgetting.live(head, DAYS, forgetting.by_plan) for head in forgetting.heads(LEARNERS, DAYS)]


def test_no_day_of_any_learner_asks_more_than_twenty_s11(planned):
    assert max(max(head.asked) for head in planned) == ITEMS_A_DAY_MAX
    assert all(len(head.asked) == DAYS for head in planned)


def test_a_missed_week_gives_no_wall_s11(planned):
    """On return there is a usual day: no more than the cap, and what was missed is gone within two weeks."""
    for head in planned:
        away = next(day for day in range(DAYS) if not any(head.comes_on[day : day + 7]))
        back = next(day for day in range(away, DAYS) if head.comes_on[day])
        assert sum(head.asked[away:back]) == 0
        assert 0 < head.asked[back] <= ITEMS_A_DAY_MAX
    usual = np.mean([np.mean(head.asked[-5:]) for head in planned])
    assert usual < 0.8 * ITEMS_A_DAY_MAX, "the pile does not grow: at the end most days are not full"


def test_retention_at_day_30_beats_equal_intervals_with_as_many_reviews(forgetting, planned, record_property):
    others = [
        forgetting.live(head, DAYS, forgetting.in_turn(ours.asked))
        for head, ours in zip(forgetting.heads(LEARNERS, DAYS), planned, strict=True)
    ]
    assert [sum(head.asked) for head in others] == [sum(head.asked) for head in planned]
    ours, theirs = (np.array([head.retained[30] for head in heads]) for heads in (planned, others))
    record_property("retention_day_30_planned", float(ours.mean()))
    record_property("retention_day_30_equal_intervals", float(theirs.mean()))
    print(f"\nrecalled on day 30: {ours.mean():.1%} as planned, {theirs.mean():.1%} at equal intervals")
    assert ours.mean() > 0.821 - NOISE_LEVEL
    assert (ours - theirs).mean() > 0.012 - NOISE_DIFFERENCE


def test_a_target_date_pays_on_that_date(forgetting, planned):
    few = LEARNERS // 4
    aimed = [
        forgetting.live(head, 51, lambda one, day: forgetting.by_plan(one, day, target=50))
        for head in forgetting.heads(few, DAYS)
    ]
    assert max(max(head.asked) for head in aimed) <= ITEMS_A_DAY_MAX
    gained = np.array([a.retained[50] - b.retained[50] for a, b in zip(aimed, planned[:few], strict=True)])
    assert gained.mean() > 0.024 - 2 * NOISE_DIFFERENCE
