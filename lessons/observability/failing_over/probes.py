"""What does a probe from outside get to see of each region?

Three places on the internet ask each region's own address at every scrape, once and without a second attempt.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lessons.observability.failing_over.observed import Observed
from lessons.observability.failing_over.traffic import side_shares
from lessons.observability.signals import Series, gauge
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.data_plane import INSTANT_S, sides_of

VANTAGES = ("asia", "europe", "north-america")

LEAVES_OUT = (
    "Probes that fail on their own way: a place outside always reaches a region that answers.",
    "A standby without users is asked for its status alone, and answers.",
)


def series(run: Observed) -> Iterator[Series]:
    """1 or 0 for each region and vantage point, drawn from the chance that one request is answered."""
    luck = stream(run.seed, "signals-probes").random((len(run.regions), len(VANTAGES), len(run.times_s)))
    for row, (region, sides) in enumerate(run.regions.items()):
        chance = region_chance(run, sides)
        for column, vantage in enumerate(VANTAGES):
            yield gauge("probe_success", luck[row, column] < chance, region=region, vantage=vantage)


def region_chance(run: Observed, sides: tuple[str, ...]) -> Array:
    """The chance that one attempt to read succeeds; of two zones, on the one where users are sent."""
    found = sides_of(run.scenario, run.moments, np.maximum(run.times_s, 0.0))
    loaded = found.moved + found.resident > INSTANT_S
    chances = {"old": found.old_read, "new": np.where(loaded, found.carried * found.new_read, 1.0)}
    if len(sides) == 1:
        chance = chances[sides[0]]
    else:
        shares = side_shares(run)
        chance = np.asarray(np.sum([shares[side] * chances[side] for side in sides], axis=0))
    return np.where(run.times_s < 0, 1.0, chance)
