"""Which requests succeed, second by second, and how long do users wait?

Assumes Poisson arrivals and requests independent of one another, so that a second is one binomial draw (exact
thinning): the cost does not depend on the request rate. A side above its capacity answers what it can, drops the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.control_plane import Moments
from lessons.simulator.failover.routing import moved_share
from lessons.simulator.failover.scenario import Scenario, given

Switches = npt.NDArray[np.bool_]

LATENCY_NEAR_MS = 40.0  # passport: near-latency
LATENCY_SHAPE = 4.0  # of the log-logistic time: 99 % within 3.15 medians; the quantiles below square twice for it
ROUND_TRIP_BETWEEN_REGIONS_MS = 90.0  # passport: region-round-trip
_WEIGHT_STEP = 1e-4

INSTANT_S = 1e-9  # what lasts no longer is over at once; dividing by it would overflow


@dataclass(frozen=True)
class Expected:
    """What a second brings on average. `weights` has a row a second and a column for each of `waits_ms`."""

    starts_s: Array
    lasts_s: Array
    success: Array
    write_success: Array
    old_side_writes: Array
    weights: Array
    waits_ms: tuple[float, ...]


@dataclass(frozen=True)
class Sides:
    """Per stretch of time: shares of users, and the chance that one attempt succeeds on either side."""

    old: Array
    moved: Array
    resident: Array
    old_read: Array
    old_write: Array
    new_read: Array
    new_write: Array
    forwarded: Array
    carried: Array


def expected(scenario: Scenario, moments: Moments) -> Expected:
    """The chance of success per second, from stretches cut at every second and every moment of the control plane."""
    edges = stretches(scenario, moments)
    middles = (edges[:-1] + edges[1:]) / 2
    sides = sides_of(scenario, moments, middles)
    starts_s, lasts_s = seconds(scenario)
    columns, waits_ms = _answers(scenario, sides)
    weights = np.stack([per_second(scenario, edges, column) for column in columns], axis=1)
    success = np.clip(weights.sum(axis=1), 0.0, 1.0)
    success[success > 1 - 1e-12] = 1.0
    tries = scenario.retries + 1
    writes_old = sides.old * in_tries(sides.old_write, tries)
    writes_new = (sides.moved + sides.resident) * sides.carried * in_tries(sides.new_write, tries)
    return Expected(
        starts_s=starts_s,
        lasts_s=lasts_s,
        success=success,
        write_success=np.clip(per_second(scenario, edges, writes_old + writes_new), 0.0, 1.0),
        old_side_writes=per_second(scenario, edges, writes_old),
        weights=weights,
        waits_ms=waits_ms,
    )


def seconds(scenario: Scenario) -> tuple[Array, Array]:
    """When each second of the run starts, and how long it lasts: the last one may be cut short."""
    starts_s = np.arange(int(np.ceil(scenario.horizon_s)), dtype=np.float64)
    return starts_s, np.minimum(starts_s + 1, scenario.horizon_s) - starts_s


def per_second(scenario: Scenario, edges: Array, values: Array) -> Array:
    """What holds in each stretch between two edges, averaged over each second."""
    starts_s, lasts_s = seconds(scenario)
    second = ((edges[:-1] + edges[1:]) / 2).astype(np.int64)
    return np.bincount(second, weights=values * np.diff(edges), minlength=len(starts_s)) / lasts_s


def stretches(scenario: Scenario, moments: Moments) -> Array:
    """Every second, every moment, and the corners of the ramps between them."""
    seconds = np.append(np.arange(np.ceil(scenario.horizon_s)), scenario.horizon_s)
    marks = [mark for mark in vars(moments).values() if mark is not None]
    marks.append(scenario.fault_duration_s)
    if moments.redirected_s is not None:
        marks += [moments.redirected_s + scenario.dns_ttl_s, moments.redirected_s + scenario.routing_shift_s]
    inside = [mark for mark in marks if 0 < mark < scenario.horizon_s]
    return np.unique(np.concatenate([seconds, inside]))


def sides_of(scenario: Scenario, moments: Moments, at_s: Array) -> Sides:
    """Who is where at these moments, and how one attempt fares there."""
    affected = given(scenario.affected_user_fraction)
    share = moved_share(scenario, moments, at_s)
    ill = ~_from(0.0 if scenario.fault == "switchover" else scenario.fault_duration_s, at_s)
    promoted = _from(moments.promoted_s, at_s)
    busy = _between(
        moments.restored_s if scenario.fault == "switchover" else moments.decided_s, moments.promoted_s, at_s
    )
    if not scenario.promotes:
        busy = np.zeros_like(ill)
    paused = _between(moments.failback_s, moments.failback_shift_s, at_s)
    home = _from(moments.failback_shift_s, at_s)
    old_read, old_write = _old_side(scenario, ill)
    # Once the fault is over, or when it was planned, nobody may write while the primary changes hands.
    fenced = (busy & ~ill) | paused
    old_write = np.where(fenced, 0.0, old_write)
    if scenario.promotes:
        reachable = ~ill | (scenario.fault == "gray_failure")
        through_old = np.where(reachable, old_write, 0.0)
        new_write = np.where(paused, 0.0, np.where(promoted, 1.0, through_old))
    else:
        new_write = np.ones(len(at_s))
    return Sides(
        old=affected * (1 - share),
        moved=affected * share,
        resident=np.full(len(at_s), 1 - affected),
        old_read=old_read,
        old_write=old_write,
        new_read=np.ones(len(at_s)),
        new_write=new_write,
        forwarded=(promoted & ~home & ~ill).astype(np.float64),
        carried=_carried(scenario, moments, at_s, load=1 - affected * (1 - share)),
    )


def _old_side(scenario: Scenario, ill: Switches) -> tuple[Array, Array]:
    """The chance that one attempt to read, and one to write, succeeds on the side where the fault is."""
    if scenario.fault in ("region_loss", "zone_loss"):
        answers = np.where(ill, 0.0, 1.0)
        return answers, answers
    if scenario.fault == "gray_failure":
        answers = np.where(ill, 1 - scenario.gray_error_fraction, 1.0)
        return answers, answers
    always = np.ones(len(ill))
    # A synchronous write cannot be acknowledged while the link is cut.
    blocked = scenario.fault == "partition" and scenario.replication == "sync"
    return always, np.where(ill, 0.0, 1.0) if blocked else always


def capacity_of(scenario: Scenario, moments: Moments, at_s: Array) -> Array:
    """What the surviving side can carry at each moment, as a share of the whole load."""
    ready = given(scenario.standby_capacity_fraction)
    capacity = np.full(len(at_s), max(ready, 1 - given(scenario.affected_user_fraction)))
    if moments.decided_s is not None and ready < 1:
        grown = _grown(at_s - moments.decided_s, given(scenario.scale_up_s))
        capacity = np.maximum(capacity, ready + (1 - ready) * grown)
    if moments.redirected_s is not None and scenario.cache_warm_s > 0:
        cold = scenario.cold_cache_capacity_fraction
        warm = cold + (1 - cold) * _grown(at_s - moments.redirected_s, scenario.cache_warm_s)
        capacity = np.where(at_s >= moments.redirected_s, capacity * warm, capacity)
    return capacity


def _carried(scenario: Scenario, moments: Moments, at_s: Array, load: Array) -> Array:
    """Share of its load that the surviving side can carry."""
    # 1e-9 keeps a side without users from dividing by its own absence.
    return np.minimum(1.0, capacity_of(scenario, moments, at_s) / np.maximum(load, 1e-9))


def _answers(scenario: Scenario, sides: Sides) -> tuple[list[Array], tuple[float, ...]]:
    """Shares of all requests that succeed, by what comes before the answer: nothing, a far region, retries."""
    write, tries = scenario.write_fraction, scenario.retries + 1
    old_read, old_write = in_tries(sides.old_read, tries), in_tries(sides.old_write, tries)
    new_read, new_write = in_tries(sides.new_read, tries), in_tries(sides.new_write, tries)
    served = sides.carried * ((1 - write) * new_read + write * new_write)
    forwarded = sides.old * write * old_write * sides.forwarded
    stays = sides.old * ((1 - write) * old_read + write * old_write * (1 - sides.forwarded))
    columns, waits = [sides.resident * served, sides.moved * served + forwarded], [0.0, far_ms(scenario)]
    if scenario.fault != "gray_failure":
        return [columns[0] + stays, columns[1]], tuple(waits)
    for wait_ms, share in attempts(scenario, sides, stays):
        columns.append(share)
        waits.append(wait_ms)
    return columns, tuple(waits)


def attempts(scenario: Scenario, sides: Sides, answered: Array) -> list[tuple[float, Array]]:
    """The answers of the side that fails by what comes before them, ms: on a slow one a timeout for each lost try."""
    if scenario.fault != "gray_failure":
        return [(0.0, answered)]
    tries, lost = scenario.retries + 1, 1 - sides.old_read
    whole = np.maximum(1 - lost**tries, 1e-12)
    return [(attempt * scenario.timeout_ms, answered * (1 - lost) * lost**attempt / whole) for attempt in range(tries)]


def far_ms(scenario: Scenario) -> float:
    """What a request waits that is served by the other region; another zone is near."""
    return 0.0 if scenario.fault == "zone_loss" else ROUND_TRIP_BETWEEN_REGIONS_MS


def in_tries(attempt: Array, tries: int) -> Array:
    """The chance that one of so many attempts succeeds."""
    return 1 - (1 - attempt) ** tries


def waits(scenario: Scenario, found: Expected) -> tuple[Array, Array]:
    """Median and 99th percentile of what users wait, each second; a failure counts until its client gives up.

    One answer takes a log-logistic time (median 40 ms, 99 % within 126 ms), a far region one round trip more.
    """
    rows = np.round(found.weights / _WEIGHT_STEP)
    changed = np.append(True, np.any(rows[1:] != rows[:-1], axis=1))
    weights = found.weights[changed]
    given_up_ms = (scenario.retries + 1) * scenario.timeout_ms
    both = [_quantile_ms(weights, found.waits_ms, given_up_ms, level) for level in (0.5, 0.99)]
    places = np.cumsum(changed) - 1
    return both[0][places], both[1][places]


def _quantile_ms(weights: Array, waits_ms: tuple[float, ...], given_up_ms: float, level: float) -> Array:
    """Bisection on the mixture of shifted log-logistic answers."""
    low = np.zeros(len(weights))
    high = np.full(len(weights), max(*waits_ms, given_up_ms) + 20 * LATENCY_NEAR_MS)
    failed = 1 - weights.sum(axis=1)
    for _ in range(24):
        middle = (low + high) / 2
        reached = failed * (middle >= given_up_ms)
        for column, wait_ms in enumerate(waits_ms):
            scaled = np.square(np.square(np.maximum(middle - wait_ms, 0.0) / LATENCY_NEAR_MS))
            reached = reached + weights[:, column] * (scaled / (1 + scaled))
        enough = reached >= level
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return np.round(high, 2)


def counts(
    scenario: Scenario, found: Expected, arrivals: np.random.Generator, luck: np.random.Generator
) -> tuple[Array, Array]:
    """Requests offered and succeeded in each second, drawn."""
    offered = arrivals.poisson(scenario.request_rate_rps * found.lasts_s)
    return offered.astype(np.float64), luck.binomial(offered, found.success).astype(np.float64)


def _from(moment_s: float | None, at_s: Array) -> Switches:
    return np.zeros(at_s.shape, dtype=np.bool_) if moment_s is None else at_s >= moment_s


def _between(starts_s: float | None, ends_s: float | None, at_s: Array) -> Switches:
    return _from(starts_s, at_s) & ~_from(ends_s, at_s)


def _grown(after_s: Array, lasts_s: float) -> Array:
    return (after_s >= 0).astype(np.float64) if lasts_s <= INSTANT_S else np.clip(after_s / lasts_s, 0.0, 1.0)
