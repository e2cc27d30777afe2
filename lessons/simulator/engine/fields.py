"""Which fields do several lenses ask for? A lens takes one with `same_as`, with its own words where it needs them.

What is not said here (most passports, some help) is each lens's own. Nobody makes these classes: they hold fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.distributions import SHAPE as DELAY_SHAPE
from lessons.simulator.engine.network import MATRIX_CHOICES, RTT_SHAPE
from lessons.simulator.engine.params import param
from lessons.simulator.engine.strategies import STRATEGIES


@dataclass(frozen=True, kw_only=True)
class RoundTrips:
    """How long messages are on their way, and how often chance is asked."""

    matrix: str = param(
        "aws_2019",
        label="Round trips",
        choices=MATRIX_CHOICES,
        help="Measured between regions, or the great circle times a factor. Names of places belong to one of them.",
    )
    rtt_ms: float | Mapping[str, Mapping[str, float]] | None = param(
        None,
        label="Your own round trips",
        unit="ms",
        shape=RTT_SHAPE,
        help="Used as given, before anything else. A direction that is missing is as long as the way back.",
    )
    fibre_factor: float = param(
        1.7,
        label="Real routes over straight fibre",
        min=1,
        max=10,
        step=0.1,
        help="How much longer a round trip takes than in a fibre along the great circle. Used without a matrix.",
        passport="fibre-factor",
    )
    same_place_rtt_ms: float = param(0.0, label="Round trip within a region", unit="ms", min=0, max=100, step=0.5)
    jitter: float | Mapping[str, Any] = param(
        0.0,
        label="Jitter of each message",
        unit="ms",
        shape=DELAY_SHAPE,
        help="A delay on top, drawn for every message: two for each round trip.",
    )
    trials: int = param(
        10_000,
        label="Requests drawn",
        min=100,
        max=1_000_000,
        step=100,
        scale="log",
        help="More of them make the high percentiles steadier.",
    )


@dataclass(frozen=True, kw_only=True)
class Service:
    """What users ask for, and what stands by to serve them."""

    strategy: str = param("hot_standby", label="Strategy", choices=STRATEGIES)
    standby_capacity_fraction: float | None = param(
        None, label="Capacity standing by", min=0, max=4, step=0.05, help="As a share of the whole load."
    )
    request_rate_rps: float = param(
        1_000.0,
        label="Requests",
        unit="rps",
        min=0.1,
        max=10_000_000,
        scale="log",
        help="All users together.",
        passport="tally-request-rate",
    )
    write_fraction: float = param(
        0.2,
        label="Share of writes",
        min=0,
        max=1,
        step=0.01,
        help="The rest are reads.",
        passport="tally-write-fraction",
    )
    slo_target_fraction: float = param(
        0.999,
        label="Objective (SLO)",
        min=0,
        max=0.9999999,
        step=0.0001,
        help="What it leaves is the error budget.",
    )
