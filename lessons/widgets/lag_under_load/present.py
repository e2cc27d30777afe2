"""What does lag look like? How far behind, how many writes that is, and the rates that decide it."""

from __future__ import annotations

import numpy as np

from lessons.simulator.replication_lag import Result, Scenario
from lessons.widgets.kit import Band, Mark, Output, Plot, Series, Table, words

ROWS_MAX = 120


def present(scenario: Scenario, result: Result) -> Output:
    """The same stall in pictures, one sentence and tables."""
    return Output(
        situation=_rates(scenario, result, "Writes, and what the copy can take in", known_only=True),
        views=(
            _lag(scenario, result),
            _behind(scenario, result),
            _rates(scenario, result, "Writes, and what the copy takes in", known_only=False),
        ),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """When it has caught up and why then, and what a loss takes."""
    spare_rps = scenario.apply_rate_rps - scenario.write_rate_rps
    to_spare = f"with {words.count(spare_rps)} writes a second to spare"
    if result.caught_up_at_s is None:
        said = "The copy never catches up, because it takes in no more than is written"
    elif result.caught_up_at_s == 0:
        said = f"The copy keeps up, {to_spare}"
    elif scenario.stall_s:
        said = f"The copy has caught up {words.duration(result.catch_up_s)} after the stall, {to_spare}"
    else:
        said = f"The copy has caught up {words.duration(result.caught_up_at_s)} into the run, {to_spare}"
    lost = words.counted(result.lost_writes, "write", "writes")
    return (
        f"{said}; at worst it is {words.duration(result.peak_lag_s)} behind, and the loss of the primary at "
        f"{words.duration(scenario.lost_at_s)} takes {lost}."
    )


def _bands(scenario: Scenario) -> tuple[Band, ...]:
    bands = []
    if scenario.stall_s and scenario.stall_at_s < scenario.horizon_s:
        ends_s = min(scenario.stall_at_s + scenario.stall_s, scenario.horizon_s)
        bands.append(Band(scenario.stall_at_s, ends_s, "stall", "bad"))
    if scenario.burst_s and scenario.burst_factor != 1 and scenario.burst_at_s < scenario.horizon_s:
        ends_s = min(scenario.burst_at_s + scenario.burst_s, scenario.horizon_s)
        bands.append(Band(scenario.burst_at_s, ends_s, f"writes × {words.number(scenario.burst_factor)}"))
    return tuple(bands)


def _marks(scenario: Scenario, result: Result) -> tuple[Mark, ...]:
    marks = []
    if scenario.lost_at_s <= scenario.horizon_s:
        marks.append(Mark(scenario.lost_at_s, f"lost here: {words.count(result.lost_writes)} writes", "bad"))
    if result.caught_up_at_s and result.caught_up_at_s <= scenario.horizon_s:
        marks.append(Mark(result.caught_up_at_s, "caught up", "good"))
    return tuple(marks)


def _with_room(highest: float) -> tuple[float, float]:
    """An axis from 0 that leaves room for words above the curve."""
    return 0.0, 1.35 * max(float(highest), 1.0)


def _lag(scenario: Scenario, result: Result) -> Plot:
    return Plot(
        title="How far the copy is behind",
        x_title="time (s)",
        y_title="lag (s)",
        series=(Series("lag", result.series["t_s"], result.series["lag_s"], "a"),),
        x_range=(0.0, scenario.horizon_s),
        y_range=_with_room(result.peak_lag_s),
        bands=_bands(scenario),
        marks=_marks(scenario, result),
    )


def _behind(scenario: Scenario, result: Result) -> Plot:
    return Plot(
        title="Writes that only the primary has",
        x_title="time (s)",
        y_title="writes",
        series=(Series("at risk", result.series["t_s"], result.series["behind_writes"], "b"),),
        x_range=(0.0, scenario.horizon_s),
        y_range=_with_room(result.peak_behind_writes),
        bands=_bands(scenario),
        marks=_marks(scenario, result),
    )


def _rates(scenario: Scenario, result: Result, title: str, *, known_only: bool) -> Plot:
    """Before the run: what it could take in. After it: what it did."""
    seconds = np.asarray(result.series["t_s"])
    stalled = (seconds >= scenario.stall_at_s) & (seconds < scenario.stall_at_s + scenario.stall_s)
    could = np.where(stalled, 0.0, scenario.apply_rate_rps)
    name, taken = ("the copy could", could) if known_only else ("the copy takes in", result.series["taken_in_rps"])
    return Plot(
        title=title,
        x_title="time (s)",
        y_title="writes a second",
        series=(
            Series("written", tuple(seconds), tuple(result.series["written_rps"]), "a", "step"),
            Series(name, tuple(seconds), tuple(taken), "b", "step"),
        ),
        x_range=(0.0, scenario.horizon_s),
        y_range=_with_room(max(could.max(), result.series["written_rps"].max())),
        bands=_bands(scenario),
    )


def _table(scenario: Scenario, result: Result) -> Table:
    spare_rps = scenario.apply_rate_rps - scenario.write_rate_rps
    rows = (
        ("Headroom", f"{words.count(spare_rps)} writes a second"),
        ("Caught up after the end of the stall", words.duration(result.catch_up_s)),
        ("The same, by arithmetic at that end", words.duration(result.estimated_catch_up_s)),
        ("Farthest behind", f"{words.duration(result.peak_lag_s)}, at {words.duration(result.peak_at_s)}"),
        ("Most writes that only the primary had", words.count(result.peak_behind_writes)),
        ("Mean lag of the time shown", words.duration(result.mean_lag_s)),
        (f"Lag at the loss, {words.duration(scenario.lost_at_s)}", words.duration(result.rpo_s)),
        ("Writes lost then", words.count(result.lost_writes)),
    )
    return Table("Falling behind and catching up", ("Outcome", "Value"), rows, ("", ""))


def _data(result: Result) -> Table:
    names = ("t_s", "written_rps", "taken_in_rps", "behind_writes", "lag_s")
    columns = [np.asarray(result.series[name]) for name in names]
    step = max(1, len(columns[0]) // ROWS_MAX)
    rows = tuple(
        tuple(round(float(column[place]), 3) for column in columns) for place in range(0, len(columns[0]), step)
    )
    return Table("Moment by moment", names, rows, tuple("" for _ in names))


def _settings(scenario: Scenario) -> str:
    busy = ""
    if scenario.burst_factor != 1 and scenario.burst_s:
        busy = (
            f", {words.number(scenario.burst_factor)} times that for {words.duration(scenario.burst_s)} "
            f"from {words.duration(scenario.burst_at_s)} on"
        )
    stall = f"a stall of {words.duration(scenario.stall_s)}" if scenario.stall_s else "no stall"
    written, taken_in = words.count(scenario.write_rate_rps), words.count(scenario.apply_rate_rps)
    return (
        f"Up to {taken_in} writes a second taken in, {written} written{busy}; {stall}; "
        f"{words.duration(scenario.link_delay_s)} on the way."
    )
