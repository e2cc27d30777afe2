"""Which regions serve, who asks, and what does a request do? The fields of a latency scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.deployment import Deployment
from lessons.simulator.engine.distributions import SHAPE as DELAY_SHAPE
from lessons.simulator.engine.distributions import read_delay
from lessons.simulator.engine.fields import RoundTrips
from lessons.simulator.engine.network import (
    MATRICES,
    PLACES_MAX,
    PLACES_SHAPE,
    Network,
    measured,
    network,
    read_names,
    read_places,
    read_rtt_ms,
    read_shares,
)
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.simulator.errors import ScenarioError

REGIONS_MAX = 12
REGIONS_SHAPE = f'a list of 1 to {REGIONS_MAX} places, for example ["us-east-1", "eu-central-1"]'
USERS_SHAPE = f'shares of up to {PLACES_MAX} places, for example {{"us-east-1": 0.5, "eu-central-1": 0.5}}'
NEVER_HEDGED_MS = 60_000.0
TALLY_USERS = (("us-east-1", 0.5), ("eu-central-1", 0.35), ("ap-southeast-1", 0.15))


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Regions that serve, users who ask, and what a request does."""

    regions: tuple[str, ...] = param(
        ("us-east-1",),
        label="Regions",
        shape=REGIONS_SHAPE,
        help="Where requests are served.",
        passport="latency-regions",
    )
    users: Mapping[str, float] | None = param(
        None,
        label="Users",
        shape=USERS_SHAPE,
        help="Where they are, and their shares, taken relative to the sum.",
        passport="latency-users",
    )
    matrix: str = same_as(RoundTrips, "matrix", passport="latency-matrix")
    rtt_ms: float | Mapping[str, Mapping[str, float]] | None = same_as(RoundTrips, "rtt_ms", passport="latency-own-rtt")
    places: Mapping[str, list[float]] | None = param(
        None,
        label="Your own places",
        shape=PLACES_SHAPE,
        help="Degrees north and east, for round trips by great circle.",
        passport="latency-places",
    )
    fibre_factor: float = same_as(RoundTrips, "fibre_factor")
    same_place_rtt_ms: float = same_as(
        RoundTrips,
        "same_place_rtt_ms",
        label="Round trip within a city",
        step=1,
        help="For users where a region is.",
        passport="latency-same-place",
    )
    jitter: float | Mapping[str, Any] = same_as(RoundTrips, "jitter", passport="latency-jitter")
    round_trips: int = param(
        1,
        label="Round trips of a request",
        min=1,
        max=20,
        step=1,
        help="With a fresh connection: one for TCP, one for TLS 1.3, one for the request.",
        passport="latency-round-trips",
    )
    server_ms: float | Mapping[str, Any] = param(
        20.0,
        label="One call on a server",
        unit="ms",
        shape=DELAY_SHAPE,
        help="How long one of the calls inside the region takes.",
        passport="latency-server",
    )
    fan_out: int = param(
        1,
        label="Parallel calls of a request",
        min=1,
        max=1_000,
        step=1,
        scale="log",
        help="The request waits for the slowest of them.",
        passport="latency-fan-out",
    )
    hedge_after_ms: float | None = param(
        None,
        label="Second call after",
        unit="ms",
        min=0,
        max=NEVER_HEDGED_MS,
        step=1,
        scale="log",
        help="A call without an answer by then is sent again elsewhere; the first answer counts. 60,000 means never.",
        passport="latency-hedge",
    )
    slow_over_ms: float = param(
        200.0,
        label="Slow from",
        unit="ms",
        min=0,
        max=1e7,
        step=10,
        help="Requests that take at least this long count as slow.",
        passport="latency-slow",
    )
    next_by: str = param(
        "mean",
        label="The next region should help",
        choices={"mean": "the average user", "slowest": "the slowest group"},
        help="What the search for the next region makes as short as it can.",
        passport="latency-next-by",
    )
    trials: int = same_as(RoundTrips, "trials", passport="latency-trials")

    def resolve(self) -> None:
        """Turn every structure into plain, checked data, and see that each user can reach each region."""
        self._set("regions", read_names("regions", self.regions, most=REGIONS_MAX, shape=REGIONS_SHAPE))
        users: Any = dict(TALLY_USERS) if self.users is None else self.users
        self._set("users", read_shares("users", users, shape=USERS_SHAPE))
        if self.rtt_ms is not None:
            self._set("rtt_ms", read_rtt_ms("rtt_ms", self.rtt_ms))
        if self.places is not None:
            self._set("places", read_places("places", self.places))
        if self.hedge_after_ms is None:
            self._set("hedge_after_ms", NEVER_HEDGED_MS)
        for name in ("jitter", "server_ms"):
            self._set(name, read_delay(name, getattr(self, name)).plain())
        links = network_of(self)
        links.check_names("regions", self.regions)
        links.check_names("users", shares_of(self))
        links.check_pairs("rtt_ms", shares_of(self), self.regions)


def network_of(scenario: Scenario) -> Network:
    """The round trips of this scenario."""
    return network(
        matrix=scenario.matrix,
        rtt_ms=scenario.rtt_ms,
        places=scenario.places,
        fibre_factor=scenario.fibre_factor,
        same_place_ms=scenario.same_place_rtt_ms,
        also=(*scenario.regions, *shares_of(scenario)),
    )


def hedge_of(scenario: Scenario) -> float | None:
    """After how many ms a call is sent again, None for never."""
    after_ms = scenario.hedge_after_ms
    return None if after_ms is None or after_ms >= NEVER_HEDGED_MS else after_ms


def shares_of(scenario: Scenario) -> Mapping[str, float]:
    """The groups of users with their shares, which sum to 1."""
    assert scenario.users is not None, "resolve fills every optional field"
    return scenario.users


def from_deployment(deployment: Deployment) -> dict[str, Any]:
    """Regions where users are at home, and where those users sit. A standby that serves nobody is not among them."""
    at = {region.id: region.place for region in deployment.regions}
    users: dict[str, float] = {}
    for group in deployment.populations:
        users[group.place] = users.get(group.place, 0.0) + group.share_fraction
    homes = {group.home for group in deployment.populations}
    regions = [region.place for region in deployment.regions if region.id in homes]
    for matrix in MATRICES:
        if all(name in measured(matrix) for name in (*regions, *users)):
            return {"regions": regions, "users": users, "matrix": matrix}
    missing = ", ".join(sorted(name or "no place" for name in {*at.values(), *users}))
    raise ScenarioError("regions", f"of {deployment.name} lie at {missing}", allowed="places of one matrix")
