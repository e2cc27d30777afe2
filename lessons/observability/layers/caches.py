"""Do the caches still shield the stores, and do consumers keep up?"""

from __future__ import annotations

from lessons.observability.panel import ALL_REGIONS, REGION, SERVICE, Answer, Layer, Panel, Threshold, lines, of_gauge
from lessons.observability.queries import Vector, before, gauge, quotient, rate
from lessons.observability.recorded import FIVE_MINUTES_S, HOUR_S, MINUTE_S
from lessons.observability.signals import Signals
from lessons.observability.slo import Slo, names

BELOW = "network-and-failover"
HIT_RATIO_MIN = 0.8  # from .9 to .8 the reads that reach the store double
MISSES_TIMES_MAX = 2.0
LAG_MESSAGES_MAX = 6_000.0  # half a minute of the running example's 200 writes a second
GROWTHS_TO_LIMIT = 12  # twelve times five minutes are an hour


def layer(slo: Slo) -> Layer:
    """What comes back later than the requests do."""
    return Layer(
        "caches-and-streams",
        "Caches and streams",
        "Do the caches still shield the stores, and do consumers keep up?",
        (_hits(), _misses(), _lag(slo), _growth(slo)),
    )


def _hits() -> Panel:
    def value(signals: Signals) -> Answer:
        hits, misses = _found(signals, "hit"), _found(signals, "miss")
        return lines(quotient(hits, {key: hits[key] + misses[key] for key in hits}))

    return Panel(
        slug="cache-hits",
        title="Reads that the cache answers",
        question="Are the caches warm where the users are now?",
        unit="fraction",
        description=(
            "Share of reads found in the region's cache, over one minute. "
            "Users who move meet a cache that does not know them."
        ),
        expr=f"service_region:cache_requests:hit_ratio_rate1m{REGION}",
        threshold=Threshold(
            HIT_RATIO_MIN, "below", "Reads fall through: the store gets at least twice as many as usual."
        ),
        phase="later",
        below=BELOW,
        value=value,
    )


def _misses() -> Panel:
    return Panel(
        slug="cache-misses",
        title="Reads that fall through, against the last hour",
        question="How many times the usual reads do the stores get?",
        unit="times",
        description=(
            "Reads a second that no cache answers, all regions together, over one minute, as "
            "a multiple of the mean of the last hour."
        ),
        expr=f"service:cache_misses:usual_ratio_rate1m{SERVICE}",
        threshold=Threshold(MISSES_TIMES_MAX, "above", "The stores get more than twice the reads they are used to."),
        phase="later",
        below=BELOW,
        value=_times_usual,
        legend=ALL_REGIONS,
    )


def _times_usual(signals: Signals) -> Answer:
    now, usual = (_found(signals, "miss", by=(), window_s=window_s) for window_s in (MINUTE_S, HOUR_S))
    return lines(quotient(now, usual))


def _found(signals: Signals, result: str, *, by: tuple[str, ...] = ("region",), window_s: float = MINUTE_S) -> Vector:
    """Reads a second by what they found in the cache."""
    return rate(
        signals, "cache_requests_total", by=by, window_s=window_s, where=lambda labels: labels["result"] == result
    )


def _lag(slo: Slo) -> Panel:
    alerts = slo.gauges("stream_consumer_lag_messages")
    labels = ("region", "consumer")
    return Panel(
        slug="consumer-lag",
        title="Messages that wait",
        question="How stale is what the consumers make: e-mails, search, invoices?",
        unit="messages",
        description=(
            "Messages written that a consumer has not handled. It goes on to grow when requests are long well again."
        ),
        threshold=Threshold(_limit(slo), "above", "The consumer is more than half a minute of writes behind."),
        phase="later",
        below=BELOW,
        **of_gauge("stream_consumer_lag_messages", combine="max", by=labels),
        legend="{{region}} {{consumer}}",
        alerts=names(alerts),
    )


def _limit(slo: Slo) -> float:
    return min((alert.value for alert in slo.gauges("stream_consumer_lag_messages")), default=LAG_MESSAGES_MAX)


def _growth(slo: Slo) -> Panel:
    labels = ("region", "consumer")

    def value(signals: Signals) -> Answer:
        found = gauge(signals, "stream_consumer_lag_messages", by=labels, combine="max")
        return lines({key: values - before(values, signals.times_s, FIVE_MINUTES_S) for key, values in found.items()})

    return Panel(
        slug="consumer-lag-growth",
        title="Messages that wait, against five minutes ago",
        question="Does the consumer catch up, or fall behind?",
        unit="messages",
        description=(
            "What a consumer's lag has gained in five minutes. "
            "Below 0 it catches up; from its slope follows when it is done."
        ),
        expr=f"service_region_consumer:stream_consumer_lag_messages:growth5m{REGION}",
        threshold=Threshold(
            _limit(slo) / GROWTHS_TO_LIMIT, "above", "At this pace the limit is reached within an hour."
        ),
        phase="later",
        below=BELOW,
        value=value,
        legend="{{region}} {{consumer}}",
    )
