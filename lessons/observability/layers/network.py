"""Where does the entry send users, and may a region take them?"""

from __future__ import annotations

import numpy as np

from lessons.observability import recorded
from lessons.observability.panel import (
    ALL_REGIONS,
    AT_LEAST_ONE,
    REGION,
    SERVICE,
    Answer,
    Layer,
    Panel,
    Threshold,
    lines,
    of_gauge,
)
from lessons.observability.queries import increase, over_time
from lessons.observability.recorded import ALL, FIVE_MINUTES_S, HOUR_S
from lessons.observability.signals import Signals
from lessons.observability.slo import Slo, TrafficGone, TrafficShift, names

BELOW = "executive-slo"
SENT_FEW = 0.01
# Thresholds where slo.toml has no alert that sets one.
FULL, SHIFT_FRACTION, GONE_FRACTION = 0.8, 0.2, 0.1


def layer(slo: Slo) -> Layer:
    """The way in; from here back to the first screen, to see whether it helped."""
    return Layer(
        "network-and-failover",
        "Network and failover",
        "Where does the entry send users, and may a region take them?",
        (_route(), _shift(slo), _left(slo), _probe(slo), _full(slo), _failovers()),
    )


def _route() -> Panel:
    return Panel(
        slug="route-share",
        title="Where the entry sends users",
        question="What does routing intend?",
        unit="fraction",
        description=(
            "Share of the users that the entry sends to each region. Traffic follows as fast as caches of names allow."
        ),
        threshold=Threshold(SENT_FEW, "below", "It is sent nobody: called lost, or standing by."),
        phase="later",
        below=BELOW,
        **of_gauge("route_share_ratio", combine="max"),
    )


def _shift(slo: Slo) -> Panel:
    alerts = slo.of_type(TrafficShift)

    def value(signals: Signals) -> Answer:
        shares = recorded.traffic_share(signals, FIVE_MINUTES_S)
        return lines(
            {
                key: np.abs(share - over_time(share, signals.times_s, slo.shift_baseline_s, np.mean))
                for key, share in shares.items()
            }
        )

    return Panel(
        slug="traffic-shift",
        title="Traffic that has moved",
        question="Does a region serve another share than an hour ago?",
        unit="fraction",
        description=(
            "Distance of each region's share of the traffic, over five minutes, from its mean of the last hour."
        ),
        expr=f"service_region:http_requests:share_shift{REGION}",
        threshold=Threshold(
            min((alert.share_fraction for alert in alerts), default=SHIFT_FRACTION),
            "above",
            "A failover, or a mistake in routing: look there before you scale.",
        ),
        phase="later",
        below=BELOW,
        value=value,
        alerts=names(alerts),
    )


def _left(slo: Slo) -> Panel:
    alerts = slo.of_type(TrafficGone)

    def value(signals: Signals) -> Answer:
        found = recorded.request_rate(signals, ALL, FIVE_MINUTES_S)
        return lines(
            {
                key: values / over_time(values, signals.times_s, slo.peak_baseline_s, np.max)
                for key, values in found.items()
            }
        )

    return Panel(
        slug="traffic-left",
        title="Traffic, against the day's busiest moment",
        question="Do users still get as far as us?",
        unit="fraction",
        description=(
            "Requests a second over five minutes as a share of the most in a day. When nobody arrives, nothing fails."
        ),
        expr=f"service:http_requests:peak_ratio{SERVICE}",
        threshold=Threshold(
            max((alert.peak_fraction for alert in alerts), default=GONE_FRACTION), "below", "Hardly anybody arrives."
        ),
        phase="later",
        below=BELOW,
        value=value,
        legend=ALL_REGIONS,
        alerts=names(alerts),
    )


def _probe(slo: Slo) -> Panel:
    return Panel(
        slug="outside-probe",
        title="Seen from outside",
        question="Does a user get an answer, whatever our own graphs say?",
        unit="yes_no",
        description=(
            "1 when at least one probe outside all regions got an answer from the region. "
            "It works when the monitoring inside fell too."
        ),
        threshold=Threshold(1.0, "below", "No place outside gets an answer."),
        phase="later",
        below=BELOW,
        **of_gauge("probe_success", combine="max"),
        alerts=names(slo.gauges("probe_success")),
    )


def _full(slo: Slo) -> Panel:
    alerts = slo.gauges("region_utilisation_ratio")
    return Panel(
        slug="saturation",
        title="How full each region is",
        question="Can it take the users of a region that falls?",
        unit="fraction",
        description=(
            "Requests served as a share of what the region can carry now. "
            "With two regions each needs room for the other."
        ),
        threshold=Threshold(
            min((alert.value for alert in alerts), default=FULL), "above", "No room left for anybody else's users."
        ),
        phase="later",
        below=BELOW,
        **of_gauge("region_utilisation_ratio", combine="max"),
        alerts=names(alerts),
    )


def _failovers() -> Panel:
    return Panel(
        slug="failovers",
        title="Failovers",
        question="Has somebody, or something, already moved users?",
        unit="count",
        description=(
            "How often users were sent to another region within an hour. More than one is a system that swings."
        ),
        expr=f"service:failovers:increase1h{SERVICE}",
        threshold=Threshold(AT_LEAST_ONE, "above", "Users have been moved: what you look at is the other region."),
        phase="later",
        below=BELOW,
        value=lambda signals: lines(increase(signals, "failovers_total", by=ALL, window_s=HOUR_S)),
        legend=ALL_REGIONS,
    )
