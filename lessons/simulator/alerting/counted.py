"""How many requests, and how many errors among them, up to any moment? One curve; a window is a difference on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lessons.simulator.alerting.scenario import ROUNDING, Scenario, errors_of
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array, poisson_counts


@dataclass(frozen=True)
class Counted:
    """Errors and requests from 0 up to some moments, as two lines through points. Before 0: a good day's mean rate."""

    at_s: Array
    errors: Array
    requests: Array
    base_error_rps: float
    request_rate_rps: float

    def errors_until(self, moments_s: Array) -> Array:
        past = self.base_error_rps * np.minimum(moments_s, 0.0)
        found: Array = np.interp(moments_s, self.at_s, self.errors) + past
        return found

    def requests_until(self, moments_s: Array) -> Array:
        past = self.request_rate_rps * np.minimum(moments_s, 0.0)
        found: Array = np.interp(moments_s, self.at_s, self.requests) + past
        return found

    def window_requests(self, moments_s: Array, window_s: float) -> Array:
        return self.requests_until(moments_s) - self.requests_until(moments_s - window_s)

    def window_fraction(self, moments_s: Array, window_s: float) -> Array:
        """Share of errors among the requests of the window that ends at each moment; 0 where there are none."""
        errors = self.errors_until(moments_s) - self.errors_until(moments_s - window_s)
        requests = self.window_requests(moments_s, window_s)
        return np.divide(errors, requests, out=np.zeros_like(errors), where=requests > 0)


def measured_fraction(scenario: Scenario, error_fraction: float) -> float:
    """The share of errors that the rules see while this share fails in the sick region."""
    base = scenario.base_error_fraction
    sick = base + error_fraction - base * error_fraction
    if scenario.measured_on == "region":
        return sick
    share = scenario.region_share_fraction
    return share * sick + (1.0 - share) * base


def measured_rps(scenario: Scenario) -> float:
    share = scenario.region_share_fraction if scenario.measured_on == "region" else 1.0
    return scenario.request_rate_rps * share


def expected(scenario: Scenario) -> Counted:
    """Mean counts: straight lines between the moments at which the share of errors changes."""
    edges_s, fractions = _pieces(scenario)
    rate = measured_rps(scenario)
    errors = np.concatenate([[0.0], np.cumsum(fractions * np.diff(edges_s))]) * rate
    return Counted(edges_s, errors, edges_s * rate, scenario.base_error_fraction * rate, rate)


def drawn(scenario: Scenario, seed: int) -> Counted:
    """Poisson counts of each step, errors and successes apart, which is exact for Poisson requests that fail by chance.

    A larger share of errors never gives fewer of them with the same seed.
    """
    mean_counts = expected(scenario)
    steps = int(np.ceil(scenario.horizon_s / scenario.step_s - ROUNDING))
    grid_s = rounded(np.arange(steps + 1) * scenario.step_s)
    fractions = _step_fractions(scenario, grid_s)
    mean = mean_counts.request_rate_rps * scenario.step_s
    errors = poisson_counts(mean * fractions, stream(seed, "errors").random(steps))
    successes = poisson_counts(mean * (1.0 - fractions), stream(seed, "successes").random(steps))
    until = np.concatenate([[0.0], np.cumsum(errors)])
    requests = until + np.concatenate([[0.0], np.cumsum(successes)])
    return Counted(grid_s, until, requests, mean_counts.base_error_rps, mean_counts.request_rate_rps)


def _step_fractions(scenario: Scenario, grid_s: Array) -> Array:
    """Mean share of errors in each step; exactly the piece's own where a step lies in one piece."""
    edges_s, fractions = _pieces(scenario)
    first = np.searchsorted(edges_s, grid_s[:-1], side="right") - 1
    last = np.minimum(np.searchsorted(edges_s, grid_s[1:], side="left") - 1, len(fractions) - 1)
    total = np.concatenate([[0.0], np.cumsum(fractions * np.diff(edges_s))])
    mixed = np.diff(np.interp(grid_s, edges_s, total)) / scenario.step_s
    return np.clip(np.where(first == last, fractions[np.minimum(first, len(fractions) - 1)], mixed), 0.0, 1.0)


def _pieces(scenario: Scenario) -> tuple[Array, Array]:
    """The moments from 0 to past the horizon at which the share of errors changes, and the share between them."""
    base = measured_fraction(scenario, 0.0)
    edges_s, fractions = [0.0], []
    for starts_s, ends_s, fraction in errors_of(scenario):
        if starts_s > edges_s[-1]:
            edges_s.append(starts_s)
            fractions.append(base)
        edges_s.append(ends_s)
        fractions.append(measured_fraction(scenario, fraction))
    edges_s.append(max(edges_s[-1], scenario.horizon_s) + scenario.step_s)
    fractions.append(base)
    return np.array(edges_s), np.array(fractions)


def rounded(moments_s: npt.NDArray[np.floating[Any]]) -> Array:
    """Seven steps of 0.1 s are 0.7 s, not a hair more."""
    found: Array = np.round(moments_s, 9)
    return found
