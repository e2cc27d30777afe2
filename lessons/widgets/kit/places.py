"""What is drawn where it stands? Topologies, boundaries and maps, typed; no HTML, no address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lessons.widgets.kit.pick import Pick
from lessons.widgets.kit.roles import Role, State


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
