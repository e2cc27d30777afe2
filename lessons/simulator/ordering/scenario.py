"""Who writes where, what puts the writes in order, and what breaks? The fields of an ordering scenario."""

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
    read_rtt_ms,
    read_shares,
)
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.simulator.errors import ScenarioError

WRITERS_MAX, KEYS_MAX, PARTITIONS_MAX = 6, 10_000, 128
CLOCK_MS_MAX = 60_000.0
WRITERS_SHAPE = f'shares of up to {WRITERS_MAX} places, for example {{"us-east-1": 0.5, "eu-central-1": 0.5}}'
CLOCKS_SHAPE = f'ms ahead (or behind, below 0) by place, up to {CLOCK_MS_MAX:,.0f}, for example {{"eu-central-1": -40}}'
TALLY_WRITERS = (("us-east-1", 0.5), ("eu-central-1", 0.35), ("ap-southeast-1", 0.15))
READER_LAG = {"kind": "uniform", "min_ms": 0, "max_ms": 200}
STRATEGIES = {
    "sequencer": "one sequencer",
    "partitioned_log": "one log in partitions",
    "mirrored_logs": "a log each, mirrored",
    "timestamps": "a log each, by timestamp",
}
PARTITION_KEYS = {
    "entity": "the account",
    "region": "the region that writes",
    "none": "none: any partition",
}
FAULTS = {
    "none": "nothing breaks",
    "consumer_restart": "consumers restart",
    "region_loss": "the write region is lost",
}


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Writers in several regions, each with a consumer beside them; keys (accounts) that they all write to."""

    strategy: str = param(
        "sequencer",
        label="Put in order by",
        choices=STRATEGIES,
        help="One sequencer or one log is a funnel: every write travels to it. A log each: one in every region.",
        passport="ordering-strategy",
    )
    writers: Mapping[str, float] | None = param(
        None,
        label="Writers",
        shape=WRITERS_SHAPE,
        help="Where writes come from, and their shares, taken relative to the sum. Each place has a consumer too.",
        passport="ordering-writers",
    )
    write_region: str | None = param(
        None,
        label="The write region",
        shape="one of the writers' places",
        help="Where the sequencer or the log is; the first of the writers unless named. The fault strikes here.",
        passport="ordering-write-region",
    )
    write_rate_rps: float = param(
        200.0,
        label="Writes, all regions together",
        unit="rps",
        min=0.01,
        max=1_000_000,
        step=10,
        scale="log",
        passport="ordering-write-rate",
    )
    round_trips: int = param(
        1,
        label="Round trips for each write",
        min=1,
        max=20,
        step=1,
        help="Calls that wait for one another before the write is done. One command takes one.",
        passport="ordering-round-trips",
    )
    append_ms: float | Mapping[str, Any] = param(
        5.0,
        label="Work where the order is made",
        unit="ms",
        shape=DELAY_SHAPE,
        help="From the arrival of a write to its place in the sequence, copies in the same region included.",
        passport="ordering-append",
    )
    jitter: float | Mapping[str, Any] = same_as(
        RoundTrips,
        "jitter",
        label="Jitter of each round trip",
        help="A delay on top, drawn for every round trip.",
        passport="ordering-jitter",
    )
    matrix: str = param(
        "aws_2019",
        label="Round trips between regions",
        choices=MATRICES,
        help="Measured. Names of places belong to one of them.",
        passport="ordering-matrix",
    )
    rtt_ms: float | Mapping[str, Mapping[str, float]] | None = same_as(
        RoundTrips,
        "rtt_ms",
        help="Used as given, before the matrix. A direction that is missing is as long as the way back.",
        passport="ordering-own-rtt",
    )
    same_place_rtt_ms: float = same_as(RoundTrips, "same_place_rtt_ms", 1.0, passport="ordering-same-place")
    keys: int = param(
        1_000,
        label="Accounts that are written to",
        min=1,
        max=KEYS_MAX,
        step=1,
        scale="log",
        passport="ordering-keys",
    )
    zipf_exponent: float = param(
        0.0,
        label="How much some accounts lead (Zipf exponent)",
        min=0,
        max=2,
        step=0.1,
        help="0: all are written to alike. 1: the first one twice as often as the second, three times as the third.",
        passport="ordering-zipf",
    )
    partition_key: str = param(
        "entity",
        label="A message's partition follows from",
        choices=PARTITION_KEYS,
        help="Messages with the same key go to the same partition.",
        passport="ordering-partition-key",
    )
    partitions: int = param(
        12,
        label="Partitions of a log",
        min=1,
        max=PARTITIONS_MAX,
        step=1,
        scale="log",
        help="Each is a sequence of its own. A sequencer has one, whatever stands here.",
        passport="ordering-partitions",
    )
    partitions_after: int | None = param(
        None,
        label="Partitions after a change",
        min=1,
        max=PARTITIONS_MAX,
        step=1,
        scale="log",
        help="As many as before unless given. A key's partition is its hash modulo their number.",
        passport="ordering-partitions-after",
    )
    partition_capacity_rps: float = param(
        1_000.0,
        label="One partition takes",
        unit="rps",
        min=1,
        max=1_000_000,
        step=100,
        scale="log",
        help="Messages a second that its leader appends, and that its reader can catch up with.",
        passport="ordering-partition-capacity",
    )
    reader_lag_ms: float | Mapping[str, Any] | None = param(
        None,
        label="Readers are behind by",
        unit="ms",
        shape=DELAY_SHAPE,
        help="Drawn once for each reader: every consumer has one for each partition of each log. "
        "Anything up to 200 ms unless given.",
        passport="ordering-reader-lag",
    )
    replication_lag_s: float = param(
        3.0,
        label="Copies in other regions are behind by",
        unit="s",
        min=0,
        max=3_600,
        step=0.1,
        help="On top of the way there. A mirror that is behind loses as much when its source is lost.",
        passport="ordering-replication-lag",
    )
    clock_skew_ms: float = param(
        0.0,
        label="The first region's clock is ahead by",
        unit="ms",
        min=-CLOCK_MS_MAX,
        max=CLOCK_MS_MAX,
        step=5,
        help="For timestamps. The other clocks are right unless you give your own.",
        passport="ordering-clock-skew",
    )
    own_clocks_ms: Mapping[str, float] | None = param(
        None,
        label="Your own clocks",
        unit="ms",
        shape=CLOCKS_SHAPE,
        help="How far each region's clock is ahead; one that is missing is right.",
        passport="ordering-own-clocks",
    )
    watched_key: int = param(
        7,
        label="The account to watch",
        min=1,
        max=KEYS_MAX,
        step=1,
        help="Counted from the one that is written to most; the last one where there are fewer.",
        passport="ordering-watched",
    )
    fault: str = param(
        "none",
        label="What breaks",
        choices=FAULTS,
        help="A lost write region comes back, or a mirror takes over, whichever is first.",
        passport="ordering-fault",
    )
    fault_duration_s: float = param(
        3_600.0,
        label="The region is lost for",
        unit="s",
        min=0,
        max=86_400,
        step=60,
        passport="ordering-fault-duration",
    )
    failover_after_s: float = param(
        300.0,
        label="A mirror takes over after",
        unit="s",
        min=0,
        max=86_400,
        step=10,
        help="Detection, decision and promotion together. Later than the region's return: never.",
        passport="ordering-failover-after",
    )
    while_stalled: str = param(
        "refuse",
        label="Meanwhile, writes are",
        choices={"refuse": "refused", "queue": "queued and acknowledged"},
        help="A queued write is accepted but not applied; it gets its place in the order afterwards.",
        passport="ordering-while-stalled",
    )
    checkpoint_interval_s: float = param(
        60.0,
        label="Consumers' positions are kept every",
        unit="s",
        min=0,
        max=3_600,
        step=5,
        help="After a restart or a failover a consumer goes on from the last position that was kept.",
        passport="ordering-checkpoint",
    )
    trials: int = same_as(
        RoundTrips,
        "trials",
        4_000,
        label="Writes drawn for latencies",
        max=100_000,
        help="More of them make the high percentiles steadier. Constant delays need none.",
        passport="ordering-trials",
    )

    def resolve(self) -> None:
        """Turn every structure into plain, checked data, and see that messages can travel."""
        writers: Any = dict(TALLY_WRITERS) if self.writers is None else self.writers
        self._set("writers", _read_writers(writers))
        regions = regions_of(self)
        self._set("write_region", regions[0] if self.write_region is None else self.write_region)
        if write_region_of(self) not in regions:
            raise ScenarioError("write_region", f"is {quoted(self.write_region)}", allowed=", ".join(regions))
        if self.rtt_ms is not None:
            self._set("rtt_ms", read_rtt_ms("rtt_ms", self.rtt_ms))
        if self.reader_lag_ms is None:
            self._set("reader_lag_ms", READER_LAG)
        for name in ("append_ms", "jitter", "reader_lag_ms"):
            self._set(name, read_delay(name, getattr(self, name)).plain())
        self._set("own_clocks_ms", _read_clocks(self))
        if self.partitions_after is None:
            self._set("partitions_after", self.partitions)
        links = network_of(self)
        links.check_names("writers", regions)
        for one in regions:
            links.check_pairs("rtt_ms", (one,), [other for other in regions if other != one])


def _read_writers(value: Any) -> dict[str, float]:
    shares = read_shares("writers", value, shape=WRITERS_SHAPE)
    if len(shares) > WRITERS_MAX:
        raise ScenarioError("writers", f"has {len(shares)} entries", allowed=WRITERS_SHAPE)
    return shares


def _read_clocks(scenario: Scenario) -> dict[str, float]:
    """How many ms each region's clock is ahead, for every region. Raises ScenarioError."""
    regions = regions_of(scenario)
    given = scenario.own_clocks_ms
    if given is None:
        return {region: scenario.clock_skew_ms if region == regions[0] else 0.0 for region in regions}
    if not isinstance(given, Mapping) or not 1 <= len(given) <= WRITERS_MAX:
        said = f"has {len(given)} entries" if isinstance(given, Mapping) else f"is {quoted(given)}"
        raise ScenarioError("own_clocks_ms", said, allowed=CLOCKS_SHAPE)
    for region, ahead in given.items():
        if region not in regions:
            raise ScenarioError("own_clocks_ms", f"names {quoted(region)}", allowed=", ".join(regions))
        wrong = isinstance(ahead, bool) or not isinstance(ahead, (int, float))
        if wrong or not -CLOCK_MS_MAX <= ahead <= CLOCK_MS_MAX:
            raise ScenarioError("own_clocks_ms", f"has {quoted(ahead)} for {quoted(region)}", allowed=CLOCKS_SHAPE)
    return {region: float(given.get(region, 0.0)) for region in regions}


def network_of(scenario: Scenario) -> Network:
    """The round trips of this scenario."""
    return network(
        matrix=scenario.matrix,
        rtt_ms=scenario.rtt_ms,
        same_place_ms=scenario.same_place_rtt_ms,
        also=regions_of(scenario),
    )


def rtt_between(scenario: Scenario, links: Network, starts: str, ends: str) -> float:
    """The round trip from one place to another; within a place what the scenario says, never a table's diagonal."""
    return scenario.same_place_rtt_ms if starts == ends else links.rtt_ms(starts, ends)


def shares_of(scenario: Scenario) -> Mapping[str, float]:
    """The writers' places with their shares, which sum to 1."""
    assert scenario.writers is not None, "resolve fills every optional field"
    return scenario.writers


def regions_of(scenario: Scenario) -> tuple[str, ...]:
    """Everywhere somebody writes and somebody reads, in the order given."""
    return tuple(shares_of(scenario))


def write_region_of(scenario: Scenario) -> str:
    """Where the one log is, and where the fault strikes."""
    assert scenario.write_region is not None, "resolve fills every optional field"
    return scenario.write_region


def clocks_of(scenario: Scenario) -> Mapping[str, float]:
    """How many ms each region's clock is ahead."""
    assert scenario.own_clocks_ms is not None, "resolve fills every optional field"
    return scenario.own_clocks_ms


def partitions_after_of(scenario: Scenario) -> int:
    """The number of partitions after the change; as before where nothing changes."""
    assert scenario.partitions_after is not None, "resolve fills every optional field"
    return scenario.partitions_after


def one_log(scenario: Scenario) -> bool:
    """Whether all writes travel to the write region."""
    return scenario.strategy in ("sequencer", "partitioned_log")


def in_partitions(scenario: Scenario) -> bool:
    """Whether a log has partitions that matter for the order."""
    return scenario.strategy in ("partitioned_log", "mirrored_logs")


def lanes_of(scenario: Scenario) -> int:
    """In how many sequences a log's messages lie."""
    return scenario.partitions if in_partitions(scenario) else 1


def from_deployment(deployment: Deployment) -> dict[str, Any]:
    """Where the users sit who write, and the first store's primary, or the first group's place without one."""
    writers: dict[str, float] = {}
    for group in deployment.populations:
        writers[group.place] = writers.get(group.place, 0.0) + group.share_fraction
    at = {region.id: region.place for region in deployment.regions}
    primary = at.get(deployment.stores[0].primary, "") if deployment.stores else ""
    for matrix in MATRICES:
        if writers and all(name in measured(matrix) for name in writers):
            write_region = primary if primary in writers else next(iter(writers))
            return {"writers": writers, "write_region": write_region, "matrix": matrix}
    missing = ", ".join(sorted(name or "no place" for name in writers))
    raise ScenarioError("writers", f"of {deployment.name} sit at {missing}", allowed="places of one matrix")
