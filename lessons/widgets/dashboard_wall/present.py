"""What does the wall show? Panels on one axis of time, the alerts below on the same, and both in words."""

from __future__ import annotations

import dataclasses

import numpy as np

from lessons.observability.ringing import Ring
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.scenario import FAULTS, PRIMARY_REGION, STANDBY_REGION, STRATEGIES
from lessons.widgets.dashboard_wall.scenario import Result, Scenario, Watched, first_red, summary
from lessons.widgets.failover.present import phases
from lessons.widgets.kit import Event, Mark, Output, Panel, Panels, Phase, Series, Table, Timeline, words
from lessons.widgets.kit.roles import Role
from lessons.widgets.kit.sampled import sampled

# Symbol on the axis, and what a value is multiplied by.
UNITS = {
    "fraction": ("%", 100.0),
    "s": ("s", 1.0),
    "rps": ("req/s", 1.0),
    "messages": ("messages", 1.0),
    "count": ("", 1.0),
    "times": ("\u00d7", 1.0),
    "yes_no": ("1 = yes", 1.0),
}
ROLES: dict[str, Role] = {PRIMARY_REGION: "a", STANDBY_REGION: "b", "P50": "c", "P95": "d", "P99": "ink"}
OTHERS: tuple[Role, ...] = ("ink", "c", "d", "e", "muted")
LINES_MAX = 5
MARKS = (Mark(0.0, "fault"),)
LEGEND = ("Dashed line: the threshold. Bar: red, beyond it.", "Dotted upright line: the fault.")


def present(scenario: Scenario, result: Result) -> Output:
    """The layer's panels over the incident, when what rings, one sentence and tables."""
    starts_s = -max(60.0, 0.1 * scenario.horizon_s)
    first = first_red(scenario, result)
    title = scenario.shown_title
    shown = tuple(result.panels[panel.slug] for panel in scenario.shown_panels)
    return Output(
        situation=Panels(
            title=title,
            panels=tuple(_before(one, result.quiet_times_s, starts_s) for one in result.quiet.values()),
            starts_s=starts_s,
            ends_s=scenario.horizon_s,
            marks=MARKS,
            legend=LEGEND,
        ),
        views=(
            Panels(
                title=title,
                panels=tuple(
                    _panel(one, result.times_s, starts_s, scenario.horizon_s, said=True, marked=one.panel.slug in first)
                    for one in shown
                ),
                starts_s=starts_s,
                ends_s=scenario.horizon_s,
                moments=_moments(scenario, result, shown),
                marks=MARKS,
                legend=LEGEND,
            ),
            _alerts(scenario, result, starts_s),
        ),
        sentence=summary(scenario, result),
        table=_table(scenario, result, shown),
        data=_data(result, shown, starts_s),
        settings=_settings(scenario),
    )


def _panel(
    one: Watched, times_s: Array, starts_s: float, ends_s: float, *, said: bool = False, marked: bool = False
) -> Panel:
    unit, times = UNITS[one.panel.unit]
    inside = (times_s >= starts_s) & (times_s <= ends_s)
    step = one.panel.unit in ("yes_no", "count")
    return Panel(
        id=one.panel.slug,
        title=one.panel.title,
        unit=unit,
        series=tuple(
            Series(
                label, times_s[inside], times * _array(values)[inside], _role(label, place), "step" if step else "line"
            )
            for place, (label, values) in enumerate(one.lines[:LINES_MAX])
        ),
        threshold=times * one.panel.threshold.value,
        red=one.red if said else (),
        note=_note(one) if said else "",
        marked=marked,
        y_range=(0.0, 1.0) if one.panel.unit == "yes_no" else None,
    )


def _before(one: Watched, times_s: Array, starts_s: float) -> Panel:
    """The panel up to the fault, moments without data left out."""
    made = _panel(one, times_s, starts_s, -1e-3)
    series = []
    for line in made.series:
        known = np.isfinite(np.asarray(line.y, dtype=float))
        x, y = np.asarray(line.x, dtype=float)[known].tolist(), np.asarray(line.y, dtype=float)[known].tolist()
        series.append(dataclasses.replace(line, x=tuple(x), y=tuple(y)))
    return dataclasses.replace(made, series=tuple(series))


def _role(label: str, place: int) -> Role:
    """A region's own wherever it is met."""
    return ROLES.get(label) or ROLES.get(label.split(" ")[0]) or OTHERS[place % len(OTHERS)]


def _note(one: Watched) -> str:
    if one.red_s is not None:
        return f"red at {words.duration(one.red_s)}"
    return "red before" if one.red_before else "not red"


def _moments(scenario: Scenario, result: Result, shown: tuple[Watched, ...]) -> tuple[Event, ...]:
    """What happened, what turned red and what rang, in the order of time."""
    found = [Event(one.at_s, one.kind, f"{one.text}.") for one in result.incident.events]
    found += [
        Event(one.red_s, "red", f"\u201c{one.panel.title}\u201d turns red. {one.panel.threshold.words}")
        for one in shown
        if one.red_s is not None
    ]
    found += [Event(ring.fired_s, "rings", f"{ring.words} rings, a {ring.severity}.") for ring in result.rings]
    inside = [event for event in found if event.at_s <= scenario.horizon_s]
    return tuple(sorted(inside, key=lambda event: event.at_s))


def _alerts(scenario: Scenario, result: Result, starts_s: float) -> Timeline:
    """One bar for each alert and region that rings: hollow with a cross is a page, hatched a ticket."""
    ends_s = scenario.horizon_s
    return Timeline(
        title="Which alert rings, and how long (crossed: a page; hatched: a ticket)",
        phases=phases(scenario.incident, result.incident, starts_s),
        events=tuple(Event(one.at_s, one.kind, f"{one.text}.") for one in result.incident.events),
        series=(),
        y_title="",
        starts_s=starts_s,
        ends_s=ends_s,
        lanes=tuple(
            Phase(
                f"{ring.words}, {words.duration(ring.fired_s)}",
                ring.fired_s,
                ends_s if ring.stopped_s is None else ring.stopped_s,
                "down" if ring.severity == "page" else "degraded",
            )
            for ring in result.rings
        ),
    )


def _table(scenario: Scenario, result: Result, shown: tuple[Watched, ...]) -> Table:
    rows = [("First page", _said(next((one for one in result.rings if one.severity == "page"), None)))]
    rows += [(f"Panel: {one.panel.title}", _reds(one)) for one in shown]
    rows += [
        (f"{ring.severity.capitalize()}: {ring.words}", f"rings at {_said(ring)}, {_stops(ring)}")
        for ring in result.rings
    ]
    rows += words.numbered([(one.at_s, one.text) for one in result.incident.events])
    return Table(
        "What turned red and what rang; times count from the fault", ("Outcome", "Value"), tuple(rows), ("", "")
    )


def _said(ring: Ring | None) -> str:
    return words.NEVER if ring is None else words.duration(ring.fired_s)


def _stops(ring: Ring) -> str:
    return "still rings at the end" if ring.stopped_s is None else f"stops at {words.duration(ring.stopped_s)}"


def _reds(one: Watched) -> str:
    if not one.red:
        return "red before the fault" if one.red_before else "not red"
    said = [f"{words.duration(starts_s)} to {words.duration(ends_s)}" for starts_s, ends_s in one.red]
    more = f", and {len(said) - 2} times more" if len(said) > 2 else ""
    return f"red from {' and '.join(said[:2])}{more}"


def _data(result: Result, shown: tuple[Watched, ...], starts_s: float) -> Table:
    """Every line of every panel shown, in the unit of its question (shares as fractions of 1)."""
    lines = [(f"{one.panel.slug}: {label}", values) for one in shown for label, values in one.lines]
    return sampled("The samples of these panels", result.times_s, lines, starts_s=starts_s)


def _array(values: list[float | None]) -> Array:
    return np.array(values, dtype=np.float64)


def _settings(scenario: Scenario) -> str:
    incident = scenario.incident
    ill = ""
    if scenario.fault == "gray_failure":
        ill = f", {words.percent(scenario.gray_error_fraction)} of attempts lost"
    share = words.percent(incident.affected_user_fraction)
    return (
        f"{FAULTS[scenario.fault]}{ill}, for {words.duration(scenario.fault_duration_s)}; "
        f"{STRATEGIES[scenario.strategy].lower()}, {share} of users on the side that fails; "
        f"a sample every {words.duration(float(scenario.scrape_s))}, rules evaluated every 30\u2009s."
    )
