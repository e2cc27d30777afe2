"""What does the page of an incident show? Its timeline as a picture and as rows, two runs, and what is said wrongly."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from courses.incident import Entry, Incident
from courses.shown import blocks_shown
from lessons.widgets.kit.charts import Event, Phase, Timeline
from study.models import Learner
from widgets.drawing import Figure, figures_of
from widgets.reference import Source, sources

HOURS_BETWEEN_TICKS = (0.25, 0.5, 1, 2, 3, 4, 6, 12, 24)
TICKS_MAX = 7
MARGIN_S = 300.0  # before the first minute, so that its number is not cut off


@dataclass(frozen=True)
class Row:
    """A line of the table: its number in the picture, and both clocks."""

    number: int
    entry: Entry
    utc: str
    local: str
    sources: tuple[Source, ...]


def incident_context(incident: Incident, learner: Learner | None) -> dict[str, Any]:
    """What templates/courses/incident.html needs."""
    page = f"/incidents/{incident.slug}/"
    model, otherwise = incident.run, incident.otherwise
    return {
        "incident": incident,
        "figure": _figure(incident),
        "rows": _rows(incident),
        "when": _when(incident),
        "cited": _named(incident.sources),
        "facts": _said(incident.facts),
        "unknown": _said(incident.unknown),
        "told": _said(incident.told),
        "run": blocks_shown([model.experiment], page, learner),
        "otherwise": blocks_shown([otherwise.experiment], page, learner),
        "questions": blocks_shown(incident.questions, page, learner),
        "sources": _named(incident.sources_named),
    }


def timeline_of(incident: Incident) -> Timeline:
    """The incident as a picture. Seconds are counted from its first minute; what lies outside it is in the table."""

    def since(moment: datetime.datetime) -> float:
        return (moment - incident.start).total_seconds()

    begins_s = min(0.0, *(since(entry.at) for entry in incident.entries)) - MARGIN_S
    return Timeline(
        title=f"{incident.title}, {_day(incident.start)}",
        phases=tuple(Phase(one.name, since(one.at), since(one.until), one.state) for one in incident.phases),
        events=tuple(Event(since(entry.at), "entry", entry.text) for entry in incident.entries),
        series=(),
        y_title="",
        starts_s=begins_s,
        ends_s=incident.lasted_s + MARGIN_S,
        x_title=f"time of day, UTC (first day: {incident.start:%-d %B %Y})",
        lanes=tuple(
            Phase(entry.lane, since(entry.at), since(entry.until), entry.state)
            for entry in incident.entries
            if entry.until and entry.lane
        ),
        ticks=_ticks(incident.start, begins_s, incident.lasted_s + MARGIN_S),
    )


def _figure(incident: Incident) -> Figure:
    lasted = f"{len(incident.entries)} events within {incident.lasted}; the table below says the same."
    return figures_of((timeline_of(incident),), lasted)[0]


def _ticks(start: datetime.datetime, begins_s: float, ends_s: float) -> tuple[tuple[float, str], ...]:
    """Whole hours (or parts of one) of the clock in UTC, few enough to be read."""
    span_h = (ends_s - begins_s) / 3600
    step_s = next((h for h in HOURS_BETWEEN_TICKS if span_h / h <= TICKS_MAX), HOURS_BETWEEN_TICKS[-1]) * 3600
    midnight = start.replace(hour=0, minute=0, second=0)
    since_midnight_s = (start - midnight).total_seconds()
    first = -(-(since_midnight_s + begins_s) // step_s)  # rounded up
    made = []
    while (at_s := first * step_s - since_midnight_s) <= ends_s:
        made.append((at_s, f"{midnight + datetime.timedelta(seconds=first * step_s):%H:%M}"))
        first += 1
    return tuple(made)


def _rows(incident: Incident) -> list[Row]:
    return [
        Row(
            number,
            entry,
            _clock(entry.at, entry.until, incident.start, about=entry.about),
            _clock(
                incident.local(entry.at),
                incident.local(entry.until) if entry.until else None,
                incident.local(incident.start),
                about=entry.about,
            ),
            _named(entry.sources),
        )
        for number, entry in enumerate(incident.entries, 1)
    ]


def _clock(
    at: datetime.datetime, until: datetime.datetime | None, start: datetime.datetime, *, about: bool = False
) -> str:
    """ "22:52", "about 23:19 to 16:45 (22 Oct)": the day is said where it is not that of the start."""
    said = _moment(at, start.date())
    if until and f"{until:%H:%M}" != f"{at:%H:%M}":
        said += f" to {_moment(until, at.date())}"
    return f"about {said}" if about else said


def _moment(moment: datetime.datetime, known: datetime.date) -> str:
    return f"{moment:%H:%M}" if moment.date() == known else f"{moment:%H:%M} ({moment:%-d %b})"


def _when(incident: Incident) -> dict[str, str]:
    """Start and end by both clocks, with their days."""
    about = "about " if incident.end_about else ""
    clocks = {
        "utc": (incident.start, incident.end),
        "local": (incident.local(incident.start), incident.local(incident.end)),
    }
    return {
        name: f"{start:%H:%M} on {_day(start)} to {about}{_moment(end, start.date())}"
        for name, (start, end) in clocks.items()
    }


def _day(moment: datetime.datetime) -> str:
    return f"{moment:%-d %B %Y}"


def _said(statements: tuple[Any, ...]) -> list[tuple[Any, tuple[Source, ...]]]:
    return [(one, _named(one.sources)) for one in statements]


def _named(keys: tuple[str, ...]) -> tuple[Source, ...]:
    return tuple(sources()[key] for key in keys)
