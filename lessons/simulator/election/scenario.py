"""How long is a group without a leader? Servers, timers, messages, and what counts as the end of an election."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.distributions import SHAPE as DELAY_SHAPE
from lessons.simulator.engine.distributions import read_delay
from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.errors import ScenarioError

SERVERS_MAX = 11


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """A Raft group that has lost its leader, or starts without one."""

    servers: int = param(
        5,
        label="Servers in the group",
        min=2,
        max=SERVERS_MAX,
        step=1,
        help="A leader needs the votes of more than half of them.",
        passport="election-servers",
    )
    available: int | None = param(
        None,
        label="Of these alive",
        min=1,
        max=SERVERS_MAX,
        step=1,
        help="Without the lost leader. Left out: all but one.",
        passport="election-available",
    )
    eligible: int | None = param(
        None,
        label="Of these able to win",
        min=1,
        max=SERVERS_MAX,
        step=1,
        help="Their logs hold all that is committed. The others vote, stand, and lose. Left out: all.",
        passport="election-eligible",
    )
    election_timeout_min_ms: float = param(
        150.0,
        label="Shortest election timeout",
        unit="ms",
        min=1,
        max=60_000,
        step=10,
        scale="log",
        help="A server that hears from no leader for so long stands for election.",
        passport="election-timeout-min",
    )
    election_timeout_max_ms: float = param(
        300.0,
        label="Longest election timeout",
        unit="ms",
        min=1,
        max=120_000,
        step=10,
        scale="log",
        help="Each server draws anew between the two, so that one is first.",
        passport="election-timeout-max",
    )
    one_way: float | Mapping[str, Any] = param(
        5.0,
        label="Message, one way",
        unit="ms",
        shape=DELAY_SHAPE,
        help="Drawn for every message.",
        passport="election-one-way",
    )
    vote_disk_ms: float = param(
        0.0,
        label="Writing a vote to disk",
        unit="ms",
        min=0,
        max=1_000,
        step=1,
        help="A vote is durable before it is sent.",
        passport="election-vote-disk",
    )
    heartbeat_ms: float | None = param(
        None,
        label="Heartbeat interval",
        unit="ms",
        min=0,
        max=60_000,
        step=5,
        scale="linear",
        help="Of the lost leader. Left out: half the shortest timeout.",
        passport="election-heartbeat",
    )
    timers: str = param(
        "heartbeat",
        label="Timers",
        choices={"heartbeat": "run since the last heartbeat", "fresh": "all start at 0"},
        help="The leader dies at a uniform moment between two heartbeats; or there was none, and all begin together.",
        passport="election-timers",
    )
    until: str = param(
        "first_heartbeat",
        label="The election ends with",
        choices={"first_heartbeat": "the new leader's first heartbeat", "majority": "the deciding vote"},
        help="Others learn of the new leader from its first heartbeat.",
        passport="election-until",
    )
    trials: int = param(
        10_000,
        label="Elections drawn",
        min=100,
        max=100_000,
        step=100,
        scale="log",
        help="All of them advance together.",
        passport="election-trials",
    )
    horizon_s: float = param(
        30.0,
        label="Watched for",
        unit="s",
        min=0.1,
        max=600,
        step=1,
        help="An election still open then counts as that long.",
        passport="election-horizon",
    )

    def resolve(self) -> None:
        """Fill what follows from other fields, and refuse groups and timers that cannot be."""
        self._set("one_way", read_delay("one_way", self.one_way).plain())
        if self.available is None:
            self._set("available", max(self.servers - 1, 1))
        self._at_most("available", self.available, "servers", self.servers)
        if self.eligible is None:
            self._set("eligible", self.available)
        self._at_most("eligible", self.eligible, "available", self.available)
        if self.election_timeout_max_ms < self.election_timeout_min_ms:
            problem = f"is {self.election_timeout_max_ms:g}, below the shortest"
            raise ScenarioError(
                "election_timeout_max_ms", problem, allowed=f"{self.election_timeout_min_ms:g} ms or more"
            )
        if self.heartbeat_ms is None:
            self._set("heartbeat_ms", self.election_timeout_min_ms / 2)

    def _at_most(self, field: str, value: int | None, of: str, most: int | None) -> None:
        assert value is not None and most is not None, "resolve fills every optional field"
        if value > most:
            raise ScenarioError(field, f"is {value}", allowed=f"a whole number from 1 to {of}, which is {most}")


@dataclass(frozen=True)
class Group:
    """The numbers of a scenario that say how many."""

    servers: int
    available: int
    eligible: int

    @property
    def majority(self) -> int:
        """Votes that make a leader."""
        return self.servers // 2 + 1

    @property
    def can_elect(self) -> bool:
        """Whether enough servers are alive to make a leader of one of them."""
        return self.available >= self.majority


def group_of(scenario: Scenario) -> Group:
    """How many servers there are, live, and may win."""
    assert scenario.available is not None and scenario.eligible is not None, "resolve fills every optional field"
    return Group(scenario.servers, scenario.available, scenario.eligible)


def heartbeat_of(scenario: Scenario) -> float:
    """The heartbeat interval in ms."""
    assert scenario.heartbeat_ms is not None, "resolve fills every optional field"
    return scenario.heartbeat_ms
