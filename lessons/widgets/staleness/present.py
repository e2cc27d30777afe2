"""What does staleness look like? A curve that climbs after the commit, and the price of waiting for more replicas."""

from __future__ import annotations

import math

import numpy as np

from lessons.simulator.staleness import Result, Scenario
from lessons.simulator.staleness.fits import FIT_CHOICES
from lessons.widgets.kit import (
    Bars,
    Frame,
    Link,
    Mark,
    Output,
    Place,
    Plot,
    Series,
    Table,
    Topology,
    words,
)
from lessons.widgets.kit.roles import Role

REPLICAS_DRAWN, VERSIONS_SHOWN = 4, 4


def present(scenario: Scenario, result: Result) -> Output:
    """The same reads in pictures, one sentence and tables."""
    return Output(
        situation=_situation(scenario),
        views=(_curve(scenario, result), _waits(result), _versions(scenario, result)),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """When the share asked for is fresh, and what an operation takes."""
    read, write = _ms(result.read_ms["p50"]), _ms(result.write_ms["p50"])
    cost = f"half of the reads are done within {read}, half of the writes within {write}"
    if result.strict_quorum:
        return (
            f"Every read sees every acknowledged write, because {scenario.r} + {scenario.w} is more than "
            f"{scenario.n}; {cost}."
        )
    asked = words.percent(scenario.asked_fraction)
    at_once = _share(scenario, result.p_fresh_at_commit_fraction)
    if result.t_asked_ms == 0:
        return f"Asked for were {asked} of reads; at once, {at_once} see an acknowledged write; {cost}."
    return (
        f"Of all reads, {asked} see a write {_ms(result.t_asked_ms)} after it was acknowledged, {at_once} at once; "
        f"{cost}."
    )


def _ms(value: float) -> str:
    return words.number(value, "ms")


def _share(scenario: Scenario, share: float) -> str:
    """A share that was drawn. What was never met may still happen, unless the quorums overlap."""
    strict = scenario.r + scenario.w > scenario.n
    if strict or 0 < share < 1:
        return words.percent(share)
    return f"{'none' if share == 0 else 'all'} of {words.count(scenario.trials)} drawn"


def _situation(scenario: Scenario) -> Topology:
    """Who talks to whom; nothing of how it ends."""
    names = [f"replica {number}" for number in range(1, scenario.n + 1)]
    if len(names) > REPLICAS_DRAWN:
        names = [*names[: REPLICAS_DRAWN - 1], f"{scenario.n - REPLICAS_DRAWN + 1} more"]
    heights = [(place + 0.5) / len(names) for place in range(len(names))]
    replicas = [
        Place(f"replica-{place}", "store", name, 0.5, y, "c")
        for place, (name, y) in enumerate(zip(names, heights, strict=True))
    ]
    ends = (Place("writer", "service", "writer", 0.13, 0.5, "a"), Place("reader", "service", "reader", 0.87, 0.5, "b"))
    links = [Link(f"{end.id}-{one.id}", end.id, one.id, "traffic") for end in ends for one in replicas]
    frame = Frame(
        0.0,
        f"A write goes to all {scenario.n} replicas and counts after {_counted(scenario.w, 'acknowledgement')}; later "
        f"a read asks all {scenario.n} and takes the newest of the first {_counted(scenario.r, 'answer')}.",
        {},
        {link.id: 1.0 for link in links},
        {"writer": f"w = {scenario.w}", "reader": f"r = {scenario.r}"},
    )
    return Topology("One write, and later one read", (*ends, *replicas), tuple(links), (frame,))


def _counted(number: int, one: str) -> str:
    return words.counted(number, one, f"{one}s")


def _curve(scenario: Scenario, result: Result) -> Plot:
    seen = 100 * result.series["p_fresh_fraction"]
    asked = words.percent(scenario.asked_fraction)
    when = f"after {_ms(result.t_asked_ms)}" if result.t_asked_ms > 0 else "at once"
    marks = (
        Mark(result.t_asked_ms, f"{asked} {when}", "ink"),
        Mark(100 * scenario.asked_fraction, asked, "muted", "y"),
    )
    return Plot(
        title="Reads that see the write",
        x_title="time from the acknowledgement to the read (ms)",
        y_title="share of reads that see the write (%)",
        series=(Series("fresh reads", result.series["t_ms"], seen, "a"),),
        marks=marks,
        x_range=(0.0, float(result.series["t_ms"][-1])),
        y_range=(_floor(min(float(seen[0]), 100 * scenario.asked_fraction)), 100.0),
    )


def _floor(lowest_percent: float) -> float:
    """The tens below: a curve that starts at 97 % would be flat on an axis from 0."""
    return max(0.0, min(90.0, 10 * math.floor(lowest_percent / 10)))


def _waits(result: Result) -> Bars:
    rows: list[tuple[str, float, Role]] = [
        ("Half of the reads (p50)", result.read_ms["p50"], "b"),
        ("999 in 1,000 reads (p99.9)", result.read_ms["p999"], "b"),
        ("Half of the writes (p50)", result.write_ms["p50"], "a"),
        ("999 in 1,000 writes (p99.9)", result.write_ms["p999"], "a"),
    ]
    return Bars(
        title="What an operation takes",
        x_title="done within (ms)",
        categories=tuple(name for name, _, _ in rows),
        values=tuple(float(value) for _, value, _ in rows),
        labels=tuple(_ms(value) for _, value, _ in rows),
        roles=tuple(role for _, _, role in rows),
    )


def _within(scenario: Scenario, result: Result) -> list[tuple[str, float]]:
    """The closed forms, each with what it says."""
    assert isinstance(scenario.versions, list), "resolve makes a list of it"
    return [
        ("The newest version" if k == 1 else f"One of the newest {k:,} versions", share)
        for k, share in zip(scenario.versions, result.p_within_k_versions, strict=True)
    ]


def _versions(scenario: Scenario, result: Result) -> Bars:
    rows: list[tuple[str, float, Role]] = [(said, share, "c") for said, share in _within(scenario, result)]
    rows = [*rows[:VERSIONS_SHOWN], ("Nothing older than the client has read", result.p_monotonic_fraction, "d")]
    return Bars(
        title="At least how often a read returns",
        x_title="share of reads (%), quorums drawn at random",
        categories=tuple(name for name, _, _ in rows),
        values=tuple(100 * share for _, share, _ in rows),
        labels=tuple(words.percent(share) for _, share, _ in rows),
        roles=tuple(role for _, _, role in rows),
        most=100.0,
    )


def _table(scenario: Scenario, result: Result) -> Table:
    rows = [("Fresh at once", _share(scenario, result.p_fresh_at_commit_fraction))]
    asked = words.percent(scenario.asked_fraction)
    rows.append((f"{asked} fresh after (the share asked for)", _ms(result.t_asked_ms)))
    rows += [
        (f"{words.percent(float(share))} fresh after", _ms(after)) for share, after in result.t_visibility_ms.items()
    ]
    assert isinstance(scenario.at_ms, list), "resolve makes a list of it"
    rows += [
        (f"Stale {_ms(at_ms)} after the acknowledgement", _share(scenario, stale))
        for at_ms, stale in zip(scenario.at_ms, result.p_stale_at, strict=True)
    ]
    for name, found in (("Read", result.read_ms), ("Write", result.write_ms)):
        rows.append((f"{name}: p50, p99, p99.9", ", ".join(_ms(found[place]) for place in ("p50", "p99", "p999"))))
    rows += [(f"{said}, at least", words.percent(share)) for said, share in _within(scenario, result)]
    rows.append(("Nothing older than the client has read, at least", words.percent(result.p_monotonic_fraction)))
    return Table("Freshness and what it costs", ("Outcome", "Value"), tuple(rows), ("", ""))


def _data(result: Result) -> Table:
    columns = [np.round(result.series[name], 6).tolist() for name in ("t_ms", "p_fresh_fraction")]
    rows = tuple(zip(*columns, strict=True))
    return Table("Share of fresh reads over time", ("t_ms", "p_fresh_fraction"), rows, ("", ""))


def _settings(scenario: Scenario) -> str:
    named = "delays of your own" if scenario.fit == "custom" else f"delays as measured ({FIT_CHOICES[scenario.fit]})"
    return (
        f"One key on {_counted(scenario.n, 'replica')}, {_counted(scenario.w, 'acknowledgement')} for a write and "
        f"{_counted(scenario.r, 'answer')} for a read; {named}, {words.count(scenario.trials)} pairs drawn."
    )
