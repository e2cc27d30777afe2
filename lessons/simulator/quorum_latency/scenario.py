"""Where are the copies, who leads, and how many answers does a commit wait for? The fields of a quorum scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.deployment import Deployment
from lessons.simulator.engine.distributions import SHAPE as DELAY_SHAPE
from lessons.simulator.engine.distributions import quoted, read_delay
from lessons.simulator.engine.fields import RoundTrips
from lessons.simulator.engine.network import (
    MATRICES,
    Network,
    measured,
    network,
    read_names,
    read_rtt_ms,
)
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.simulator.errors import ScenarioError

REPLICAS_MAX = 12
TRIALS_MAX = 200_000  # of twelve copies: 60 MiB
REGIONS_SHAPE = (
    f"a list of 1 to {REPLICAS_MAX} places, one for each copy; a region with two copies stands twice, "
    'for example ["us-east-1", "us-east-1", "eu-west-1"]'
)
NAME_SHAPE = "the name of a place in the round trips, for example us-east-1"
MODES = {
    "async": "nobody (asynchronous)",
    "semi_sync": "one other copy (semi-synchronous)",
    "majority": "a majority",
    "sync_all": "all copies (synchronous)",
    "quorum": "w of n, without a leader",
}


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Copies in regions, one of them leading (not in mode `quorum`), and a client somewhere."""

    regions: tuple[str, ...] = param(
        ("us-east-1", "us-west-2", "eu-central-1"),
        label="Copies",
        shape=REGIONS_SHAPE,
        help="The region of each copy. The order decides nothing but who leads where nobody is named.",
        passport="quorum-regions",
    )
    leader: str | None = param(
        None,
        label="Leader",
        shape=NAME_SHAPE,
        help="Where commits are ordered: one of the copies, the first unless named. Without meaning for w of n.",
        passport="quorum-leader",
    )
    mode: str = param(
        "majority",
        label="A commit waits for",
        choices=MODES,
        help="A majority counts the leader: of three copies, one other has to answer.",
        passport="quorum-mode",
    )
    n: int | None = param(
        None,
        label="How many of them hold a copy (n)",
        min=1,
        max=REPLICAS_MAX,
        step=1,
        help="The first n of the list; all of them unless given.",
        passport="quorum-n",
    )
    r: int | None = param(
        None,
        label="Answers that a read waits for (r)",
        min=1,
        max=REPLICAS_MAX,
        step=1,
        help="For w of n: the fewest that meet every write, n + 1 \u2212 w, unless given.",
        passport="quorum-r",
    )
    w: int | None = param(
        None,
        label="Answers that a commit waits for (w)",
        min=1,
        max=REPLICAS_MAX,
        step=1,
        help="For w of n: a majority unless given.",
        passport="quorum-w",
    )
    client_region: str | None = param(
        None,
        label="The client is in",
        shape=NAME_SHAPE,
        help="A place of the round trips, with or without a copy; the first copy's region unless named.",
        passport="quorum-client",
    )
    matrix: str = same_as(RoundTrips, "matrix", passport="quorum-matrix")
    rtt_ms: float | Mapping[str, Mapping[str, float]] | None = same_as(RoundTrips, "rtt_ms", passport="quorum-own-rtt")
    fibre_factor: float = same_as(RoundTrips, "fibre_factor")
    same_place_rtt_ms: float = same_as(
        RoundTrips,
        "same_place_rtt_ms",
        help="Between client and copy, or two copies, of one region.",
        passport="quorum-same-place",
    )
    jitter: float | Mapping[str, Any] = same_as(RoundTrips, "jitter", passport="quorum-jitter")
    server_ms: float | Mapping[str, Any] = param(
        5.0,
        label="Work on the server",
        unit="ms",
        shape=DELAY_SHAPE,
        help="Spent once for each request.",
        passport="quorum-server",
    )
    commit_wait_ms: float = param(
        0.0,
        label="Commit wait",
        unit="ms",
        min=0,
        max=10_000,
        step=1,
        help="Until the clocks agree that the commit's time has passed.",
        passport="quorum-commit-wait",
    )
    participants: int = param(
        1,
        label="Groups of data in one transaction",
        min=1,
        max=1_000,
        step=1,
        scale="log",
        help="Two-phase commit waits for the slowest of them: of as many draws of the work on the server.",
        passport="quorum-participants",
    )
    replication_lag_s: float = param(
        5.0,
        label="Copies that nobody waits for are behind by",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="For what a loss costs; no latency depends on it.",
        passport="quorum-lag",
    )
    write_rate_rps: float = param(
        200.0,
        label="Writes",
        unit="rps",
        min=0,
        max=1_000_000,
        step=10,
        help="For what a loss costs; no latency depends on it.",
        passport="quorum-write-rate",
    )
    trials: int = same_as(
        RoundTrips,
        "trials",
        max=TRIALS_MAX,
        help="More of them make the high percentiles steadier. Constant delays need none.",
        passport="quorum-trials",
    )

    def resolve(self) -> None:
        """Turn every structure into plain, checked data, name leader and client, and see that messages can travel."""
        self._set("regions", _read_regions(self.regions))
        self._set("n", len(self.regions) if self.n is None else self.n)
        if copies_of(self) > len(self.regions):
            raise ScenarioError("n", f"is {self.n}", allowed=f"1 to {len(self.regions)}, as many as there are regions")
        self._set("leader", self.regions[0] if self.leader is None else self.leader)
        self._set("client_region", self.regions[0] if self.client_region is None else self.client_region)
        self._read_quorum()
        if self.rtt_ms is not None:
            self._set("rtt_ms", read_rtt_ms("rtt_ms", self.rtt_ms))
        for name in ("jitter", "server_ms"):
            self._set(name, read_delay(name, getattr(self, name)).plain())
        self._check_places()

    def _read_quorum(self) -> None:
        copies = copies_of(self)
        self._set("w", copies // 2 + 1 if self.w is None else self.w)
        # The smallest r that meets every write; a write to all copies may be read anywhere.
        self._set("r", max(1, copies + 1 - answers(self, "w")) if self.r is None else self.r)
        for name in ("w", "r") if self.mode == "quorum" else ():
            if answers(self, name) > copies:
                raise ScenarioError(name, f"is {answers(self, name)}", allowed=f"1 to {copies}, as many as hold a copy")

    def _check_places(self) -> None:
        links = network_of(self)
        links.check_names("regions", self.regions)
        client, leader = client_of(self), leader_of(self)
        links.check_names("client_region", (client,))
        if self.mode != "quorum" and leader not in replicas_of(self):
            allowed = ", ".join(dict.fromkeys(replicas_of(self)))
            raise ScenarioError("leader", f"is {quoted(leader)}, where no copy is", allowed=allowed)
        places = dict.fromkeys((*self.regions, client))
        for one in places:
            links.check_pairs("rtt_ms", (one,), (other for other in places if other != one))


def _read_regions(value: Any) -> list[str]:
    """One name for each copy; the same name may stand several times. Raises ScenarioError."""
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= REPLICAS_MAX:
        said = f"has {len(value)} entries" if isinstance(value, (list, tuple)) else f"is {quoted(value)}"
        raise ScenarioError("regions", said, allowed=REGIONS_SHAPE)
    return [read_names("regions", [name], most=1, shape=REGIONS_SHAPE)[0] for name in value]


def network_of(scenario: Scenario) -> Network:
    """The round trips of this scenario."""
    return network(
        matrix=scenario.matrix,
        rtt_ms=scenario.rtt_ms,
        fibre_factor=scenario.fibre_factor,
        same_place_ms=scenario.same_place_rtt_ms,
        also=(*scenario.regions, client_of(scenario)),
    )


def rtt_between(scenario: Scenario, links: Network, starts: str, ends: str) -> float:
    """The round trip from one place to another; within a place what the scenario says, never a table's diagonal."""
    return scenario.same_place_rtt_ms if starts == ends else links.rtt_ms(starts, ends)


def copies_of(scenario: Scenario) -> int:
    """How many copies there are."""
    assert scenario.n is not None, "resolve fills every optional field"
    return scenario.n


def replicas_of(scenario: Scenario) -> tuple[str, ...]:
    """The region of each copy."""
    return tuple(scenario.regions[: copies_of(scenario)])


def leader_of(scenario: Scenario) -> str:
    """The leader's region; without meaning in mode `quorum`."""
    assert scenario.leader is not None, "resolve fills every optional field"
    return scenario.leader


def client_of(scenario: Scenario) -> str:
    """Where the client is that `commit_ms` and `read_ms` speak of."""
    assert scenario.client_region is not None, "resolve fills every optional field"
    return scenario.client_region


def clients_of(scenario: Scenario) -> tuple[str, ...]:
    """Everywhere a client is looked at: the chosen one first, then every region, each once."""
    return tuple(dict.fromkeys((client_of(scenario), *scenario.regions)))


def answers(scenario: Scenario, name: str) -> int:
    """`w` or `r`."""
    found = getattr(scenario, name)
    assert isinstance(found, int), "resolve fills every optional field"
    return found


def acknowledgements_needed(scenario: Scenario) -> int:
    """How many answers a commit waits for: of followers where one leads, of any copy in mode `quorum`."""
    followers = copies_of(scenario) - 1
    if scenario.mode == "quorum":
        return answers(scenario, "w")
    return {
        "async": 0,
        "semi_sync": min(1, followers),
        "majority": copies_of(scenario) // 2,
        "sync_all": followers,
    }[scenario.mode]


def from_deployment(deployment: Deployment) -> dict[str, Any]:
    """Where the first store's copies lie, its primary first and leading, and how they are kept in step."""
    at = {region.id: region.place for region in deployment.regions}
    if not deployment.stores:
        raise ScenarioError("regions", f"of {deployment.name} hold no store", allowed="a deployment with a store")
    store = deployment.stores[0]
    order = sorted(store.regions, key=lambda region: region != store.primary)
    places = [at[region] for region in order]
    for matrix in MATRICES:
        if places and all(name in measured(matrix) for name in places):
            mode = "async" if store.replication == "async" else "sync_all"
            return {"regions": places, "leader": places[0], "mode": mode, "matrix": matrix}
    missing = ", ".join(sorted(name or "no place" for name in places))
    raise ScenarioError("regions", f"of {deployment.name} lie at {missing}", allowed="places of one matrix")
