"""What does one order do, from the edge to the copies that have to have it, and how long does each step take?"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.geography import known_places
from lessons.widgets.trace_waterfall.trace import Stretch, TraceSpan

# What can be mended, in the order in which a request meets it.
GROUPS = {
    "edge": "the way from the edge to the API and back",
    "api": "the API's own work",
    "cache": "the cache, with what fills it",
    "reads": "the reads before the order",
    "attempt": "the first attempt, and the wait after it",
    "commit": "the way to the primary and back",
    "lock": "the wait for the lock",
    "write": "the writing itself",
    "quorum": "the answers of the other copies",
}


@dataclass(frozen=True)
class Times:
    """How long each step takes. `answers` are the other copies' round trips, the nearest first; so many of them as
    `answers_needed` are waited for."""

    user_region: str
    api_region: str
    primary_region: str
    read_region: str
    edge_way_ms: float
    api_ms: float
    cache_ms: float
    fill_ms: float
    reads: int
    read_ms: float
    attempt_ms: float
    backoff_ms: float
    primary_way_ms: float
    lock_ms: float
    write_ms: float
    answers: tuple[tuple[str, float], ...]
    answers_needed: int

    def mended(self, group: str) -> Times:
        """The same request with nothing left of one step. Raises KeyError for a step that is not in GROUPS."""
        gone: dict[str, dict[str, Any]] = {
            "edge": {"edge_way_ms": 0.0},
            "api": {"api_ms": 0.0},
            "cache": {"cache_ms": 0.0, "fill_ms": 0.0},
            "reads": {"read_ms": 0.0},
            "attempt": {"attempt_ms": 0.0, "backoff_ms": 0.0},
            "commit": {"primary_way_ms": 0.0},
            "lock": {"lock_ms": 0.0},
            "write": {"write_ms": 0.0},
            "quorum": {"answers": tuple((region, 0.0) for region, _ in self.answers)},
        }
        return dataclasses.replace(self, **gone[group])


class _Trace:
    """Spans in the order in which they are begun."""

    def __init__(self) -> None:
        self.spans: list[TraceSpan] = []

    def add(
        self,
        name: str,
        parent: str,
        group: str,
        region: str,
        starts_ms: float,
        lasts_ms: float,
        *,
        words: str,
        times: int = 1,
    ) -> float:
        """A span, done so many times one after another, `lasts_ms` each time; gives its end."""
        ends_ms = starts_ms + lasts_ms * times
        pieces: tuple[Stretch, ...] = ()
        if times > 1:
            pieces = tuple((starts_ms + place * lasts_ms, starts_ms + (place + 1) * lasts_ms) for place in range(times))
        city = known_places()[region].city
        self.spans.append(TraceSpan(name, parent, group, words, city, starts_ms, ends_ms, pieces))
        return ends_ms

    def close(self, name: str, ends_ms: float) -> None:
        """A span that was begun before what happened inside it ends now."""
        place = next(place for place, one in enumerate(self.spans) if one.id == name)
        self.spans[place] = dataclasses.replace(self.spans[place], ends_ms=ends_ms)


def spans_of(times: Times) -> tuple[TraceSpan, ...]:
    """The trace: callers before what they call. Half of every round trip is on the way there, half on the way back.

    The API does half of its own work before it asks anybody and half when it has every answer.
    """
    trace = _Trace()
    trace.add("edge", "", "edge", times.user_region, 0.0, 0.0, words="edge: POST /orders")
    at_ms = times.edge_way_ms / 2
    trace.add("api", "edge", "api", times.api_region, at_ms, 0.0, words="API: place order")
    at_ms = _cache(trace, times, at_ms + times.api_ms / 2)
    many = f"read stock \u00d7 {times.reads}" if times.reads > 1 else "read stock"
    at_ms = trace.add(
        "reads", "api", "reads", times.read_region, at_ms, times.read_ms, words=many, times=max(1, times.reads)
    )
    at_ms = _first_attempt(trace, times, at_ms)
    at_ms = _commit(trace, times, at_ms) + times.api_ms / 2
    trace.close("api", at_ms)
    trace.close("edge", at_ms + times.edge_way_ms / 2)
    return tuple(trace.spans)


def _cache(trace: _Trace, times: Times, at_ms: float) -> float:
    trace.add("cache", "api", "cache", times.api_region, at_ms, 0.0, words="cache: get basket")
    at_ms += times.cache_ms
    if times.fill_ms > 0:
        at_ms = trace.add(
            "fill", "cache", "cache", times.api_region, at_ms, times.fill_ms, words="replica: read basket"
        )
    trace.close("cache", at_ms)
    return at_ms


def _first_attempt(trace: _Trace, times: Times, at_ms: float) -> float:
    """Two spans, and none where there was no first attempt: it got no answer, then the API waited to try again."""
    if times.attempt_ms == 0:
        return at_ms
    region = times.api_region
    at_ms = trace.add("attempt", "api", "attempt", region, at_ms, times.attempt_ms, words="commit, no answer")
    if times.backoff_ms > 0:
        at_ms = trace.add(
            "backoff", "api", "attempt", region, at_ms, times.backoff_ms, words="wait before trying again"
        )
    return at_ms


def _commit(trace: _Trace, times: Times, at_ms: float) -> float:
    way_ms = times.primary_way_ms / 2
    trace.add("commit", "api", "commit", times.api_region, at_ms, 0.0, words="commit order")
    at_ms += way_ms
    trace.add("write", "commit", "write", times.primary_region, at_ms, 0.0, words="primary: transaction")
    if times.lock_ms > 0:
        at_ms = trace.add(
            "lock", "write", "lock", times.primary_region, at_ms, times.lock_ms, words="wait for the row's lock"
        )
    at_ms += times.write_ms
    ends = [
        trace.add(f"copy-{order}", "write", "quorum", region, at_ms, rtt_ms, words="copy: append")
        for order, (region, rtt_ms) in enumerate(times.answers)
    ]
    at_ms = max([at_ms, *sorted(ends)[: times.answers_needed]])
    trace.close("write", at_ms)
    trace.close("commit", at_ms + way_ms)
    return at_ms + way_ms
