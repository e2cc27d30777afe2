"""What is drawn over axes? Lines, bars, timelines and panels, typed; no HTML, no address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from lessons.widgets.kit.pick import Pick
from lessons.widgets.kit.roles import Role, State

Numbers = Sequence[float] | npt.NDArray[np.float64]


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
