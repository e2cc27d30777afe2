"""Which store, which fault, which clients, and which promise to check? The fields of a simulated history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lessons.simulator.checkers import MODELS
from lessons.simulator.engine.distributions import SHAPE, read_delay
from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.errors import ScenarioError

MODES: Final = {
    "leader": "reads and writes at the leader",
    "follower_reads": "writes at the leader, reads nearby",
    "quorum": "quorums of r and w copies",
    "eventual": "any copy, last write wins",
    "causal_session": "any copy, causes first",
}
FAULTS: Final = {
    "none": "none",
    "partition": "the first region is cut off",
    "crash": "the first copy crashes",
    "slow_link": "the first region's links are slow",
    "failover_without_fencing": "cut off, and a second leader chosen",
    "half_writes": "writers crash half-way",
}
WITH_LEADER: Final = ("leader", "follower_reads")
# What a delay that nobody gives is; a dataclass takes no table as a default.
DELAYS: Final[Mapping[str, float | dict[str, Any]]] = {
    "between_ms": {"kind": "uniform", "min_ms": 25.0, "max_ms": 60.0},
    "local_ms": 1.0,
    "lag_ms": {"kind": "exponential", "rate_per_ms": 0.005},
}
DELAY_MEAN_MS_MAX: Final = 60_000.0


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """A store with one copy in each region, clients spread over the regions, one fault, one model to check."""

    mode: str = param(
        "follower_reads",
        label="Where reads and writes go",
        choices=MODES,
        help="One leader that copies to the others in order; quorums; or writes taken anywhere and copied later.",
        passport="histories-mode",
    )
    fault: str = param(
        "none",
        label="Fault",
        choices=FAULTS,
        help="It strikes the first region, where the leader is; writers that crash are everywhere. Where nobody leads, "
        "a second leader is a plain cut.",
        passport="histories-fault",
    )
    check: str = param(
        "linearizable",
        label="Promise to check",
        choices=MODELS,
        help="Histories are made until one breaks it.",
        passport="histories-check",
    )
    session_token: bool = param(
        False,
        label="Session token",
        help="A client carries what it has seen; a copy that has not waits. For reads nearby and for last write wins.",
        passport="histories-token",
    )
    read_repair: bool = param(
        False,
        label="Read repair",
        help="Quorums: a read writes the newest value it found to a write quorum before it answers.",
        passport="histories-repair",
    )
    n: int = param(3, label="Copies, one in each region", min=2, max=5, step=1, passport="histories-copies")
    r: int = param(2, label="Copies asked by a read (r)", min=1, max=5, step=1, passport="histories-r")
    w: int = param(2, label="Copies that confirm a write (w)", min=1, max=5, step=1, passport="histories-w")
    clients: int = param(
        4, label="Clients", min=1, max=8, step=1, help="Spread over the regions.", passport="histories-clients"
    )
    operations: int = param(
        6, label="Operations of each client", min=1, max=40, step=1, passport="histories-operations"
    )
    keys: int = param(2, label="Keys", min=1, max=5, step=1, passport="histories-keys")
    write_fraction: float = param(
        0.3, label="Share of writes", min=0, max=1, step=0.05, passport="histories-write-share"
    )
    cas_fraction: float = param(
        0.0,
        label="Share of compare-and-set",
        min=0,
        max=1,
        step=0.05,
        help="Among the writes. Only a leader can decide one.",
        passport="histories-cas-share",
    )
    think_ms: float = param(
        100.0, label="Think time, mean", unit="ms", min=0, max=10_000, step=10, passport="histories-think"
    )
    reroute_fraction: float = param(
        0.2,
        label="Calls that are re-routed",
        min=0,
        max=1,
        step=0.05,
        help="Before such a call the client moves to another region. With causes first it stays with its copy.",
        passport="histories-reroute",
    )
    between_ms: float | Mapping[str, Any] | None = param(
        None,
        label="One way between regions",
        unit="ms",
        shape=SHAPE,
        help="From 25 to 60 ms when nothing is given.",
        passport="histories-between",
    )
    local_ms: float | Mapping[str, Any] = param(
        1.0, label="One way within a region", unit="ms", shape=SHAPE, passport="histories-local"
    )
    lag_ms: float | Mapping[str, Any] | None = param(
        None,
        label="Copying waits",
        unit="ms",
        shape=SHAPE,
        help="On top of the way, for every copy that is sent after the answer; a mean of 200 ms when nothing is given.",
        passport="histories-lag",
    )
    timeout_ms: float = param(
        300.0,
        label="Clients give up after",
        unit="ms",
        min=1,
        max=60_000,
        step=10,
        help="The outcome is then unknown.",
        passport="histories-timeout",
    )
    fault_at_ms: float = param(
        200.0, label="The fault begins at", unit="ms", min=0, max=600_000, step=10, passport="histories-fault-at"
    )
    fault_duration_ms: float = param(
        500.0, label="The fault lasts", unit="ms", min=0, max=600_000, step=10, passport="histories-fault-duration"
    )
    failover_after_ms: float = param(
        150.0,
        label="A new leader after",
        unit="ms",
        min=0,
        max=600_000,
        step=10,
        help="From the fault on; for a crash, and for a second leader without fencing.",
        passport="histories-failover",
    )
    slow_by_ms: float = param(
        300.0, label="A slow link adds", unit="ms", min=0, max=60_000, step=10, passport="histories-slow"
    )
    clock_skew_ms: float = param(
        0.0,
        label="The first region's clock is ahead by",
        unit="ms",
        min=-60_000,
        max=60_000,
        step=10,
        help="Where the latest stamp wins: quorums, and last write wins.",
        passport="histories-skew",
    )
    tries: int = param(
        20,
        label="Histories tried",
        min=1,
        max=100,
        step=1,
        help="Each with dice of its own, until one breaks the promise.",
        passport="histories-tries",
    )

    def resolve(self) -> None:
        for name, otherwise in DELAYS.items():
            given = getattr(self, name)
            delay = read_delay(name, otherwise if given is None else given)
            if not delay.mean_ms <= DELAY_MEAN_MS_MAX:
                raise ScenarioError(
                    name, "has a mean that is too long", allowed=f"a mean of up to {DELAY_MEAN_MS_MAX:,.0f} ms"
                )
            self._set(name, delay.plain())
        for name in ("r", "w"):
            if self.mode == "quorum" and getattr(self, name) > self.n:
                raise ScenarioError(name, f"is {getattr(self, name)}", allowed=f"up to n, which is {self.n}")
        if self.cas_fraction > 0 and self.mode not in WITH_LEADER:
            raise ScenarioError(
                "cas_fraction", f"is {self.cas_fraction:g} where no leader decides", allowed=f"0 with {self.mode}"
            )

    @property
    def fault_ends_ms(self) -> float:
        """When the fault is over."""
        return self.fault_at_ms + self.fault_duration_ms
