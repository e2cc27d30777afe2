"""How long after it was written does each consumer see a message? One constant delay for each way it can take.

For the order, jitter and work count with their medians: a message then takes the same time as every other one on its
way, and no way lets one overtake another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.simulator.engine.distributions import read_delay
from lessons.simulator.engine.network import Network
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.ordering.scenario import (
    PARTITIONS_MAX,
    WRITERS_MAX,
    Scenario,
    clocks_of,
    in_partitions,
    network_of,
    one_log,
    partitions_after_of,
    regions_of,
    rtt_between,
    write_region_of,
)


@dataclass(frozen=True)
class Paths:
    """Times in seconds; regions in the order of the writers.

    `seen_s[i, p, c]`: from writing in region i, through partition p, to the consumer in region c. Where messages are
    sorted by timestamp it is the error of region i's stamps: a consumer sorts by the true time plus this.
    `acknowledged_s[i]`: from writing in region i to the answer. `log_rtt_ms[i]`: the round trip from there to its log.
    """

    seen_s: Array
    acknowledged_s: Array
    log_rtt_ms: Array


def paths_of(scenario: Scenario, seed: int) -> Paths:
    """Every way of a message, with the readers' lags of this seed."""
    regions, links = regions_of(scenario), network_of(scenario)
    logs = [write_region_of(scenario) if one_log(scenario) else region for region in regions]
    log_rtt_ms = np.array([rtt_between(scenario, links, one, log) for one, log in zip(regions, logs, strict=True)])
    trip_s = (log_rtt_ms + _median_ms("jitter", scenario.jitter)) / 1_000
    work_s = _median_ms("append_ms", scenario.append_ms) / 1_000
    acknowledged_s = scenario.round_trips * trip_s + work_s
    if scenario.strategy == "timestamps":
        ahead_s = np.array([clocks_of(scenario)[region] for region in regions]) / 1_000
        seen_s = np.tile(ahead_s[:, None, None], (1, 1, len(regions)))
        return Paths(seen_s, acknowledged_s, log_rtt_ms)
    appended_s = acknowledged_s - trip_s / 2
    copied_s = np.array([[_copied_s(scenario, links, log, reader) for reader in regions] for log in logs])
    reader_s = reader_lags_s(scenario, seed)[[regions.index(log) for log in logs]]
    return Paths(appended_s[:, None, None] + copied_s[:, None, :] + reader_s, acknowledged_s, log_rtt_ms)


def _copied_s(scenario: Scenario, links: Network, log: str, reader: str) -> float:
    """From a log to the copy of it that a consumer reads: nothing where the log itself is."""
    if log == reader:
        return 0.0
    return links.rtt_ms(log, reader) / 2_000 + scenario.replication_lag_s


def reader_lags_s(scenario: Scenario, seed: int) -> Array:
    """How far each reader is behind: one for each log, partition and consumer.

    Drawn for as many as there can be, so that one partition more leaves the other readers as they were.
    """
    regions = len(regions_of(scenario))
    lanes = max(scenario.partitions, partitions_after_of(scenario)) if in_partitions(scenario) else 1
    dice = stream(seed, "readers").random((WRITERS_MAX, PARTITIONS_MAX, WRITERS_MAX))[:regions, :lanes, :regions]
    lag = read_delay("reader_lag_ms", scenario.reader_lag_ms)
    return lag.at(dice) / 1_000


def _median_ms(field: str, value: Any) -> float:
    return float(read_delay(field, value).at(np.array([0.5]))[0])
