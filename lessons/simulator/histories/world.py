"""What surrounds a store: a clock, links that may be cut or slow, and dice for every call.

The dice of a call belong to its client and its number, so another setting changes what is done with them and not what
they say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.clock import Clock
from lessons.simulator.engine.distributions import read_delay
from lessons.simulator.engine.rng import stream
from lessons.simulator.histories.scenario import Scenario

LEGS = 4  # a message there and back, and once more for a repair


@dataclass(slots=True)
class Call:
    """One call under way. `finish(value, ok)` brings its answer; one that comes too late changes nothing.

    `half_way`: its client crashes after the first message, so one copy gets it and nobody an answer.
    """

    client: int
    number: int
    kind: str
    key: int
    value: Any
    region: int
    finish: Callable[[Any, bool], None]
    half_way: bool = False


class World:
    """The clock and the links of one history. Times in ms."""

    def __init__(self, scenario: Scenario, seed: int, attempt: int) -> None:
        self.scenario = scenario
        self.clock = Clock()
        self._draw(seed, attempt)

    def _draw(self, seed: int, attempt: int) -> None:
        scenario, size = self.scenario, (self.scenario.clients, self.scenario.operations)
        chance = stream(seed, f"calls-{attempt}")
        self.thinks_ms: list[list[float]] = chance.exponential(scenario.think_ms, size).tolist()
        self.chances: list[list[list[float]]] = chance.random((*size, 5)).tolist()
        links = stream(seed, f"links-{attempt}")
        ways = (*size, LEGS, scenario.n)
        self._between: Any = read_delay("between_ms", scenario.between_ms).sample(links, ways).tolist()
        self._local: Any = read_delay("local_ms", scenario.local_ms).sample(links, ways).tolist()
        copies = stream(seed, f"copies-{attempt}")
        lag = read_delay("lag_ms", scenario.lag_ms).sample(copies, (*size, scenario.n))
        lag += read_delay("between_ms", scenario.between_ms).sample(copies, (*size, scenario.n))
        self._copy_ms: list[list[list[float]]] = lag.tolist()

    @property
    def now_ms(self) -> float:
        """The time since the start."""
        return self.clock.now_s * 1_000

    def at(self, at_ms: float, act: Callable[[], None]) -> None:
        """Do something later."""
        self.clock.at(max(at_ms / 1_000, self.clock.now_s), act)

    def struck(self, at_ms: float) -> bool:
        """Whether the fault is there at a moment."""
        scenario = self.scenario
        return scenario.fault != "none" and scenario.fault_at_ms <= at_ms < scenario.fault_ends_ms

    def apart(self, one: int, other: int, at_ms: float) -> bool:
        """Whether nothing passes between two regions at a moment."""
        cut = self.scenario.fault in ("partition", "failover_without_fencing")
        return cut and (one == 0) != (other == 0) and self.struck(at_ms)

    def down(self, copy: int, at_ms: float) -> bool:
        """Whether a copy has crashed."""
        return copy == 0 and self.scenario.fault == "crash" and self.struck(at_ms)

    def send(self, call: Call, leg: int, copy: int, arrive: Callable[[], None], *, back: bool = False) -> None:
        """A message of a call between its client and a copy; it is lost where the link is cut or the copy is down."""
        now = self.now_ms
        there = self._local if call.region == copy else self._between
        takes = there[call.client][call.number][leg][copy] + self._slowed(call.region, copy, now)
        ends = now + takes
        if any(self.apart(call.region, copy, at) for at in (now, ends)) or self.down(copy, now if back else ends):
            return
        self.at(ends, arrive)

    def copied_at(self, call: Call, origin: int, copy: int) -> float:
        """When a copy of a call's write, sent now from `origin`, arrives elsewhere; it waits while it cannot pass."""
        now = self.now_ms
        takes = self._copy_ms[call.client][call.number][copy] + self._slowed(origin, copy, now)
        ends = now + takes
        blocked = any(self.apart(origin, copy, at) for at in (now, ends)) or any(
            self.down(one, at) for one in (origin, copy) for at in (now, ends)
        )
        return self.scenario.fault_ends_ms + takes if blocked else ends

    def _slowed(self, one: int, other: int, at_ms: float) -> float:
        slow = self.scenario.fault == "slow_link" and (one == 0) != (other == 0) and self.struck(at_ms)
        return self.scenario.slow_by_ms if slow else 0.0
