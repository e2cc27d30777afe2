"""What is drawn in the order in which it happened? Histories, orders, traces and logs, typed; no HTML, no address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lessons.widgets.kit.charts import Band
from lessons.widgets.kit.pick import Pick
from lessons.widgets.kit.roles import Role


@dataclass(frozen=True)
class Lane:
    """A client (or a copy) of a history, from its first operation down to its last."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True)
class Deed:
    """An operation of a history, from its call to its answer (`ends_s` None: it never got one).

    `text` stands beside its bar, `short` where there is no room for it, `words` is a sentence. `number` above 0 marks
    it as one of those that show what is wrong.
    """

    id: str
    lane: str
    kind: Literal["write", "read", "change", "moment"]
    text: str
    short: str
    words: str
    starts_s: float
    ends_s: float | None
    number: int = 0


@dataclass(frozen=True)
class History:
    """What clients did, side by side, in the order of their calls; time runs down. `verdict` is a sentence."""

    title: str
    lanes: tuple[Lane, ...]
    deeds: tuple[Deed, ...]
    verdict: str
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True)
class Rank:
    """One thing in a partial order. `level` counts rows from the top, `sign` is a character with a meaning.

    `standing` says how it is to the one that is chosen: it follows from it, implies it, or neither.
    """

    id: str
    name: str
    level: int
    sign: str
    standing: Literal["chosen", "implied", "stronger", "apart"]
    pick: Pick | None = None


@dataclass(frozen=True)
class PartialOrder:
    """What implies what: stronger things above, lines (stronger, weaker) down to what they imply. `legend` says what
    the signs mean."""

    title: str
    ranks: tuple[Rank, ...]
    lines: tuple[tuple[str, str], ...]
    legend: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """A stretch of a trace, `depth` callers below the root. `pieces` are the stretches of one that was done several
    times, one after another. `own` are those in which the whole request waits for this span alone: they are filled.

    `note` stands at the end of its row, `marked` gives it a sign and a strong frame, `pick` makes it choosable.
    """

    id: str
    name: str
    place: str
    depth: int
    starts_ms: float
    ends_ms: float
    role: Role
    note: str = ""
    pieces: tuple[tuple[float, float], ...] = ()
    own: tuple[tuple[float, float], ...] = ()
    marked: bool = False
    pick: Pick | None = None


@dataclass(frozen=True)
class Waterfall:
    """The spans of one request in the order of their calls, each in a row, on one axis of time. `legend` says what
    filled and marked mean; without any `own` nothing is filled."""

    title: str
    spans: tuple[Span, ...]
    legend: tuple[str, ...] = ()


@dataclass(frozen=True)
class LogLine:
    """One line of a log: when, how grave, from where, what, and the id of its trace ("" = none was kept)."""

    id: str
    at_s: float
    level: Literal["info", "warning", "error"]
    place: str
    text: str
    trace: str = ""
    chosen: bool = False
    pick: Pick | None = None


@dataclass(frozen=True)
class Log:
    """Lines of a log in the order of time. `legend` says which lines these are of how many."""

    title: str
    lines: tuple[LogLine, ...]
    legend: tuple[str, ...] = ()
