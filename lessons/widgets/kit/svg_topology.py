"""How does a Topology look as SVG? Boxes whose filling says their state, arrows whose width says how much flows.

A group with `data-place` holds the signs of every state, a group with `data-link` both arrow heads: a playhead only
changes the class (`state-*`, `flow-*`), the width of the line and the note.
"""

from __future__ import annotations

from dataclasses import dataclass

from lessons.widgets.kit.places import Frame, Link, Place, Topology
from lessons.widgets.kit.svg_pen import Pen, document, short, state_marks, text_width

WIDTH, HEIGHT = 720.0, 320.0
PADDING = 16.0
HEAD = 11.0


@dataclass(frozen=True)
class Box:
    """Where a place is drawn."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


def draw(topology: Topology, pen: Pen, label: str, *, frame: int = 0) -> str:
    """Outer places first, then links, then what stands inside."""
    boxes = layout(topology.places)
    shown = topology.frames[frame]
    holders = {place.inside for place in topology.places}
    for place in (place for place in topology.places if place.id in holders):
        _place(pen, place, boxes[place.id], shown, holder=True)
    for link in topology.links:
        _link(pen, link, boxes, shown)
    for place in (place for place in topology.places if place.id not in holders):
        _place(pen, place, boxes[place.id], shown, holder=False)
    return document(pen, kind="topology", height=int(HEIGHT), label=label, data={})


def layout(places: tuple[Place, ...]) -> dict[str, Box]:
    """A box per place: the words' size for leaves, around its content for what holds others."""
    boxes: dict[str, Box] = {}
    holders = {place.inside for place in places}
    for place in (place for place in places if place.id not in holders):
        narrowest = 140.0 if place.kind == "routing" else 112.0
        width, height = max(narrowest, text_width(place.name) + 24), 62.0
        boxes[place.id] = Box(place.x * WIDTH - width / 2, place.y * HEIGHT - height / 2, width, height)
    for place in (place for place in places if place.id in holders):
        inner = [boxes[one.id] for one in places if one.inside == place.id and one.id in boxes]
        left, top = min(one.x for one in inner) - PADDING, min(one.y for one in inner) - 36
        right = max(one.x + one.width for one in inner) + PADDING
        bottom = max(one.y + one.height for one in inner) + PADDING
        boxes[place.id] = Box(left, top, right - left, bottom - top)
    return boxes


def _place(pen: Pen, place: Place, box: Box, shown: Frame, *, holder: bool) -> None:
    state = shown.states.get(place.id, "healthy")
    note = shown.notes.get(place.id, "")
    pen.open(
        "g",
        f"place place--{place.kind} state-{state} role-{place.role}",
        **{"data-place": place.id, "data-kind": place.kind},
    )
    dash = {"unknown": "2 5", "down": "9 5"}.get(state)
    opacity = "0" if holder or state in ("down", "unknown") else ".2"
    pen.add(
        "rect",
        "shape",
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        rx="6",
        fill="currentColor",
        stroke="currentColor",
        **{"fill-opacity": opacity, "stroke-width": "1.5" if holder else "2"},
        **({"stroke-dasharray": dash} if dash else {}),
    )
    if not holder:
        state_marks(pen, state=state, x=box.x, y=box.y, width=box.width, height=box.height)
        pen.text(box.middle[0], box.y + (39 if place.kind == "users" else 27), place.name, anchor="middle")
        pen.text(box.middle[0], box.y + 51, note, anchor="middle", classes="label place-note")
    else:
        pen.text(box.x + 8, box.y + 25, place.name)
        pen.text(box.x + box.width - 8, box.y + 25, note, anchor="end", classes="label place-note")
    pen.close("g")


def _link(pen: Pen, link: Link, boxes: dict[str, Box], shown: Frame) -> None:
    share = shown.flows.get(link.id, 0.0)
    (x1, y1), (x2, y2) = _ends(boxes[link.starts], boxes[link.ends])
    direction = flow_class(share)
    pen.open("g", f"link link--{link.kind} {direction}", **{"data-link": link.id})
    dash = {"replication": "10 5", "probe": "2 6"}.get(link.kind)
    pen.add(
        "path",
        "flow",
        d=f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}",
        fill="none",
        stroke="currentColor",
        **{"stroke-width": flow_width(share)},
        **({"stroke-dasharray": dash} if dash else {}),
        **({"opacity": ".3"} if direction == "flow-none" else {}),
    )
    for name, (tip_x, tip_y), (tail_x, tail_y) in (
        ("forward", (x2, y2), (x1, y1)),
        ("back", (x1, y1), (x2, y2)),
    ):
        seen = {} if direction == f"flow-{name}" else {"visibility": "hidden"}
        if pen.standalone and seen:
            continue
        head = _head(tip_x, tip_y, tail_x, tail_y)
        pen.add("path", f"arrow arrow-{name}", d=head, fill="currentColor", **seen)
    pen.close("g")


def flow_class(share: float) -> str:
    """flow-none, flow-forward or flow-back."""
    return "flow-none" if abs(share) < 0.005 else "flow-forward" if share > 0 else "flow-back"


def flow_width(share: float) -> float:
    """The line's width for a share of all requests."""
    return round(1.5 + 5 * min(1.0, abs(share)), 1)


def _ends(one: Box, other: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the line between two middles leaves the first box and meets the second."""
    return _border(one, other.middle), _border(other, one.middle)


def _border(box: Box, towards: tuple[float, float]) -> tuple[float, float]:
    x, y = box.middle
    across, up = towards[0] - x, towards[1] - y
    reach_x = (box.width / 2 + 4) / abs(across) if across else 1e9
    reach_y = (box.height / 2 + 4) / abs(up) if up else 1e9
    reach = min(reach_x, reach_y, 0.5)
    return x + across * reach, y + up * reach


def _head(x: float, y: float, from_x: float, from_y: float) -> str:
    length = ((x - from_x) ** 2 + (y - from_y) ** 2) ** 0.5 or 1.0
    along_x, along_y = (x - from_x) / length, (y - from_y) / length
    base_x, base_y = x - along_x * HEAD * 1.6, y - along_y * HEAD * 1.6
    left = f"{short(base_x - along_y * HEAD)} {short(base_y + along_x * HEAD)}"
    right = f"{short(base_x + along_y * HEAD)} {short(base_y - along_x * HEAD)}"
    return f"M{short(x)} {short(y)}L{left}L{right}Z"
