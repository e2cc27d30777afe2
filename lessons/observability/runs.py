"""Which series does a run have? One entry a lens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lessons.observability import (
    caches,
    copy_behind,
    database,
    durations,
    health,
    probes,
    saturation,
    stale_reads,
    streams,
    traffic,
)
from lessons.observability.observed import Observed, observed
from lessons.observability.signals import BEFORE_S, SCRAPE_S, Series, Signals, scrapes
from lessons.simulator import failover

_OF_A_FAILOVER = (traffic, durations, health, saturation, database, caches, streams, probes)
OVERLOAD = (
    "Overload is what a failover has of it: a side without the capacity for everybody drops the rest at once (presets "
    "warm-standby and pilot-light), and no queue grows."
)
Derivation = Callable[..., Signals]


class NotObservable(LookupError):
    """No metrics are derived from runs of this lens."""


def signals_of(
    lens: str, scenario: Any, result: Any, *, seed: int, before_s: float = BEFORE_S, step_s: float = SCRAPE_S
) -> Signals:
    """What the monitoring sees of a run of this lens, from `before_s` of quiet before 0 to its end.

    `scenario`, `result` and `seed` are those of the run; `step_s` (whole seconds) is the time between two scrapes.
    Raises NotObservable.
    """
    try:
        derive = _DERIVATIONS[lens]
    except KeyError:
        raise NotObservable(f"no metrics of {lens!r}; there are {', '.join(_DERIVATIONS)}") from None
    return derive(scenario, result, seed=seed, before_s=before_s, step_s=step_s)


def observable() -> tuple[str, ...]:
    """The lenses whose runs have metrics."""
    return tuple(_DERIVATIONS)


def _of_failover(
    scenario: failover.Scenario, result: failover.Result, *, seed: int, before_s: float, step_s: float
) -> Signals:
    times_s = scrapes(before_s=before_s, until_s=scenario.horizon_s, step_s=step_s)
    run = observed(scenario, result, seed=seed, times_s=times_s)
    leaves_out = [sentence for module in _OF_A_FAILOVER for sentence in module.LEAVES_OUT]
    return Signals(times_s, step_s, tuple(_all_series(run)), (*leaves_out, OVERLOAD))


def _all_series(run: Observed) -> Iterator[Series]:
    for module in _OF_A_FAILOVER:
        yield from module.series(run)


_DERIVATIONS: dict[str, Derivation] = {
    "failover": _of_failover,
    "replication-lag": copy_behind.signals,
    "staleness": stale_reads.signals,
}
