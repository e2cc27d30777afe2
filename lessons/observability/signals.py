"""What does the monitoring see of a run? Named series with labels, one value at each scrape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from lessons.simulator.engine.stats import Array

SERVICE = "tally"
SCRAPE_S = 15.0  # passport: scrape-interval
BEFORE_S = 3_600.0  # passport: quiet-before: one long window of the fast page, so that its first value is a full one

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"
CONSUMER = "search-index"
ENDPOINTS = {"read": ("/catalogue", "GET"), "write": ("/orders", "POST")}
# Where the buckets of a histogram end. Whatever slo.toml calls late has to be one of these bounds.
ANSWER_BOUNDS_S = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.4, 0.6, 1.0, 2.5, 5.0, 10.0)
COMMIT_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Metric:
    """One family. `name` is the name of its series; of a histogram, what stands before `_bucket`, `_sum`, `_count`."""

    name: str
    kind: str
    help: str
    unit: str = ""


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("http_requests_total", COUNTER, "Requests by outcome, counted at the entry, outside the regions."),
        Metric(
            "http_request_duration_seconds",
            HISTOGRAM,
            "What users wait, measured at the entry; a failure lasts until its client gives up.",
            "seconds",
        ),
        Metric("route_share_ratio", GAUGE, "Share of the users that the entry sends to the region.", "ratio"),
        Metric("region_healthy", GAUGE, "1 while the entry's health check calls the region healthy."),
        Metric("region_capacity_rps", GAUGE, "Requests a second that the region can carry now."),
        Metric("region_utilisation_ratio", GAUGE, "Requests served as a share of the region's capacity.", "ratio"),
        Metric("region_requests_in_flight", GAUGE, "Requests that wait for their answer."),
        Metric("failovers_total", COUNTER, "How often users were sent away from the region that serves them."),
        Metric("probe_success", GAUGE, "1 when a probe from outside got an answer from the region."),
        Metric("db_primary", GAUGE, "1 while the region takes writes."),
        Metric(
            "db_replication_lag_seconds",
            GAUGE,
            "Age of the oldest write that the region's copy does not have.",
            "seconds",
        ),
        Metric("db_replication_running", GAUGE, "1 while the region takes writes or receives those of the primary."),
        Metric("db_replication_pending_writes", GAUGE, "Writes that the region's copy does not have yet."),
        Metric("db_reads_total", COUNTER, "Reads by whether they saw the newest acknowledged write."),
        Metric("db_leader_changes_total", COUNTER, "How often another side was made primary."),
        Metric("db_connections_in_use", GAUGE, "Connections to the store that a request holds."),
        Metric("db_connections_limit", GAUGE, "Connections that the pools of the region hold at most."),
        Metric(
            "db_commit_duration_seconds", HISTOGRAM, "From the write to its acknowledgement by the store.", "seconds"
        ),
        Metric("cache_requests_total", COUNTER, "Reads that asked the region's cache, by what they found there."),
        Metric(
            "stream_consumer_lag_messages", GAUGE, "Messages written that the consumer has not handled.", "messages"
        ),
    )
}


@dataclass(frozen=True, eq=False)
class Series:
    """One line of a graph: `values` has one number for each of `Signals.times_s`. A counter never falls.

    `kind` is that of its family; the parts of a histogram are cumulative counts by `le`, a sum and a count.
    """

    name: str
    labels: Mapping[str, str]
    values: Array
    kind: str


@dataclass(frozen=True, eq=False)
class Signals:
    """All series of one run. `times_s` counts from the fault (of a run without one, from its start).

    Times are evenly spaced, 0 is one of them, and the last is the end of the run, which may come early.
    """

    times_s: Array
    step_s: float
    series: tuple[Series, ...]
    leaves_out: tuple[str, ...] = ()
    _by_name: dict[str, list[Series]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for one in self.series:
            assert one.values.shape == self.times_s.shape, f"{one.name} has one value a moment"
            self._by_name.setdefault(one.name, []).append(one)

    def named(self, name: str, **labels: str) -> tuple[Series, ...]:
        """The series of this name that carry these labels, in a stable order."""
        found = self._by_name.get(name, [])
        return tuple(one for one in found if all(one.labels.get(label) == value for label, value in labels.items()))

    def total(self, name: str, **labels: str) -> Array:
        """Their sum at each moment; zeros when there is none."""
        found = [one.values for one in self.named(name, **labels)]
        return np.asarray(np.sum(found, axis=0)) if found else np.zeros_like(self.times_s)


def family_of(series: Series) -> Metric:
    """The family of a series. Raises KeyError for a name that is none of ours."""
    if series.kind == HISTOGRAM:
        return METRICS[series.name.rpartition("_")[0]]
    return METRICS[series.name]


def scrapes(*, before_s: float, until_s: float, step_s: float) -> Array:
    """Every scrape from the quiet time before 0 to the end, and the end itself, s."""
    first, last = -int(before_s // step_s), int(until_s // step_s)
    times = np.asarray(np.arange(first, last + 1) * step_s, dtype=np.float64)
    return times if times[-1] >= until_s else np.append(times, until_s)


def gauge(name: str, values: Array, **labels: str) -> Series:
    """A series of a gauge of this service."""
    return Series(name, {"service": SERVICE, **labels}, np.asarray(values, dtype=np.float64), GAUGE)


def counter(name: str, values: Array, **labels: str) -> Series:
    """A series of a counter of this service."""
    return Series(name, {"service": SERVICE, **labels}, np.asarray(values, dtype=np.float64), COUNTER)


def requests(kind: str, counted: Array, *, region: str, code: str = "200") -> Series:
    """Requests of a kind of ENDPOINTS that a region answered with a code, as a counter."""
    endpoint, method = ENDPOINTS[kind]
    return counter("http_requests_total", counted, region=region, endpoint=endpoint, method=method, code=code)


def rounded_down(expected: Array) -> Array:
    """Expected counts as whole ones; the hair more keeps one that is whole but for the last digit of a sum."""
    return np.asarray(np.floor(expected + 1e-6))


def histogram(name: str, *, bounds_s: Iterable[float], reached: Array, sums: Array, **labels: str) -> Iterator[Series]:
    """The parts of one histogram. `reached` has a row for each bound and one for all: how many took at most so long."""
    common = {"service": SERVICE, **labels}
    for row, bound in enumerate([*(bound_text(bound_s) for bound_s in bounds_s), "+Inf"]):
        yield Series(f"{name}_bucket", {**common, "le": bound}, reached[row], HISTOGRAM)
    yield Series(f"{name}_sum", common, sums, HISTOGRAM)
    yield Series(f"{name}_count", common, reached[-1], HISTOGRAM)


def bound_text(bound_s: float) -> str:
    """A bound as the label `le` says it: the canonical form of OpenMetrics, "0.25", "1.0"."""
    return repr(float(bound_s))
