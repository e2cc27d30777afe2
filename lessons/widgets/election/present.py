"""What does an election look like? A staircase of terms, with theory's mean on it, and the share of split votes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lessons.simulator.election import Result, Scenario
from lessons.simulator.election.scenario import group_of, heartbeat_of
from lessons.widgets.kit import (
    Bars,
    Frame,
    Mark,
    Output,
    Place,
    Plot,
    Series,
    Table,
    Topology,
    words,
)
from lessons.widgets.kit.roles import Role, State

IN_A_ROW = 4
QUANTILES = {
    "p50": "Half of the elections (p50)",
    "p90": "9 in 10 (p90)",
    "p99": "99 in 100 (p99)",
    "p999": "999 in 1,000 (p99.9)",
}
TIMERS = {"heartbeat": "timers since the last heartbeat", "fresh": "all timers start together"}
UNTIL = {"first_heartbeat": "until the new leader’s first heartbeat", "majority": "until the deciding vote"}


def present(scenario: Scenario, result: Result) -> Output:
    """The same elections in pictures, one sentence and tables."""
    return Output(
        situation=_situation(scenario),
        views=(_curve(scenario, result), _times(scenario, result), _splits(result)),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """How long, and how often one vote is not enough."""
    group = group_of(scenario)
    if not group.can_elect:
        return f"Nobody is elected: {group.available} of {group.servers} servers are no majority."
    horizon = words.duration(scenario.horizon_s)
    if result.unfinished_fraction >= 0.5:
        most = "No election is" if result.unfinished_fraction == 1 else "Fewer than half of the elections are"
        return f"{most} decided within {horizon}: votes are split, or come too late."
    found = result.election_ms
    last = f"99 in 100 after {_ms(found['p99'])}"
    if result.unfinished_fraction:
        last = f"{words.percent(result.unfinished_fraction)} are still open after {horizon}"
    again = (
        f"{words.percent(result.p_split_fraction)} of them need" if result.p_split_fraction else "none of them needs"
    )
    return f"Half of the elections are over after {_ms(found['p50'])}, {last}; {again} more than one term."


def _ms(value: float | None) -> str:
    return "not known" if value is None else words.number(value, "ms")


def _situation(scenario: Scenario) -> Topology:
    """The group the moment its leader is gone: who lives, and who may win."""
    group = group_of(scenario)
    rows = -(-group.servers // IN_A_ROW)
    places, states, notes = [], {}, {}
    for number in range(group.servers):
        row, column = divmod(number, IN_A_ROW)
        here = min(IN_A_ROW, group.servers - row * IN_A_ROW)
        name = f"server {number + 1}"
        places.append(Place(name, "store", name, (column + 0.5) / here, (row + 0.5) / rows, "a"))
        states[name], notes[name] = _standing(number, group.available, group.eligible)
    quick, slow = _ms(scenario.election_timeout_min_ms), _ms(scenario.election_timeout_max_ms)
    text = f"{group.available} of {group.servers} servers live; each waits for {quick} to {slow}, then stands."
    return Topology("Servers without a leader", tuple(places), (), (Frame(0.0, text, states, {}, notes),))


def _standing(number: int, available: int, eligible: int) -> tuple[State, str]:
    if number < eligible:
        return "healthy", "may win"
    return ("degraded", "short log") if number < available else ("down", "gone")


def _curve(scenario: Scenario, result: Result) -> Plot:
    theory = result.expected_as_set_ms
    mean_ms = result.election_ms["mean"]
    mark = Mark(mean_ms, f"mean {_ms(mean_ms)}") if theory is None else Mark(theory, f"mean in theory {_ms(theory)}")
    return Plot(
        title="Elections that are over",
        x_title=f"time {'since the start' if scenario.timers == 'fresh' else 'without a leader'} (ms)",
        y_title="share of the elections that are over (%)",
        series=(Series("over", result.series["t_ms"], 100 * result.series["decided_fraction"], "a"),),
        marks=(mark,) if result.unfinished_fraction < 1 else (),
        x_range=(0.0, float(result.series["t_ms"][-1])),
        y_range=(0.0, 100.0),
    )


def _within(scenario: Scenario, result: Result, name: str) -> float | None:
    """A quantile in ms; None when it lies beyond what was watched."""
    found = result.election_ms[name]
    return None if found >= scenario.horizon_s * 1_000 else float(found)


def _said(scenario: Scenario, value: float | None) -> str:
    return f"not within {words.duration(scenario.horizon_s)}" if value is None else _ms(value)


def _times(scenario: Scenario, result: Result) -> Bars:
    values = [_within(scenario, result, name) for name in QUANTILES]
    return Bars(
        title="When they are over",
        x_title="ms without a leader",
        categories=tuple(QUANTILES.values()),
        values=tuple(values),
        labels=tuple(_said(scenario, value) for value in values),
        roles=tuple("a" for _ in values),
    )


def _splits(result: Result) -> Bars:
    rows: list[tuple[str, float, Role]] = [("In this run", result.p_split_fraction, "a")]
    if result.p_split_closed_form_fraction is not None:
        rows.append(("In theory, all delays alike", result.p_split_closed_form_fraction, "muted"))
    return Bars(
        title="First votes without a winner",
        x_title="share of the elections (%)",
        categories=tuple(name for name, _, _ in rows),
        values=tuple(100 * share for _, share, _ in rows),
        labels=tuple(words.percent(share) for _, share, _ in rows),
        roles=tuple(role for _, _, role in rows),
        most=100.0,
    )


def _table(scenario: Scenario, result: Result) -> Table:
    rows: list[tuple[str, Any]] = [
        ("Votes that make a leader", words.count(result.majority)),
        *((said, _said(scenario, _within(scenario, result, name))) for name, said in QUANTILES.items()),
        ("Mean", _ms(result.election_ms["mean"])),
        ("Mean in theory, for these timers and this end", _ms(result.expected_as_set_ms)),
        ("Mean in theory, from a leader’s death to the deciding vote", _ms(result.expected_election_ms)),
        ("First votes without a winner", words.percent(result.p_split_fraction)),
        ("The same in theory", _share(result.p_split_closed_form_fraction)),
        ("Terms until a leader, mean", words.number(result.terms_mean)),
        (f"Still open after {words.duration(scenario.horizon_s)}", words.percent(result.unfinished_fraction)),
    ]
    return Table("How the elections went", ("Outcome", "Value"), tuple(rows), ("", ""))


def _share(fraction: float | None) -> str:
    return "not known" if fraction is None else words.percent(fraction)


def _data(result: Result) -> Table:
    columns = [np.round(result.series[name], 5).tolist() for name in ("t_ms", "decided_fraction")]
    rows = tuple(zip(*columns, strict=True))
    return Table("Share of the elections over by each moment", ("t_ms", "decided_fraction"), rows, ("", ""))


def _settings(scenario: Scenario) -> str:
    group = group_of(scenario)
    range_ms = f"{words.number(scenario.election_timeout_min_ms)} to {_ms(scenario.election_timeout_max_ms)}"
    beat = f", a heartbeat every {_ms(heartbeat_of(scenario))}" if scenario.timers == "heartbeat" else ""
    return (
        f"A group of {group.servers} servers, {group.available} alive and {group.eligible} able to win; timeouts of "
        f"{range_ms}{beat}, {_messages(scenario)}; {TIMERS[scenario.timers]}, {UNTIL[scenario.until]}."
    )


def _messages(scenario: Scenario) -> str:
    way = scenario.one_way
    if not isinstance(way, Mapping):
        return f"messages of {_ms(way)}"
    if way["kind"] == "uniform":
        return f"messages of {words.number(way['min_ms'])} to {_ms(way['max_ms'])}"
    return f"messages that vary ({way['kind']})"
