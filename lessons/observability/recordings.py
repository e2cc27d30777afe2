"""What does Prometheus keep ready? Recording rules, named level:metric:operations.

The level says by which labels a series is told apart: service, service_region, service_endpoint. Windows in a name are
those of the incident, also where a replay runs faster, so that one dashboard fits every speed.
"""

from __future__ import annotations

from typing import Any

from lessons.observability.pace import Pace, duration
from lessons.observability.recorded import FIVE_MINUTES_S, HOUR_S, MINUTE_S, PERCENTILES, TEN_MINUTES_S
from lessons.observability.slo import BurnRate, Kind, Slo

Rule = dict[str, Any]
LEVELS = {"service": "service", "region": "service, region", "endpoint": "service, endpoint"}
PREFIXES = {"service": "service", "region": "service_region", "endpoint": "service_endpoint"}
FAILED = 'code=~"5..|429"'


class Recordings:
    """Writes the recording rules of one file of objectives at one pace."""

    def __init__(self, slo: Slo, pace: Pace) -> None:
        self.slo = slo
        self.pace = pace
        self._only = f'service="{slo.service}"'

    def requests(self) -> list[Rule]:
        """What the first two layers show: requests, failures and late answers of the last minute, and waits."""
        rules = [self._request_rate(level, MINUTE_S) for level in LEVELS]
        rules += [self._error_ratio(level, MINUTE_S) for level in LEVELS]
        rules += [self._slow_ratio("region", MINUTE_S)]
        rules += [
            _rule(
                "service:http_request_duration_seconds:quantile_rate1m",
                self._quantile("http_request_duration_seconds", "service", share),
                percentile=name,
            )
            for name, share in PERCENTILES.items()
        ]
        rules.append(
            _rule(
                "service_region:http_request_duration_seconds:p99_rate1m",
                self._quantile("http_request_duration_seconds", "region", 0.99),
            )
        )
        rules.append(_rule("service_region:http_requests:share_rate1m", self._share(MINUTE_S)))
        return rules

    def burns(self, kind: Kind, scope: str) -> list[Rule]:
        """The share of failures or late answers in every window that an alert of this scope looks through."""
        ratio = self._error_ratio if kind == "availability" else self._slow_ratio
        rules = [ratio(scope, window_s) for window_s in self.slo.windows_s(kind, scope)]
        if scope == "region":
            return rules + self._guards(self.slo.burns(kind, scope))
        return [*rules, self._burn()] if kind == "availability" else rules

    def budget(self) -> list[Rule]:
        """How much of the period's budget is spent, were all its traffic like the traffic seen so far."""
        slo, period = self.slo, duration(self.slo.period_s)
        failed, requests = f"service:http_request_errors:increase{period}", f"service:http_requests:avg_rate{period}"
        usual = f"service:http_requests:rate{duration(FIVE_MINUTES_S)}"
        allowed = f"{slo.of_kind('availability').budget_fraction:.10g} * {slo.period_s:.10g}"
        increase = self._or_nothing(
            self._sum("http_requests_total", "service", slo.period_s, FAILED, function="increase"),
            self._sum("http_requests_total", "service", slo.period_s, function="increase"),
        )
        return [
            _rule(failed, increase),
            _rule(requests, f"avg_over_time({usual}[{self._lasts(slo.period_s)}])"),
            _rule(
                "service:error_budget:spent_ratio",
                f"{failed}\n/\n({allowed} * {requests})",
            ),
        ]

    def traffic(self) -> list[Rule]:
        """Shares of the last five minutes against their mean of the last hour; traffic against the day's peak."""
        share, rate = "service_region:http_requests:share_rate5m", "service:http_requests:rate5m"
        peak = "service:http_requests:max_rate5m"
        return [
            _rule(share, self._share(FIVE_MINUTES_S)),
            _rule(
                "service_region:http_requests:share_shift",
                f"abs({share} - avg_over_time({share}[{self._lasts(self.slo.shift_baseline_s)}]))",
            ),
            self._request_rate("service", FIVE_MINUTES_S),
            _rule(peak, f"max_over_time({rate}[{self._lasts(self.slo.peak_baseline_s)}])"),
            _rule("service:http_requests:peak_ratio", f"({rate} or 0 * {peak})\n/\n({peak} > 0)"),
        ]

    def stores(self) -> list[Rule]:
        """Commits, connections and leaders."""
        used, limit = (
            f"sum by (service, region) (db_connections_{one}{{{self._only}}})" for one in ("in_use", "limit")
        )
        return [
            _rule(
                "service_region:db_commit_duration_seconds:p99_rate1m",
                self._quantile("db_commit_duration_seconds", "region", 0.99),
            ),
            _rule("service_region:db_connections:used_ratio", f"{used}\n/\n({limit} > 0)"),
            _rule(
                "service:db_leader_changes:increase10m",
                self._sum("db_leader_changes_total", "service", TEN_MINUTES_S, function="increase"),
            ),
        ]

    def caches_and_streams(self) -> list[Rule]:
        """Hits, misses against the usual ones, and what waits against five minutes ago."""
        name = "cache_requests_total"
        hits = self._sum(name, "region", MINUTE_S, 'result="hit"')
        misses, usual = (self._sum(name, "service", window_s, 'result="miss"') for window_s in (MINUTE_S, HOUR_S))
        lag = f"max by (service, region, consumer) (stream_consumer_lag_messages{{{self._only}}}"
        return [
            _rule(
                "service_region:cache_requests:hit_ratio_rate1m", f"{hits}\n/\n{self._sum(name, 'region', MINUTE_S)}"
            ),
            _rule("service:cache_misses:usual_ratio_rate1m", f"{misses}\n/\n({usual} > 0)"),
            _rule(
                "service_region_consumer:stream_consumer_lag_messages:growth5m",
                f"{lag})\n-\n{lag} offset {self._lasts(FIVE_MINUTES_S)})",
            ),
        ]

    def entry(self) -> list[Rule]:
        """Failovers of the last hour."""
        increase = self._sum("failovers_total", "service", HOUR_S, function="increase")
        return [_rule("service:failovers:increase1h", increase)]

    def _guards(self, alerts: tuple[BurnRate, ...]) -> list[Rule]:
        """Requests a second in every long window: what the minimum-traffic guard of a region looks at."""
        return [self._request_rate("region", window_s) for window_s in sorted({alert.long_s for alert in alerts})]

    def _burn(self) -> Rule:
        """The smaller of the two windows of the fast page, as a multiple of what the objective allows."""
        page = self.slo.fast_page
        long, short = (error_ratio_name("service", window_s) for window_s in (page.long_s, page.short_s))
        budget = self.slo.of_kind("availability").budget_fraction
        return _rule("service:error_budget:burn_rate", f"(({long} < {short}) or {short})\n/ {budget:.10g}")

    def _request_rate(self, level: str, window_s: float) -> Rule:
        counted = self._sum("http_requests_total", level, window_s)
        return _rule(f"{PREFIXES[level]}:http_requests:rate{duration(window_s)}", f"{counted}{self.pace.per_second}")

    def _error_ratio(self, level: str, window_s: float) -> Rule:
        whole = self._sum("http_requests_total", level, window_s)
        bad = self._or_nothing(self._sum("http_requests_total", level, window_s, FAILED), whole)
        return _rule(error_ratio_name(level, window_s), f"({bad})\n/\n{whole}")

    def _slow_ratio(self, level: str, window_s: float) -> Rule:
        name = "http_request_duration_seconds"
        in_time = self._sum(f"{name}_bucket", level, window_s, f'le="{self.slo.late_s:g}"')
        whole = self._sum(f"{name}_count", level, window_s)
        return _rule(slow_ratio_name(level, window_s), f"1 -\n{in_time}\n/\n{whole}")

    def _share(self, window_s: float) -> str:
        region = self._sum("http_requests_total", "region", window_s)
        return f"{region}\n/ on (service) group_left\n{self._sum('http_requests_total', 'service', window_s)}"

    def _quantile(self, name: str, level: str, share: float) -> str:
        buckets = f"rate({name}_bucket{{{self._only}}}[{self._lasts(MINUTE_S)}])"
        return f"histogram_quantile({share:g}, sum by ({LEVELS[level]}, le) ({buckets}))"

    def _sum(self, metric: str, level: str, window_s: float, only: str = "", function: str = "rate") -> str:
        selector = ",".join(filter(None, (self._only, only)))
        return f"sum by ({LEVELS[level]}) ({function}({metric}{{{selector}}}[{self._lasts(window_s)}]))"

    def _or_nothing(self, part: str, whole: str) -> str:
        """0 where there has not been a single one of `part` yet, and so no series of it."""
        return f"{part}\nor 0 * {whole}"

    def _lasts(self, seconds: float) -> str:
        return self.pace.lasts(seconds)


def error_ratio_name(level: str, window_s: float) -> str:
    """The series that holds the share of failures in a window."""
    return f"{PREFIXES[level]}:http_request_errors:ratio_rate{duration(window_s)}"


def slow_ratio_name(level: str, window_s: float) -> str:
    """The series that holds the share of late answers in a window."""
    return f"{PREFIXES[level]}:http_requests_slow:ratio_rate{duration(window_s)}"


def request_rate_name(level: str, window_s: float) -> str:
    """The series that holds requests a second in a window."""
    return f"{PREFIXES[level]}:http_requests:rate{duration(window_s)}"


def _rule(name: str, expr: str, **labels: str) -> Rule:
    return {"record": name, "expr": expr, **({"labels": labels} if labels else {})}
