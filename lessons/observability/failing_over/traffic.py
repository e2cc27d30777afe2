"""How many requests does the entry count, with which answer, and where does it send them?

Counted at the entry, outside the regions: a region that is lost still has a row of failures.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lessons.observability.failing_over.observed import Observed
from lessons.observability.signals import ENDPOINTS, Series, counter, gauge, requests
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.routing import moved_share
from lessons.simulator.failover.scenario import given

# What the client is told. Who never gets an answer is counted by the entry as a gateway's timeout; what is above a
# region's capacity is a failure of the service, so not 429.
CODES = {"200": ("answered",), "503": ("refused", "dropped"), "504": ("unanswered",)}

LEAVES_OUT = (
    "Metrics that vanish with the region they come from: everything here is counted or scraped from outside.",
)


def series(run: Observed) -> Iterator[Series]:
    """Requests by region, endpoint and code; the share of users that each region is sent; failovers."""
    for region, sides in run.regions.items():
        for kind in ENDPOINTS:
            for code, outcomes in CODES.items():
                counted = run.until_each_scrape(run.count(sides=sides, kinds=(kind,), outcomes=outcomes))
                yield requests(kind, counted, region=region, code=code)
    shares = side_shares(run)
    for region, sides in run.regions.items():
        yield gauge("route_share_ratio", np.sum([shares[side] for side in sides], axis=0), region=region)
    yield counter("failovers_total", happened(run, run.moments.redirected_s))


def side_shares(run: Observed) -> dict[str, Array]:
    """Which share of all users each side is sent, at each scrape."""
    affected = given(run.scenario.affected_user_fraction)
    old = affected * (1 - moved_share(run.scenario, run.moments, run.times_s))
    return {"old": old, "new": 1 - old}


def happened(run: Observed, *moments_s: float | None) -> Array:
    """How many of these moments are past at each scrape."""
    past = [run.times_s >= at_s for at_s in moments_s if at_s is not None]
    return np.sum(past, axis=0, dtype=np.float64) if past else np.zeros_like(run.times_s)
