"""What do outages do to a number of nines?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.fields import Service
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.simulator.errors import ScenarioError

LEAVES_OUT = (
    "Outages that overlap: their lengths are added up.",
    "Partial outages: a minute counts as down for everybody or not at all.",
    "Which minutes they were; an hour at night weighs as much as one at noon.",
)
OUTAGES_MAX = 1_000
MONTH_S, YEAR_S = 30 * 86_400.0, 365 * 86_400.0
_SHAPE = f"a list of up to {OUTAGES_MAX:,} lengths in seconds, such as [1800, 240], which fit into the period"


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """A period and the outages in it."""

    outages_s: tuple[float, ...] = param(
        (1_200.0, 600.0, 240.0),
        label="Outages",
        unit="s",
        shape=_SHAPE,
        help="How long each lasted.",
        passport="downtime-outages",
    )
    period_s: float = param(
        MONTH_S,
        label="Period",
        unit="s",
        min=1,
        max=10 * YEAR_S,
        step=86_400,
        scale="log",
        help="30 days are 2592000 s.",
        passport="downtime-period",
    )
    slo_target_fraction: float = same_as(
        Service,
        "slo_target_fraction",
        help="What it leaves of the period is the error budget.",
        passport="downtime-objective",
    )

    def resolve(self) -> None:
        """Bring the outages to a list of numbers. Raises ScenarioError."""
        outages_s = _lengths(self.outages_s)
        total_s = math.fsum(outages_s)
        if total_s > self.period_s:
            problem = f"adds up to {total_s:,.0f} s, which is more than the {self.period_s:,.0f} s of the period"
            raise ScenarioError("outages_s", problem, allowed=_SHAPE)
        self._set("outages_s", outages_s)


@dataclass(frozen=True)
class Result:
    """A month has 30 days, a year 365; both as if all time were like the period."""

    availability_fraction: float
    downtime_s: float
    downtime_per_month_s: float
    downtime_per_year_s: float
    error_budget_s: float
    error_budget_spent_fraction: float
    longest_outage_s: float


def run(scenario: Scenario, *, seed: int) -> Result:
    """Sums and shares; nothing is left to chance."""
    down_s = math.fsum(scenario.outages_s)
    down_fraction = down_s / scenario.period_s
    budget_s = (1.0 - scenario.slo_target_fraction) * scenario.period_s
    return Result(
        availability_fraction=1.0 - down_fraction,
        downtime_s=down_s,
        downtime_per_month_s=down_fraction * MONTH_S,
        downtime_per_year_s=down_fraction * YEAR_S,
        error_budget_s=budget_s,
        error_budget_spent_fraction=down_s / budget_s,
        longest_outage_s=max(scenario.outages_s, default=0.0),
    )


def _lengths(value: Any) -> list[float]:
    if not isinstance(value, (list, tuple)):
        raise ScenarioError("outages_s", f"is {repr(value)[:60]}, which is not a list", allowed=_SHAPE)
    if len(value) > OUTAGES_MAX:
        raise ScenarioError("outages_s", f"has {len(value):,} lengths", allowed=_SHAPE)
    return [_length(one) for one in value]


def _length(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ScenarioError("outages_s", f"has {repr(value)[:60]}, which is not a number", allowed=_SHAPE)
    # Compared before it is turned into a float: a whole number may be too large for one.
    if not 0 <= value <= 10 * YEAR_S:
        raise ScenarioError("outages_s", f"has {str(value)[:60]}", allowed=_SHAPE)
    return float(value)


def cost_ms(scenario: Scenario) -> float:
    """A sum over at most a thousand numbers."""
    return 1.0


def costly_field(scenario: Scenario) -> str:
    return "outages_s"


def summary(scenario: Scenario, result: Result) -> str:
    """The sum of the outages as availability and as a share of the budget."""
    outages = "1 outage" if len(scenario.outages_s) == 1 else f"{len(scenario.outages_s):,} outages"
    return (
        f"{outages} of {result.downtime_s:,.0f} s in all, and {scenario.period_s:,.0f} s: up for "
        f"{result.availability_fraction * 100:.6g}% of the time, with {result.error_budget_spent_fraction:,.0%} of the "
        f"error budget spent."
    )
