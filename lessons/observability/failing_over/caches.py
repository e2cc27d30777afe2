"""How many reads find what they ask for in the region's cache?

A cache that has served its users for long answers a fixed share. Who moves finds a cold one, which warms evenly from
the first moved user on: over the time the scenario gives, or over a usual one where it gives none.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lessons.observability.failing_over.observed import Observed
from lessons.observability.signals import Series, counter, rounded_down
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.data_plane import INSTANT_S
from lessons.simulator.failover.routing import moved_share
from lessons.simulator.failover.scenario import given

HIT_FRACTION = 0.95  # passport: cache-hits
WARMS_IN_S = 300.0  # passport: cache-warms

LEAVES_OUT = (
    "Which keys are asked for: every read of a user who moved has the same chance of a hit.",
    "Where the scenario has no time for caches to warm, a cold cache costs the run no capacity, and still shows here.",
)


def series(run: Observed) -> Iterator[Series]:
    """Hits and misses of the reads that each region answered."""
    for region, sides in run.regions.items():
        reads, hits = np.zeros_like(run.times_s), np.zeros_like(run.times_s)
        for side in sides:
            answered = run.count(sides=(side,), kinds=("read",), outcomes=("answered",))
            reads += run.until_each_scrape(answered)
            # Rounded down as a whole, so that neither hits nor misses ever fall.
            hits += rounded_down(run.until_each_scrape(answered * hit_fraction(run, side)))
        yield counter("cache_requests_total", hits, region=region, result="hit")
        yield counter("cache_requests_total", reads - hits, region=region, result="miss")


def hit_fraction(run: Observed, side: str) -> Array:
    """The share of hits of one side in each second: those who were always there, and those who moved in."""
    moments = run.moments
    if side == "old":
        return HIT_FRACTION * _warm(run, _emptied_s(run))
    moved = given(run.scenario.affected_user_fraction) * moved_share(run.scenario, moments, run.ends_s)
    stayed = 1 - given(run.scenario.affected_user_fraction)
    everybody = np.maximum(moved + stayed, INSTANT_S)
    return HIT_FRACTION * (stayed + moved * _warm(run, moments.redirected_s)) / everybody


def _emptied_s(run: Observed) -> float | None:
    """From when the side that failed starts again with an empty cache: its users come home, or it comes back."""
    if run.moments.failback_shift_s is not None:
        return run.moments.failback_shift_s
    return run.moments.returned_s if run.scenario.fault in ("region_loss", "zone_loss") else None


def _warm(run: Observed, since_s: float | None) -> Array:
    """How warm a cache is in each second: all of it before it was emptied, then evenly more."""
    if since_s is None:
        return np.ones_like(run.ends_s)
    lasts_s = run.scenario.cache_warm_s or WARMS_IN_S
    return np.where(run.ends_s <= since_s, 1.0, np.clip((run.ends_s - since_s) / lasts_s, 0.0, 1.0))
