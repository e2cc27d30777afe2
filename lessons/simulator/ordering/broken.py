"""How many messages does a consumer see after one that followed them, and what do two consumers see differently?

Closed forms. Writes to a key come at random (Poisson) from every region, and each way takes a constant time. A message
from region i is seen too late when some message from region j, written between the moment at which it counts as a
follower and the moment from which on it arrives behind, exists: the chance is 1 - exp(-rate x length of that stretch).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lessons.simulator.engine.stats import Array
from lessons.simulator.ordering.keys import Keys
from lessons.simulator.ordering.paths import Paths
from lessons.simulator.ordering.scenario import Scenario, in_partitions, lanes_of, shares_of

NOTHING_S = 1e-9  # shorter stretches are the rounding of times that are equal
STEPS = 32
_ELEMENTS_MAX = 300_000


def follows_from_s(paths: Paths) -> Array:
    """[i, j]: how long after a message from region i one from region j counts as its follower.

    At once in the same region, which knows its own order; from the acknowledgement on elsewhere.
    """
    regions = len(paths.acknowledged_s)
    return np.where(np.eye(regions, dtype=bool), 0.0, paths.acknowledged_s[:, None])


def out_of_order_fraction(scenario: Scenario, paths: Paths, keys: Keys) -> Array:
    """Per consumer: the share of messages seen after one of the same key that followed them."""
    shares, lanes = _shares(scenario), lanes_of(scenario)
    rates = scenario.write_rate_rps * keys.weights
    if in_partitions(scenario) and scenario.partition_key == "none":
        exposed_s = _exposed_s(paths, shares, np.full((len(shares), lanes), 1 / lanes))
        return _overtaken(exposed_s.reshape(-1, len(shares)), np.repeat(shares / lanes, lanes), rates)
    if in_partitions(scenario) and scenario.partition_key == "region":
        in_lane = np.arange(lanes) == keys.of_region[:, None]
        exposed_s = _exposed_s(paths, shares, in_lane.astype(np.float64))
        return _overtaken(exposed_s[np.arange(len(shares)), keys.of_region], shares, rates)
    found = np.zeros(len(shares))
    for lane in np.unique(keys.partitions):
        exposed_s = _exposed_in_lane_s(paths, shares, int(lane))
        found += _overtaken(exposed_s, shares, rates[keys.partitions == lane], total=rates.sum())
    return found


def out_of_order_overall_fraction(scenario: Scenario, paths: Paths, keys: Keys) -> Array:
    """Per consumer: the same, when followers of whatever key count."""
    shares, lanes = _shares(scenario), lanes_of(scenario)
    in_lane = np.tile(keys.lane_weights, (len(shares), 1))
    if in_partitions(scenario) and scenario.partition_key == "region":
        in_lane = (np.arange(lanes) == keys.of_region[:, None]).astype(np.float64)
    exposed_s = _exposed_s(paths, shares, in_lane)
    weights = (shares[:, None] * in_lane).ravel()
    return _overtaken(exposed_s.reshape(-1, len(shares)), weights, np.array([scenario.write_rate_rps]))


def _exposed_s(paths: Paths, shares: Array, in_lane: Array) -> Array:
    """[i, p, c]: the length of the stretch, weighted by how often a write comes from each region into each lane.

    `in_lane[j, q]`: the share of region j's messages that go to lane q.
    """
    lanes = in_lane.shape[1]
    seen_s, from_s = paths.seen_s[:, :lanes], follows_from_s(paths)
    found = np.zeros(seen_s.shape)
    for region, lane in _used(in_lane):
        stretch_s = seen_s - seen_s[region, lane] - from_s[:, region, None, None]
        found += shares[region] * in_lane[region, lane] * np.where(stretch_s > NOTHING_S, stretch_s, 0.0)
    return found


def _exposed_in_lane_s(paths: Paths, shares: Array, lane: int) -> Array:
    """[i, c]: the same, for keys whose messages all lie in one lane."""
    seen_s = paths.seen_s[:, lane]
    stretch_s = seen_s[:, None] - seen_s[None, :] - follows_from_s(paths)[:, :, None]
    exposed_s: Array = np.einsum("j,ijc->ic", shares, np.where(stretch_s > NOTHING_S, stretch_s, 0.0))
    return exposed_s


def _overtaken(exposed_s: Array, weights: Array, rates: Array, total: float | None = None) -> Array:
    """Per consumer: the share of messages with a follower inside the stretch, over kinds of message and keys.

    `exposed_s[kind, c]`, `weights[kind]`, `rates[key]`; shares are taken of `total`, of all the rates unless given.
    """
    found = np.zeros(exposed_s.shape[1])
    for block in _blocks(len(rates), exposed_s.size):
        chance = -np.expm1(-rates[block, None, None] * exposed_s)
        found += rates[block] @ (weights @ chance)
    return found / (rates.sum() if total is None else total)


def disagreeing_fraction(scenario: Scenario, paths: Paths, keys: Keys) -> Array:
    """[c, d]: the share of messages that two consumers put on different sides of another one of the same key."""
    regions = len(scenario.writers or ())
    found = np.zeros((regions, regions))
    for one in range(regions):
        for other in range(one):
            found[one, other] = found[other, one] = _disagreeing(scenario, paths, keys, one, other)
    return found


def _disagreeing(scenario: Scenario, paths: Paths, keys: Keys, one: int, other: int) -> float:
    shares, lanes = _shares(scenario), lanes_of(scenario)
    # Two consumers part over a pair of messages by no more than what their own ways to them differ by.
    apart_s = paths.seen_s[:, :lanes, one] - paths.seen_s[:, :lanes, other]
    rates = scenario.write_rate_rps * keys.weights
    if in_partitions(scenario) and scenario.partition_key == "none":
        exposed_s = np.zeros(apart_s.shape)
        for region, lane in _used(np.ones((len(shares), lanes))):
            exposed_s += shares[region] / lanes * _length(apart_s - apart_s[region, lane])
        return float(_overtaken(exposed_s.reshape(-1, 1), np.repeat(shares / lanes, lanes), rates)[0])
    if in_partitions(scenario) and scenario.partition_key == "region":
        own_s = apart_s[np.arange(len(shares)), keys.of_region]
        exposed_s = _length(own_s[:, None] - own_s[None, :]) @ shares
        return float(_overtaken(exposed_s[:, None], shares, rates)[0])
    found = 0.0
    for lane in np.unique(keys.partitions):
        exposed_s = _length(apart_s[:, None, lane] - apart_s[None, :, lane]) @ shares
        chosen = rates[keys.partitions == lane]
        found += float(_overtaken(exposed_s[:, None], shares, chosen, total=rates.sum())[0])
    return found


def orders_seen(disagreeing: Array) -> int:
    """Into how many groups consumers fall that can see different orders of the same messages."""
    groups: list[int] = []
    for consumer in range(len(disagreeing)):
        if all(disagreeing[consumer, other] > 0 for other in groups):
            groups.append(consumer)
    return len(groups)


def overtaken_at_change(scenario: Scenario, paths: Paths, keys: Keys) -> Array:
    """Per consumer: messages of keys that move, expected to be seen after one that was written behind the change.

    A message from region i, written u before the change, lies in the old partition; a follower from region j, written
    after the change, in the new one. The integral over u is taken in small steps.
    """
    shares = _shares(scenario)
    found = np.zeros(len(shares))
    moved = np.flatnonzero(keys.partitions != keys.partitions_after)
    if not in_partitions(scenario) or scenario.partition_key != "entity":
        return found
    rates = scenario.write_rate_rps * keys.weights
    from_s = follows_from_s(paths)[None, :, :, None]
    for block in _blocks(len(moved), STEPS * len(shares) ** 2):
        some = moved[block]
        old_s = paths.seen_s[:, keys.partitions[some]].transpose(1, 0, 2)
        new_s = paths.seen_s[:, keys.partitions_after[some]].transpose(1, 0, 2)
        for consumer in range(len(shares)):
            late_s = old_s[:, :, None, consumer] - new_s[:, None, :, consumer]
            longest_s = np.maximum(late_s.max(axis=2), 0.0)
            before_s = longest_s[:, :, None] * (np.arange(STEPS) + 0.5) / STEPS
            least_s = np.maximum(before_s[:, :, None, :], from_s)
            stretch_s = np.einsum("j,kiju->kiu", shares, np.maximum(late_s[:, :, :, None] - least_s, 0.0))
            chance = -np.expm1(-rates[some, None, None] * stretch_s)
            found[consumer] += float(rates[some] @ (shares @ (chance.mean(axis=2) * longest_s).T))
    return found


def _shares(scenario: Scenario) -> Array:
    return np.array(list(shares_of(scenario).values()))


def _used(in_lane: Array) -> Iterator[tuple[int, int]]:
    """The regions and lanes with any messages."""
    for region, lane in zip(*np.nonzero(in_lane), strict=True):
        yield int(region), int(lane)


def _length(apart_s: Array) -> Array:
    """How long a stretch is, whichever way round."""
    found: Array = np.abs(apart_s)
    return np.where(found > NOTHING_S, found, 0.0)


def _blocks(items: int, each: int) -> Iterator[slice]:
    """Stretches of so many items whose arrays, `each` numbers an item, keep to a bounded amount of memory."""
    step = max(1, _ELEMENTS_MAX // max(each, 1))
    for start in range(0, items, step):
        yield slice(start, start + step)
