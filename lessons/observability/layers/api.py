"""Which region or endpoint fails, or is slow?"""

from __future__ import annotations

from lessons.observability import recorded
from lessons.observability.panel import REGION, SERVICE, Layer, Panel, Threshold, each, lines
from lessons.observability.slo import Slo, names

BELOW = "data-stores-and-replication"
SHARE_UNPROVEN = 0.01  # at 1 % of the traffic a region that is down burns ten times the budget of .999: no fast page


def layer(slo: Slo) -> Layer:
    """Where to go from the first screen."""
    return Layer(
        "api",
        "API",
        "Which region or endpoint fails, or is slow?",
        (_success(slo), _latency(slo), _late(slo), _endpoints(slo), _endpoint_errors(slo), _share()),
    )


def _success(slo: Slo) -> Panel:
    objective = slo.of_kind("availability")
    return Panel(
        slug="region-success-rate",
        title="Requests that succeed, region by region",
        question="Is it one region, or all of them?",
        unit="fraction",
        description=(
            "Share of each region's requests that did not fail, over one minute. "
            "The entry counts, so a lost region still shows."
        ),
        expr=f"1 - service_region:http_request_errors:ratio_rate1m{REGION}",
        threshold=Threshold(objective.target_fraction, "below", "More fails here than the objective allows."),
        phase="early",
        below=BELOW,
        value=lambda signals: lines(
            each(recorded.error_ratio(signals, recorded.REGION, recorded.MINUTE_S), lambda bad: 1 - bad)
        ),
        alerts=names(slo.burns("availability", "region")),
    )


def _latency(slo: Slo) -> Panel:
    name = "http_request_duration_seconds"
    return Panel(
        slug="region-latency",
        title="P99 of each region",
        question="Who waits: everybody, or the users of one region?",
        unit="s",
        description=(
            "99 % of a region's requests take at most so long, over one minute. "
            "Distance shows as a floor, trouble as a step."
        ),
        expr=f"service_region:{name}:p99_rate1m{REGION}",
        threshold=Threshold(slo.late_s, "above", "An answer that takes longer counts as late."),
        phase="early",
        below=BELOW,
        value=lambda signals: lines(
            recorded.duration_quantile(signals, name, recorded.REGION, recorded.MINUTE_S, wanted=0.99)
        ),
        alerts=names(slo.burns("latency", "region")),
    )


def _late(slo: Slo) -> Panel:
    return Panel(
        slug="late-answers",
        title="Answers that come too late",
        question="How many are too slow, rather than how slow are they?",
        unit="fraction",
        description=(
            f"Share of a region's requests that are not answered within {slo.late_s:g} s, over one minute. "
            "Shares add up over regions; percentiles do not."
        ),
        expr=f"service_region:http_requests_slow:ratio_rate1m{REGION}",
        threshold=Threshold(slo.of_kind("latency").budget_fraction, "above", "More is late than the objective allows."),
        phase="later",
        below=BELOW,
        value=lambda signals: lines(
            recorded.slow_ratio(signals, recorded.REGION, recorded.MINUTE_S, threshold_s=slo.late_s)
        ),
        alerts=names(slo.burns("latency", "service")),
    )


def _endpoints(slo: Slo) -> Panel:
    return Panel(
        slug="endpoint-requests",
        title="Requests, endpoint by endpoint",
        question="What do users do, and has that changed?",
        unit="rps",
        description="Requests a second for each endpoint, all regions together, over one minute.",
        expr=f"service_endpoint:http_requests:rate1m{SERVICE}",
        threshold=Threshold(slo.region_requests_rps_min, "below", "Too few: one failure would look like an outage."),
        phase="later",
        below=BELOW,
        value=lambda signals: lines(recorded.request_rate(signals, recorded.ENDPOINT, recorded.MINUTE_S)),
        legend="{{endpoint}}",
    )


def _endpoint_errors(slo: Slo) -> Panel:
    objective = slo.of_kind("availability")
    return Panel(
        slug="endpoint-errors",
        title="Failures, endpoint by endpoint",
        question="Do reads fail, or writes, or both?",
        unit="fraction",
        description=(
            "Share of an endpoint's requests that failed, over one minute. "
            "Writes alone point at the primary, both at the way there."
        ),
        expr=f"service_endpoint:http_request_errors:ratio_rate1m{SERVICE}",
        threshold=Threshold(objective.budget_fraction, "above", "More fails here than the objective allows."),
        phase="later",
        below=BELOW,
        value=lambda signals: lines(recorded.error_ratio(signals, recorded.ENDPOINT, recorded.MINUTE_S)),
        legend="{{endpoint}}",
    )


def _share() -> Panel:
    return Panel(
        slug="traffic-share",
        title="Share of the traffic",
        question="Who serves whom now?",
        unit="fraction",
        description=(
            "Each region's share of all requests, over one minute. "
            "A jump is a failover or a mistake in routing, seldom a wish of users."
        ),
        expr=f"service_region:http_requests:share_rate1m{REGION}",
        threshold=Threshold(
            SHARE_UNPROVEN, "below", "It serves hardly anybody: in the sum of all regions its failures disappear."
        ),
        phase="later",
        below=BELOW,
        value=lambda signals: lines(recorded.traffic_share(signals, recorded.MINUTE_S)),
    )
