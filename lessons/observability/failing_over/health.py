"""What does the entry's health check say of each region?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lessons.observability.failing_over.observed import Observed
from lessons.observability.signals import Series, gauge
from lessons.simulator.engine.stats import Array

LEAVES_OUT = ("A health check that wavers: one that has called a region lost calls it healthy once the fault is over.",)


def series(run: Observed) -> Iterator[Series]:
    """1 or 0 for each region, at each scrape."""
    for region, sides in run.regions.items():
        yield gauge("region_healthy", region_healthy(run, sides), region=region)


def region_healthy(run: Observed, sides: tuple[str, ...]) -> Array:
    """Lost from the vote of the checkers until the fault is over. Where the other zone takes over, until then."""
    moments = run.moments
    if "old" not in sides or moments.detected_s is None or run.scenario.fault == "switchover":
        return np.ones_like(run.times_s)
    ends = [moments.returned_s] if len(sides) == 1 else [moments.returned_s, moments.redirected_s]
    until_s = min((at_s for at_s in ends if at_s is not None), default=np.inf)
    lost = (run.times_s >= moments.detected_s) & (run.times_s < until_s)
    return np.where(lost, 0.0, 1.0)
