"""How many messages wait for the consumer of each region?

Every answered write is one message. The backlog is the integral of what is written minus what is handled: a consumer
handles up to a fixed multiple of the usual rate, and nothing while it is cut off from the log or starts anew.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lessons.observability.failing_over.observed import Observed, Switches
from lessons.observability.signals import CONSUMER, Series, gauge
from lessons.simulator.engine.stats import Array

CONSUMER_HEADROOM = 2.0  # passport: consumer-headroom
FETCH_S = 1  # passport: consumer-fetch
RESTART_S = 30.0  # passport: consumer-restart

LEAVES_OUT = (
    "Partitions of the log: one consumer a region handles all of it.",
    "A log that is lost with its region: the messages of lost writes stay counted.",
)


def series(run: Observed) -> Iterator[Series]:
    """The backlog of one consumer in each region; of two in one region, the larger."""
    for region, sides in run.regions.items():
        waiting = np.max([backlog(run, side) for side in sides], axis=0)
        yield gauge("stream_consumer_lag_messages", waiting, region=region, consumer=CONSUMER)


def backlog(run: Observed, side: str) -> Array:
    """Messages written and not handled at each scrape."""
    written = run.count(sides=("old", "new"), kinds=("write",), outcomes=("answered",)).astype(np.float64)
    # What was written in the last second has not been fetched yet.
    fetched = np.concatenate([np.zeros(FETCH_S), written])[: len(written)]
    usual_rps = run.scenario.request_rate_rps * run.scenario.write_fraction
    more = np.cumsum(fetched - np.where(_works(run, side), CONSUMER_HEADROOM * usual_rps, 0.0))
    # Lindley's recursion for the whole run at once: never below nothing.
    waiting = more - np.minimum(np.minimum.accumulate(more), 0.0)
    return np.round(run.at_each_scrape(waiting + np.cumsum(written) - np.cumsum(fetched)))


def _works(run: Observed, side: str) -> Switches:
    """Whether the consumer of a side handles anything in each second."""
    scenario, moments, at_s = run.scenario, run.moments, run.ends_s
    taken_s = np.inf if run.takeover_s is None else run.takeover_s
    works = np.ones(at_s.shape, dtype=np.bool_)
    if scenario.fault in ("region_loss", "zone_loss", "partition"):
        cut = (at_s > 0) & (at_s <= scenario.fault_duration_s)
        has_the_log = at_s > taken_s if side == "new" else (at_s <= taken_s) & (scenario.fault == "partition")
        works &= ~cut | has_the_log
    for changed_s in (run.takeover_s, moments.failback_shift_s):
        if changed_s is not None:
            works &= (at_s <= changed_s) | (at_s > changed_s + RESTART_S)
    return works
