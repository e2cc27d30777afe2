"""How long does a commit take, how long a read, and whose answer comes last of those that count?

Constant delays give one exact number. With jitter, every copy has dice of its own, which all clients and all modes
share: moving the leader or the client moves the curve by distance alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from lessons.simulator.engine.distributions import Constant, read_delay
from lessons.simulator.engine.network import Network
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array, distribution
from lessons.simulator.quorum_latency.losses import losses_of
from lessons.simulator.quorum_latency.scenario import (
    Scenario,
    acknowledgements_needed,
    answers,
    client_of,
    clients_of,
    leader_of,
    network_of,
    replicas_of,
    rtt_between,
)

LEAVES_OUT = (
    "The way from a person's device to the client's region; the client is a server there.",
    "Load: queues, batches and copies that are busy; every copy answers as soon as a message arrives.",
    "Elections and retries: the leader is there, and no message is lost (a late one can be drawn as jitter).",
    "Placement by what a product does of itself: leases near the client, reads of followers, local commits.",
    "Semi-synchronous replication that gives up waiting: here it never falls back to asynchronous.",
)

Distribution = dict[str, float]


@dataclass(frozen=True)
class Acknowledgement:
    """One copy's answer: its round trip without jitter, and the share of commits that it was the last needed one of."""

    region: str
    rtt_ms: float
    decides_fraction: float


@dataclass(frozen=True)
class Pair:
    """What lies between two places. `floor_ms`: the round trip in straight fibre, None where a position is unknown."""

    starts: str
    ends: str
    rtt_ms: float
    floor_ms: float | None


@dataclass(frozen=True, eq=False)
class Result:
    """Times in ms for the client of the scenario; `by_client_region` has both distributions for every region.

    `acknowledgements` are those of the followers (mode `quorum`: of all copies, as the client sees them), the nearest
    first; `needed` of them are waited for, and `slowest_needed` is the region that most often comes last of those
    (None: nobody is waited for). `regions_may_be_lost`: any so many at once, with writes and reads going on and no
    acknowledged write gone; the two after it ask for one of these alone. `worst_case_lost_writes` is `write_rate_rps`
    times `replication_lag_s` where the loss of one region can take acknowledged writes; None without a copy elsewhere.
    """

    commit_ms: Distribution
    read_ms: Distribution
    by_client_region: dict[str, dict[str, Distribution]]
    needed: int
    slowest_needed: str | None
    acknowledgements: tuple[Acknowledgement, ...]
    regions_may_be_lost: int
    regions_may_be_lost_keeping_data: int
    regions_may_be_lost_keeping_writes: int
    worst_case_lost_writes: float | None
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class _Draws:
    """What chance adds, one row a request: work for a commit and for a read, a client's two messages to the leader and
    back, and each copy's two messages (one column for each copy)."""

    commit_server_ms: Array
    read_server_ms: Array
    client_ms: Array
    copies_ms: Array


@dataclass(frozen=True)
class _Waits:
    """Distributions by client, and each answer that the scenario's client (or its leader) may wait for."""

    by_client: dict[str, dict[str, Distribution]]
    answers: tuple[Acknowledgement, ...]


def run(scenario: Scenario, *, seed: int) -> Result:
    """So many commits and reads from every region, or one exact number of each."""
    links = network_of(scenario)
    draws = _draws(scenario, seed)
    waits = (_without_leader if scenario.mode == "quorum" else _with_leader)(scenario, links, draws)
    losses = losses_of(scenario)
    mine = waits.by_client[client_of(scenario)]
    return Result(
        commit_ms=mine["commit_ms"],
        read_ms=mine["read_ms"],
        by_client_region=waits.by_client,
        needed=acknowledgements_needed(scenario),
        slowest_needed=_slowest(waits.answers),
        acknowledgements=tuple(sorted(waits.answers, key=lambda one: one.rtt_ms)),
        regions_may_be_lost=losses.all_is_well,
        regions_may_be_lost_keeping_data=losses.keeping_data,
        regions_may_be_lost_keeping_writes=losses.keeping_writes,
        worst_case_lost_writes=losses.lost_writes,
        pairs=_pairs(scenario, links),
    )


def _draws(scenario: Scenario, seed: int) -> _Draws:
    server, jitter = read_delay("server_ms", scenario.server_ms), read_delay("jitter", scenario.jitter)
    constant = isinstance(server, Constant) and isinstance(jitter, Constant)
    trials = 1 if constant else scenario.trials

    def messages_ms(name: str) -> Array:
        """There and back."""
        if jitter.mean_ms == 0:
            return np.zeros(trials)
        chance = stream(seed, f"jitter of {name}")
        return jitter.sample(chance, trials) + jitter.sample(chance, trials)

    work = stream(seed, "server")
    read_server_ms = server.sample(work, trials)
    commit_server_ms = read_server_ms
    for _ in range(0 if isinstance(server, Constant) else scenario.participants - 1):
        commit_server_ms = np.maximum(commit_server_ms, server.sample(work, trials))
    copies_ms = np.stack([messages_ms(name) for name in _copy_names(scenario)], axis=1)
    return _Draws(commit_server_ms, read_server_ms, messages_ms("the client"), copies_ms)


def _copy_names(scenario: Scenario) -> list[str]:
    """One name for each copy's dice, whatever its place in the list: another copy more leaves it as it was."""
    met: Counter[str] = Counter()
    names = []
    for region in replicas_of(scenario):
        names.append(f"{region}, copy {met[region]}")
        met[region] += 1
    return names


def _with_leader(scenario: Scenario, links: Network, draws: _Draws) -> _Waits:
    """Client to leader, leader to followers, and the k-th answer counts. Reads are the leader's."""
    leader, regions = leader_of(scenario), replicas_of(scenario)
    first = regions.index(leader)
    followers = [place for place in range(len(regions)) if place != first]
    rtts_ms = np.array([rtt_between(scenario, links, leader, regions[place]) for place in followers])
    times_ms = draws.copies_ms[:, followers] + rtts_ms
    last_ms = _kth_ms(times_ms, acknowledgements_needed(scenario))
    commit = _said(draws.commit_server_ms + last_ms + scenario.commit_wait_ms + draws.client_ms)
    read = _said(draws.read_server_ms + draws.client_ms)
    by_client = {}
    for client in clients_of(scenario):
        way_ms = rtt_between(scenario, links, client, leader)
        by_client[client] = {"commit_ms": _later(commit, way_ms), "read_ms": _later(read, way_ms)}
    shares = _deciding(times_ms, last_ms, acknowledgements_needed(scenario))
    return _Waits(by_client, _answers([regions[place] for place in followers], rtts_ms, shares))


def _without_leader(scenario: Scenario, links: Network, draws: _Draws) -> _Waits:
    """The client asks all copies itself; the w-th answer makes a commit, the r-th a read."""
    regions, w, r = replicas_of(scenario), answers(scenario, "w"), answers(scenario, "r")
    by_client = {}
    mine: tuple[Acknowledgement, ...] = ()
    for client in clients_of(scenario):
        rtts_ms = np.array([rtt_between(scenario, links, client, region) for region in regions])
        times_ms = draws.copies_ms + rtts_ms
        last_ms = _kth_ms(times_ms, w)
        by_client[client] = {
            "commit_ms": _said(draws.commit_server_ms + last_ms + scenario.commit_wait_ms),
            "read_ms": _said(draws.read_server_ms + _kth_ms(times_ms, r)),
        }
        if client == client_of(scenario):
            mine = _answers(list(regions), rtts_ms, _deciding(times_ms, last_ms, w))
    return _Waits(by_client, mine)


def _kth_ms(times_ms: Array, k: int) -> Array:
    """The k-th smallest of each row; 0 where nobody is waited for."""
    if k == 0:
        return np.zeros(len(times_ms))
    # A copy of the column: the view would hold on to the whole sorted table.
    return np.partition(times_ms, k - 1, axis=1)[:, k - 1].copy()


def _deciding(times_ms: Array, last_ms: Array, k: int) -> Array:
    """For each column, the share of rows in which it is the k-th; among equals the first."""
    columns = times_ms.shape[1]
    if k == 0:
        return np.zeros(columns)
    who = (times_ms == last_ms[:, None]).argmax(axis=1)
    return np.bincount(who, minlength=columns) / len(times_ms)


def _answers(regions: list[str], rtts_ms: Array, shares: Array) -> tuple[Acknowledgement, ...]:
    return tuple(
        Acknowledgement(region, float(rtt_ms), float(share))
        for region, rtt_ms, share in zip(regions, rtts_ms, shares, strict=True)
    )


def _slowest(answers_: tuple[Acknowledgement, ...]) -> str | None:
    """The region that comes last most often, two copies of one region taken together."""
    shares: dict[str, float] = {}
    for one in answers_:
        shares[one.region] = shares.get(one.region, 0.0) + one.decides_fraction
    most = max(shares, key=lambda region: shares[region], default=None)
    return most if most is not None and shares[most] > 0 else None


def _said(values: Array) -> Distribution:
    found = distribution(values)
    assert found is not None, "there is at least one trial"
    return found


def _later(found: Distribution, by_ms: float) -> Distribution:
    """The distribution of what takes so much longer, every time."""
    return {name: value + by_ms for name, value in found.items()}


def _pairs(scenario: Scenario, links: Network) -> tuple[Pair, ...]:
    """Every two different places in both directions: a measured matrix need not be the same both ways."""
    places = clients_of(scenario)
    return tuple(
        Pair(one, other, links.rtt_ms(one, other), links.floor_ms(one, other))
        for one in places
        for other in places
        if one != other
    )


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: draws, sorting of the answers, and quantiles; for every client where nobody leads."""
    server, jitter = read_delay("server_ms", scenario.server_ms), read_delay("jitter", scenario.jitter)
    if isinstance(server, Constant) and isinstance(jitter, Constant):
        return 3.0
    copies, clients = len(replicas_of(scenario)), 1
    if scenario.mode == "quorum":
        clients = len(clients_of(scenario))
    draws = server.work * scenario.participants + 2 * (copies + 1) * jitter.work
    return 3.0 + scenario.trials * (draws * 1e-5 + copies * clients * 1.5e-5 + 2 * clients * 4e-5)


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    return "trials" if scenario.trials > 1_000 else "participants"


def summary(scenario: Scenario, result: Result) -> str:
    """How long a commit takes, and for whom it waits, in one sentence."""
    commit = result.commit_ms
    waits = "waits for no other copy"
    if result.slowest_needed is not None:
        waits = f"waits for {result.slowest_needed}"
    lost = result.worst_case_lost_writes
    loses = "every write" if lost is None else f"{lost:,.0f} acknowledged writes"
    return (
        f"From {client_of(scenario)} a commit takes {commit['p50']:,.1f} ms (p99 {commit['p99']:,.1f} ms) and {waits}; "
        f"the worst loss of one region takes {loses}."
    )
