"""Which components are there, how many of them have to be up, and what ties them together?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.errors import ScenarioError

COMPONENTS_MAX = 20
STRUCTURES = {"series": "in series: all of them", "parallel": "in parallel: any one", "k_of_n": "k of n"}
_SHAPE = f"a number from 0 to 1, or a list of 1 to {COMPONENTS_MAX} of them, such as [0.999, 0.9995]"


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Components that go up and down, and the rule by which the whole is up.

    The first k components serve (all of them in series, one in parallel); the others stand by.
    """

    structure: str = param(
        "parallel",
        label="What has to be up",
        choices=STRUCTURES,
        help="The whole is up when so many of its components are.",
        passport="availability-structure",
    )
    component_availability_fraction: tuple[float, ...] | float = param(
        0.999,
        label="Availability of a component",
        shape=_SHAPE,
        help="One number for all of them, or a list with one for each. The first ones serve, the others stand by.",
        passport="availability-component",
    )
    n: int | None = param(
        None,
        label="Components",
        min=1,
        max=COMPONENTS_MAX,
        step=1,
        help="As many as a list has.",
        passport="availability-n",
    )
    k: int = param(
        1,
        label="k: so many have to be up",
        min=1,
        max=COMPONENTS_MAX,
        step=1,
        help="Used with k of n.",
        passport="availability-k",
    )
    common_cause_fraction: float = param(
        0.0,
        label="Share of the downtime that has a common cause",
        min=0,
        max=1,
        step=0.01,
        help="The beta factor: so much of each component's downtime comes from something that takes all of them.",
        passport="availability-common-cause",
    )
    coverage_fraction: float = param(
        1.0,
        label="Failover works",
        min=0,
        max=1,
        step=0.01,
        help="How likely it is, each time a serving component fails, that those standing by really take over.",
        passport="availability-coverage",
    )
    mtbf_s: float = param(
        0.0,
        label="Time between failures",
        unit="s",
        min=0,
        max=3_200_000_000,
        step=3_600,
        help="Mean time up. Given together with the time to repair it decides the availability; 0 leaves that alone.",
        passport="availability-mtbf",
    )
    mttr_s: float = param(
        3_600.0,
        label="Time to repair",
        unit="s",
        min=1,
        max=2_592_000,
        step=60,
        scale="log",
        help="Mean time down. At a given availability it changes how often things fail, not for how long in sum.",
        passport="availability-mttr",
    )
    simulated_years: float = param(
        10_000.0,
        label="Years to simulate",
        min=1,
        max=1_000_000,
        step=100,
        scale="log",
        passport="availability-years",
    )
    slo_target_fraction: float = param(
        0.9999,
        label="Objective",
        min=0,
        max=1,
        step=0.0001,
        help="The run says how often failover would have to work to reach it.",
        passport="availability-objective",
    )

    def resolve(self) -> None:
        """Bring the components to one number or a list, and their count to a number. Raises ScenarioError."""
        each = _components(self.component_availability_fraction)
        if self.mtbf_s > 0:
            each = self.mtbf_s / (self.mtbf_s + self.mttr_s)
        self._set("component_availability_fraction", each)
        if isinstance(each, list):
            if self.n not in (None, len(each)):
                raise ScenarioError(
                    "n",
                    f"is {self.n}, but component_availability_fraction lists {len(each)}",
                    allowed=f"{len(each)}, or one availability for all components",
                )
            self._set("n", len(each))
        elif self.n is None:
            self._set("n", 2)
        if self.structure == "k_of_n" and self.k > self.count:
            raise ScenarioError("k", f"is {self.k}", allowed=f"a whole number from 1 to {self.count} components")

    @property
    def count(self) -> int:
        """How many components there are."""
        assert self.n is not None, "resolved"
        return self.n

    @property
    def needed(self) -> int:
        """How many of them have to be up."""
        return {"series": self.count, "parallel": 1, "k_of_n": self.k}[self.structure]

    @property
    def availabilities(self) -> list[float]:
        """One for each component."""
        each = self.component_availability_fraction
        return [each] * self.count if isinstance(each, float) else list(each)


def _components(value: Any) -> float | list[float]:
    if isinstance(value, (list, tuple)):
        if not 1 <= len(value) <= COMPONENTS_MAX:
            raise ScenarioError("component_availability_fraction", f"lists {len(value)}", allowed=_SHAPE)
        return [_fraction(one) for one in value]
    return _fraction(value)


def _fraction(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        text = repr(value)[:60]
        raise ScenarioError("component_availability_fraction", f"has {text}, which is not a number", allowed=_SHAPE)
    # Compared before it is turned into a float: a whole number may be too large for one.
    if not 0 <= value <= 1:
        raise ScenarioError("component_availability_fraction", f"has {str(value)[:60]}", allowed=_SHAPE)
    return float(value)
