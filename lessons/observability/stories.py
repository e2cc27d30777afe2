"""When has each alert to ring, and when not? Situations with samples, and moments that follow by calculation.

Burn rates are told by the lens `alerting`; the others by the closed forms written here. Every situation is sampled at
each evaluation, begins with enough quiet to fill every window, and keeps clear of moments at which a value lies exactly
on its threshold: there the last digit of a sum would decide.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import singledispatch

import numpy as np

from lessons.observability.recorded import FIVE_MINUTES_S
from lessons.observability.samples import Samples, counter, gauge, rising
from lessons.observability.signals import CONSUMER
from lessons.observability.slo import Alert, BurnRate, Gauge, Kind, ReplicationLag, Slo, TrafficGone, TrafficShift
from lessons.simulator import alerting
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.scenario import PRIMARY_REGION, STANDBY_REGION

EVALUATIONS_A_WINDOW = 120  # a window of days is looked at more coarsely, to prove it in seconds
TIMES_THRESHOLD = (3.7, 2.9, 4.3, 2.3, 1.7)  # how far above its threshold a share of errors is
JUST = 0.01
REQUESTS_RPS = 1e7  # so many that a share of them is as good as a whole number
SMALL_SHARE = 0.01
VANTAGES = ("amsterdam", "singapore")


@dataclass(frozen=True)
class Ring:
    """One alert that fires: its labels, and the value that its text tells (NaN: nobody reports)."""

    labels: dict[str, str]
    value: float


@dataclass(frozen=True)
class Check:
    """What fires at a moment, counted from the first sample."""

    at_s: float
    alert: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True)
class Story:
    """A situation: samples of each series every `step_s`, and what has to be so when."""

    name: str
    step_s: float
    series: dict[str, Samples]
    checks: tuple[Check, ...]


@singledispatch
def stories(alert: Alert, slo: Slo) -> Iterator[Story]:
    """At least one in which the alert rings and resolves, and one just below. Times are those of the incident."""
    raise AssertionError(f"every kind of alert has its stories, {type(alert).__name__} too")


def turns(
    alert: Alert, step_s: float, *, fires_s: float, resolves_s: float, ring: Mapping[float, tuple[Ring, ...]]
) -> tuple[Check, ...]:
    """Nothing one evaluation before it fires, firing from then to one evaluation before it resolves, then nothing."""
    return (
        Check(fires_s - step_s, alert.name, ()),
        Check(fires_s, alert.name, ring[fires_s]),
        Check(resolves_s - step_s, alert.name, ring[resolves_s - step_s]),
        Check(resolves_s, alert.name, ()),
    )


# ---- Burn rates


@dataclass(frozen=True)
class _Burst:
    """Errors of a share, from the end of the quiet time on. Moments count from its start; a step is an evaluation."""

    share: float
    lasts_s: float
    fires_s: float
    resolves_s: float

    def in_window(self, at_s: float, window_s: float) -> float:
        """The share of errors in a window that ends at a moment."""
        return self.share * (min(at_s, self.lasts_s) - max(0.0, at_s - window_s)) / window_s


@stories.register
def _(alert: BurnRate, slo: Slo) -> Iterator[Story]:
    step_s = _step_s(slo, long_s=alert.long_s, short_s=alert.short_s)
    quiet_s = alert.long_s
    burst = _burst(alert, slo, step_s)
    labels = {"service": slo.service} | ({"region": STANDBY_REGION} if alert.scope == "region" else {})
    share = SMALL_SHARE if alert.scope == "region" else 1.0

    def told(at_s: float) -> tuple[Ring, ...]:
        return (Ring(labels, burst.in_window(at_s - quiet_s, alert.long_s)),)

    fires_s, resolves_s = quiet_s + burst.fires_s, quiet_s + burst.resolves_s
    checks = turns(
        alert,
        step_s,
        fires_s=fires_s,
        resolves_s=resolves_s,
        ring={at_s: told(at_s) for at_s in (fires_s, resolves_s - step_s)},
    )
    if alert.scope == "region":
        checks += tuple(Check(fires_s, other.name, ()) for other in slo.burns(_kind(alert, slo), "service"))
    quiet, sick, after = (round(lasts_s / step_s) for lasts_s in (quiet_s, burst.lasts_s, alert.short_s + 2 * step_s))
    yield Story(
        "rings when it is to, and stops",
        step_s,
        _requests(alert, slo, [(quiet, 0.0), (sick, burst.share), (after, 0.0)], step_s, share),
        checks,
    )
    below = _threshold(alert, slo) * (1 - JUST)
    lasts = quiet + 2 * after
    silent = (Check((quiet + lasts) * step_s, alert.name, ()),)
    yield Story("just below", step_s, _requests(alert, slo, [(quiet, 0.0), (lasts, below)], step_s, share), silent)
    if alert.scope == "region":
        few = slo.region_requests_rps_min / REQUESTS_RPS * (1 - JUST)
        series = _requests(alert, slo, [(quiet, 0.0), (lasts, 1.0)], step_s, few)
        yield Story("too few requests to judge", step_s, series, silent)


def _burst(alert: BurnRate, slo: Slo, step_s: float) -> _Burst:
    """Errors whose first and last ring the lens foretells, none of them at an evaluation on the threshold."""
    threshold = _threshold(alert, slo)
    for times in TIMES_THRESHOLD:
        share = min(1.0, times * threshold)
        lasts_s = _up(threshold / share * alert.long_s + alert.for_s + max(alert.short_s / 2, 4 * step_s), step_s)
        exact = (threshold / share * alert.long_s, lasts_s + alert.short_s * (1 - threshold / share))
        if all(0.02 < at_s / step_s % 1 < 0.98 for at_s in exact):
            burst = _Burst(share, lasts_s, *_foretold(alert, slo, share, lasts_s, step_s))
            told = [burst.in_window(at_s, alert.long_s) for at_s in (burst.fires_s, burst.resolves_s - step_s)]
            if all(map(_rounds_clearly, told)):
                return burst
    raise AssertionError(f"{alert.name}: some share of errors rings between two evaluations")


def _rounds_clearly(value: float) -> bool:
    """Whether four digits of it do not depend on the last digit of a sum."""
    scaled = value * float(10.0 ** (3 - math.floor(math.log10(value))))
    return abs(scaled % 1 - 0.5) > 0.02


def _foretold(alert: BurnRate, slo: Slo, share: float, lasts_s: float, step_s: float) -> tuple[float, float]:
    """When the lens `alerting` lets this rule ring and stop."""
    rule = {"burn_rate": alert.burn_rate, "long_s": alert.long_s, "short_s": alert.short_s, "for_s": alert.for_s}
    scenario = alerting.Scenario(
        errors=((0.0, lasts_s, share),),
        slo_target_fraction=slo.objective(alert.objective).target_fraction,
        period_s=slo.period_s,
        rules=(rule,),
        step_s=step_s,
        horizon_s=lasts_s + alert.long_s,
    )
    found = alerting.run(scenario, seed=1).alerts[0]
    assert found.fired_at_s is not None, f"{alert.name} rings at {share:g} errors"
    assert found.resolved_at_s is not None, f"{alert.name} stops when the errors do"
    return found.fired_at_s, found.resolved_at_s


def _requests(
    alert: BurnRate, slo: Slo, phases: list[tuple[int, float]], step_s: float, share: float = 1.0
) -> dict[str, Samples]:
    """Counters of requests whose share of bad ones changes by phase: in the whole, or in the small region."""
    sick, well = (STANDBY_REGION, PRIMARY_REGION) if alert.scope == "region" else (PRIMARY_REGION, STANDBY_REGION)
    whole = step_s * REQUESTS_RPS * share
    lasts = sum(steps for steps, _ in phases)
    series: dict[str, Samples] = {}
    if alert.scope == "region":
        series |= _counted(alert, slo, well, [(lasts, step_s * REQUESTS_RPS)], [(lasts, 0.0)])
    bad = [(steps, whole * share) for steps, share in phases]
    return series | _counted(alert, slo, sick, [(steps, whole) for steps, _ in phases], bad)


def _counted(
    alert: BurnRate, slo: Slo, region: str, every: list[tuple[int, float]], bad: list[tuple[int, float]]
) -> dict[str, Samples]:
    """The counters that tell good from bad: codes, or buckets."""
    labels = f'service="{slo.service}",region="{region}",endpoint="/orders",method="POST"'
    good = [(steps, one - other) for (steps, one), (_, other) in zip(every, bad, strict=True)]
    if _kind(alert, slo) == "availability":
        return {
            f'http_requests_total{{{labels},code="200"}}': counter(good),
            f'http_requests_total{{{labels},code="503"}}': counter(bad),
        }
    name, labels = "http_request_duration_seconds", f'service="{slo.service}",region="{region}",endpoint="/orders"'
    return {
        f'{name}_bucket{{{labels},le="{slo.late_s:g}"}}': counter(good),
        f'{name}_bucket{{{labels},le="+Inf"}}': counter(every),
        f"{name}_count{{{labels}}}": counter(every),
    }


def _kind(alert: BurnRate, slo: Slo) -> Kind:
    return slo.objective(alert.objective).kind


def _threshold(alert: BurnRate, slo: Slo) -> float:
    return alert.burn_rate * slo.objective(alert.objective).budget_fraction


# ---- Gauges


@stories.register
def _(alert: ReplicationLag, slo: Slo) -> Iterator[Story]:
    limit_s = alert.rpo_fraction * slo.rpo_s
    labels = {"service": slo.service, "region": STANDBY_REGION}
    name = _series("db_replication_lag_seconds", labels)
    bad, below = limit_s * (1 + JUST), limit_s * (1 - JUST)
    yield from _level_stories(
        alert, slo, names=(name,), good=limit_s / 5, bad=bad, below=below, ring=Ring(labels, bad / slo.rpo_s)
    )


@stories.register
def _(alert: Gauge, slo: Slo) -> Iterator[Story]:
    """All members (places that probe) beyond the value; and where there are two of them, only one."""
    given = {"service": slo.service, "region": STANDBY_REGION, "vantage": VANTAGES[0], "consumer": CONSUMER}
    labels = {label: given[label] for label in alert.per}
    two = alert.metric == "probe_success" and "vantage" not in alert.per
    members = VANTAGES if two else VANTAGES[:1]
    names = tuple(
        _series(alert.metric, {**_own_labels(alert, given), "vantage": place} if two else _own_labels(alert, given))
        for place in members
    )
    share = len(members) if alert.combine == "sum" else 1
    apart = max(abs(alert.value) * JUST, JUST) * (1 if alert.side == "above" else -1)
    bad, good = alert.value + apart, alert.value - 20 * apart
    yield from _level_stories(
        alert, slo, names=names, good=good / share, bad=bad / share, below=alert.value / share, ring=Ring(labels, bad)
    )
    if two and alert.combine in ("min", "max"):
        # One bad line decides when its value is the one that the combination keeps.
        rings = (alert.combine == "min") == (alert.side == "below")
        yield _one_of_two(alert, slo, names, good=good, bad=bad, ring=Ring(labels, bad) if rings else None)


def _own_labels(alert: Gauge, given: dict[str, str]) -> dict[str, str]:
    own = {"service", "region"} | ({"consumer"} if alert.metric.startswith("stream_") else set())
    own |= {"vantage"} if alert.metric == "probe_success" else set()
    return {label: value for label, value in given.items() if label in own}


def _level_stories(
    alert: Alert, slo: Slo, *, names: tuple[str, ...], good: float, bad: float, below: float, ring: Ring
) -> Iterator[Story]:
    """A level goes up and down again; not quite up; up, but not for long enough; and, where it counts, vanishes."""
    step_s, quiet = slo.evaluation_interval_s, 4
    held = math.ceil(alert.for_s / step_s - 1e-9)
    sick = held + 4
    start_s = (quiet + 1) * step_s
    fires_s, resolves_s = start_s + held * step_s, start_s + sick * step_s
    found = dict.fromkeys((fires_s, resolves_s - step_s), (ring,))
    checks = turns(alert, step_s, fires_s=fires_s, resolves_s=resolves_s, ring=found)
    yield _levels("rings when it is to, and stops", step_s, names, [(quiet, good), (sick, bad), (2, good)], checks)
    end_s = (quiet + sick) * step_s
    never = (Check(end_s, alert.name, ()),)
    yield _levels("just not beyond", step_s, names, [(quiet, good), (sick, below)], never)
    if held:
        brief = (Check(start_s + (held - 1) * step_s, alert.name, ()), Check(end_s, alert.name, ()))
        yield _levels("not for long enough", step_s, names, [(quiet, good), (held, bad), (sick, good)], brief)
    if isinstance(alert, Gauge) and alert.gone_s is not None:
        nothing = Ring(ring.labels, math.nan)
        gone = turns(alert, step_s, fires_s=fires_s, resolves_s=resolves_s, ring=dict.fromkeys(found, (nothing,)))
        yield _levels("nobody reports", step_s, names, [(quiet, good), (sick, math.nan), (2, good)], gone)


def _levels(
    name: str, step_s: float, names: tuple[str, ...], phases: list[tuple[int, float]], checks: tuple[Check, ...]
) -> Story:
    return Story(name, step_s, {one: gauge(phases) for one in names}, checks)


def _one_of_two(alert: Gauge, slo: Slo, names: tuple[str, ...], *, good: float, bad: float, ring: Ring | None) -> Story:
    step_s, lasts = slo.evaluation_interval_s, math.ceil(alert.for_s / slo.evaluation_interval_s) + 4
    series = {names[0]: gauge([(lasts, good)]), names[1]: gauge([(lasts, bad)])}
    check = Check(lasts * step_s, alert.name, (ring,) if ring else ())
    return Story("one of two places alone", step_s, series, (check,))


def _series(metric: str, labels: dict[str, str]) -> str:
    told = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{metric}{{{told}}}"


# ---- Traffic


@stories.register
def _(alert: TrafficShift, slo: Slo) -> Iterator[Story]:
    """A share moves at once. Its five-minute rate follows evenly, and the mean of the baseline after it."""
    step_s = slo.evaluation_interval_s
    quiet = round(_up(alert.baseline_s + FIVE_MINUTES_S, step_s) / step_s) + 2
    shape = _shift_shape(alert.baseline_s, step_s)
    moved = min(2 * alert.share_fraction, (1 + alert.share_fraction) / 2)
    held = math.ceil(alert.for_s / step_s - 1e-9)
    beyond = np.flatnonzero(moved * shape > alert.share_fraction)
    fires, resolves = int(beyond[0]) + held, int(beyond[-1]) + 1
    regions = [{"service": slo.service, "region": region} for region in (STANDBY_REGION, PRIMARY_REGION)]
    told = {
        (quiet + at) * step_s: tuple(Ring(labels, float(moved * shape[at])) for labels in regions)
        for at in (fires, resolves - 1)
    }
    checks = turns(alert, step_s, fires_s=(quiet + fires) * step_s, resolves_s=(quiet + resolves) * step_s, ring=told)
    yield Story("rings when it is to, and stops", step_s, _moved(slo, quiet, len(shape), moved), checks)
    slight = alert.share_fraction * (1 - JUST) / float(shape.max())
    never = (Check((quiet + int(shape.argmax()) + held) * step_s, alert.name, ()),)
    yield Story("just below", step_s, _moved(slo, quiet, len(shape), slight), never)


def _shift_shape(baseline_s: float, step_s: float) -> Array:
    """How far the share is from its mean at each evaluation after it moved, as a part of the whole move."""
    window, mean_of = round(FIVE_MINUTES_S / step_s), math.floor(baseline_s / step_s + 1e-9) + 1
    reached = np.minimum(np.arange(mean_of + window) / window, 1.0)
    past = np.concatenate([np.zeros(mean_of), np.cumsum(reached)])
    mean = (past[mean_of:] - past[: len(reached)]) / mean_of
    return np.asarray(reached - mean)


def _moved(slo: Slo, quiet: int, lasts: int, moved: float) -> dict[str, Samples]:
    before = {PRIMARY_REGION: 0.5 + moved / 2, STANDBY_REGION: 0.5 - moved / 2}
    after = {PRIMARY_REGION: before[STANDBY_REGION], STANDBY_REGION: before[PRIMARY_REGION]}
    return {
        _traffic(slo, region): counter([(quiet, REQUESTS_RPS * before[region]), (lasts, REQUESTS_RPS * after[region])])
        for region in before
    }


@stories.register
def _(alert: TrafficGone, slo: Slo) -> Iterator[Story]:
    """Most users stop to arrive. The five-minute rate falls evenly; or there is nobody left who counts."""
    step_s, window = slo.evaluation_interval_s, round(FIVE_MINUTES_S / slo.evaluation_interval_s)
    quiet, held = window + 4, math.ceil(alert.for_s / slo.evaluation_interval_s - 1e-9)
    left = alert.peak_fraction / 2
    falls = 1 - (1 - left) * np.minimum(np.arange(window + 1) / window, 1.0)
    fires = int(np.flatnonzero(falls < alert.peak_fraction)[0]) + held
    sick = max(fires, window) + 4
    rises = left + (1 - left) * np.arange(window + 1) / window
    resolves = sick + int(np.flatnonzero(rises >= alert.peak_fraction)[0])
    labels, name = {"service": slo.service}, _traffic(slo, PRIMARY_REGION)
    told = {
        (quiet + fires) * step_s: (Ring(labels, float(falls[min(fires, window)])),),
        (quiet + resolves - 1) * step_s: (Ring(labels, float(rises[max(0, resolves - 1 - sick)])),),
    }
    checks = turns(alert, step_s, fires_s=(quiet + fires) * step_s, resolves_s=(quiet + resolves) * step_s, ring=told)
    phases = [(quiet, REQUESTS_RPS), (sick, REQUESTS_RPS * left), (window, REQUESTS_RPS)]
    yield Story("rings when it is to, and stops", step_s, {name: counter(phases)}, checks)
    enough = REQUESTS_RPS * alert.peak_fraction * (1 + JUST)
    never = (Check((quiet + sick) * step_s, alert.name, ()),)
    yield Story("just enough arrives", step_s, {name: counter([(quiet, REQUESTS_RPS), (sick, enough)])}, never)
    yield _uncounted(alert, slo, quiet=quiet, window=window, held=held)


def _uncounted(alert: TrafficGone, slo: Slo, *, quiet: int, window: int, held: int) -> Story:
    """The counters vanish. What is left in the window is stretched by half a sample, until fewer than two are in it."""
    step_s = slo.evaluation_interval_s
    stretched = [(window - gone + (gone if gone < 2 else 0.5)) / window for gone in range(window - 1)]
    pending = next((gone for gone, rate in enumerate(stretched) if rate < alert.peak_fraction), window)
    fires = pending + held
    value = 0.0 if fires >= window else stretched[fires]
    checks = (
        Check((quiet + fires - 1) * step_s, alert.name, ()),
        Check((quiet + fires) * step_s, alert.name, (Ring({"service": slo.service}, value),)),
    )
    samples = rising([(quiet, REQUESTS_RPS)], then_gone=window + held + 4)
    return Story("nobody counts", step_s, {_traffic(slo, PRIMARY_REGION): samples}, checks)


def _traffic(slo: Slo, region: str) -> str:
    labels = {"service": slo.service, "region": region, "endpoint": "/orders", "method": "POST", "code": "200"}
    return _series("http_requests_total", labels)


def _step_s(slo: Slo, *, long_s: float, short_s: float) -> float:
    """The interval of evaluation, or a coarser one of which both windows are multiples."""
    shortest_s = slo.evaluation_interval_s
    coarse = [times * shortest_s for times in range(1, int(long_s / EVALUATIONS_A_WINDOW / shortest_s) + 1)]
    return max((step_s for step_s in coarse if long_s % step_s == short_s % step_s == 0), default=shortest_s)


def _up(seconds: float, step_s: float) -> float:
    return math.ceil(seconds / step_s - 1e-9) * step_s
