"""How does a dead region empty? Three curves over one another, the times of the tail, and what failed meanwhile."""

from __future__ import annotations

import numpy as np

from lessons.widgets.failover.places import situation
from lessons.widgets.kit import Bars, Mark, Output, Plot, Series, Table, words
from lessons.widgets.kit.roles import Role
from lessons.widgets.traffic_steering.scenario import SHARES, STEERINGS, Result, Scenario, summary

ROLES: dict[str, Role] = {"dns": "b", "obedient": "a", "anycast": "c"}
SHORT = {"dns": "DNS as given", "obedient": "DNS, all obey", "anycast": "anycast"}


def present(scenario: Scenario, result: Result) -> Output:
    """The same loss in pictures, one sentence and tables."""
    return Output(
        situation=situation(scenario.steered("dns")),
        views=(_drain(scenario, result), _times(result), _failed(result)),
        sentence=summary(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def _drain(scenario: Scenario, result: Result) -> Plot:
    seconds = result.series["t_s"]
    marks = () if result.changed_at_s is None else (Mark(result.changed_at_s, "the record changes", "muted"),)
    return Plot(
        title="Who still goes to the dead region",
        x_title="time since the fault (s)",
        y_title="share of its users still there (%)",
        series=tuple(Series(SHORT[name], seconds, 100 * result.series[name], ROLES[name]) for name in STEERINGS),
        marks=marks,
        x_range=(0.0, scenario.horizon_s),
        y_range=(0.0, 100.0),
    )


def _times(result: Result) -> Bars:
    rows = [(share, name) for share in SHARES for name in STEERINGS]
    values = [_moved(result, name, share) for share, name in rows]
    return Bars(
        title="Until so many of its users have moved",
        x_title="seconds since the fault",
        categories=tuple(f"{SHARES[share]}: {STEERINGS[name]}" for share, name in rows),
        values=tuple(values),
        labels=tuple(words.duration(value) for value in values),
        roles=tuple(ROLES[name] for _, name in rows),
    )


def _failed(result: Result) -> Bars:
    return Bars(
        title="Requests that fail meanwhile",
        x_title="requests, up to the end of the run",
        categories=tuple(STEERINGS.values()),
        values=tuple(float(result.failed_requests[name]) for name in STEERINGS),
        labels=tuple(words.count(result.failed_requests[name]) for name in STEERINGS),
        roles=tuple(ROLES[name] for name in STEERINGS),
    )


def _moved(result: Result, name: str, share: str) -> float | None:
    moved = result.moved_s[name]
    return None if moved is None else moved[share]


def _table(scenario: Scenario, result: Result) -> Table:
    rows = [
        ("Detection takes at least", words.duration(result.detected_earliest_s)),
        ("and at most", words.duration(result.detected_latest_s)),
        ("Detected in this run", words.duration(result.detected_at_s)),
        ("The record changes", words.duration(result.changed_at_s)),
    ]
    for name, said in STEERINGS.items():
        rows += [(f"{said}: {SHARES[share]} moved", words.duration(_moved(result, name, share))) for share in SHARES]
        rows.append((f"{said}: still there after {words.duration(scenario.horizon_s)}", _share(result, name)))
    rows.append(("Load on what is left, against before", _times_said(result.survivor_load_times)))
    return Table("The same loss, steered in three ways", ("Outcome", "Value"), tuple(rows), ("", ""))


def _share(result: Result, name: str) -> str:
    return words.percent(result.still_fraction[name])


def _times_said(times: float | None) -> str:
    return "everything, against nothing" if times is None else f"{words.number(times)} times"


def _data(result: Result) -> Table:
    columns = [np.round(result.series[name], 5).tolist() for name in ("t_s", *STEERINGS)]
    names = ("t_s", *(f"{name}_still_fraction" for name in STEERINGS))
    rows = tuple(zip(*columns, strict=True))
    return Table("Share still on the dead region over time", names, rows, tuple("" for _ in names))


def _settings(scenario: Scenario) -> str:
    stale = words.percent(scenario.stale_resolver_fraction)
    return (
        f"A probe every {words.duration(scenario.health_check_interval_s)}, lost after {scenario.failure_threshold} "
        f"failures; time to live {words.duration(scenario.dns_ttl_s)}, but {stale} of resolvers keep the old address "
        f"for {words.duration(scenario.stale_resolver_ttl_s)}."
    )
