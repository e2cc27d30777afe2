"""How stale is a read, and how likely? Replicas, quorums, delays, and the share of reads that has to be fresh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.distributions import DELAY_MS_MAX, quoted, read_delay
from lessons.simulator.engine.distributions import SHAPE as DELAY_SHAPE
from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.errors import ScenarioError
from lessons.simulator.staleness.fits import FIT_CHOICES, Wars, published

LISTED_MAX = 50
VERSIONS_BACK_MAX = 10_000
AT_SHAPE = f"a list of 1 to {LISTED_MAX} times from 0 to {DELAY_MS_MAX:g} ms, for example [0, 5, 10]"
VERSIONS_SHAPE = f"a list of 1 to {LISTED_MAX} whole numbers from 1 to {VERSIONS_BACK_MAX}, for example [1, 2, 3]"
_OWN_DELAYS = ("write_delay", "ack_delay", "read_delay", "response_delay")
_EXPONENTIAL_1 = (("kind", "exponential"), ("rate_per_ms", 1.0))
_EXPONENTIAL_4 = (("kind", "exponential"), ("rate_per_ms", 4.0))


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """One key on n replicas: a write that waits for w of them, and later a read that waits for r of them."""

    n: int = param(3, label="Replicas", min=1, max=12, step=1, help="Every one gets the write.", passport="staleness-n")
    r: int = param(
        1,
        label="Answers a read waits for",
        min=1,
        max=12,
        step=1,
        help="It asks all replicas and takes the newest of the first answers.",
        passport="staleness-r",
    )
    w: int = param(
        1,
        label="Acknowledgements a write waits for",
        min=1,
        max=12,
        step=1,
        help="It goes to all replicas; the client hears of success after so many.",
        passport="staleness-w",
    )
    fit: str = param(
        "lnkd_disk",
        label="Delays",
        choices=FIT_CHOICES,
        help="Published fits to measured systems, or the four delays below.",
        passport="staleness-fit",
    )
    asked_fraction: float = param(
        0.99,
        label="Share of reads that has to be fresh",
        min=0.5,
        max=0.9999,
        step=0.0001,
        help="The question: how long after a write until so many reads see it?",
        passport="staleness-asked",
    )
    at_ms: tuple[float, ...] | float = param(
        (0.0, 5.0, 10.0, 50.0, 100.0),
        label="Staleness at",
        unit="ms",
        shape=AT_SHAPE,
        help="Times after the commit.",
        passport="staleness-at",
    )
    versions: tuple[int, ...] | int = param(
        (1, 2, 3),
        label="Within so many versions",
        shape=VERSIONS_SHAPE,
        help="How far back a version may lie and still count.",
        passport="staleness-versions",
    )
    write_rate_rps: float = param(
        1.0,
        label="Writes to the key",
        unit="rps",
        min=0,
        max=1_000_000,
        step=1,
        help="By everybody.",
        passport="staleness-write-rate",
    )
    client_read_rate_rps: float = param(
        1.0,
        label="Reads of the key by one client",
        unit="rps",
        min=0.001,
        max=1_000_000,
        step=1,
        help="Decides how many versions lie between two reads of the same client.",
        passport="staleness-read-rate",
    )
    write_delay: Mapping[str, Any] | float | None = param(
        None,
        label="Write request, one way",
        unit="ms",
        shape=DELAY_SHAPE,
        help="Used with delays of your own.",
        passport="staleness-write-delay",
    )
    ack_delay: Mapping[str, Any] | float | None = param(
        None,
        label="Acknowledgement",
        unit="ms",
        shape=DELAY_SHAPE,
        help="Used with delays of your own.",
        passport="staleness-ack-delay",
    )
    read_delay: Mapping[str, Any] | float | None = param(
        None,
        label="Read request, one way",
        unit="ms",
        shape=DELAY_SHAPE,
        help="Used with delays of your own.",
        passport="staleness-read-delay",
    )
    response_delay: Mapping[str, Any] | float | None = param(
        None,
        label="Answer",
        unit="ms",
        shape=DELAY_SHAPE,
        help="Used with delays of your own.",
        passport="staleness-response-delay",
    )
    trials: int = param(
        100_000,
        label="Pairs of a write and a read drawn",
        min=1_000,
        max=1_000_000,
        step=1_000,
        scale="log",
        help="More of them make the last per mille steadier.",
        passport="staleness-trials",
    )

    def resolve(self) -> None:
        """Turn every structure into plain, checked data; no quorum may be larger than the group."""
        for name in ("r", "w"):
            if getattr(self, name) > self.n:
                allowed = f"a whole number from 1 to n, which is {self.n}"
                raise ScenarioError(name, f"is {getattr(self, name)}", allowed=allowed)
        self._set("at_ms", [float(one) for one in _listed("at_ms", self.at_ms, 0, DELAY_MS_MAX, AT_SHAPE)])
        versions = _listed("versions", self.versions, 1, VERSIONS_BACK_MAX, VERSIONS_SHAPE)
        if any(one != int(one) for one in versions):
            raise ScenarioError("versions", "holds a number that is not whole", allowed=VERSIONS_SHAPE)
        self._set("versions", [int(one) for one in versions])
        for name in _OWN_DELAYS:
            given = getattr(self, name)
            if given is None:
                given = dict(_EXPONENTIAL_4 if name == "write_delay" else _EXPONENTIAL_1)
            self._set(name, read_delay(name, given).plain())


def _listed(field: str, value: Any, lowest: float, highest: float, shape: str) -> list[Any]:
    """A list of numbers, or a single one of them. Raises ScenarioError."""
    given = list(value) if isinstance(value, (list, tuple)) else [value]
    if not 1 <= len(given) <= LISTED_MAX:
        raise ScenarioError(field, f"has {len(given)} entries", allowed=shape)
    for one in given:
        if isinstance(one, bool) or not isinstance(one, (int, float)) or not lowest <= one <= highest:
            raise ScenarioError(field, f"holds {quoted(one)}", allowed=shape)
    return given


def wars_of(scenario: Scenario) -> Wars:
    """The delays of this scenario."""
    if scenario.fit != "custom":
        return published(scenario.fit)
    write, ack, read, response = (read_delay(name, getattr(scenario, name)) for name in _OWN_DELAYS)
    return Wars(write, ack, read, response)
