"""What does split-brain look like? Two growing piles of writes, the map at every moment, and the bill."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from lessons.simulator.split_brain import Result, Scenario
from lessons.widgets.kit import (
    Bars,
    Event,
    Frame,
    Link,
    Output,
    Phase,
    Place,
    Series,
    Table,
    Timeline,
    Topology,
    words,
)
from lessons.widgets.kit.roles import Role, State

OLD, NEW = "us-east", "eu-central"
FENCING = {"none": "no fencing", "lease": "a lease of {}", "token": "a fencing token"}
PLACES = (
    Place("old", "region", OLD, 0.33, 0.5, "a"),
    Place("new", "region", NEW, 0.67, 0.5, "b"),
    Place("old-users", "users", "clients", 0.09, 0.5, "ink"),
    Place("new-users", "users", "clients", 0.91, 0.5, "ink"),
    Place("old-store", "store", "store", 0.33, 0.5, "a", inside="old"),
    Place("new-store", "store", "store", 0.67, 0.5, "b", inside="new"),
)
LINKS = (
    Link("old-writes", "old-users", "old-store", "traffic"),
    Link("new-writes", "new-users", "new-store", "traffic"),
    Link("copies", "old-store", "new-store", "replication"),
)
BEFORE = Frame(
    -1.0,
    "Before the cut: one primary, one copy.",
    {},
    {"old-writes": 1.0, "new-writes": 0.0, "copies": 1.0},
    {"old-store": "primary", "new-store": "copy"},
)


def present(scenario: Scenario, result: Result) -> Output:
    """The same cut in pictures, one sentence and tables."""
    return Output(
        situation=Topology("One primary, one copy, one link", PLACES, LINKS, (BEFORE,)),
        views=(_timeline(scenario, result), _topology(scenario, result), _bars(scenario, result)),
        sentence=sentence(result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def sentence(result: Result) -> str:
    """How much each side has alone, and how much of it meets on the same keys."""
    old, new = result.unique_writes["old"], result.unique_writes["new"]
    if result.promoted_at_s is None:
        caught_up = words.counted(old, "write", "writes")
        return f"Nobody is promoted before the link is back: one primary, {caught_up} to catch up, no conflict."
    alone = words.counted(old, "write", "writes")
    meet = words.counted(result.conflicting_keys, "key is in conflict", "keys are in conflict")
    return (
        f"The old side alone has {alone}, the new side alone {words.count(new)}; {meet}, "
        f"and writes to the new side waited {words.duration(result.unavailable_s['p50'])}."
    )


def _timeline(scenario: Scenario, result: Result) -> Timeline:
    seconds = result.series["t_s"]
    return Timeline(
        title="Writes that only one side has",
        phases=tuple(
            Phase(one.name, one.starts_s, one.ends_s or scenario.partition_s, _state(result, one.starts_s))
            for one in result.phases
        ),
        events=tuple(Event(one.at_s, one.kind, f"{one.text}.") for one in result.events),
        series=(
            Series("old side", seconds, result.series["old_unique_writes"], "a"),
            Series("new side", seconds, result.series["new_unique_writes"], "b"),
        ),
        y_title="writes apart",
        starts_s=0.0,
        ends_s=max(scenario.partition_s, 1.0),
    )


def _writable(result: Result, at_s: float) -> tuple[float, float]:
    """Share of the data that the old and the new side may write just after a moment."""
    place = min(bisect_right(result.series["t_s"], at_s), len(result.series["t_s"]) - 1)
    # The last point is the moment at which the link is back; nobody is cut off any more there.
    place = min(place, len(result.series["t_s"]) - 2)
    return (
        float(result.series["old_writable_fraction"][place]),
        float(result.series["new_writable_fraction"][place]),
    )


def _state(result: Result, at_s: float) -> State:
    """Unknown is the state of a truth that two sides tell differently."""
    old, new = _writable(result, at_s)
    if old > 0 and new > 0:
        return "unknown"
    return "down" if old == 0 and new == 0 else "degraded"


def _topology(scenario: Scenario, result: Result) -> Topology:
    frames = [BEFORE]
    for one in result.events:
        if one.at_s >= scenario.partition_s:
            continue
        old, new = _writable(result, one.at_s)
        text = f"{one.text}: two primaries." if old > 0 and new > 0 else f"{one.text}."
        frames.append(
            Frame(
                one.at_s,
                text,
                {
                    "old": "unknown" if new > 0 and old > 0 else "healthy",
                    "new": "unknown" if new > 0 and old > 0 else "healthy",
                    "old-store": "healthy" if old > 0 else "down",
                    "new-store": "healthy" if new > 0 else "degraded",
                },
                {"old-writes": old, "new-writes": new, "copies": 0.0},
                {
                    "old-store": "primary" if old > 0 else "refuses",
                    "new-store": "primary" if new > 0 else "cut off",
                },
            )
        )
    promoted = result.promoted_at_s is not None
    merged = "Two histories have to be put together." if promoted else "The copy catches up."
    frames.append(
        Frame(
            scenario.partition_s,
            f"The link is back. {merged}",
            {"old-store": "degraded" if promoted else "healthy", "new-store": "healthy" if promoted else "degraded"},
            {
                "old-writes": 0.0 if promoted else 1.0,
                "new-writes": 1.0 if promoted else 0.0,
                "copies": -1.0 if promoted else 1.0,
            },
            {"old-store": "merging" if promoted else "primary", "new-store": "primary" if promoted else "catching up"},
        )
    )
    return Topology("Who takes writes, moment by moment", PLACES, LINKS, tuple(frames))


def _bars(scenario: Scenario, result: Result) -> Bars:
    rows: list[tuple[str, float, Role]] = [
        ("Only on the old side", result.unique_writes["old"], "a"),
        ("Only on the new side", result.unique_writes["new"], "b"),
        ("Keys in conflict", result.conflicting_keys, "c"),
    ]
    if scenario.merge == "last_write_wins":
        rows.append(("Overwritten without a word", result.overwritten_writes, "d"))
    if scenario.merge == "manual":
        rows.append(("To go through by hand", result.reconciliation_writes, "d"))
    return Bars(
        title="What has to be put together",
        x_title="writes",
        categories=tuple(name for name, _, _ in rows),
        values=tuple(float(value) for _, value, _ in rows),
        labels=tuple(words.count(value) for _, value, _ in rows),
        roles=tuple(role for _, _, role in rows),
    )


def _table(scenario: Scenario, result: Result) -> Table:
    rows = (
        ("New side promoted", words.duration(result.promoted_at_s)),
        ("Share of the data promoted", words.percent(result.promoted_fraction)),
        ("Writes only on the old side", words.count(result.unique_writes["old"])),
        ("Writes only on the new side", words.count(result.unique_writes["new"])),
        ("Keys in conflict", words.count(result.conflicting_keys)),
        ("Writes overwritten silently", words.count(result.overwritten_writes)),
        ("Of these, the later one lost", words.count(result.wrongly_overwritten_writes)),
        ("Writes to go through by hand", words.count(result.reconciliation_writes)),
        ("New side waits to write, half the groups", words.duration(result.unavailable_s["p50"])),
        ("New side waits to write, longest", words.duration(result.unavailable_s["max"])),
    )
    events = words.numbered([(one.at_s, one.text) for one in result.events])
    return Table("Outcomes of the cut; counts are expected values", ("Outcome", "Value"), (*rows, *events), ("", ""))


def _data(result: Result) -> Table:
    names = ("t_s", "old_unique_writes", "new_unique_writes", "old_writable_fraction", "new_writable_fraction")
    columns = [np.round(result.series[name], 4).tolist() for name in names]
    return Table("Writes apart over time", names, tuple(zip(*columns, strict=True)), tuple("" for _ in names))


def _settings(scenario: Scenario) -> str:
    fencing = FENCING[scenario.fencing].format(words.duration(scenario.lease_s))
    ready = words.duration(scenario.detect_s + scenario.promote_after_s)
    rate = words.number(scenario.write_rate_rps)
    cut = words.duration(scenario.partition_s)
    return f"A cut of {cut}, promotion after {ready}, {fencing}, {rate} writes a second on each side."
