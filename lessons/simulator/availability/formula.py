"""What does the arithmetic say? Products, sums of products, and two things that spoil them.

Common causes follow the beta-factor model (K. N. Fleming, 1975; IEC 61508-6, annex D): a share beta of a component's
failures takes all components at once, the rest are its own. It is applied to the time down, so that a component alone
stays exactly as available as it was said to be: with unavailability q, the common cause is down beta x q of the time,
and a component's own part is up (1 - q) / (1 - beta x q) of the time. Where components differ, beta counts of the most
available one, so that nobody's own part is better than never down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lessons.simulator.availability.scenario import Scenario
from lessons.simulator.engine.stats import Array


@dataclass(frozen=True)
class Parts:
    """Shares of time down: of what all components share, and of each component's own part."""

    common_down: float
    own_down: Array


@dataclass(frozen=True)
class Chances:
    """How often the whole is down in the best case, and how often it hangs on a failover.

    down(coverage) = `beyond_help` + (1 - coverage) x `on_failover`.
    """

    beyond_help: float
    on_failover: float

    def down(self, coverage_fraction: float) -> float:
        """The share of time down when failover works so often."""
        return self.beyond_help + (1.0 - coverage_fraction) * self.on_failover

    def coverage_needed(self, availability_fraction: float) -> float | None:
        """How often failover has to work to reach an availability: 0 where it is not needed, None where nothing helps.

        A component or a term that is down for less than one part in 10^12 of the time counts as never down.
        """
        budget = 1.0 - availability_fraction
        if self.down(0.0) <= budget + 1e-12:
            return 0.0
        if self.down(1.0) > budget + 1e-12:
            return None
        return 1.0 - (budget - self.beyond_help) / self.on_failover


def parts(availabilities: list[float], common_cause_fraction: float) -> Parts:
    """Each component split into what it shares and what is its own."""
    down = 1.0 - np.array(availabilities)
    common = common_cause_fraction * float(down.min())
    own = (down - common) / (1.0 - common) if common < 1 else np.zeros_like(down)
    return Parts(common, own)


def chances(split: Parts, needed: int) -> Chances:
    """The whole is up while the common part is, and either the first `needed` components are up, or at least so many
    of all are and the failover worked."""
    common_up = 1.0 - split.common_down
    too_few = _fewer_up(split.own_down, needed)
    serving_down = 1.0 - float(np.prod(1.0 - split.own_down[:needed]))
    return Chances(
        beyond_help=split.common_down + common_up * too_few,
        # Where nothing stands by, rounding may leave a trace of either sign.
        on_failover=common_up * max(0.0, serving_down - too_few) if needed < len(split.own_down) else 0.0,
    )


def _fewer_up(down: Array, needed: int) -> float:
    """How likely fewer than `needed` independent components are up (Poisson-binomial, one component at a time)."""
    up_count = np.zeros(len(down) + 1)
    up_count[0] = 1.0
    for one in down:
        up_count[1:] = up_count[1:] * one + up_count[:-1] * (1.0 - one)
        up_count[0] *= one
    return float(up_count[:needed].sum())


def chances_of(scenario: Scenario) -> Chances:
    """The scenario's own."""
    return chances(parts(scenario.availabilities, scenario.common_cause_fraction), scenario.needed)


def down_by_count(scenario: Scenario, shown_least: int = 8) -> tuple[Array, Array]:
    """Share of time down with fewer and with more components: counts (from as many as are needed) and shares."""
    each = scenario.component_availability_fraction
    most = max(scenario.count, shown_least) if isinstance(each, float) else scenario.count
    counts = np.arange(1 if scenario.structure != "k_of_n" else scenario.k, most + 1)
    found = []
    for count in counts.tolist():
        available = [each] * count if isinstance(each, float) else scenario.availabilities[:count]
        needed = count if scenario.structure == "series" else scenario.needed
        split = parts(available, scenario.common_cause_fraction)
        found.append(chances(split, needed).down(scenario.coverage_fraction))
    return counts.astype(float), np.array(found)
