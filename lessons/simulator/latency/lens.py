"""What do users wait? Distance to the nearest region, and the slowest of the calls behind it.

Everybody meets the same dice (jitter and calls), so groups differ by distance alone, and one more region, or a second
request, never slows anybody down by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lessons.simulator.engine.distributions import read_delay
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import QUANTILES, Array, distribution
from lessons.simulator.latency.placement import NextRegion, Pair, better, next_regions, pairs
from lessons.simulator.latency.scenario import Scenario, hedge_of, network_of, shares_of

LEAVES_OUT = (
    "The line from a user's device to the nearest data centre: round trips are between data centres.",
    "Routing that errs: every user reaches the region with the shortest round trip.",
    "Bandwidth, packet loss and the load of the regions; all are equally fast and never full.",
    "Writes that have to go to another region, and copies between regions.",
)


@dataclass(frozen=True, eq=False)
class Result:
    """Times in ms: distributions of whole requests, `rtt_ms` and `floor_ms` of one round trip to the nearest region.

    `next_regions` are all candidates, the best first; `best_next_region` is None when none of them helps.
    """

    by_group: dict[str, dict[str, float]]
    overall_ms: dict[str, float]
    nearest: dict[str, str]
    rtt_ms: dict[str, float]
    floor_ms: dict[str, float | None]
    mean_rtt_ms: float
    slowest_rtt_ms: float
    best_next_region: str | None
    next_regions: tuple[NextRegion, ...]
    slow_fraction: float
    extra_load_fraction: float
    pairs: tuple[Pair, ...]


def run(scenario: Scenario, *, seed: int) -> Result:
    """So many requests from every group, all groups with the same dice."""
    links, shares = network_of(scenario), shares_of(scenario)
    table_ms = links.table_ms(shares, scenario.regions)
    columns = table_ms.argmin(axis=1)
    nearest = {group: scenario.regions[column] for group, column in zip(shares, columns, strict=True)}
    shortest_ms = table_ms.min(axis=1)
    calls_ms, extra_load_fraction = _calls_ms(scenario, seed)
    beside_ms = np.sort(calls_ms + _jitter_ms(scenario, seed))
    shifts_ms = shortest_ms * scenario.round_trips
    weights = np.array(list(shares.values()))
    found = next_regions(scenario, links, shortest_ms, weights)
    now_ms = float(weights @ shortest_ms), float(shortest_ms.max())
    return Result(
        by_group={group: _shifted(beside_ms, float(shift)) for group, shift in zip(shares, shifts_ms, strict=True)},
        overall_ms=_overall_ms(beside_ms, shifts_ms, weights),
        nearest=nearest,
        rtt_ms={group: float(ms) for group, ms in zip(shares, shortest_ms, strict=True)},
        floor_ms={group: links.floor_ms(group, nearest[group]) for group in shares},
        mean_rtt_ms=now_ms[0],
        slowest_rtt_ms=now_ms[1],
        best_next_region=found[0].region if found and better(scenario, found[0], now_ms) else None,
        next_regions=found,
        slow_fraction=float(
            sum(
                w * (beside_ms + shift >= scenario.slow_over_ms).mean()
                for w, shift in zip(weights, shifts_ms, strict=True)
            )
        ),
        extra_load_fraction=extra_load_fraction,
        pairs=pairs(links, shares, scenario.regions),
    )


def _calls_ms(scenario: Scenario, seed: int) -> tuple[Array, float]:
    """The slowest call of each request, and the share of calls that were sent twice.

    Drawn call by call, so that one call more leaves the others as they were.
    """
    server = read_delay("server_ms", scenario.server_ms)
    first, second = stream(seed, "server"), stream(seed, "hedge")
    after_ms = hedge_of(scenario)
    slowest, hedged = np.zeros(scenario.trials), 0
    for _ in range(scenario.fan_out):
        call_ms = server.sample(first, scenario.trials)
        if after_ms is not None:
            again_ms = after_ms + server.sample(second, scenario.trials)
            hedged += int((call_ms > after_ms).sum())
            call_ms = np.minimum(call_ms, again_ms)
        np.maximum(slowest, call_ms, out=slowest)
    return slowest, hedged / (scenario.trials * scenario.fan_out)


def _jitter_ms(scenario: Scenario, seed: int) -> Array:
    """What all messages of each request add: there and back, for each round trip."""
    jitter = read_delay("jitter", scenario.jitter)
    chance = stream(seed, "jitter")
    total = np.zeros(scenario.trials)
    for _ in range(2 * scenario.round_trips if jitter.mean_ms > 0 else 0):
        total += jitter.sample(chance, scenario.trials)
    return total


def _shifted(sorted_ms: Array, shift_ms: float) -> dict[str, float]:
    found = distribution(sorted_ms + shift_ms)
    assert found is not None, "there is at least one trial"
    return found


def _overall_ms(sorted_ms: Array, shifts_ms: Array, weights: Array) -> dict[str, float]:
    """The distribution over all users: copies of one sorted sample, each shifted and with its group's weight.

    A quantile is the smallest value that at least so many requests do not exceed, found by halving; so nothing as large
    as groups times trials is ever held.
    """
    if len(shifts_ms) == 1:
        return _shifted(sorted_ms, float(shifts_ms[0]))
    parts = {name: _quantile(sorted_ms, shifts_ms, weights, share) for name, share in QUANTILES.items()}
    mean = float(sorted_ms.mean() + weights @ shifts_ms)
    return {"mean": mean, **parts, "max": float(sorted_ms[-1] + shifts_ms.max())}


def _quantile(sorted_ms: Array, shifts_ms: Array, weights: Array, share: float) -> float:
    low, high = float(sorted_ms[0] + shifts_ms.min()) - 1.0, float(sorted_ms[-1] + shifts_ms.max())
    wanted = (share - 1e-12) * float(weights.sum())
    for _ in range(60):
        middle = (low + high) / 2
        reached = np.searchsorted(sorted_ms, middle - shifts_ms, side="right") / len(sorted_ms)
        low, high = (low, middle) if weights @ reached >= wanted else (middle, high)
    places = np.searchsorted(sorted_ms, low - shifts_ms, side="right")
    nearby = [sorted_ms[at] + shift for at, shift in zip(places, shifts_ms, strict=True) if at < len(sorted_ms)]
    return float(min(nearby, default=high))


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: draws for each call and message, sorting, and every group's quantiles."""
    draws = scenario.fan_out * read_delay("server_ms", scenario.server_ms).work
    draws *= 1 if hedge_of(scenario) is None else 2.2
    draws += 2 * scenario.round_trips * read_delay("jitter", scenario.jitter).work
    return 3.0 + scenario.trials * (draws * 1e-5 + 1e-4 + len(shares_of(scenario)) * 1.5e-5)


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    return "trials" if scenario.trials > 1_000 else "fan_out"


def summary(scenario: Scenario, result: Result) -> str:
    """Who waits longest, and what would help, in one sentence."""
    slowest = max(result.by_group, key=lambda group: result.by_group[group]["p99"])
    found = result.by_group[slowest]
    said = (
        f"Users in {slowest} wait longest: half of them {found['p50']:,.0f} ms, one in a hundred {found['p99']:,.0f} ms"
    )
    if result.best_next_region is None:
        return f"{said}; no further region shortens the way."
    then = result.next_regions[0]
    return (
        f"{said}; a region in {then.region} would bring the mean round trip from {result.mean_rtt_ms:,.0f} ms "
        f"to {then.mean_rtt_ms:,.0f} ms."
    )
