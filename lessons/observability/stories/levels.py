"""When has an alert on a level to ring? As soon as a gauge, or the lag of a copy, has been beyond for long enough."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lessons.observability.samples import gauge
from lessons.observability.signals import CONSUMER
from lessons.observability.slo import Alert, Gauge, ReplicationLag, Slo
from lessons.observability.stories.story import JUST, Check, Firing, Story, series_name, turns
from lessons.simulator.failover.scenario import STANDBY_REGION

VANTAGES = ("amsterdam", "singapore")


def of_replication_lag(alert: ReplicationLag, slo: Slo) -> Iterator[Story]:
    """The lag of one copy, around the alert's share of the RPO."""
    limit_s = alert.rpo_fraction * slo.rpo_s
    labels = {"service": slo.service, "region": STANDBY_REGION}
    name = series_name("db_replication_lag_seconds", labels)
    bad, below = limit_s * (1 + JUST), limit_s * (1 - JUST)
    yield from _level_stories(
        alert, slo, names=(name,), good=limit_s / 5, bad=bad, below=below, firing=Firing(labels, bad / slo.rpo_s)
    )


def of_gauge(alert: Gauge, slo: Slo) -> Iterator[Story]:
    """All members (places that probe) beyond the value; and where there are two of them, only one."""
    given = {"service": slo.service, "region": STANDBY_REGION, "vantage": VANTAGES[0], "consumer": CONSUMER}
    labels = {label: given[label] for label in alert.per}
    two = alert.metric == "probe_success" and "vantage" not in alert.per
    members = VANTAGES if two else VANTAGES[:1]
    names = tuple(
        series_name(alert.metric, {**_own_labels(alert, given), "vantage": place} if two else _own_labels(alert, given))
        for place in members
    )
    share = len(members) if alert.combine == "sum" else 1
    apart = max(abs(alert.value) * JUST, JUST) * (1 if alert.side == "above" else -1)
    bad, good = alert.value + apart, alert.value - 20 * apart
    yield from _level_stories(
        alert,
        slo,
        names=names,
        good=good / share,
        bad=bad / share,
        below=alert.value / share,
        firing=Firing(labels, bad),
    )
    if two and alert.combine in ("min", "max"):
        # One bad line decides when its value is the one that the combination keeps.
        rings = (alert.combine == "min") == (alert.side == "below")
        yield _one_of_two(alert, slo, names, good=good, bad=bad, firing=Firing(labels, bad) if rings else None)


def _own_labels(alert: Gauge, given: dict[str, str]) -> dict[str, str]:
    own = {"service", "region"} | ({"consumer"} if alert.metric.startswith("stream_") else set())
    own |= {"vantage"} if alert.metric == "probe_success" else set()
    return {label: value for label, value in given.items() if label in own}


def _level_stories(
    alert: Alert, slo: Slo, *, names: tuple[str, ...], good: float, bad: float, below: float, firing: Firing
) -> Iterator[Story]:
    """A level goes up and down again; not quite up; up, but not for long enough; and, where it counts, vanishes."""
    step_s, quiet = slo.evaluation_interval_s, 4
    held = math.ceil(alert.for_s / step_s - 1e-9)
    sick = held + 4
    start_s = (quiet + 1) * step_s
    fires_s, resolves_s = start_s + held * step_s, start_s + sick * step_s
    found = dict.fromkeys((fires_s, resolves_s - step_s), (firing,))
    checks = turns(alert, step_s, fires_s=fires_s, resolves_s=resolves_s, firing=found)
    yield _levels("rings when it is to, and stops", step_s, names, [(quiet, good), (sick, bad), (2, good)], checks)
    end_s = (quiet + sick) * step_s
    never = (Check(end_s, alert.name, ()),)
    yield _levels("just not beyond", step_s, names, [(quiet, good), (sick, below)], never)
    if held:
        brief = (Check(start_s + (held - 1) * step_s, alert.name, ()), Check(end_s, alert.name, ()))
        yield _levels("not for long enough", step_s, names, [(quiet, good), (held, bad), (sick, good)], brief)
    if isinstance(alert, Gauge) and alert.gone_s is not None:
        nothing = Firing(firing.labels, math.nan)
        gone = turns(alert, step_s, fires_s=fires_s, resolves_s=resolves_s, firing=dict.fromkeys(found, (nothing,)))
        yield _levels("nobody reports", step_s, names, [(quiet, good), (sick, math.nan), (2, good)], gone)


def _levels(
    name: str, step_s: float, names: tuple[str, ...], phases: list[tuple[int, float]], checks: tuple[Check, ...]
) -> Story:
    return Story(name, step_s, {one: gauge(phases) for one in names}, checks)


def _one_of_two(
    alert: Gauge, slo: Slo, names: tuple[str, ...], *, good: float, bad: float, firing: Firing | None
) -> Story:
    step_s, lasts = slo.evaluation_interval_s, math.ceil(alert.for_s / slo.evaluation_interval_s) + 4
    series = {names[0]: gauge([(lasts, good)]), names[1]: gauge([(lasts, bad)])}
    check = Check(lasts * step_s, alert.name, (firing,) if firing else ())
    return Story("one of two places alone", step_s, series, (check,))
