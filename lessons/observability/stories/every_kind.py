"""Which stories has an alert? Those of its kind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from lessons.observability.slo import Alert, Slo
from lessons.observability.stories.burn_rates import of_burn_rate
from lessons.observability.stories.levels import of_gauge, of_replication_lag
from lessons.observability.stories.story import Story
from lessons.observability.stories.traffic import of_traffic_gone, of_traffic_shift


@singledispatch
def stories(alert: Alert, slo: Slo) -> Iterator[Story]:
    """At least one in which the alert rings and resolves, and one just below. Times are those of the incident."""
    raise AssertionError(f"every kind of alert has its stories, {type(alert).__name__} too")


for _of_kind in (of_burn_rate, of_replication_lag, of_gauge, of_traffic_shift, of_traffic_gone):
    stories.register(_of_kind)
