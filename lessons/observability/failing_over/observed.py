"""What happened in each second of a failover? Its requests by flow, drawn so that they add up to what the run says.

Before the fault the same users are served by the same sides, and every request succeeds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover import Result, Scenario
from lessons.simulator.failover.control_plane import Moments
from lessons.simulator.failover.data_plane import seconds
from lessons.simulator.failover.flows import Flow, flows
from lessons.simulator.failover.lens import moments_drawn
from lessons.simulator.failover.scenario import PRIMARY_REGION, STANDBY_REGION, given

KINDS, OUTCOMES = ("read", "write"), ("answered", "unanswered", "refused", "dropped")
Counts = npt.NDArray[np.int64]
Switches = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Observed:
    """One failover as it is looked at. `counts` has a row a flow and a column a second, which ends at `ends_s`."""

    scenario: Scenario
    result: Result
    moments: Moments
    seed: int
    times_s: Array
    flows: tuple[Flow, ...]
    ends_s: Array
    counts: Counts

    @property
    def regions(self) -> dict[str, tuple[str, ...]]:
        """Each region and the sides that lie in it. The zones of one region are two sides of it."""
        if self.scenario.fault == "zone_loss":
            return {PRIMARY_REGION: ("old", "new")}
        return {PRIMARY_REGION: ("old",), STANDBY_REGION: ("new",)}

    @property
    def takeover_s(self) -> float | None:
        """When the other side takes over: promoted, or, where it always takes writes, once users are sent there."""
        return self.moments.promoted_s if self.scenario.promotes else self.moments.redirected_s

    def until_each_scrape(self, values: Array | Counts) -> Array:
        """A count in each second (last axis) as a counter at each scrape."""
        return self.at_each_scrape(np.cumsum(values, axis=-1, dtype=np.float64))

    def at_each_scrape(self, levels: Array) -> Array:
        """What has been reached by the end of each second (last axis), as seen at each scrape; 0 before the first."""
        before = np.concatenate([np.zeros((*levels.shape[:-1], 1)), levels], axis=-1)
        return np.asarray(before[..., np.searchsorted(self.ends_s, self.times_s + 1e-9, side="right")])

    def rate_at_each_scrape(self, values: Array | Counts) -> Array:
        """A count in each second (last axis) as its mean a second since the scrape before; the first looks ahead."""
        reached = self.until_each_scrape(values)
        rates = np.diff(reached, axis=-1) / np.diff(self.times_s)
        return np.concatenate([rates[..., :1], rates], axis=-1)

    def count(
        self, *, sides: tuple[str, ...], kinds: tuple[str, ...] = KINDS, outcomes: tuple[str, ...] = OUTCOMES
    ) -> Counts:
        """Requests in each second on these sides, of these kinds, with these outcomes."""
        rows = [flow.side in sides and flow.kind in kinds and flow.outcome in outcomes for flow in self.flows]
        return np.asarray(self.counts[rows].sum(axis=0))


def observed(scenario: Scenario, result: Result, *, seed: int, times_s: Array) -> Observed:
    """The run with this seed, looked at from the first to the last of these times (whole seconds before 0)."""
    moments = moments_drawn(scenario, seed=seed)
    quiet, during = _quiet(scenario), flows(scenario, moments)
    keys = dict.fromkeys(_key(flow) for flow in (*quiet, *during))
    starts_s, lasts_s = seconds(scenario)
    before = round(-float(times_s[0]))
    counts = np.zeros((len(keys), before + len(starts_s)), dtype=np.int64)
    offered = stream(seed, "signals-before").poisson(scenario.request_rate_rps, size=before)
    places = {key: row for row, key in enumerate(keys)}
    _draw(counts[:, :before], places, quiet, offered, stream(seed, "signals-before-flows"))
    succeeded = np.rint(result.series["succeeded_rps"] * lasts_s).astype(np.int64)
    failed = np.rint(result.series["failed_rps"] * lasts_s).astype(np.int64)
    answered = tuple(flow for flow in during if flow.outcome == "answered")
    unserved = tuple(flow for flow in during if flow.outcome != "answered")
    _draw(counts[:, before:], places, answered, succeeded, stream(seed, "signals-answered"))
    _draw(counts[:, before:], places, unserved, failed, stream(seed, "signals-unserved"))
    return Observed(
        scenario=scenario,
        result=result,
        moments=moments,
        seed=seed,
        times_s=times_s,
        flows=tuple(Flow(*key, share=np.empty(0)) for key in keys),
        ends_s=np.concatenate([np.arange(1 - before, 1, dtype=np.float64), starts_s + lasts_s]),
        counts=counts,
    )


def _key(flow: Flow) -> tuple[str, str, str, float]:
    return flow.side, flow.kind, flow.outcome, flow.wait_ms


def _quiet(scenario: Scenario) -> tuple[Flow, ...]:
    """Before the fault everybody is at home and is answered at once."""
    affected, write = given(scenario.affected_user_fraction), scenario.write_fraction
    shares = {
        (side, kind): users * share
        for side, users in (("old", affected), ("new", 1 - affected))
        for kind, share in (("read", 1 - write), ("write", write))
    }
    return tuple(
        Flow(side, kind, "answered", 0.0, np.array([share])) for (side, kind), share in shares.items() if share > 0
    )


def _draw(
    counts: Counts,
    places: dict[tuple[str, str, str, float], int],
    among: tuple[Flow, ...],
    total: Counts,
    chance: np.random.Generator,
) -> None:
    """Spread each second's total over these flows by their shares: multinomial, so exact thinning of the run's draw."""
    if not among or not len(total):
        assert not total.any(), "what is counted belongs to a flow"
        return
    shares = np.stack([np.broadcast_to(flow.share, total.shape) for flow in among], axis=1)
    whole = shares.sum(axis=1, keepdims=True)
    assert not total[whole[:, 0] <= 0].any(), "what is counted belongs to a flow"
    chances = np.divide(shares, whole, out=np.full_like(shares, 1 / len(among)), where=whole > 0)
    drawn = chance.multinomial(total, chances)
    for column, flow in enumerate(among):
        counts[places[_key(flow)]] += drawn[:, column]
