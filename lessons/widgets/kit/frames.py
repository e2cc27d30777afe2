"""What does the playhead need to redraw a topology? Every frame as JSON-ready values."""

from __future__ import annotations

from typing import Any

from lessons.widgets.kit.output import Topology
from lessons.widgets.kit.svg_topology import flow_class, flow_width


def frames_json(topology: Topology) -> list[dict[str, Any]]:
    """Per frame: `at_s`, `text`, `states` and `notes` by place, and per link `flows` (share), `directions` (class) and
    `widths` (of the line)."""
    return [
        {
            "at_s": round(frame.at_s, 2),
            "text": frame.text,
            "states": {place.id: frame.states.get(place.id, "healthy") for place in topology.places},
            "notes": {place.id: frame.notes.get(place.id, "") for place in topology.places},
            "flows": {link.id: round(frame.flows.get(link.id, 0.0), 3) for link in topology.links},
            "directions": {link.id: flow_class(frame.flows.get(link.id, 0.0)) for link in topology.links},
            "widths": {link.id: flow_width(frame.flows.get(link.id, 0.0)) for link in topology.links},
        }
        for frame in topology.frames
    ]
