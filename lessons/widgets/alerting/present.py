"""What does a burn rate look like? Two windows against a threshold, every rule's rings, and the budget."""

from __future__ import annotations

import numpy as np

from lessons.simulator.alerting import (
    Alert,
    Result,
    Rule,
    Scenario,
    detection_s,
    errors_of,
    measured_fraction,
    rules_of,
)
from lessons.simulator.engine.stats import Array
from lessons.widgets.kit import Band, Mark, Output, Panel, Panels, Plot, Series, Table, words
from lessons.widgets.kit.roles import Role

CUT = 4.0  # windows are drawn up to so many times the threshold: what counts is when they cross it
PANELS_MAX = 5
BANDS_MAX = 24
ROWS_MAX = 120
RINGS_MAX = 60  # of a rule, in its picture
_UNITS = ((86_400.0, "d", 5 * 86_400.0), (3_600.0, "h", 3 * 3_600.0), (60.0, "min", 600.0), (1.0, "s", 0.0))


def present(scenario: Scenario, result: Result) -> Output:
    """The same errors in pictures, one sentence and tables."""
    return Output(
        situation=_situation(scenario, result),
        views=(_windows(scenario, result), _rings(scenario, result), _budget(scenario, result)),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def fastest(result: Result) -> Alert:
    """How the rule with the highest burn rate fared."""
    return max(result.alerts, key=lambda alert: alert.burn_rate)


def sentence(scenario: Scenario, result: Result) -> str:
    """Who rang first and stopped when; or how long the errors would have had to last."""
    budget = "the budget" if scenario.measured_on == "service" else "the budget of the region"
    spent = f"{words.percent(result.budget_spent_fraction)} is spent after {_horizon(scenario)}"
    first = next((alert for alert in result.alerts if alert.fired_at_s == result.fired_at_s), None)
    if first is None or result.fired_at_s is None:
        at_end = f"{words.percent(result.budget_spent_fraction)} of {budget} is spent after {_horizon(scenario)}"
        return f"No rule rings, and {at_end}{_missing(scenario, result)}."
    stops = (
        f"stops at {words.duration(first.resolved_at_s)}"
        if first.resolved_at_s is not None
        else f"still rings after {_horizon(scenario)}"
    )
    fast = fastest(result)
    silent = f"; {_name(fast)} never rings" if fast.fired_at_s is None else ""
    return (
        f"The rule of {_name(first)} rings after {words.duration(first.fired_at_s)}, with "
        f"{words.percent(first.budget_spent_fraction)} of {budget} spent, and {stops}; {spent}{silent}"
        f"{_false_words(result)}."
    )


def _horizon(scenario: Scenario) -> str:
    return words.duration(scenario.horizon_s)


def _missing(scenario: Scenario, result: Result) -> str:
    """What the fastest rule would have needed."""
    fast = fastest(result)
    worst = _worst_fraction(scenario)
    if worst <= measured_fraction(scenario, 0.0):
        return ""
    needs_s = detection_s(scenario, rule=_rule(fast), error_fraction=worst)
    if needs_s is None:
        burn_rate = worst / (1.0 - scenario.slo_target_fraction)
        return f": a burn rate of {words.number(burn_rate)} never exceeds that of {_name(fast)}"
    return f": the rule of {_name(fast)} needs such errors for {words.duration(needs_s)}"


def _false_words(result: Result) -> str:
    if not result.false_alarms:
        return ""
    rings = sum(alert.firings for alert in result.alerts)
    return f"; {words.count(result.false_alarms)} of {words.counted(rings, 'ring is', 'rings are')} about nothing"


def _worst_fraction(scenario: Scenario) -> float:
    within = [fraction for starts_s, _, fraction in errors_of(scenario) if starts_s < scenario.horizon_s]
    return measured_fraction(scenario, max(within, default=0.0))


def _rule(alert: Alert) -> Rule:
    return Rule(alert.burn_rate, alert.long_s, alert.short_s, alert.for_s)


def _name(rule: Alert | Rule) -> str:
    """ "14.4 × in 1 h": burn rate and long window."""
    return f"{words.number(rule.burn_rate)} × in {words.duration(rule.long_s)}"


def _time_unit(lasts_s: float) -> tuple[float, str]:
    """The unit in which a person would read the axis, and its seconds."""
    return next((seconds, unit) for seconds, unit, above_s in _UNITS if lasts_s > above_s)


def _bands(scenario: Scenario, unit_s: float, until_s: float) -> tuple[Band, ...]:
    """Stretches with errors, while there are few enough to be told apart."""
    shown = [one for one in errors_of(scenario) if one[0] < until_s and one[2] > 0]
    if len(shown) > BANDS_MAX:
        return ()
    return tuple(Band(starts_s / unit_s, min(ends_s, until_s) / unit_s, "errors") for starts_s, ends_s, _ in shown)


def _situation(scenario: Scenario, result: Result) -> Plot:
    """What fails and when, as far as the rules can see it; no window, no ring."""
    unit_s, unit = _time_unit(scenario.horizon_s)
    base = measured_fraction(scenario, 0.0)
    turns = [(0.0, base)]
    for starts_s, ends_s, fraction in errors_of(scenario):
        turns += [(starts_s, measured_fraction(scenario, fraction)), (ends_s, base)]
    turns = [turn for turn in turns if turn[0] <= scenario.horizon_s]
    turns.append((scenario.horizon_s, turns[-1][1]))
    percent = tuple(100.0 * fraction for _, fraction in turns)
    threshold = 100.0 * fastest(result).threshold_fraction
    return Plot(
        title="What fails, as the rules see it",
        x_title=f"time ({unit})",
        y_title="requests that fail (%)",
        series=(Series("errors", tuple(at_s / unit_s for at_s, _ in turns), percent, "ink", "step"),),
        marks=(Mark(threshold, f"{_name(fastest(result))}: {words.number(threshold, '%')}", "bad", "y"),),
        x_range=(0.0, scenario.horizon_s / unit_s),
        y_range=(0.0, 1.2 * max(*percent, threshold)),
    )


def _windows(scenario: Scenario, result: Result) -> Plot:
    """The fastest rule: both of its windows, and what they have to exceed."""
    fast = fastest(result)
    place = result.alerts.index(fast)
    ends_s = _windows_end_s(scenario, fast)
    unit_s, unit = _time_unit(ends_s)
    shown = result.series["t_s"] <= ends_s
    at = result.series["t_s"][shown] / unit_s
    top = CUT * fast.threshold_fraction
    series = [
        Series(f"in {words.duration(fast.long_s)}", at, 100.0 * result.series["long_fraction"][place][shown], "a")
    ]
    if fast.short_s is not None:
        short = 100.0 * result.series["short_fraction"][place][shown]
        series.append(Series(f"in {words.duration(fast.short_s)}", at, short, "b"))
    highest = max(fast.threshold_fraction, *(float(max(one.y)) / 100.0 for one in series))
    marks = [Mark(100.0 * fast.threshold_fraction, words.number(100.0 * fast.threshold_fraction, "%"), "bad", "y")]
    if fast.fired_at_s is not None:
        said = "rings" if fast.firings == 1 else "first rings"
        marks.append(Mark(fast.fired_at_s / unit_s, f"{said}: {words.duration(fast.fired_at_s)}", "bad"))
    if fast.resolved_at_s is not None and fast.firings == 1:
        marks.append(Mark(fast.resolved_at_s / unit_s, f"stops: {words.duration(fast.resolved_at_s)}", "good"))
    cut = ", cut at four thresholds" if highest > top else ""
    return Plot(
        title=f"Both windows of the rule of {_name(fast)}{cut}",
        x_title=f"time ({unit})",
        y_title="requests that failed (%)",
        series=tuple(series),
        marks=tuple(marks),
        bands=_bands(scenario, unit_s, ends_s),
        x_range=(0.0, ends_s / unit_s),
        y_range=(0.0, 100.0 * min(1.4 * highest, top)),
    )


def _windows_end_s(scenario: Scenario, alert: Alert) -> float:
    """A little after the last error has left the long window, if the run lasts that long."""
    over_s = [float(ends_s) for _, ends_s, fraction in errors_of(scenario) if fraction > 0]
    if not over_s or scenario.noise:
        return scenario.horizon_s
    return min(scenario.horizon_s, 1.1 * (max(over_s) + alert.long_s))


def _rings(scenario: Scenario, result: Result) -> Panels:
    """Every rule on one axis of time: burn rates of its windows, and under them when it rang."""
    return Panels(
        title="When each rule rings: the bar under its burn rates, which are cut at four thresholds",
        panels=tuple(_panel(scenario, result, place) for place in range(min(len(result.alerts), PANELS_MAX))),
        starts_s=0.0,
        ends_s=scenario.horizon_s,
        x_title="time",
    )


def _panel(scenario: Scenario, result: Result, place: int) -> Panel:
    alert = result.alerts[place]
    top = CUT * alert.burn_rate
    at_s, allowed = result.series["t_s"], 1.0 - scenario.slo_target_fraction
    windows: list[tuple[str, Array, Role]] = [("long window", result.series["long_fraction"][place], "a")]
    if alert.short_s is not None:
        windows.append(("short window", result.series["short_fraction"][place], "b"))
    return Panel(
        id=f"rule-{place + 1}",
        title=_name(alert),
        unit="",
        series=tuple(Series(name, at_s, np.minimum(fraction / allowed, top), role) for name, fraction, role in windows),
        threshold=alert.burn_rate,
        red=tuple(
            (fired_s or 0.0, scenario.horizon_s if resolved_s is None else resolved_s)
            for fired_s, resolved_s in alert.rings[:RINGS_MAX]
        ),
        note=_rings_words(alert),
        marked=alert.firings > 0,
    )


def _rings_words(alert: Alert) -> str:
    if alert.fired_at_s is None:
        return "never rings"
    if alert.firings == 1:
        return f"rings at {words.duration(alert.fired_at_s)}"
    return f"rings {words.count(alert.firings)} times"


def _budget(scenario: Scenario, result: Result) -> Plot:
    unit_s, unit = _time_unit(scenario.horizon_s)
    spent = 100.0 * result.series["budget_spent_fraction"]
    first = next((alert for alert in result.alerts if alert.fired_at_s == result.fired_at_s), None)
    marks = []
    if first is not None and first.fired_at_s is not None:
        marks.append(Mark(first.fired_at_s / unit_s, f"{_name(first)} rings", "bad"))
    if result.budget_exhausted_at_s is not None:
        marks.append(Mark(result.budget_exhausted_at_s / unit_s, "budget gone", "ink"))
    return Plot(
        title=f"Budget of {words.duration(scenario.period_s)} that is spent, and the first ring",
        x_title=f"time ({unit})",
        y_title="spent (%)",
        series=(Series("spent", result.series["t_s"] / unit_s, spent, "a"),),
        marks=tuple(marks),
        bands=_bands(scenario, unit_s, scenario.horizon_s),
        x_range=(0.0, scenario.horizon_s / unit_s),
        y_range=(0.0, 1.2 * max(float(spent[-1]), 0.01)),
    )


def _table(scenario: Scenario, result: Result) -> Table:
    rows: list[tuple[str, str]] = []
    for alert in result.alerts:
        name = _name(alert)
        rows.append((f"{name}: rings after", words.duration(alert.fired_at_s)))
        if alert.fired_at_s is None:
            rows.append(
                (f"{name}: long window came to", f"{words.percent(alert.peak_threshold_fraction)} of its threshold")
            )
            continue
        rows.append((f"{name}: stops at", words.duration(alert.resolved_at_s)))
        rows.append((f"{name}: budget spent when it rings", words.percent(alert.budget_spent_fraction)))
        rows.append((f"{name}: rings", _counted(alert)))
    rows.append((f"Budget spent after {_horizon(scenario)}", words.percent(result.budget_spent_fraction)))
    rows.append(("Budget gone after", words.duration(result.budget_exhausted_at_s)))
    rows.append(("Requests, and failed ones", f"{words.count(result.requests)}, {words.count(result.errors)}"))
    return Table("Rings, and what they came too late for", ("Outcome", "Value"), tuple(rows), ("", ""))


def _counted(alert: Alert) -> str:
    false = f", {words.count(alert.false_alarms)} about nothing" if alert.false_alarms else ""
    return f"{words.count(alert.firings)}{false}, {words.duration(alert.firing_s)} in all"


def _data(result: Result) -> Table:
    """What the main view plots: both windows of the fastest rule."""
    place = result.alerts.index(fastest(result))
    series = result.series
    columns = {"t_s": series["t_s"], "error_fraction": series["error_fraction"]}
    columns["long_window_fraction"] = series["long_fraction"][place]
    if series["short_fraction"][place] is not None:
        columns["short_window_fraction"] = series["short_fraction"][place]
    columns["budget_spent_fraction"] = series["budget_spent_fraction"]
    step = max(1, len(series["t_s"]) // ROWS_MAX)
    rows = tuple(
        tuple(round(float(column[at]), 6) for column in columns.values()) for at in range(0, len(series["t_s"]), step)
    )
    return Table("Share of errors in both windows over time", tuple(columns), rows, tuple("" for _ in columns))


def _settings(scenario: Scenario) -> str:
    rules = "; ".join(_rule_words(rule) for rule in rules_of(scenario))
    seen = "the whole service" if scenario.measured_on == "service" else "the sick region alone"
    share, objective = words.percent(scenario.region_share_fraction), words.nines(scenario.slo_target_fraction)
    return (
        f"{_errors_words(scenario)}, in a region with {share} of the traffic; an objective of {objective} over "
        f"{words.duration(scenario.period_s)}, measured on {seen}; rules: {rules}."
    )


def _rule_words(rule: Rule) -> str:
    short = f" and {words.duration(rule.short_s)}" if rule.short_s is not None else ""
    held = f", for {words.duration(rule.for_s)}" if rule.for_s else ""
    return f"{_name(rule)}{short}{held}"


def _errors_words(scenario: Scenario) -> str:
    failing = [one for one in errors_of(scenario) if one[2] > 0]
    if not failing:
        return "No burst of errors"
    first_s, ends_s, fraction = failing[0]
    if len(failing) == 1:
        return f"Errors of {words.percent(fraction)} for {words.duration(ends_s - first_s)}"
    return f"Errors in {words.count(len(failing))} stretches, the first of {words.percent(fraction)}"
