"""What does a trace look like? Its spans with what the request waits for, the shares of the wait, and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lessons.widgets.kit import Bars, Output, Pick, Span, Table, Waterfall, words
from lessons.widgets.kit.roles import Role
from lessons.widgets.trace_waterfall.request import GROUPS
from lessons.widgets.trace_waterfall.scenario import (
    CITIES,
    FAULTS,
    MODES,
    Result,
    Scenario,
    share_of,
    summary,
)
from lessons.widgets.trace_waterfall.trace import Stretch, TraceSpan, waited_ms

ROLES: dict[str, Role] = {
    "edge": "muted",
    "api": "ink",
    "cache": "c",
    "reads": "d",
    "attempt": "b",
    "commit": "a",
    "lock": "b",
    "write": "e",
    "quorum": "c",
}
LEGEND = ("Filled: the order waits for this span alone.", "Hollow: for a span inside it. Dashed: nobody waits.")


def present(scenario: Scenario, result: Result) -> Output:
    """The trace in pictures, one sentence and tables. Before the bet it is drawn without what is waited for."""
    mended = "" if scenario.mend == "none" else f", with nothing left of {GROUPS[scenario.mend]}"
    return Output(
        situation=Waterfall(title="One order, traced", spans=_rows(result.traced, {}, marked="", shares=False)),
        views=(
            Waterfall(
                title=f"One order, traced{mended}",
                spans=_rows(result.shown, result.own, marked=result.to_mend, shares=True, mend=scenario.mend),
                legend=LEGEND,
            ),
            _shares(result),
        ),
        sentence=summary(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def _rows(
    spans: Sequence[TraceSpan],
    own: Mapping[str, tuple[Stretch, ...]],
    *,
    marked: str,
    shares: bool,
    mend: str = "none",
) -> tuple[Span, ...]:
    depths = {"": -1}
    rows = []
    for span in spans:
        depths[span.id] = depths[span.parent] + 1
        rows.append(
            Span(
                id=span.id,
                name=span.name,
                place=span.region,
                depth=depths[span.id],
                starts_ms=span.starts_ms,
                ends_ms=span.ends_ms,
                role=ROLES[span.group],
                note=words.milliseconds(span.lasts_ms),
                pieces=span.pieces,
                own=own.get(span.id, ()),
                marked=span.group == marked and bool(own.get(span.id)),
                pick=_pick(span.group, mend) if shares else None,
            )
        )
    return tuple(rows)


def _pick(group: str, mend: str) -> Pick:
    """Mends the span's group; once more leaves it as it was."""
    if group == mend:
        return Pick((("mend", "none"),), f"Leave {GROUPS[group]} as it was")
    return Pick((("mend", group),), f"Mend {GROUPS[group]}")


def _shares(result: Result) -> Bars:
    """The critical path of the request as it was traced: parts that sum to the whole."""
    met = [group for group in GROUPS if any(span.group == group for span in result.traced)]
    return Bars(
        title=f"What the {words.milliseconds(result.total_ms)} are spent on",
        x_title="ms on the critical path, own time only",
        categories=tuple(GROUPS[group][0].upper() + GROUPS[group][1:] for group in met),
        values=tuple(result.waited_ms[group] for group in met),
        labels=tuple(_share(result, group) for group in met),
        roles=tuple(ROLES[group] for group in met),
    )


def _share(result: Result, group: str) -> str:
    waited = result.waited_ms[group]
    return f"{words.milliseconds(waited)}, {share_of(waited, result.total_ms)}"


def _table(scenario: Scenario, result: Result) -> Table:
    rows = [
        ("The order takes", words.milliseconds(result.total_ms)),
        ("The same with nothing wrong", words.milliseconds(result.without_fault_ms)),
    ]
    if scenario.mend != "none":
        rows.append((f"With nothing left of {GROUPS[scenario.mend]}", words.milliseconds(result.shown_ms)))
    rows.append(("The span to mend", GROUPS[result.to_mend]))
    rows += [
        (f"Without {GROUPS[group]}", words.milliseconds(result.total_ms - gain_ms))
        for group, gain_ms in sorted(result.gain_ms.items(), key=lambda item: -item[1])
        if gain_ms > 1e-6
    ]
    return Table("What mending each step would give", ("Outcome", "Value"), tuple(rows), ("", ""))


def _data(result: Result) -> Table:
    """The trace as a table: callers before what they call."""
    return Table(
        "The spans, callers before what they call",
        ("span", "called_by", "place", "starts_ms", "ends_ms", "lasts_ms", "waited_for_ms"),
        tuple(
            (
                span.name,
                next((one.name for one in result.shown if one.id == span.parent), "the user"),
                span.region,
                round(span.starts_ms, 3),
                round(span.ends_ms, 3),
                round(span.lasts_ms, 3),
                round(waited_ms(result.own[span.id]), 3),
            )
            for span in result.shown
        ),
        ("", "", "", "", "", "", ""),
    )


def _settings(scenario: Scenario) -> str:
    copies = ", ".join(CITIES[name] for name in scenario.following)
    return (
        f"{FAULTS[scenario.fault]}; edge in {CITIES[scenario.user_region]}, API in {CITIES[scenario.api_region]}, "
        f"primary in {CITIES[scenario.leading]}, copies in {copies}; a commit waits for {MODES[scenario.mode]}."
    )
