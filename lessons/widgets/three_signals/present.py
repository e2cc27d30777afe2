"""How do the three signals look beside one another? Graphs, lines, spans, each with the question it answers."""

from __future__ import annotations

import numpy as np

from lessons.simulator.failover.data_plane import LATENCY_NEAR_MS
from lessons.simulator.failover.scenario import FAULTS, PRIMARY_REGION, STRATEGIES
from lessons.widgets.kit import (
    Event,
    Log,
    LogLine,
    Mark,
    Output,
    Panel,
    Panels,
    Pick,
    Series,
    Span,
    Table,
    Waterfall,
    words,
)
from lessons.widgets.kit.roles import Role
from lessons.widgets.kit.sampled import sampled
from lessons.widgets.three_signals.scenario import (
    QUESTIONS,
    REGIONS,
    Graphs,
    Named,
    Result,
    Scenario,
    reason,
    success_panel,
    summary,
)
from lessons.widgets.three_signals.written import Line


def present(scenario: Scenario, result: Result) -> Output:
    """Metrics, logs and one trace of the same minute, one sentence and tables."""
    starts_s = -max(60.0, 0.1 * scenario.horizon_s)
    spans = _spans(scenario, result)
    return Output(
        situation=_metrics(scenario, result.quiet, starts_s, None),
        views=(
            _metrics(scenario, result.graphs, starts_s, result),
            _log(scenario, result),
            Waterfall(
                title=f"Traces. {QUESTIONS['traces']} One failed request",
                spans=spans,
                legend=("Filled: the request waits for this span alone.",),
            ),
        ),
        sentence=summary(scenario, result),
        table=_table(scenario, result, spans),
        data=_data(result.graphs, starts_s),
        settings=_settings(scenario),
    )


def _metrics(scenario: Scenario, graphs: Graphs, starts_s: float, result: Result | None) -> Panels:
    """The graphs up to the fault when there is no result yet, else all of them with the moment that is looked at."""
    ends_s = scenario.horizon_s if result is not None else -1e-3
    panel = success_panel()
    inside = (graphs.times_s >= starts_s) & (graphs.times_s <= ends_s)

    def lines(found: tuple[Named, ...], times: float) -> tuple[Series, ...]:
        made = []
        for region, listed in found:
            values = np.array(listed, dtype=np.float64)
            known = inside & (np.isfinite(values) | (result is not None))
            x, y = graphs.times_s[known].tolist(), (times * values[known]).tolist()
            made.append(Series(region, tuple(x), tuple(y), _role(region)))
        return tuple(made)

    marks = [Mark(0.0, "fault", "muted")]
    if result is not None:
        marks.append(Mark(scenario.moment_s, "looked at"))
    return Panels(
        title=f"Metrics. {QUESTIONS['metrics']}",
        panels=(
            Panel(
                id=panel.slug,
                title=panel.title,
                unit="%",
                series=lines(graphs.success, 100.0),
                threshold=100.0 * panel.threshold.value,
            ),
            Panel(id="failed-requests", title="Requests that fail", unit="req/s", series=lines(graphs.failed_rps, 1.0)),
        ),
        starts_s=starts_s,
        ends_s=scenario.horizon_s,
        moments=_moments(scenario, result) if result is not None else (),
        marks=tuple(marks),
        legend=("Dashed: the threshold. Dotted: the fault, and the moment", "at which the log ends."),
    )


def _role(region: str) -> Role:
    return "a" if region == PRIMARY_REGION else "b"


def _moments(scenario: Scenario, result: Result) -> tuple[Event, ...]:
    found = [
        Event(one.at_s, one.kind, f"{one.text}.") for one in result.incident.events if one.at_s <= scenario.horizon_s
    ]
    found.append(Event(scenario.moment_s, "looked at", "The log and the trace below are of this moment."))
    return tuple(sorted(found, key=lambda event: event.at_s))


def _log(scenario: Scenario, result: Result) -> Log:
    log = result.log
    written = log.failures + log.acts
    starts, ends = words.duration(scenario.moment_s - scenario.window_s), words.duration(scenario.moment_s)
    return Log(
        title=f"Logs. {QUESTIONS['logs']} From {starts} to {ends} after the fault",
        lines=tuple(
            LogLine(
                id=str(place),
                at_s=line.at_s,
                level=line.level,
                place=line.region,
                text=line.message,
                trace=line.trace,
                chosen=line is result.traced,
                pick=_pick(place, line) if line.trace else None,
            )
            for place, line in enumerate(log.lines, start=1)
        ),
        legend=(
            f"{words.count(len(log.lines))} of {words.counted(written, 'line', 'lines')}, drawn by lot.",
            "Framed: the request traced below." if result.traced else "Of none of these failures a trace was kept.",
        ),
    )


def _pick(place: int, line: Line) -> Pick:
    return Pick((("line", str(place)),), f"Show trace {line.trace}: {line.message}")


def _spans(scenario: Scenario, result: Result) -> tuple[Span, ...]:
    """Attempt after attempt. What never answered has nothing inside it; what was refused says by whom and why."""
    line = result.traced
    if line is None:
        said = "no failure to trace" if not result.log.failures else "no trace of a failure was kept"
        return (Span("none", said, "", 0, 0.0, max(result.failed_after_ms, 1.0), "muted", own=()),)
    whole_ms, tries = result.failed_after_ms, scenario.retries + 1
    name, told = f"entry: {line.method} {line.endpoint}", words.milliseconds(whole_ms)
    spans = [Span("root", name, f"{line.code}", 0, 0.0, whole_ms, "ink", told)]
    for place in range(tries):
        spans += _attempt(line, place, place * whole_ms / tries, whole_ms / tries)
    return tuple(spans)


def _attempt(line: Line, place: int, starts_ms: float, lasts_ms: float) -> list[Span]:
    """The attempt and, unless nobody answered, the refusal inside it."""
    ends_ms, number = starts_ms + lasts_ms, place + 1
    silent = line.outcome == "unanswered"
    answered_ms = starts_ms if silent else starts_ms + min(LATENCY_NEAR_MS, lasts_ms)
    attempt = Span(
        id=f"attempt-{number}",
        name=f"attempt {number}, {'no answer' if silent else 'then a wait'}",
        place=line.region,
        depth=1,
        starts_ms=starts_ms,
        ends_ms=ends_ms,
        role=_role(line.region),
        note=words.milliseconds(lasts_ms),
        own=((answered_ms, ends_ms),),
        marked=silent and not place,
    )
    if silent:
        return [attempt]
    refusal = Span(
        id=f"answer-{number}",
        name="store: refused, no primary" if line.outcome == "refused" else "API: sent away, full",
        place=line.region,
        depth=2,
        starts_ms=starts_ms,
        ends_ms=answered_ms,
        role="e",
        note=words.milliseconds(answered_ms - starts_ms),
        own=((starts_ms, answered_ms),),
        marked=not place,
    )
    return [attempt, refusal]


def _table(scenario: Scenario, result: Result, spans: tuple[Span, ...]) -> Table:
    log = result.log
    share = words.percent(log.failures / log.requests) if log.requests else "no requests"
    rows = [
        (
            f"Metrics: {QUESTIONS['metrics']}",
            f"{words.count(log.failures)} of {words.count(log.requests)} failed, {share}",
        ),
        (f"Logs: {QUESTIONS['logs']}", f"{words.counted(log.failures + log.acts, 'line', 'lines')} were written"),
        (f"Traces: {QUESTIONS['traces']}", _why(scenario, result)),
        ("Traces of failures kept", words.count(log.traces)),
    ]
    rows += [
        (f"{words.duration(line.at_s)} {line.level} {line.region}", f"{line.message}{_trace_of(line)}")
        for line in log.lines
    ]
    rows += [
        (
            f"Span: {span.name}, {span.place}",
            f"{words.milliseconds(span.starts_ms)} to {words.milliseconds(span.ends_ms)}",
        )
        for span in spans
        if span.place
    ]
    return Table("What each signal says of this moment", ("Outcome", "Value"), tuple(rows), ("", ""))


def _why(scenario: Scenario, result: Result) -> str:
    if result.traced is None:
        return "none kept" if result.log.failures else "nothing failed"
    said = reason(scenario, result.traced)
    return said[0].upper() + said[1:]


def _trace_of(line: Line) -> str:
    return f" (trace {line.trace})" if line.trace else ""


def _data(graphs: Graphs, starts_s: float) -> Table:
    """The metrics, at every scrape or every so many."""
    lines = [(f"success: {name}", values) for name, values in graphs.success]
    lines += [(f"failed_rps: {name}", values) for name, values in graphs.failed_rps]
    return sampled("The metrics, sample by sample", graphs.times_s, lines, starts_s=starts_s)


def _settings(scenario: Scenario) -> str:
    incident = scenario.incident
    share, kept = words.percent(incident.affected_user_fraction), words.percent(scenario.trace_kept_fraction)
    window, moment = words.duration(scenario.window_s), words.duration(scenario.moment_s)
    return (
        f"{FAULTS[scenario.fault]} for {words.duration(scenario.fault_duration_s)}; "
        f"{STRATEGIES[scenario.strategy].lower()}, {share} of users on the side that fails; "
        f"the {window} up to {moment}, {REGIONS[scenario.region]}; {kept} of traces kept."
    )
