"""How long until reads see a write? The share of stale reads at every moment after the commit, and what both cost."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lessons.simulator.engine.stats import Array, distribution
from lessons.simulator.staleness.scenario import Scenario, wars_of
from lessons.simulator.staleness.wars import draw

LEAVES_OUT = (
    "Read repair and anti-entropy: what reaches a replica is the write itself.",
    "Replicas that are down, and messages that are lost.",
    "Writes that overlap: one write and one read at a time, and every message has a delay of its own.",
    "The chances by version and for a client's own reads take quorums drawn at random that never grow: bounds, as the "
    "paper gives them.",
)
VISIBLE_AT = ("0.9", "0.99", "0.999")
_POINTS = 200


@dataclass(frozen=True, eq=False)
class Result:
    """Times in ms after the commit, the moment the client hears that the write succeeded.

    `p_stale_at` and `p_within_k_versions` answer `at_ms` and `versions` in their order. `t_visibility_ms` is by share
    of reads; `t_asked_ms` is for the share that was asked. `read_ms` and `write_ms` are distributions.
    """

    p_stale_at: tuple[float, ...]
    t_visibility_ms: dict[str, float]
    t_asked_ms: float
    p_fresh_at_commit_fraction: float
    read_ms: dict[str, float]
    write_ms: dict[str, float]
    p_within_k_versions: tuple[float, ...]
    p_monotonic_fraction: float
    strict_quorum: bool
    series: dict[str, Array]


def run(scenario: Scenario, *, seed: int) -> Result:
    """So many pairs of a write and a read, and the same moment looked at in every one of them."""
    trials = draw(wars_of(scenario), n=scenario.n, r=scenario.r, w=scenario.w, trials=scenario.trials, seed=seed)
    # Quantiles of what is sorted cost a fraction, and sorting is cheap.
    for times_ms in (trials.read_ms, trials.write_ms, trials.fresh_after_ms):
        times_ms.sort()
    read_ms, write_ms = distribution(trials.read_ms), distribution(trials.write_ms)
    assert read_ms is not None and write_ms is not None, "there is at least one trial"
    fresh_after_ms = trials.fresh_after_ms
    asked_ms = _reached(fresh_after_ms, scenario.asked_fraction)
    return Result(
        p_stale_at=tuple(_stale(fresh_after_ms, np.array(scenario.at_ms)).tolist()),
        t_visibility_ms={share: _reached(fresh_after_ms, float(share)) for share in VISIBLE_AT},
        t_asked_ms=asked_ms,
        p_fresh_at_commit_fraction=float(_fresh(fresh_after_ms, np.zeros(1))[0]),
        read_ms=read_ms,
        write_ms=write_ms,
        p_within_k_versions=tuple(1 - missed_fraction(scenario) ** k for k in _versions(scenario)),
        p_monotonic_fraction=_monotonic_fraction(scenario),
        strict_quorum=scenario.r + scenario.w > scenario.n,
        series=_series(fresh_after_ms, asked_ms, write_ms["p50"]),
    )


def _fresh(fresh_after_ms: Array, at_ms: Array) -> Array:
    """The share of reads that see the write when they start so long after the commit. Takes sorted times."""
    return np.searchsorted(fresh_after_ms, at_ms, side="right") / len(fresh_after_ms)


def _stale(fresh_after_ms: Array, at_ms: Array) -> Array:
    """The others; counted too, so that the digits are those of the count."""
    missed = len(fresh_after_ms) - np.searchsorted(fresh_after_ms, at_ms, side="right")
    return np.asarray(missed / len(fresh_after_ms))


def _reached(fresh_after_ms: Array, share: float) -> float:
    """The first moment from which at least this share of reads sees the write. Takes sorted times."""
    place = max(math.ceil(share * len(fresh_after_ms) - 1e-9) - 1, 0)
    return max(0.0, float(fresh_after_ms[place]))


def missed_fraction(scenario: Scenario) -> float:
    """How often r replicas drawn at random hold none of w others drawn at random: C(n-w, r) / C(n, r)."""
    n, r, w = scenario.n, scenario.r, scenario.w
    return math.comb(n - w, r) / math.comb(n, r)


def _versions(scenario: Scenario) -> list[int]:
    assert isinstance(scenario.versions, list), "resolve makes a list of it"
    return scenario.versions


def _monotonic_fraction(scenario: Scenario) -> float:
    """How often a client reads nothing older than it has read before.

    Between two of its reads, write rate / read rate versions are written; so it is the chance of a version no older
    than 1 + that many (equation 3 of the paper).
    """
    return float(1 - missed_fraction(scenario) ** (1 + scenario.write_rate_rps / scenario.client_read_rate_rps))


def _series(fresh_after_ms: Array, asked_ms: float, write_ms: float) -> dict[str, Array]:
    """The curve from the commit to well after the share asked for is reached."""
    ends_ms = max(1.6 * asked_ms, 2 * write_ms, 1e-3)
    at_ms = np.linspace(0.0, ends_ms, _POINTS)
    return {"t_ms": at_ms, "p_fresh_fraction": _fresh(fresh_after_ms, at_ms)}


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core, and half as much again for a slower one: draws for each replica, comparing, sorting."""
    n, r, w = scenario.n, scenario.r, scenario.w
    compared = n * (n - 1) / 2 * (1 < r < n) + n * (w if 1 < w < n else 1) + n * (r if 1 < r < n else 1)
    return 2.0 + scenario.trials * (n * wars_of(scenario).work * 6e-6 + compared * 2e-6 + 4e-5)


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    return "trials"


def summary(scenario: Scenario, result: Result) -> str:
    """How long, for how many, and what it costs, in one sentence."""
    quorum = f"With r={scenario.r} and w={scenario.w} of {scenario.n} replicas"
    cost = f"reads take {result.read_ms['p50']:,.3g} ms and writes {result.write_ms['p50']:,.3g} ms at the median"
    if result.strict_quorum:
        return f"{quorum} every read sees every acknowledged write; {cost}."
    at_once = f"{_percent(result.p_fresh_at_commit_fraction)} of reads"
    if result.p_fresh_at_commit_fraction == 1:
        # None was stale among those drawn; some would be among more.
        at_once = f"all of {scenario.trials:,} reads drawn"
    return (
        f"{quorum}, {at_once} see a write at once and {_percent(scenario.asked_fraction)} "
        f"after {result.t_asked_ms:,.3g} ms; {cost}."
    )


def _percent(share: float) -> str:
    """Shares near 1 keep the digits that tell them apart."""
    return f"{100 * share:.{4 if share > 0.999 else 1}f}".rstrip("0").rstrip(".") + " %"
