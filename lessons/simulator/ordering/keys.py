"""Which key is written how often, and in which partition do its messages lie?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.ordering.scenario import (
    KEYS_MAX,
    WRITERS_MAX,
    Scenario,
    in_partitions,
    lanes_of,
    one_log,
    partitions_after_of,
    shares_of,
)

Ints = npt.NDArray[np.int64]
HASHES = 2**62


@dataclass(frozen=True)
class Keys:
    """Keys from the most written one on. `weights` sum to 1; `partitions` and `partitions_after` say where each lies.

    Where the partition follows from the writer's region, `of_region` says which one that is. `lane_weights` is the
    share of a log's messages that lies in each partition.
    """

    weights: Array
    partitions: Ints
    partitions_after: Ints
    of_region: Ints
    lane_weights: Array


def keys_of(scenario: Scenario, seed: int) -> Keys:
    """Zipf weights, and hashes that stay the same whatever the number of partitions is."""
    ranks = np.arange(1, scenario.keys + 1, dtype=np.float64)
    weights = ranks**-scenario.zipf_exponent
    weights /= weights.sum()
    hashes = stream(seed, "hashes").integers(0, HASHES, size=KEYS_MAX)[: scenario.keys]
    of_region = stream(seed, "region hashes").integers(0, HASHES, size=WRITERS_MAX)[: len(shares_of(scenario))]
    lanes = lanes_of(scenario)
    after = partitions_after_of(scenario) if in_partitions(scenario) else 1
    partitions, region_partitions = hashes % lanes, of_region % lanes
    lane_weights = {
        "entity": np.bincount(partitions, weights=weights, minlength=lanes),
        "region": np.bincount(region_partitions, weights=list(shares_of(scenario).values()), minlength=lanes),
        "none": np.full(lanes, 1.0 / lanes),
    }[scenario.partition_key]
    return Keys(weights, partitions, hashes % after, region_partitions, lane_weights)


def busiest_rps(scenario: Scenario, keys: Keys) -> Array:
    """Messages a second of every partition of every log, the busiest first."""
    shares = np.array(list(shares_of(scenario).values()))
    if one_log(scenario):
        parts = keys.lane_weights
    elif scenario.partition_key == "region" and in_partitions(scenario):
        parts = shares  # each region's log has one partition in use
    else:
        parts = np.outer(shares, keys.lane_weights).ravel()
    return np.sort(scenario.write_rate_rps * parts)[::-1]


def moved_fraction(scenario: Scenario, keys: Keys) -> float | None:
    """Share of the keys that lie in another partition after the change; None where no partition follows from a key."""
    return float((keys.partitions != keys.partitions_after).mean()) if _by_key(scenario) else None


def expected_moved_fraction(scenario: Scenario) -> float | None:
    """The share of keys expected to move when a hash is taken modulo another number.

    Of as many residues as the least common multiple, the smaller number of them give the same remainder for both; so
    gcd / max of the keys stay. One partition more, n in all: 1 in n stays. Twice as many: half of them.
    """
    before, after = scenario.partitions, partitions_after_of(scenario)
    return 1.0 - math.gcd(before, after) / max(before, after) if _by_key(scenario) else None


def _by_key(scenario: Scenario) -> bool:
    return in_partitions(scenario) and scenario.partition_key == "entity"
