"""Where does each request go, and what becomes of it? The same chances as in the data plane, kept apart by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.control_plane import Moments
from lessons.simulator.failover.data_plane import (
    Sides,
    attempts,
    far_ms,
    in_tries,
    per_second,
    sides_of,
    stretches,
)
from lessons.simulator.failover.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Flow:
    """Requests that end alike: `share` of all requests, one value a second.

    `side` is `old` or `new`, `kind` is `read` or `write`, `outcome` is `answered`, `unanswered` (nobody answers before
    the client gives up), `refused` (no primary takes the write) or `dropped` (above capacity). `wait_ms` comes before
    an answer: a far region, or retries.
    """

    side: str
    kind: str
    outcome: str
    wait_ms: float
    share: Array


def flows(scenario: Scenario, moments: Moments) -> tuple[Flow, ...]:
    """All flows that ever carry something. In every second their shares sum to 1, those answered to the success."""
    edges = stretches(scenario, moments)
    sides = sides_of(scenario, moments, (edges[:-1] + edges[1:]) / 2)
    found = [*_old_reads(scenario, sides), *_old_writes(scenario, sides), *_new(scenario, sides)]
    made = (
        Flow(flow.side, flow.kind, flow.outcome, flow.wait_ms, per_second(scenario, edges, flow.share).clip(0.0, 1.0))
        for flow in found
    )
    return tuple(flow for flow in made if flow.share.any())


def _old_reads(scenario: Scenario, sides: Sides) -> Iterator[Flow]:
    users = sides.old * (1 - scenario.write_fraction)
    answered = in_tries(sides.old_read, scenario.retries + 1)
    for wait_ms, share in attempts(scenario, sides, users * answered):
        yield Flow("old", "read", "answered", wait_ms, share)
    yield Flow("old", "read", "unanswered", 0.0, users * (1 - answered))


def _old_writes(scenario: Scenario, sides: Sides) -> Iterator[Flow]:
    tries = scenario.retries + 1
    users = sides.old * scenario.write_fraction
    reached, written = in_tries(sides.old_read, tries), in_tries(sides.old_write, tries)
    yield Flow("old", "write", "answered", far_ms(scenario), users * written * sides.forwarded)
    for wait_ms, share in attempts(scenario, sides, users * written * (1 - sides.forwarded)):
        yield Flow("old", "write", "answered", wait_ms, share)
    yield Flow("old", "write", "unanswered", 0.0, users * (1 - reached))
    yield Flow("old", "write", "refused", 0.0, users * (reached - written))


def _new(scenario: Scenario, sides: Sides) -> Iterator[Flow]:
    tries, write = scenario.retries + 1, scenario.write_fraction
    for users, wait_ms in ((sides.resident, 0.0), (sides.moved, far_ms(scenario))):
        for kind, share, attempt in (("read", 1 - write, sides.new_read), ("write", write, sides.new_write)):
            answered = in_tries(attempt, tries)
            yield Flow("new", kind, "answered", wait_ms, users * share * sides.carried * answered)
            yield Flow("new", kind, "refused", 0.0, users * share * sides.carried * (1 - answered))
            yield Flow("new", kind, "dropped", 0.0, users * share * (1 - sides.carried))
