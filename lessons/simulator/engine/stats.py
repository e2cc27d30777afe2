"""How are many numbers said in a few? Mean, quantiles, and counts drawn so that a larger mean never gives fewer."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}
_EXACT_MEAN_MAX = 5_000.0


def distribution(values: Array, weights: Array | None = None) -> dict[str, float] | None:
    """Mean, quantiles and largest of the values; None when there are none. Weights need not sum to 1."""
    if len(values) == 0:
        return None
    if weights is None:
        points = np.quantile(values, list(QUANTILES.values()))
        mean = float(values.mean())
    else:
        order = np.argsort(values, kind="stable")
        reached = np.cumsum(weights[order])
        places = np.searchsorted(reached, np.array(list(QUANTILES.values())) * reached[-1])
        points = values[order][np.minimum(places, len(values) - 1)]
        mean = float(np.average(values, weights=weights))
    named = {name: float(point) for name, point in zip(QUANTILES, points, strict=True)}
    return {"mean": mean, **named, "max": float(values.max())}


def poisson_count(*, mean: float, uniform: float) -> int:
    """The Poisson count at this quantile: the same `uniform` with a larger mean never gives a smaller count.

    Exact up to a mean of 5,000; beyond, the Cornish-Fisher expansion, whose error is far below one in a thousand.
    """
    if mean <= 0:
        return 0
    if mean > _EXACT_MEAN_MAX:
        normal = NormalDist().inv_cdf(min(max(uniform, 1e-15), 1 - 1e-15))
        return max(0, round(mean + math.sqrt(mean) * normal + (normal * normal - 1) / 6))
    largest = int(mean + 12 * math.sqrt(mean) + 30)
    log_chance = np.concatenate([[0.0], np.cumsum(math.log(mean) - np.log(np.arange(1, largest + 1)))]) - mean
    return int(np.searchsorted(np.cumsum(np.exp(log_chance)), uniform))
