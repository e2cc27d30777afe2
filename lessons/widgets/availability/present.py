"""What does redundancy look like? Minutes a month side by side, and how they fall with failover and with number."""

from __future__ import annotations

from lessons.simulator.availability import Result, Scenario
from lessons.simulator.availability.scenario import STRUCTURES
from lessons.widgets.kit import Bars, Boundaries, Boundary, Mark, Output, Plot, Series, Table, words
from lessons.widgets.kit.roles import Role

MONTH_S = 30 * 86_400.0
BLOCKS_SHOWN_MAX = 9


def present(scenario: Scenario, result: Result) -> Output:
    """Bars, curves, one sentence and tables."""
    curves = [_by_count(scenario, result)]
    if scenario.needed < scenario.count:
        curves.insert(0, _by_coverage(scenario, result))
    return Output(
        situation=_blocks(scenario),
        views=(_bars(scenario, result), *curves),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_data(scenario, result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """The whole against one component, and what decides between them."""
    whole = f"down {words.duration(result.downtime_per_month_s)} a month"
    alone = f"{'each component' if _alike(result) else 'the first component'} alone"
    said = (
        f"{_whole(scenario)} is up {words.nines(result.availability_fraction)} of the time, "
        f"{whole if result.downtime_per_month_s > 0 else 'never down'}; "
        f"{alone}, {_down(result.component_downtime_per_month_s[0])}"
    )
    if scenario.needed == scenario.count:
        return f"{said}."
    objective = words.nines(scenario.slo_target_fraction)
    if result.coverage_needed_fraction is None:
        return f"{said}. No failover is good enough for {objective}."
    if result.coverage_needed_fraction == 0:
        return f"{said}. The objective of {objective} needs no failover."
    needed = words.percent(result.coverage_needed_fraction)
    return f"{said}. For {objective} failover has to work {needed} of the time."


def _down(seconds: float) -> str:
    return "never" if seconds <= 0 else words.duration(seconds)


def _alike(result: Result) -> bool:
    return len(set(result.component_downtime_per_month_s)) == 1


def _whole(scenario: Scenario) -> str:
    if scenario.count == 1:
        return "One component"
    if scenario.structure == "k_of_n":
        return f"A whole that needs {scenario.k} of {scenario.count} components"
    return f"A whole of {scenario.count} components in {scenario.structure}"


def _blocks(scenario: Scenario) -> Boundaries:
    """The blocks, serving and standing by, and the cause that all of them share."""
    shown = min(scenario.count, BLOCKS_SHOWN_MAX)
    blocks = [
        Boundary(
            f"component-{place}",
            "cell",
            f"Component {place + 1}",
            "a" if place < scenario.needed else "b",
            note=f"{words.nines(available)}, {'serves' if place < scenario.needed else 'stands by'}",
        )
        for place, available in enumerate(scenario.availabilities[:shown])
    ]
    if scenario.common_cause_fraction > 0:
        name = f"{words.percent(scenario.common_cause_fraction)} of the downtime: a cause that all share"
        blocks.append(Boundary("common-cause", "dependency", name, "e", shared=True))
    more = "" if shown == scenario.count else f" ({shown} of {scenario.count} shown)"
    title = f"{_whole(scenario)}{more}; failover works {words.percent(scenario.coverage_fraction)} of the time"
    return Boundaries(title, tuple(blocks))


def _bars(scenario: Scenario, result: Result) -> Bars:
    """Downtime a month: a component, the whole by formula and simulated, what is shared, and the objective."""
    worst = max(result.component_downtime_per_month_s)
    name = "One component alone" if _alike(result) else "The weakest component alone"
    rows: list[tuple[str, float, Role]] = [
        (name, worst, "b"),
        ("The whole, by formula", result.downtime_per_month_s, "a"),
        (
            f"The whole, {words.count(scenario.simulated_years)} simulated years",
            result.simulated_downtime_per_month_s,
            "c",
        ),
        ("What all share, alone", result.common_cause_downtime_per_month_s, "e"),
        (
            f"Objective {words.nines(scenario.slo_target_fraction)}",
            (1 - scenario.slo_target_fraction) * MONTH_S,
            "muted",
        ),
    ]
    shown = [row for row in rows if row[1] > 0 or row[2] in ("a", "c")]
    return Bars(
        title="Downtime in a month of 30 days",
        x_title="minutes (log)",
        categories=tuple(name for name, _, _ in shown),
        values=tuple(seconds / 60 for _, seconds, _ in shown),
        labels=tuple(_down(seconds) for _, seconds, _ in shown),
        roles=tuple(role for _, _, role in shown),
        log=True,
    )


def _by_coverage(scenario: Scenario, result: Result) -> Plot:
    """Downtime a month against how often failover works: a straight line from one component to perfect redundancy."""
    minutes = result.series["downtime_per_month_s"] / 60
    budget = (1 - scenario.slo_target_fraction) * MONTH_S / 60
    marks = [Mark(100 * scenario.coverage_fraction, "this run", "ink")]
    if 0 < budget <= float(minutes.max()):
        marks.append(Mark(budget, f"objective {words.nines(scenario.slo_target_fraction)}", "e", "y"))
    return Plot(
        title="Downtime against how often failover works",
        x_title="failover works (%)",
        y_title="downtime (min a month)",
        series=(Series("the whole", 100 * result.series["coverage_fraction"], minutes, "a"),),
        marks=tuple(marks),
        x_range=(0.0, 100.0),
    )


def _by_count(scenario: Scenario, result: Result) -> Plot:
    """Downtime a month with fewer and with more of the same components."""
    counts, minutes = result.by_count["n"], result.by_count["downtime_per_month_s"] / 60
    return Plot(
        title="Downtime against the number of components",
        x_title="components",
        y_title="downtime (min a month)",
        series=(Series("the whole", counts, minutes, "a"),),
        marks=(Mark(float(scenario.count), "this run", "ink"),),
        x_range=(float(counts[0]), max(float(counts[-1]), float(counts[0]) + 1)),
    )


def _table(scenario: Scenario, result: Result) -> Table:
    down = result.simulated_availability_fraction
    rows = (
        ("Availability of the whole", words.nines(result.availability_fraction)),
        ("Down in a month of 30 days", _down(result.downtime_per_month_s)),
        ("Down in a year of 365 days", _down(result.downtime_per_year_s)),
        ("Weakest component, down in a month", _down(max(result.component_downtime_per_month_s))),
        ("What all share, down in a month", _down(result.common_cause_downtime_per_month_s)),
        (f"Failover needed for {words.nines(scenario.slo_target_fraction)}", _needed(scenario, result)),
        ("Availability in the simulated years", words.nines(down)),
        ("Its standard error", f"{100 * result.simulated_standard_error_fraction:.1e}{words.THIN_SPACE}%"),
        ("Failures of the whole that it saw", words.count(result.simulated_failures)),
        ("Failures of components that it saw", words.count(result.simulated_component_failures)),
    )
    return Table("What the whole is worth", ("Outcome", "Value"), rows, ("", ""))


def _needed(scenario: Scenario, result: Result) -> str:
    if result.coverage_needed_fraction == 0:
        return "none"
    if result.coverage_needed_fraction is None:
        return "no failover reaches it" if scenario.needed < scenario.count else "nothing stands by"
    return words.percent(result.coverage_needed_fraction)


def _data(scenario: Scenario, result: Result) -> Table:
    bars = _bars(scenario, result)
    rows = tuple(
        (name, round(minutes, 9) if minutes is not None else None)
        for name, minutes in zip(bars.categories, bars.values, strict=True)
    )
    return Table("Downtime in a month of 30 days", ("what", "minutes"), rows, ("", "min"))


def _settings(scenario: Scenario) -> str:
    each = scenario.component_availability_fraction
    available = (
        f"{words.nines(each)} each"
        if isinstance(each, float)
        else ", ".join(words.nines(one) for one in scenario.availabilities)
    )
    needs = f"{scenario.k} of {scenario.count}" if scenario.structure == "k_of_n" else STRUCTURES[scenario.structure]
    return (
        f"Components: {words.count(scenario.count)}, {available}; {needs}; failover works "
        f"{words.percent(scenario.coverage_fraction)} of the time; {words.percent(scenario.common_cause_fraction)} of "
        f"the downtime has a common cause; {words.duration(scenario.mttr_s)} to repair."
    )
