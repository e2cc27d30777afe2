"""Which share of the users has moved, and when does each of them?

Assumes that a cached record was fetched at a uniform moment of its time to live, so that users move evenly over it.
"""

from __future__ import annotations

import numpy as np

from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.control_plane import Moments
from lessons.simulator.failover.scenario import Scenario

_USERS_DRAWN = 1_000


def moved_share(scenario: Scenario, moments: Moments, at_s: Array) -> Array:
    """Share of the users of the failed side that reach the other side at each moment."""
    if moments.redirected_s is None:
        return np.zeros_like(at_s)
    gone = _shifted(scenario, at_s - moments.redirected_s)
    if moments.failback_shift_s is None:
        return gone
    return gone * (1.0 - _shifted(scenario, at_s - moments.failback_shift_s))


def moved_share_reached_s(scenario: Scenario, share: float) -> float:
    """Time from the new record to this share of users moved."""
    if share <= 0:
        return 0.0
    low_s, high_s = 0.0, max(scenario.dns_ttl_s, scenario.stale_resolver_ttl_s, scenario.routing_shift_s)
    for _ in range(60):
        middle_s = (low_s + high_s) / 2
        if _shifted(scenario, np.array([middle_s]))[0] >= share - 1e-12:
            high_s = middle_s
        else:
            low_s = middle_s
    return round(high_s, 6)


def users_move_s(scenario: Scenario) -> tuple[Array, Array]:
    """Evenly spaced users: seconds from the new record to their move, and the weight of each."""
    evenly = (np.arange(_USERS_DRAWN) + 0.5) / _USERS_DRAWN
    # The last user of each kind is at the very end, so that the largest wait is the true one.
    evenly[-1] = 1.0
    if scenario.routing == "anycast":
        return evenly * scenario.routing_shift_s, np.ones(_USERS_DRAWN)
    kinds = [(scenario.dns_ttl_s, 1 - scenario.stale_resolver_fraction)]
    kinds.append((scenario.stale_resolver_ttl_s, scenario.stale_resolver_fraction))
    kinds = [(ttl_s, weight) for ttl_s, weight in kinds if weight > 0]
    waits = np.concatenate([evenly * ttl_s for ttl_s, _ in kinds])
    return waits, np.concatenate([np.full(_USERS_DRAWN, weight) for _, weight in kinds])


def _shifted(scenario: Scenario, after_s: Array) -> Array:
    if scenario.routing == "anycast":
        return _ramp(after_s, scenario.routing_shift_s)
    stale = scenario.stale_resolver_fraction
    share = (1 - stale) * _ramp(after_s, scenario.dns_ttl_s)
    return share + stale * _ramp(after_s, scenario.stale_resolver_ttl_s) if stale else share


def _ramp(after_s: Array, lasts_s: float) -> Array:
    if lasts_s <= 1e-9:
        return (after_s >= 0).astype(np.float64)
    return np.clip(after_s / lasts_s, 0.0, 1.0)
