"""What does a widget answer? Typed views, one sentence, tables; no HTML, no address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Role = Literal["a", "b", "c", "d", "e", "ink", "good", "bad", "muted"]
State = Literal["healthy", "degraded", "down", "unknown"]
Numbers = Sequence[float] | npt.NDArray[np.float64]
Cell = str | float | int | None


@dataclass(frozen=True)
class Series:
    """One line, step or set of bars. `role` chooses colour, shape and dash together (never colour alone)."""

    name: str
    x: Numbers
    y: Numbers
    role: Role
    shape: Literal["line", "step"] = "line"


@dataclass(frozen=True)
class Mark:
    """A labelled vertical (or horizontal) line, for example a prediction laid over a run."""

    at: float
    text: str
    role: Role = "ink"
    axis: Literal["x", "y"] = "x"


@dataclass(frozen=True)
class Band:
    """A shaded stretch of the x axis with a name."""

    starts: float
    ends: float
    text: str
    role: Role = "muted"


@dataclass(frozen=True)
class Plot:
    """Lines over one x axis. Titles carry the unit ("time since the fault (s)"). `before` is drawn pale underneath."""

    title: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()
    bands: tuple[Band, ...] = ()
    before: tuple[Series, ...] = ()
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None


@dataclass(frozen=True)
class Bars:
    """One value per category, with the number written beside the bar. `log` says so in the axis title too.

    `most` is the value that fills the width (100 for per cent); without one it is the largest shown. `picks` makes rows
    choosable, one for each category (None: not this one); such bars stay SVG.
    """

    title: str
    x_title: str
    categories: tuple[str, ...]
    values: tuple[float | None, ...]
    labels: tuple[str, ...]
    roles: tuple[Role, ...]
    before: tuple[float | None, ...] = ()
    log: bool = False
    most: float | None = None
    picks: tuple[Pick | None, ...] = ()


@dataclass(frozen=True)
class Phase:
    """A named stretch of the run. Times in seconds from the fault."""

    name: str
    starts_s: float
    ends_s: float
    state: State


@dataclass(frozen=True)
class Event:
    """Something that happened, and what it means, in one short sentence."""

    at_s: float
    kind: str
    text: str


@dataclass(frozen=True)
class Timeline:
    """Phases as a strip, events as marks, series below, all on one time axis in seconds.

    `x_title` says since when; the unit is added to it. With `lanes` (stretches that may overlap) each has a bar of its
    own in place of the series, and `ticks` label the axis as they say; such a timeline stays SVG.
    """

    title: str
    phases: tuple[Phase, ...]
    events: tuple[Event, ...]
    series: tuple[Series, ...]
    y_title: str
    starts_s: float
    ends_s: float
    before: tuple[Series, ...] = ()
    marks: tuple[Mark, ...] = ()
    x_title: str = "time since the fault"
    lanes: tuple[Phase, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Place:
    """A thing on the topology: where it is drawn (0..1 both ways) and what it is inside of (another place's id)."""

    id: str
    kind: Literal["region", "zone", "store", "routing", "users", "service"]
    name: str
    x: float
    y: float
    role: Role
    inside: str = ""


@dataclass(frozen=True)
class Link:
    """A line between two places: traffic or replication; frames say which way and how much flows."""

    id: str
    starts: str
    ends: str
    kind: Literal["traffic", "replication", "probe"]


@dataclass(frozen=True)
class Frame:
    """The topology from one moment until the next frame. `flows`: link id -> share (0 none, 1 all, < 0 reversed)."""

    at_s: float
    text: str
    states: dict[str, State]
    flows: dict[str, float]
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Topology:
    """Regions, zones, stores, routing and users, and how their states change. Frames are in time order, never empty."""

    title: str
    places: tuple[Place, ...]
    links: tuple[Link, ...]
    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class Pick:
    """What choosing a part of a picture sets: fields of the scenario with their texts, and the words of that choice.

    On a page it is a link; a script turns it into a change of the controls.
    """

    sets: tuple[tuple[str, str], ...]
    words: str


@dataclass(frozen=True)
class Boundary:
    """A failure domain, drawn as a box inside another one (or beside them: a dependency that all share).

    `note` says how its users fare, `pick` makes it fail. `shared`: drawn as a bar across all the others, which rely on
    it; `inside` then only says where it lives.
    """

    id: str
    kind: Literal["region", "zone", "cell", "dependency", "store"]
    name: str
    role: Role
    state: State = "healthy"
    inside: str = ""
    note: str = ""
    pick: Pick | None = None
    shared: bool = False


@dataclass(frozen=True)
class Boundaries:
    """Boxes in boxes, in the order drawn: outer ones before what they hold."""

    title: str
    boundaries: tuple[Boundary, ...]


@dataclass(frozen=True)
class MapPoint:
    """A place on the world map. Degrees north and east; `share_fraction` sizes a group of users."""

    id: str
    kind: Literal["region", "users", "candidate"]
    name: str
    latitude: float
    longitude: float
    role: Role
    state: State = "healthy"
    note: str = ""
    share_fraction: float = 0.0
    pick: Pick | None = None


@dataclass(frozen=True)
class MapLine:
    """A line between two points. `marked` is the one that decides, drawn strong."""

    starts: str
    ends: str
    role: Role
    text: str = ""
    marked: bool = False


@dataclass(frozen=True)
class WorldMap:
    """Points and lines on an outline of the land."""

    title: str
    points: tuple[MapPoint, ...]
    lines: tuple[MapLine, ...] = ()


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
class Panel:
    """A small graph of a wall. A value that is not a number (NaN) is a moment without data, drawn as a gap.

    `unit` is said with the axis, `threshold` drawn as a line, and `red` are the stretches in which it is crossed.
    `note` stands beside the title, `marked` gives the panel a sign. Without a `y_range` the axis fits what is shown.
    """

    id: str
    title: str
    unit: str
    series: tuple[Series, ...]
    threshold: float | None = None
    red: tuple[tuple[float, float], ...] = ()
    note: str = ""
    marked: bool = False
    y_range: tuple[float, float] | None = None


@dataclass(frozen=True)
class Panels:
    """Small graphs under one another, on one axis of time: what lies on one upright line happened at one moment.

    `moments` are where a playhead stops, in the order of time; the upright lines of `marks` go through all graphs.
    `legend` says what line and bar of a threshold mean.
    """

    title: str
    panels: tuple[Panel, ...]
    starts_s: float
    ends_s: float
    moments: tuple[Event, ...] = ()
    marks: tuple[Mark, ...] = ()
    x_title: str = "time since the fault"
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


View = Plot | Bars | Timeline | Topology | Boundaries | WorldMap | History | PartialOrder | Waterfall | Panels | Log


@dataclass(frozen=True)
class Table:
    """Rows under headings; numbers stay numbers (the page formats them). `units`: one symbol per column ("" = none)."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Output:
    """What a run shows.

    `situation` is drawn before a prediction is made: the state before the fault, no result in it.
    `views` are the result, the main one first. `sentence` is one full sentence with the number in it.
    `table` holds the outcomes (shown on the page); `data` holds what the main view plots (CSV, second disclosure).
    `settings` says the settings in words, for captions, print and the alternative text.
    """

    situation: View
    views: tuple[View, ...]
    sentence: str
    table: Table
    data: Table
    settings: str
