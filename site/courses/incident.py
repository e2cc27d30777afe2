"""What is an incident made of? Statements with their sources, stretches of time, and a run beside them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from courses.blocks import AskedHere, Experiment
from lessons.widgets.kit.roles import State
from widgets.inline import THIN, formatted

# Hours from UTC. Within one incident no clock is put forward or back.
ZONES = {"UTC": 0, "PST": -8, "PDT": -7, "EST": -5, "EDT": -4}


def _lasting(seconds: float, *, about: bool) -> str:
    """A length in words: to the minute, or no finer than an end is known."""
    if not about:
        return formatted(seconds, "s")
    hours = seconds / 3600
    return f"about {round(hours)}{THIN}h" if hours >= 1.5 else f"about {round(seconds / 60)}{THIN}min"


@dataclass(frozen=True)
class Told:
    """A statement, and the keys of what says so. `claim` is what is often told instead, where it is about that."""

    text: str
    sources: tuple[str, ...]
    claim: str = ""


@dataclass(frozen=True)
class Stretch:
    """A part of the incident. All of them together fill it from the first minute to the last."""

    name: str
    state: State
    at: datetime.datetime
    until: datetime.datetime
    sources: tuple[str, ...]

    @property
    def lasted_s(self) -> float:
        """Its length."""
        return (self.until - self.at).total_seconds()

    @property
    def lasted(self) -> str:
        """Its length in words."""
        return formatted(self.lasted_s, "s")


@dataclass(frozen=True)
class Entry:
    """A line of the timeline. `until` is None for a moment; `lane` names the bar of one that lasts ("" for none)."""

    at: datetime.datetime
    until: datetime.datetime | None
    about: bool
    text: str
    lane: str
    state: State
    sources: tuple[str, ...]

    @property
    def lasted(self) -> str:
        """Its length in words, or nothing."""
        return _lasting((self.until - self.at).total_seconds(), about=self.about) if self.until else ""


@dataclass(frozen=True)
class Model:
    """A run beside the incident: the experiment, in which points it differs, and where its numbers come from."""

    experiment: Experiment
    differs: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Otherwise:
    """The same run with one field changed, and that change in words."""

    experiment: Experiment
    label: str
    was: str
    would_be: str
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Incident:
    """One incident as its file says. Times are in UTC; `zone` is the local one, `zone_is` says whose."""

    slug: str
    title: str
    summary: str
    provider: str
    start: datetime.datetime
    end: datetime.datetime
    end_about: bool
    zone: str
    zone_is: str
    sources: tuple[str, ...]
    lessons: tuple[str, ...]
    questions: tuple[AskedHere, ...]
    updated: datetime.date
    phases: tuple[Stretch, ...]
    entries: tuple[Entry, ...]
    facts: tuple[Told, ...]
    unknown: tuple[Told, ...]
    told: tuple[Told, ...]
    run: Model
    otherwise: Otherwise
    path: Path

    @property
    def lasted_s(self) -> float:
        """From the first minute to the last; never typed, so that it cannot contradict them."""
        return (self.end - self.start).total_seconds()

    @property
    def lasted(self) -> str:
        """Its length in words."""
        return _lasting(self.lasted_s, about=self.end_about)

    @property
    def sources_named(self) -> tuple[str, ...]:
        """Every source once, in the order in which the page comes to them."""
        groups: tuple[Iterable[Told | Stretch | Entry | Model | Otherwise], ...] = (
            self.phases,
            self.entries,
            self.facts,
            self.unknown,
            self.told,
            (self.run, self.otherwise),
        )
        every = (*self.sources, *(key for group in groups for one in group for key in one.sources))
        return tuple(dict.fromkeys(key for key in every if key != "course"))

    def local(self, moment: datetime.datetime) -> datetime.datetime:
        """The moment by the local clock."""
        return moment.astimezone(datetime.timezone(datetime.timedelta(hours=ZONES[self.zone]), self.zone))
