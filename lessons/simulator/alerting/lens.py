"""When does each rule ring and stop, and what has been spent by then?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lessons.simulator.alerting.counted import Counted, drawn, expected, measured_rps, rounded
from lessons.simulator.alerting.scenario import ROUNDING, Rule, Scenario, errors_of, interval_s_of, rules_of
from lessons.simulator.engine.stats import Array

LEAVES_OUT = (
    "Scrapes: counters are read without gaps, and at the very moment of an evaluation.",
    "Traffic that changes with the hour, or that goes away with the region: requests come at one rate.",
    "The way of a firing alert to a person: grouping, routing, the call, waking up.",
    "A budget that refills: what was spent before 0 is forgotten, and nothing comes back within the horizon.",
)
RINGS_MAX, RINGS_DRAWN_MAX, POINTS_MAX = 400, 60, 360


@dataclass(frozen=True)
class Alert:
    """How one rule fared. Times are seconds from 0; None: it never rang, or it still rings at the horizon.

    The first ring is told in full. `rings` holds [fired_at_s, resolved_at_s] of the first 400 rings; `firings` counts
    all of them, and `firing_s` is how long they lasted together, up to the horizon.
    `peak_threshold_fraction` is how near the long window came: above 1 it exceeded the rule's threshold.
    """

    burn_rate: float
    long_s: float
    short_s: float | None
    for_s: float
    threshold_fraction: float
    fired_at_s: float | None
    resolved_at_s: float | None
    budget_spent_fraction: float | None
    firings: int
    false_alarms: int
    firing_s: float
    peak_threshold_fraction: float
    rings: list[list[float | None]]


@dataclass(frozen=True, eq=False)
class Result:
    """`alerts` has one entry for each rule, in their order. A false alarm is a ring whose long window holds no error of
    `errors`: noise alone, or what fails on a good day, set it off.

    `series`: `t_s` with `error_fraction` and `budget_spent_fraction`, and for each rule a list in `long_fraction` and
    one in `short_fraction` (None where it has no short window).
    """

    alerts: tuple[Alert, ...]
    fired_at_s: float | None
    budget_spent_fraction: float
    budget_exhausted_at_s: float | None
    false_alarms: int
    errors: float
    requests: float
    series: dict[str, Any]


def run(scenario: Scenario, *, seed: int) -> Result:
    """Every rule over the same errors. Without noise a seed changes nothing."""
    counted = drawn(scenario, seed) if scenario.noise else expected(scenario)
    moments_s = _evaluations(scenario)
    budget = _budget(scenario)
    alerts = tuple(_alert(scenario, rule, counted, moments_s, budget) for rule in rules_of(scenario))
    fired = [alert.fired_at_s for alert in alerts if alert.fired_at_s is not None]
    ends_s = np.array([scenario.horizon_s])
    errors = float(counted.errors_until(ends_s)[0])
    return Result(
        alerts=alerts,
        fired_at_s=min(fired, default=None),
        budget_spent_fraction=errors / budget,
        budget_exhausted_at_s=_exhausted_at_s(scenario, counted, budget),
        false_alarms=sum(alert.false_alarms for alert in alerts),
        errors=errors,
        requests=float(counted.requests_until(ends_s)[0]),
        series=_series(scenario, counted, alerts, moments_s, budget),
    )


def detection_s(scenario: Scenario, *, rule: Rule, error_fraction: float) -> float | None:
    """How long this share of errors, constant from 0 on, takes to ring a rule; None when it never does.

    (1 - SLO) / share of errors x long window x burn rate (SRE Workbook, chapter 5), and `for_s` on top.
    """
    threshold = rule.threshold_fraction(scenario.slo_target_fraction)
    if error_fraction <= threshold * (1 + ROUNDING):
        return None
    return threshold / error_fraction * rule.long_s + rule.for_s


def _budget(scenario: Scenario) -> float:
    """Requests that may fail in a period."""
    return measured_rps(scenario) * scenario.period_s * (1.0 - scenario.slo_target_fraction)


def _evaluations(scenario: Scenario) -> Array:
    """The steps at which rules are evaluated: the first at or after each multiple of the interval."""
    interval_s = interval_s_of(scenario)
    count = int(np.floor(scenario.horizon_s / interval_s + ROUNDING))
    steps = np.ceil(np.arange(count + 1) * interval_s / scenario.step_s - ROUNDING)
    moments_s = rounded(steps * scenario.step_s)
    return moments_s[moments_s <= scenario.horizon_s + ROUNDING]


def _alert(scenario: Scenario, rule: Rule, counted: Counted, moments_s: Array, budget: float) -> Alert:
    threshold = rule.threshold_fraction(scenario.slo_target_fraction)
    long_fraction = counted.window_fraction(moments_s, rule.long_s)
    exceeds = long_fraction > threshold * (1 + ROUNDING)
    if rule.short_s is not None:
        exceeds &= counted.window_fraction(moments_s, rule.short_s) > threshold * (1 + ROUNDING)
    if scenario.minimum_requests:
        exceeds &= counted.window_requests(moments_s, rule.long_s) >= scenario.minimum_requests
    fired_s, resolved_s = _rings(exceeds, moments_s, rule.for_s)
    spent = counted.errors_until(fired_s[:1]) / budget
    rings = [[float(one), _or_none(other)] for one, other in zip(fired_s, resolved_s[:RINGS_MAX], strict=False)]
    return Alert(
        **asdict(rule),
        threshold_fraction=threshold,
        fired_at_s=rings[0][0] if rings else None,
        resolved_at_s=rings[0][1] if rings else None,
        budget_spent_fraction=float(spent[0]) if rings else None,
        firings=len(fired_s),
        false_alarms=_false_alarms(scenario, fired_s, rule.long_s),
        firing_s=float((np.minimum(resolved_s, scenario.horizon_s) - fired_s).sum()),
        peak_threshold_fraction=float(long_fraction.max() / threshold),
        rings=rings,
    )


def _rings(exceeds: np.ndarray[Any, np.dtype[np.bool_]], moments_s: Array, for_s: float) -> tuple[Array, Array]:
    """When a condition that is looked at at these moments fires and resolves (infinity: not any more).

    It is pending from the first moment at which it is true, and fires at the first that is `for_s` later, if it was
    true at every one between; it resolves at the first at which it is false.
    """
    turns = np.flatnonzero(np.diff(np.concatenate([[False], exceeds, [False]]).astype(np.int8)))
    starts, ends = turns[::2], turns[1::2]
    fires = np.searchsorted(moments_s, moments_s[starts] + for_s - ROUNDING)
    fired = fires < ends
    later_s = np.append(moments_s, np.inf)
    return later_s[fires[fired]], later_s[ends[fired]]


def _or_none(moment_s: float) -> float | None:
    return float(moment_s) if np.isfinite(moment_s) else None


def _false_alarms(scenario: Scenario, fired_s: Array, long_s: float) -> int:
    """Rings whose long window holds no error of `errors`."""
    sick = np.array([[starts_s, ends_s] for starts_s, ends_s, fraction in errors_of(scenario) if fraction > 0])
    if not len(sick):
        return len(fired_s)
    begun = np.searchsorted(sick[:, 0], fired_s, side="left")
    over = np.searchsorted(sick[:, 1], fired_s - long_s, side="right")
    return int((begun <= over).sum())


def _exhausted_at_s(scenario: Scenario, counted: Counted, budget: float) -> float | None:
    """The moment at which errors come to the budget, between two counts as if they came evenly."""
    place = int(np.searchsorted(counted.errors, budget * (1 - ROUNDING)))
    if place == len(counted.errors):
        return None
    left, right = counted.errors[place - 1], counted.errors[place]
    share = min(1.0, (budget - left) / (right - left))
    at_s = round(float(counted.at_s[place - 1] + share * (counted.at_s[place] - counted.at_s[place - 1])), 6)
    return at_s if at_s <= scenario.horizon_s * (1 + ROUNDING) else None


def _series(
    scenario: Scenario, counted: Counted, alerts: tuple[Alert, ...], moments_s: Array, budget: float
) -> dict[str, Any]:
    """Evenly spread evaluations, and those at which a rule rings and stops. Errors are means between two of them."""
    spread = moments_s[np.unique(np.linspace(0, len(moments_s) - 1, POINTS_MAX).astype(int))]
    rings = [ring for alert in alerts for ring in alert.rings[:RINGS_DRAWN_MAX]]
    turns = [moment for ring in rings for moment in ring if moment is not None]
    at_s = np.unique(np.concatenate([spread, turns]))
    errors, requests = counted.errors_until(at_s), counted.requests_until(at_s)
    arrived = np.diff(requests, prepend=0.0)
    failed = np.diff(errors, prepend=0.0)
    return {
        "t_s": at_s,
        "error_fraction": np.divide(failed, arrived, out=np.zeros_like(failed), where=arrived > 0),
        "budget_spent_fraction": errors / budget,
        "long_fraction": [counted.window_fraction(at_s, rule.long_s) for rule in rules_of(scenario)],
        "short_fraction": [
            None if rule.short_s is None else counted.window_fraction(at_s, rule.short_s) for rule in rules_of(scenario)
        ],
    }


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core, and no less than the memory is worth: 250 ms stand for at most 64 MiB.

    Every evaluation, once for each rule; every step that is drawn; every stretch of errors, which has a table of its
    own when it is drawn.
    """
    evaluations = scenario.horizon_s / interval_s_of(scenario)
    drawn_steps = scenario.horizon_s / scenario.step_s if scenario.noise else 0.0
    stretches = len(errors_of(scenario)) * (0.35 if scenario.noise else 0.002)
    return 2.0 + evaluations * (1.4e-4 + 5e-5 * len(scenario.rules)) + drawn_steps * 3.5e-4 + stretches


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    return "horizon_s"


def summary(scenario: Scenario, result: Result) -> str:
    """Which rule rang first and what the errors cost, in one sentence."""
    cost = f"{100 * result.budget_spent_fraction:,.2f}% of the error budget is spent after {scenario.horizon_s:,.0f} s"
    first = next((alert for alert in result.alerts if alert.fired_at_s == result.fired_at_s), None)
    if first is None or first.fired_at_s is None or first.budget_spent_fraction is None:
        return f"No rule rings; {cost}."
    stops = "still rings at the end" if first.resolved_at_s is None else f"stops at {first.resolved_at_s:,.10g} s"
    return (
        f"The rule of {first.burn_rate:g} x in {first.long_s:,.0f} s rings after {first.fired_at_s:,.10g} s, with "
        f"{100 * first.budget_spent_fraction:,.2f}% of the budget spent, and {stops}; {cost}."
    )
