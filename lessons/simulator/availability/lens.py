"""How are formula and simulated years put together?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.simulator.availability import formula, renewal
from lessons.simulator.availability.scenario import Scenario

MONTH_S, YEAR_S = 30 * 86_400.0, 365 * 86_400.0
LEAVES_OUT = (
    "The gap of a failover that works: detection, decision and switching take no time here.",
    "A failover that did not work is not mended by hand; it waits until the serving components are up again.",
    "Planned downtime, deploys and overload: a component is up or down, and the survivors carry everything.",
    "Failures that make others likelier, apart from a common cause that takes all components at once.",
    "Degraded service: the whole is up or down, for all users alike.",
)


@dataclass(frozen=True, eq=False)
class Result:
    """Formula first, then what the simulated years showed. A month has 30 days, a year 365.

    `coverage_needed_fraction` is how often failover has to work to meet the objective: 0 when it need not, None when
    the objective is out of reach. `simulated_failures` counts stretches in which the whole was down. With fewer than
    two of them the standard error is a guess: all of what was seen. `series` runs over `coverage_fraction`,
    `by_count` over the number of components.
    """

    availability_fraction: float
    downtime_per_month_s: float
    downtime_per_year_s: float
    component_downtime_per_month_s: list[float]
    common_cause_downtime_per_month_s: float
    coverage_needed_fraction: float | None
    simulated_availability_fraction: float
    simulated_standard_error_fraction: float
    simulated_downtime_per_month_s: float
    simulated_failures: int
    simulated_component_failures: int
    series: dict[str, Any]
    by_count: dict[str, Any]


def run(scenario: Scenario, *, seed: int) -> Result:
    """The formula, and one history of so many years."""
    split = formula.parts(scenario.availabilities, scenario.common_cause_fraction)
    chances = formula.chances(split, scenario.needed)
    down = chances.down(scenario.coverage_fraction)
    watched = renewal.watch(
        split,
        scenario.needed,
        coverage_fraction=scenario.coverage_fraction,
        mttr_s=scenario.mttr_s,
        horizon_s=scenario.simulated_years * YEAR_S,
        seed=seed,
    )
    counts, down_by_count = formula.down_by_count(scenario)
    coverage = np.linspace(0.0, 1.0, 101)
    down_by_coverage = chances.beyond_help + (1.0 - coverage) * chances.on_failover
    return Result(
        availability_fraction=1.0 - down,
        downtime_per_month_s=down * MONTH_S,
        downtime_per_year_s=down * YEAR_S,
        component_downtime_per_month_s=[(1.0 - one) * MONTH_S for one in scenario.availabilities],
        common_cause_downtime_per_month_s=split.common_down * MONTH_S,
        coverage_needed_fraction=chances.coverage_needed(scenario.slo_target_fraction),
        simulated_availability_fraction=1.0 - watched.down_fraction,
        simulated_standard_error_fraction=watched.standard_error_fraction,
        simulated_downtime_per_month_s=watched.down_fraction * MONTH_S,
        simulated_failures=watched.failures,
        simulated_component_failures=watched.component_failures,
        series={
            "coverage_fraction": coverage,
            "availability_fraction": 1.0 - down_by_coverage,
            "downtime_per_month_s": down_by_coverage * MONTH_S,
        },
        by_count={"n": counts, "downtime_per_month_s": down_by_count * MONTH_S},
    )


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: a fixed part, and every change of every component."""
    return 2.0 + 2.5e-4 * _changes_expected(scenario)


def _changes_expected(scenario: Scenario) -> float:
    split = formula.parts(scenario.availabilities, scenario.common_cause_fraction)
    down = np.append(split.own_down, split.common_down)
    changing = down[(down > 0) & (down < 1)]
    return float(2 * (changing / scenario.mttr_s).sum() * scenario.simulated_years * YEAR_S)


def costly_field(scenario: Scenario) -> str:
    return "simulated_years"


def summary(scenario: Scenario, result: Result) -> str:
    """Availability, minutes a month, and how the simulated years compare."""
    return (
        f"{_what(scenario)} is up {result.availability_fraction * 100:.9g}% of the time, down for "
        f"{result.downtime_per_month_s / 60:,.4g} min in a month of 30 days; {scenario.simulated_years:,.0f} simulated "
        f"years with {result.simulated_failures:,} failures say {result.simulated_availability_fraction * 100:.9g}%."
    )


def _what(scenario: Scenario) -> str:
    if scenario.count == 1:
        return "One component"
    if scenario.structure == "k_of_n":
        return f"A whole that needs {scenario.k} of {scenario.count} components"
    return f"A whole of {scenario.count} components in {scenario.structure}"
