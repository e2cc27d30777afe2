"""How long do answers and commits take? The run's own times, counted in buckets.

An answer takes a log-logistic time (median 40 ms, shape 4), as in the failover lens, after what comes before it: a far
region, or attempts that timed out. A failure lasts until its client gives up. Counts below a bound are expected ones,
rounded down, so that they never fall and never exceed a longer bound's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from lessons.observability.failing_over.observed import Counts, Observed
from lessons.observability.signals import ANSWER_BOUNDS_S, COMMIT_BOUNDS_S, ENDPOINTS, Series, histogram, rounded_down
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.data_plane import LATENCY_NEAR_MS, LATENCY_SHAPE, far_ms
from lessons.simulator.failover.flows import Flow

COMMIT_MS = 5.0  # passport: commit-time
ZONE_ROUND_TRIP_MS = 1.0  # passport: zone-round-trip

LEAVES_OUT = (
    "Queues: a region near its capacity answers as fast as an idle one.",
    "The time of one commit depends on nothing but where the other copy is; a busy disk is not modelled.",
)


@dataclass(frozen=True, eq=False)
class Timed:
    """Requests that end after `starts_ms` and, when they are answered, a log-logistic time. One count a second."""

    counts: Counts
    starts_ms: float
    median_ms: float = 0.0

    @property
    def mean_s(self) -> float:
        """Their mean duration: the mean of a log-logistic time is its median times (pi / shape) / sin(pi / shape)."""
        angle = math.pi / LATENCY_SHAPE
        return (self.starts_ms + self.median_ms * angle / math.sin(angle)) / 1_000

    def within(self, bound_s: float) -> float:
        """The share that takes at most so long."""
        left_ms = bound_s * 1_000 - self.starts_ms
        if left_ms < 0 or self.median_ms == 0:
            return float(left_ms >= 0)
        scaled = math.pow(left_ms / self.median_ms, LATENCY_SHAPE)
        return scaled / (1 + scaled)


def series(run: Observed) -> Iterator[Series]:
    """Durations of requests by region and endpoint, and of commits by the region that commits."""
    for region, sides in run.regions.items():
        for kind, (endpoint, _) in ENDPOINTS.items():
            parts = answers(run, sides=sides, kinds=(kind,))
            labels = {"region": region, "endpoint": endpoint}
            yield from _histogram(run, "http_request_duration_seconds", ANSWER_BOUNDS_S, parts, **labels)
        yield from _histogram(run, "db_commit_duration_seconds", COMMIT_BOUNDS_S, commits(run, sides), region=region)


def answers(run: Observed, *, sides: tuple[str, ...], kinds: tuple[str, ...]) -> list[Timed]:
    """Every flow of these sides and kinds with its time."""
    flows = zip(run.flows, run.counts, strict=True)
    return [_timed(run, flow, counts) for flow, counts in flows if flow.side in sides and flow.kind in kinds]


def _timed(run: Observed, flow: Flow, counts: Counts) -> Timed:
    if flow.outcome == "answered":
        return Timed(counts, flow.wait_ms, LATENCY_NEAR_MS)
    return Timed(counts, gives_up_s(run) * 1_000)


def gives_up_s(run: Observed) -> float:
    """How long a client waits in all before a request has failed."""
    return (run.scenario.retries + 1) * run.scenario.timeout_ms / 1_000


def commits(run: Observed, sides: tuple[str, ...]) -> list[Timed]:
    """Every answered write is one commit, on the side that is primary for it."""
    return [
        Timed(counts, _before_commit_ms(run), COMMIT_MS)
        for side, counts in (("old", _committed_old(run)), ("new", _committed_new(run)))
        if side in sides
    ]


def _before_commit_ms(run: Observed) -> float:
    """A synchronous commit waits for the other copy too."""
    if run.scenario.replication != "sync":
        return 0.0
    return far_ms(run.scenario) or ZONE_ROUND_TRIP_MS


def _committed_new(run: Observed) -> Counts:
    """What the other side commits: writes that reach it once it is primary, and those forwarded to it."""
    forwarded = [
        flow.side == "old" and flow.outcome == "answered" and flow.wait_ms > 0 and run.scenario.fault != "gray_failure"
        for flow in run.flows
    ]
    arrived = run.count(sides=("new",), kinds=("write",), outcomes=("answered",))
    return np.asarray(np.where(_new_is_primary(run), arrived, 0) + run.counts[forwarded].sum(axis=0))


def _committed_old(run: Observed) -> Counts:
    written = run.count(sides=("old", "new"), kinds=("write",), outcomes=("answered",))
    return np.asarray(written - _committed_new(run))


def _new_is_primary(run: Observed) -> Array:
    if not run.scenario.promotes:
        return np.ones_like(run.ends_s)
    starts, ends = (np.inf if at_s is None else at_s for at_s in (run.moments.promoted_s, run.moments.failback_shift_s))
    return np.asarray((run.ends_s > starts) & (run.ends_s <= ends))


def _histogram(
    run: Observed, name: str, bounds_s: tuple[float, ...], parts: Iterable[Timed], **labels: str
) -> Iterator[Series]:
    reached = np.zeros((len(bounds_s) + 1, len(run.times_s)))
    sums = np.zeros(len(run.times_s))
    for part in parts:
        counted = run.until_each_scrape(part.counts)
        shares = np.array([*(part.within(bound_s) for bound_s in bounds_s), 1.0])
        reached += rounded_down(counted * shares[:, None])
        sums += counted * part.mean_s
    yield from histogram(name, bounds_s=bounds_s, reached=reached, sums=sums, **labels)
