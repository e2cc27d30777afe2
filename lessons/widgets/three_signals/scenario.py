"""What do metrics, logs and traces each say of one incident at one moment?

One failover gives all three: what is counted, what is written, and what one failed request went through.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lessons.observability.failing_over.durations import gives_up_s
from lessons.observability.failing_over.observed import observed
from lessons.observability.panel import Panel, gaps_as_none
from lessons.observability.panels import panels
from lessons.observability.queries import rate
from lessons.observability.recorded import MINUTE_S, REGION
from lessons.observability.recorded import failed as counts_as_failed
from lessons.observability.runs import signals_of
from lessons.observability.signals import Signals, scrapes
from lessons.simulator import failover
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.simulator.engine.stats import Array
from lessons.simulator.errors import ScenarioError
from lessons.simulator.failover.scenario import PRIMARY_REGION, STANDBY_REGION
from lessons.widgets.kit import words
from lessons.widgets.three_signals.written import LINES_MAX, Line, Written, written

Named = tuple[str, list[float | None]]
BEFORE_S = 300.0
QUIET_S = 60.0  # a run for the view before the fault is as short as the lens lets it be
REGIONS = {"all": "all regions", PRIMARY_REGION: PRIMARY_REGION, STANDBY_REGION: STANDBY_REGION}
# The questions in the order in which they come up, and what answers each.
QUESTIONS = {"metrics": "How many?", "logs": "Which ones?", "traces": "Where, and why?"}
SIGNALS = (
    ("traces", "traces"),
    ("metrics", "metrics"),
    ("logs", "logs"),
)
LEAVES_OUT = (
    "Metrics with exemplars, logs that are counted, traces that are searched: products let each of the three answer "
    "some of the others' questions, at the price of keeping more.",
    "What a log loses when the machine that writes it dies: failures are written at the entry, outside the regions.",
    "Traces kept because something failed (tail sampling): here each request has the same chance.",
    "The user, the order and the release in each line, which is how you would search in yours.",
    "A client that is refused is tried again only after its timeout, as in the run.",
    *failover.LEAVES_OUT,
)


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """One incident, the moment at which it is looked at, and which part of it."""

    fault: str = same_as(failover.Scenario, "fault")
    moment_s: float = param(
        60.0,
        label="Look at",
        unit="s",
        min=0,
        max=7_200,
        step=5,
        help="Moment after the fault, at most the end of the run. The log holds what was written just before it.",
        passport="three-signals-moment",
    )
    region: str = param(
        "all", label="Only of", choices=REGIONS, help="Filters the log and the trace.", passport="three-signals-region"
    )
    line: int = param(
        0,
        label="Trace of line",
        min=0,
        max=2 * LINES_MAX,
        step=1,
        help="Which line of the log; 0 is the first of which a trace was kept.",
        passport="three-signals-line",
    )
    trace_kept_fraction: float = param(
        0.1,
        label="Traces kept",
        min=0,
        max=1,
        step=0.01,
        help="Share of all requests whose trace is kept, decided when they begin.",
        passport="three-signals-kept",
    )
    window_s: float = param(
        60.0,
        label="The log goes back",
        unit="s",
        min=1,
        max=300,
        step=5,
        help="How far before the moment.",
        passport="three-signals-window",
    )
    strategy: str = same_as(failover.Scenario, "strategy")
    affected_user_fraction: float | None = same_as(failover.Scenario, "affected_user_fraction")
    fault_duration_s: float = same_as(failover.Scenario, "fault_duration_s")
    horizon_s: float = same_as(failover.Scenario, "horizon_s", min=120, max=7_200, step=60)
    request_rate_rps: float = same_as(failover.Scenario, "request_rate_rps")
    write_fraction: float = same_as(failover.Scenario, "write_fraction")
    gray_error_fraction: float = same_as(failover.Scenario, "gray_error_fraction")
    fault_seen_fraction: float | None = same_as(failover.Scenario, "fault_seen_fraction")
    health_check_interval_s: float = same_as(failover.Scenario, "health_check_interval_s")
    dns_ttl_s: float = same_as(failover.Scenario, "dns_ttl_s")
    standby_capacity_fraction: float | None = same_as(failover.Scenario, "standby_capacity_fraction")
    scale_up_s: float | None = same_as(failover.Scenario, "scale_up_s")
    timeout_ms: float = same_as(failover.Scenario, "timeout_ms")
    retries: int = same_as(failover.Scenario, "retries")

    def resolve(self) -> None:
        """Fill what follows from strategy and fault, and refuse what the failover lens or the moment would not bear."""
        self._take(self.incident)
        if self.moment_s > self.horizon_s:
            raise ScenarioError(
                "moment_s", f"is {self.moment_s:g}", allowed=f"up to {self.horizon_s:g}, the end of the run"
            )

    @property
    def incident(self) -> failover.Scenario:
        """The failover that all three signals come from."""
        return failover.Scenario(**self.shared_with(failover.Scenario))


@dataclass(frozen=True, eq=False)
class Graphs:
    """Share of requests that succeed (None without any), and failures a second, by region, at `times_s`."""

    times_s: Array
    success: tuple[Named, ...]
    failed_rps: tuple[Named, ...]


@dataclass(frozen=True, eq=False)
class Result:
    """`graphs` are the metrics, `quiet` those before the fault from dice of their own. `log` is what was written in
    the window and `traced` the line whose trace is shown (None: no trace was kept of a failure). `order` are the
    signals in the order of QUESTIONS."""

    incident: failover.Result
    graphs: Graphs
    quiet: Graphs
    log: Written
    traced: Line | None
    failed_after_ms: float
    order: tuple[str, ...] = tuple(QUESTIONS)


def run(scenario: Scenario, *, seed: int) -> Result:
    """The incident once, counted, written and traced."""
    incident = scenario.incident
    found = failover.run(incident, seed=seed)
    signals = signals_of("failover", incident, found, seed=seed, before_s=BEFORE_S)
    times_s = scrapes(before_s=BEFORE_S, until_s=scenario.horizon_s, step_s=signals.step_s)
    watched = observed(incident, found, seed=seed, times_s=times_s)
    log = written(
        watched,
        region=scenario.region,
        ends_s=scenario.moment_s,
        lasts_s=scenario.window_s,
        kept_fraction=scenario.trace_kept_fraction,
    )
    return Result(
        incident=found,
        graphs=graphs_of(signals),
        quiet=_quiet(incident),
        log=log,
        traced=_traced(scenario, log),
        failed_after_ms=1_000 * gives_up_s(watched),
    )


def success_panel() -> Panel:
    """The panel of the dashboards that the metrics are drawn as."""
    return panels()["region-success-rate"]


def graphs_of(signals: Signals) -> Graphs:
    """What a dashboard asks of these samples."""
    failed = rate(signals, "http_requests_total", by=REGION, window_s=MINUTE_S, where=counts_as_failed)
    return Graphs(
        times_s=signals.times_s,
        success=tuple((region, gaps_as_none(values)) for region, values in success_panel().value(signals)),
        failed_rps=tuple((key[0], gaps_as_none(values)) for key, values in failed.items()),
    )


def _quiet(incident: failover.Scenario) -> Graphs:
    short = replace(incident, horizon_s=QUIET_S)
    return graphs_of(signals_of("failover", short, failover.run(short, seed=0), seed=0, before_s=BEFORE_S))


def _traced(scenario: Scenario, log: Written) -> Line | None:
    """The line asked for, or the first that has a trace."""
    asked = log.lines[scenario.line - 1] if 0 < scenario.line <= len(log.lines) else None
    if asked is not None and asked.trace:
        return asked
    return next((line for line in log.lines if line.trace), None)


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: the run, and its requests second by second, twice."""
    return failover.cost_ms(scenario.incident) + 20.0 + 0.006 * scenario.horizon_s


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    return "horizon_s"


def reason(scenario: Scenario, line: Line) -> str:
    """What the trace of a failure shows, after "because"."""
    tries = words.counted(scenario.retries + 1, "attempt", "attempts")
    return {
        "unanswered": f"{line.region} gave no answer in {tries} of {words.number(scenario.timeout_ms, 'ms')}",
        "refused": f"no primary took the write in {tries}",
        "dropped": f"{line.region} was full in {tries}",
    }[line.outcome]


def summary(scenario: Scenario, result: Result) -> str:
    """What each of the three answers, in one sentence."""
    log, window = result.log, words.duration(scenario.window_s)
    at = words.duration(scenario.moment_s)
    failed = words.counted(log.failures, "request", "requests")
    if not log.failures:
        return (
            f"In the {window} up to {at} after the fault no request failed, say the metrics; the log has none to find."
        )
    shown = sum(bool(line.outcome) for line in log.lines)
    why = f"a trace says why: {reason(scenario, result.traced)}" if result.traced else "no trace of them was kept"
    return (
        f"In the {window} up to {at} after the fault {failed} failed, say the metrics; the log says which, "
        f"{words.count(shown)} of them on this page; {why}."
    )
