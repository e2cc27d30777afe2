"""What does a write wait for, who sees which order, what is hot, and what does a fault cost? The answers of one run."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.simulator.engine.distributions import read_delay
from lessons.simulator.engine.happenings import Happening, Phase
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array, distribution
from lessons.simulator.ordering import broken
from lessons.simulator.ordering.faults import (
    Consequences,
    consequences_of,
    events_of,
    phases_of,
    series_of,
)
from lessons.simulator.ordering.keys import (
    busiest_rps,
    expected_moved_fraction,
    keys_of,
    moved_fraction,
)
from lessons.simulator.ordering.paths import Paths, paths_of
from lessons.simulator.ordering.scenario import (
    Scenario,
    in_partitions,
    lanes_of,
    partitions_after_of,
    regions_of,
)
from lessons.simulator.ordering.watched import Watched, watched_of

LEAVES_OUT = (
    "Queues: a partition that is asked for more than it takes is said to be too hot, but its writes do not slow down.",
    "Elections and copies within a region, and messages that a producer sends again or in batches.",
    "The wait of consumers that sort by timestamp: they hold back each message until everything older has come.",
    "Several clocks in one region: all its servers stamp with the same error, which does not drift.",
    "Jitter and varying work lengthen a write; for the order, every way takes its median.",
    "Users of the lost region: they reach another one at once, and their writes wait only for the order.",
    "Logs whose partitions have their leaders in different regions.",
)
PARTITIONS_SHOWN = 5


@dataclass(frozen=True, eq=False)
class Result(Consequences):
    """What the fault does (see `Consequences`), and what holds without one.

    By region: `latency_ms` (distribution of whole writes) and `distance_ms` (what of it is travelling).
    By consumer: `out_of_order_fraction` and `out_of_order_rps` of messages seen after one of the same key that
    followed them, `out_of_order_overall_fraction` whatever the key. `disagreeing_fraction`: messages that the two
    `consumers` (of all, the two that disagree most) put on different sides of another one of the same key.
    `orders_seen`: how many different orders of the same messages consumers can see; 1 = all see the same.
    `partition_rps`: the busiest partitions of all logs, the busiest first. `moved_fraction` of the keys lies in another
    partition after the change; None where no partition follows from a key. `overtaken_at_change`: by consumer, the
    messages expected to be seen after one that was written behind the change. `watched`: some of one key's messages.
    """

    latency_ms: dict[str, dict[str, float]]
    distance_ms: dict[str, float]
    out_of_order_fraction: dict[str, float]
    out_of_order_rps: dict[str, float]
    out_of_order_overall_fraction: dict[str, float]
    consumers: tuple[str, str]
    disagreeing_fraction: float
    orders_seen: int
    hot_key_share_fraction: float
    hot_partition_share_fraction: float
    hot_partition_utilisation_fraction: float
    partition_rps: tuple[float, ...]
    moved_fraction: float | None
    moved_fraction_expected: float | None
    overtaken_at_change: dict[str, float]
    watched: Watched
    phases: tuple[Phase, ...]
    events: tuple[Happening, ...]
    series: dict[str, Any]


def run(scenario: Scenario, *, seed: int) -> Result:
    """Latencies from draws, orders and losses in closed form, and nine messages of one key one by one."""
    paths, keys, regions = paths_of(scenario, seed), keys_of(scenario, seed), regions_of(scenario)
    late = broken.out_of_order_fraction(scenario, paths, keys)
    overall = broken.out_of_order_overall_fraction(scenario, paths, keys)
    disagreeing = broken.disagreeing_fraction(scenario, paths, keys)
    one, other = _most_apart(disagreeing)
    busiest = busiest_rps(scenario, keys)
    hot_share = min(1.0, float(busiest[0]) / scenario.write_rate_rps)
    fault = consequences_of(scenario, seed, hot_share)
    return Result(
        **{field.name: getattr(fault, field.name) for field in dataclasses.fields(fault)},
        latency_ms=_latencies_ms(scenario, paths, seed),
        distance_ms=_named(regions, scenario.round_trips * paths.log_rtt_ms),
        out_of_order_fraction=_named(regions, late),
        out_of_order_rps=_named(regions, scenario.write_rate_rps * late),
        out_of_order_overall_fraction=_named(regions, overall),
        consumers=(regions[one], regions[other]),
        disagreeing_fraction=float(disagreeing[one, other]),
        orders_seen=broken.orders_seen(disagreeing),
        hot_key_share_fraction=float(keys.weights[0]),
        hot_partition_share_fraction=hot_share,
        hot_partition_utilisation_fraction=float(busiest[0]) / scenario.partition_capacity_rps,
        partition_rps=tuple(float(rps) for rps in busiest[:PARTITIONS_SHOWN]),
        moved_fraction=moved_fraction(scenario, keys),
        moved_fraction_expected=expected_moved_fraction(scenario),
        overtaken_at_change=_named(regions, broken.overtaken_at_change(scenario, paths, keys)),
        watched=watched_of(scenario, paths, keys, seed),
        phases=phases_of(fault),
        events=events_of(scenario, fault),
        series=series_of(scenario, fault),
    )


def _latencies_ms(scenario: Scenario, paths: Paths, seed: int) -> dict[str, dict[str, float]]:
    """Whole writes by region: everybody meets the same dice, so regions differ by distance alone."""
    jitter, jitter_chance = read_delay("jitter", scenario.jitter), stream(seed, "jitter")
    beside_ms = read_delay("append_ms", scenario.append_ms).sample(stream(seed, "append"), scenario.trials)
    for _ in range(scenario.round_trips):
        beside_ms = beside_ms + jitter.sample(jitter_chance, scenario.trials)
    beside_ms = np.sort(beside_ms)
    found = {}
    for region, rtt_ms in zip(regions_of(scenario), paths.log_rtt_ms, strict=True):
        said = distribution(beside_ms + scenario.round_trips * rtt_ms)
        assert said is not None, "there is at least one trial"
        found[region] = said
    return found


def _most_apart(disagreeing: Array) -> tuple[int, int]:
    """The two consumers that disagree most; the first two where nobody disagrees."""
    if not disagreeing.any():
        return 0, min(1, len(disagreeing) - 1)
    one, other = divmod(int(disagreeing.argmax()), len(disagreeing))
    return one, other


def _named(regions: tuple[str, ...], values: Array) -> dict[str, float]:
    return {region: float(value) for region, value in zip(regions, values, strict=True)}


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: draws, then keys by ways (with partitions by turns, every way) and consumers."""
    regions, lanes = len(regions_of(scenario)), lanes_of(scenario)
    by_turns = in_partitions(scenario) and scenario.partition_key == "none"
    pairs = regions * (regions + 1) / 2
    ways = regions * lanes if by_turns else regions
    draws = scenario.trials * (read_delay("append_ms", scenario.append_ms).work + 8 * regions)
    draws += scenario.trials * scenario.round_trips * read_delay("jitter", scenario.jitter).work
    counted = scenario.keys * ways * (regions + pairs) * 1.2e-5
    lanes_ms = regions * lanes * (0.03 + regions * regions * lanes * 1e-5) * (2 if by_turns else 1)
    change_ms = scenario.keys * broken.STEPS * regions**3 * 3e-5 if _changes(scenario) else 0.0
    return 5.0 + draws * 1e-5 + counted + lanes_ms + change_ms


def _changes(scenario: Scenario) -> bool:
    by_key = in_partitions(scenario) and scenario.partition_key == "entity"
    return by_key and partitions_after_of(scenario) != scenario.partitions


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    return "trials" if scenario.trials > 20_000 else "keys" if scenario.keys > 200 else "partitions"


def summary(scenario: Scenario, result: Result) -> str:
    """What the fault costs, or what orders are seen and what the farthest writer pays, in one sentence."""
    if scenario.fault != "none":
        return _fault_said(scenario, result)
    far = max(result.latency_ms, key=lambda region: result.latency_ms[region]["p50"])
    waits = f"half of the writes from {far} take {result.latency_ms[far]['p50']:,.0f} ms."
    orders = "one order" if result.orders_seen == 1 else f"{result.orders_seen} different orders"
    worst = max(result.out_of_order_fraction, key=lambda region: result.out_of_order_fraction[region])
    late = result.out_of_order_fraction[worst]
    said = f"{100 * late:.3g}% of them come too late in {worst}" if late else "none of them comes too late"
    if _changes(scenario) and not late:
        overtaken = max(result.overtaken_at_change.values())
        said = f"{overtaken:,.0f} of them are overtaken while partitions are added"
    return f"Consumers can see {orders} of an account's messages, and {said}; {waits}"


def _fault_said(scenario: Scenario, result: Result) -> str:
    if scenario.fault == "consumer_restart":
        return (
            f"Consumers go on from a position that is {result.checkpoint_age_s:,.1f} s old and read "
            f"{result.reread_messages:,.0f} messages again."
        )
    waiting = "queued" if scenario.while_stalled == "queue" else "refused"
    stalled = f"{100 * result.stalled_fraction:.3g}% of the writes wait for {result.stall_s:,.0f} s"
    counted = f"{result.refused_writes + result.queued_writes:,.0f} of them {waiting}"
    if result.failed_over_at_s is None:
        return f"{stalled}, {counted}; the region comes back with everything it had."
    return (
        f"{stalled}, {counted}; then {result.lost_messages:,.0f} messages are missing from the mirror and "
        f"{result.reread_messages:,.0f} are read again."
    )
