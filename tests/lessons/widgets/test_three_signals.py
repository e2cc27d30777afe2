"""Do the three signals of one incident agree, and does each say what only it can say?"""

import numpy as np
import pytest

from lessons.simulator import failover
from lessons.simulator.errors import ScenarioError
from lessons.widgets.kit import Log, Panels, Waterfall
from lessons.widgets.three_signals.present import present
from lessons.widgets.three_signals.scenario import QUESTIONS, Result, Scenario, run
from lessons.widgets.three_signals.written import LEVELS, LINES_MAX

FAULTS = ("region_loss", "zone_loss", "gray_failure", "partition", "switchover")


def views(scenario: Scenario, found: Result) -> tuple[Panels, Log, Waterfall]:
    metrics, log, trace = present(scenario, found).views
    assert isinstance(metrics, Panels)
    assert isinstance(log, Log)
    assert isinstance(trace, Waterfall)
    return metrics, log, trace


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("fault", FAULTS)
def test_the_log_has_a_line_for_each_failure_that_the_run_counts(fault: str, seed: int) -> None:
    scenario = Scenario(fault=fault, moment_s=120.0, window_s=120.0)
    found = run(scenario, seed=seed)
    alone = failover.run(scenario.incident, seed=seed)
    assert found.log.failures == pytest.approx(float(alone.series["failed_rps"][:120].sum()))
    assert found.log.requests == pytest.approx(float(alone.series["offered_rps"][:120].sum()))


@pytest.mark.parametrize("fault", FAULTS)
def test_regions_add_up_to_all_of_them(fault: str) -> None:
    every, east, central = (
        run(Scenario(fault=fault, region=region), seed=1).log for region in ("all", "us-east", "eu-central")
    )
    assert every.failures == east.failures + central.failures
    assert every.requests == east.requests + central.requests


def test_the_metrics_count_what_the_log_has_lines_of() -> None:
    """The rate over the last minute, times a minute, is the number of lines of that minute, extrapolation aside."""
    found = run(Scenario(moment_s=60.0, window_s=60.0), seed=1)
    place = int(np.flatnonzero(found.graphs.times_s == 60.0)[0])
    counted = 60 * sum(values[place] or 0.0 for _, values in found.graphs.failed_rps)
    assert counted == pytest.approx(found.log.failures, rel=0.03)


def test_nobody_writes_that_a_region_is_lost() -> None:
    found = run(Scenario(moment_s=600.0, window_s=300.0), seed=1)
    for moment_s in (60.0, 120.0, 240.0):
        lines = run(Scenario(moment_s=moment_s, window_s=moment_s), seed=1).log.lines
        assert not any("A region is lost" in line.message for line in lines)
    assert {one.kind for one in found.incident.events} - set(LEVELS) <= {"fault", "shifted"}


def test_lines_are_of_the_window_and_of_the_region_asked_for() -> None:
    for seed in range(5):
        lines = run(Scenario(moment_s=150.0, window_s=30.0, region="us-east"), seed=seed).log.lines
        assert lines
        assert all(120 - 1 <= line.at_s <= 150 and line.region == "us-east" for line in lines)
        assert [line.at_s for line in lines] == sorted(line.at_s for line in lines)


def test_no_failure_is_shown_twice_and_no_more_than_fit() -> None:
    for rate_rps in (0.2, 1.0, 10.0, 1_000_000.0):
        found = run(Scenario(request_rate_rps=rate_rps), seed=3)
        shown = [line for line in found.log.lines if line.outcome]
        assert len(shown) <= min(found.log.failures, LINES_MAX)
        assert len(found.log.lines) <= LINES_MAX
        assert len({(line.at_s, line.message, line.trace) for line in shown}) == len(shown) or rate_rps > 1e5


def test_the_share_of_traces_kept_is_the_share_asked_for() -> None:
    logs = [run(Scenario(trace_kept_fraction=0.1), seed=seed).log for seed in range(10)]
    assert sum(log.traces for log in logs) / sum(log.failures for log in logs) == pytest.approx(0.1, rel=0.02)


def test_without_a_kept_trace_where_and_why_stay_open() -> None:
    scenario = Scenario(trace_kept_fraction=0.0)
    found = run(scenario, seed=1)
    output = present(scenario, found)
    assert found.traced is None and found.log.failures > 0
    assert "no trace of them was kept" in output.sentence
    _, log, trace = views(scenario, found)
    assert not any(line.pick or line.trace for line in log.lines)
    assert [span.name for span in trace.spans] == ["no trace of a failure was kept"]


def test_every_trace_kept_makes_every_failure_choosable() -> None:
    scenario = Scenario(trace_kept_fraction=1.0)
    _, log, _ = views(scenario, run(scenario, seed=1))
    assert all(bool(line.pick) == (line.level == "error") for line in log.lines)


def test_a_chosen_line_is_the_one_that_is_traced() -> None:
    for number in range(1, LINES_MAX + 1):
        scenario = Scenario(trace_kept_fraction=1.0, line=number, region="us-east")
        found = run(scenario, seed=2)
        _, log, _ = views(scenario, found)
        assert found.traced is found.log.lines[number - 1]
        assert [line.id for line in log.lines if line.chosen] == [str(number)]


@pytest.mark.parametrize(("retries", "timeout_ms"), [(0, 2_000.0), (1, 2_000.0), (3, 500.0)])
def test_a_trace_lasts_until_the_client_gives_up_and_its_waits_fill_it(retries: int, timeout_ms: float) -> None:
    scenario = Scenario(retries=retries, timeout_ms=timeout_ms)
    _, _, trace = views(scenario, run(scenario, seed=1))
    root = trace.spans[0]
    assert root.ends_ms == pytest.approx((retries + 1) * timeout_ms)
    assert sum(ends - starts for span in trace.spans for starts, ends in span.own) == pytest.approx(root.ends_ms)
    assert sum(span.depth == 1 for span in trace.spans) == retries + 1


@pytest.mark.parametrize(
    ("fields", "inside", "code"),
    [
        ({"fault": "region_loss"}, None, 504),
        ({"fault": "switchover", "moment_s": 15.0, "window_s": 15.0}, "store: refused, no primary", 503),
        (
            {
                "strategy": "active_active",
                "standby_capacity_fraction": 0.6,
                "scale_up_s": 600.0,
                "moment_s": 180.0,
                "region": "eu-central",
            },
            "API: sent away, full",
            503,
        ),
    ],
)
def test_the_trace_tells_silence_from_refusal_from_a_full_region(
    fields: dict[str, object], inside: str | None, code: int
) -> None:
    scenario = Scenario(trace_kept_fraction=1.0, **fields)  # type: ignore[arg-type]
    found = run(scenario, seed=1)
    _, _, trace = views(scenario, found)
    assert found.traced is not None and found.traced.code == code
    deeper = {span.name for span in trace.spans if span.depth == 2}
    assert deeper == (set() if inside is None else {inside})


def test_a_minute_in_which_nothing_fails_has_nothing_to_find() -> None:
    scenario = Scenario(fault="partition", moment_s=30.0, window_s=20.0)
    found = run(scenario, seed=1)
    assert found.log.failures == 0
    assert "no request failed" in present(scenario, found).sentence


def test_the_graphs_before_the_fault_end_there() -> None:
    scenario = Scenario()
    situation = present(scenario, run(scenario, seed=1)).situation
    assert isinstance(situation, Panels)
    assert all(max(series.x, default=-1.0) < 0 for panel in situation.panels for series in panel.series)
    assert [mark.text for mark in situation.marks] == ["fault"]


def test_a_moment_beyond_the_run_is_refused() -> None:
    with pytest.raises(ScenarioError, match="moment_s"):
        Scenario(moment_s=700.0, horizon_s=600.0)


def test_the_bet_is_the_order_of_the_questions() -> None:
    assert run(Scenario(), seed=1).order == tuple(QUESTIONS) == ("metrics", "logs", "traces")


def test_what_the_pictures_say_is_in_the_table_too() -> None:
    scenario = Scenario()
    found = run(scenario, seed=1)
    told = [f"{row[0]}: {row[1]}" for row in present(scenario, found).table.rows]
    for line in found.log.lines:
        assert any(line.message in one for one in told)
    assert any("Span: attempt 1" in one for one in told)
