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
    return int(np.searchsorted(_poisson_table(mean), uniform))


def poisson_counts(means: Array, uniforms: Array) -> Array:
    """`poisson_count` for whole arrays: one table for each different mean, so few of them should differ."""
    different, which = np.unique(means, return_inverse=True)
    counts = np.zeros(len(means))
    for place, mean in enumerate(different):
        chosen = which == place
        counts[chosen] = _poisson_quantiles(float(mean), uniforms[chosen])
    return counts


def _poisson_quantiles(mean: float, uniforms: Array) -> Array:
    if mean <= 0:
        return np.zeros(len(uniforms))
    if mean > _EXACT_MEAN_MAX:
        normal = normal_quantile(np.clip(uniforms, 1e-15, 1 - 1e-15))
        return np.maximum(0.0, np.round(mean + math.sqrt(mean) * normal + (normal * normal - 1) / 6))
    return np.searchsorted(_poisson_table(mean), uniforms).astype(float)


def _poisson_table(mean: float) -> Array:
    """The chance of at most 0, 1, 2, ... of them."""
    largest = int(mean + 12 * math.sqrt(mean) + 30)
    log_chance = np.concatenate([[0.0], np.cumsum(math.log(mean) - np.log(np.arange(1, largest + 1)))]) - mean
    table: Array = np.cumsum(np.exp(log_chance))
    return table


def normal_quantile(uniform: Array) -> Array:
    """The standard normal deviate below which these shares of (0, 1) lie; good to about 15 digits.

    Wichura's algorithm AS 241 (PPND16), Applied Statistics 37 (1988), for whole arrays.
    """
    centred = uniform - 0.5
    inner = np.abs(centred) <= 0.425
    deviate = np.empty(np.shape(uniform))
    near = centred[inner]
    deviate[inner] = near * _ratio(_NORMAL_CENTRE, 0.180625 - near * near)
    outside = ~inner
    far = np.sqrt(-np.log(np.minimum(uniform[outside], 1 - uniform[outside])))
    tail = np.where(far <= 5, _ratio(_NORMAL_TAIL, far - 1.6), _ratio(_NORMAL_FAR_TAIL, far - 5))
    deviate[outside] = np.copysign(tail, centred[outside])
    return deviate


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], at: Array) -> Array:
    """One polynomial over another, highest power first."""
    above, below = coefficients
    value: Array = np.polyval(above, at) / np.polyval(below, at)
    return value


# Coefficients of AS 241, highest power first: within 0.425 of the middle, then two stretches of the tails.
_NORMAL_CENTRE = (
    (
        2509.0809287301226727,
        33430.575583588128105,
        67265.770927008700853,
        45921.953931549871457,
        13731.693765509461125,
        1971.5909503065514427,
        133.14166789178437745,
        3.387132872796366608,
    ),
    (
        5226.495278852545925,
        28729.085735721942674,
        39307.89580009271061,
        21213.794301586595867,
        5394.1960214247511077,
        687.1870074920579083,
        42.313330701600911252,
        1.0,
    ),
)
_NORMAL_TAIL = (
    (
        7.7454501427834140764e-4,
        0.0227238449892691845833,
        0.24178072517745061177,
        1.27045825245236838258,
        3.64784832476320460504,
        5.7694972214606914055,
        4.6303378461565452959,
        1.42343711074968357734,
    ),
    (
        1.05075007164441684324e-9,
        5.475938084995344946e-4,
        0.0151986665636164571966,
        0.14810397642748007459,
        0.68976733498510000455,
        1.6763848301838038494,
        2.05319162663775882187,
        1.0,
    ),
)
_NORMAL_FAR_TAIL = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        0.0012426609473880784386,
        0.026532189526576123093,
        0.29656057182850489123,
        1.7848265399172913358,
        5.4637849111641143699,
        6.6579046435011037772,
    ),
    (
        2.04426310338993978564e-15,
        1.4215117583164458887e-7,
        1.8463183175100546818e-5,
        7.868691311456132591e-4,
        0.0148753612908506148525,
        0.13692988092273580531,
        0.59983220655588793769,
        1.0,
    ),
)
