"""Which series does a run have? One entry a lens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lessons.observability import copy_behind, stale_reads
from lessons.observability.failing_over import signals as failing_over
from lessons.observability.signals import BEFORE_S, SCRAPE_S, Signals

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


_DERIVATIONS: dict[str, Derivation] = {
    "failover": failing_over.signals,
    "replication-lag": copy_behind.signals,
    "staleness": stale_reads.signals,
}
