"""When has a burn rate alert to ring? When the lens `alerting` says so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from lessons.observability.samples import Samples, counter
from lessons.observability.slo import BurnRate, Kind, Slo
from lessons.observability.stories.story import JUST, REQUESTS_RPS, Check, Firing, Story, rounded_up, turns
from lessons.simulator import alerting
from lessons.simulator.failover.scenario import PRIMARY_REGION, STANDBY_REGION

EVALUATIONS_A_WINDOW = 120  # a window of days is looked at more coarsely, to prove it in seconds
TIMES_THRESHOLD = (3.7, 2.9, 4.3, 2.3, 1.7)  # how far above its threshold a share of errors is
SMALL_SHARE = 0.01


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


def of_burn_rate(alert: BurnRate, slo: Slo) -> Iterator[Story]:
    """A burst that rings and resolves; errors just below for long; in a region also too few requests to judge."""
    step_s = _step_s(slo, long_s=alert.long_s, short_s=alert.short_s)
    yield _rings(alert, slo, step_s)
    quiet, after = round(alert.long_s / step_s), round(alert.short_s / step_s + 2)
    lasts = quiet + 2 * after
    silent = (Check((quiet + lasts) * step_s, alert.name, ()),)
    below = _threshold(alert, slo) * (1 - JUST)
    share = SMALL_SHARE if alert.scope == "region" else 1.0
    yield Story("just below", step_s, _requests(alert, slo, [(quiet, 0.0), (lasts, below)], step_s, share), silent)
    if alert.scope == "region":
        few = slo.region_requests_rps_min / REQUESTS_RPS * (1 - JUST)
        series = _requests(alert, slo, [(quiet, 0.0), (lasts, 1.0)], step_s, few)
        yield Story("too few requests to judge", step_s, series, silent)


def _rings(alert: BurnRate, slo: Slo, step_s: float) -> Story:
    """Quiet, a burst, quiet again. What happens in a small region does not ring for the whole service."""
    burst, quiet_s = _burst(alert, slo, step_s), alert.long_s
    labels = {"service": slo.service} | ({"region": STANDBY_REGION} if alert.scope == "region" else {})
    share = SMALL_SHARE if alert.scope == "region" else 1.0
    fires_s, resolves_s = quiet_s + burst.fires_s, quiet_s + burst.resolves_s
    firing = {
        at_s: (Firing(labels, burst.in_window(at_s - quiet_s, alert.long_s)),)
        for at_s in (fires_s, resolves_s - step_s)
    }
    checks = turns(alert, step_s, fires_s=fires_s, resolves_s=resolves_s, firing=firing)
    if alert.scope == "region":
        checks += tuple(Check(fires_s, other.name, ()) for other in slo.burns(_kind(alert, slo), "service"))
    quiet, sick, after = (round(lasts_s / step_s) for lasts_s in (quiet_s, burst.lasts_s, alert.short_s + 2 * step_s))
    phases = [(quiet, 0.0), (sick, burst.share), (after, 0.0)]
    return Story("rings when it is to, and stops", step_s, _requests(alert, slo, phases, step_s, share), checks)


def _burst(alert: BurnRate, slo: Slo, step_s: float) -> _Burst:
    """Errors whose first and last ring the lens foretells, none of them at an evaluation on the threshold."""
    threshold = _threshold(alert, slo)
    for times in TIMES_THRESHOLD:
        share = min(1.0, times * threshold)
        lasts_s = rounded_up(
            threshold / share * alert.long_s + alert.for_s + max(alert.short_s / 2, 4 * step_s), step_s
        )
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


def _step_s(slo: Slo, *, long_s: float, short_s: float) -> float:
    """The interval of evaluation, or a coarser one of which both windows are multiples."""
    shortest_s = slo.evaluation_interval_s
    coarse = [times * shortest_s for times in range(1, int(long_s / EVALUATIONS_A_WINDOW / shortest_s) + 1)]
    return max((step_s for step_s in coarse if long_s % step_s == short_s % step_s == 0), default=shortest_s)
