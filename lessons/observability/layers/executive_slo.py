"""Are users served, and how much of the month is spent?"""

from __future__ import annotations

import numpy as np

from lessons.observability import recorded
from lessons.observability.panel import (
    ALL_REGIONS,
    REGION,
    SERVICE,
    Answer,
    Layer,
    Panel,
    Threshold,
    each,
    lines,
    of_gauge,
)
from lessons.observability.queries import over_time, rate
from lessons.observability.recorded import ALL, FIVE_MINUTES_S, MINUTE_S, PERCENTILES
from lessons.observability.signals import Signals
from lessons.observability.slo import Slo, names

BELOW = "api"


def layer(slo: Slo) -> Layer:
    """The first screen in an incident."""
    return Layer(
        "executive-slo",
        "Executive and SLO",
        "Are users served, and how much of the month is spent?",
        (_success(slo), _latency(slo), _burn(slo), _budget(slo), _requests(slo), _health(slo)),
    )


def _success(slo: Slo) -> Panel:
    return Panel(
        slug="success-rate",
        title="Requests that succeed",
        question="Does the service work for its users, all regions together?",
        unit="fraction",
        description=(
            "Share of all requests that did not fail, over one minute. A small region that is down hides in it."
        ),
        expr=f"1 - service:http_request_errors:ratio_rate1m{SERVICE}",
        threshold=Threshold(
            slo.of_kind("availability").target_fraction, "below", "More fails than the objective allows."
        ),
        phase="early",
        below=BELOW,
        value=lambda signals: lines(each(recorded.error_ratio(signals, ALL, MINUTE_S), lambda bad: 1 - bad)),
        legend=ALL_REGIONS,
        alerts=names(slo.burns("availability", "service")),
    )


def _latency(slo: Slo) -> Panel:
    return Panel(
        slug="latency",
        title="How long users wait",
        question="Is it fast enough, and for the slowest one in a hundred too?",
        unit="s",
        description=(
            "Half, 95 % and 99 % of all requests take at most so long, over one minute. "
            "A failure counts until its client gives up."
        ),
        expr=f"service:http_request_duration_seconds:quantile_rate1m{SERVICE}",
        threshold=Threshold(slo.late_s, "above", "An answer that takes longer counts as late."),
        phase="early",
        below=BELOW,
        value=_quantiles,
        legend="{{percentile}}",
        alerts=names(slo.burns("latency", "service")),
    )


def _quantiles(signals: Signals) -> Answer:
    name = "http_request_duration_seconds"
    found = {
        label: recorded.duration_quantile(signals, name, ALL, MINUTE_S, wanted=share)
        for label, share in PERCENTILES.items()
    }
    return tuple((label, one[()]) for label, one in found.items() if () in one)


def _burn(slo: Slo) -> Panel:
    fast = slo.fast_page
    budget = slo.objective(fast.objective).budget_fraction

    def value(signals: Signals) -> Answer:
        long = recorded.error_ratio(signals, ALL, fast.long_s)
        short = recorded.error_ratio(signals, ALL, fast.short_s)
        return lines({key: recorded.smaller(long[key], short[key]) / budget for key in long})

    return Panel(
        slug="burn-rate",
        title="How fast the budget burns",
        question="Is it bad enough to wake somebody?",
        unit="times",
        description=(
            "1 spends exactly the budget of the period. "
            "The smaller of the two windows of the fast page, because both have to be above."
        ),
        expr=f"service:error_budget:burn_rate{SERVICE}",
        threshold=Threshold(fast.burn_rate, "above", "The fast page rings."),
        phase="early",
        below=BELOW,
        value=value,
        legend=ALL_REGIONS,
        alerts=(fast.name,),
    )


def _budget(slo: Slo) -> Panel:
    return Panel(
        slug="budget-left",
        title="Budget that is left",
        question="May we still take risks this month?",
        unit="fraction",
        description=(
            "What is left of the failures that the objective allows in its period, at the traffic seen so far. "
            "Below 0 the promise is broken."
        ),
        expr=f"1 - service:error_budget:spent_ratio{SERVICE}",
        threshold=Threshold(0.0, "below", "The promise of this period is broken."),
        phase="early",
        below=BELOW,
        value=lambda signals: lines(each(_spent(slo, signals), lambda spent: 1 - spent)),
        legend=ALL_REGIONS,
        alerts=names(slo.burns("availability", "service")),
    )


def _spent(slo: Slo, signals: Signals) -> dict[tuple[str, ...], np.ndarray]:
    """Failures in the period over those that its traffic allows, were it all like the traffic seen so far."""
    budget = slo.of_kind("availability").budget_fraction
    bad = rate(signals, "http_requests_total", by=ALL, window_s=slo.period_s, where=recorded.failed)
    usual = recorded.request_rate(signals, ALL, FIVE_MINUTES_S)
    return {
        key: np.nan_to_num(bad.get(key, np.zeros(len(signals.times_s))))
        / (budget * over_time(values, signals.times_s, slo.period_s, np.mean))
        for key, values in usual.items()
    }


def _requests(slo: Slo) -> Panel:
    return Panel(
        slug="requests",
        title="Requests, region by region",
        question="Does the traffic arrive, and where?",
        unit="rps",
        description=(
            "Requests a second that the entry counts for each region, over one minute. "
            "Who does not arrive does not fail."
        ),
        expr=f"service_region:http_requests:rate1m{REGION}",
        threshold=Threshold(
            slo.region_requests_rps_min, "below", "Too few to judge this region: its own objective says nothing."
        ),
        phase="later",
        below=BELOW,
        value=lambda signals: lines(recorded.request_rate(signals, recorded.REGION, MINUTE_S)),
    )


def _health(slo: Slo) -> Panel:
    return Panel(
        slug="regions-healthy",
        title="Regions that are healthy",
        question="Is a whole region lost?",
        unit="yes_no",
        description=(
            "What the health check of the entry says of each region. It is late by the time that detection takes."
        ),
        threshold=Threshold(1.0, "below", "The health check calls this region lost."),
        phase="later",
        below=BELOW,
        **of_gauge("region_healthy", combine="min"),
        alerts=names(slo.gauges("region_healthy")),
    )
