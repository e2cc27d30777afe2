"""What does the playhead need to redraw a picture? Every moment of it as JSON-ready values."""

from __future__ import annotations

from typing import Any

from lessons.widgets.kit.charts import Panels
from lessons.widgets.kit.histories import History
from lessons.widgets.kit.output import View
from lessons.widgets.kit.places import Topology
from lessons.widgets.kit.svg_topology import flow_class, flow_width


def frames_json(view: View) -> list[dict[str, Any]]:
    """Per frame: `at_s`, `text`, `states` and `notes` by place, and per link `flows` (share), `directions` (class) and
    `widths` (of the line). Empty for a view that has one moment only.

    A history begins with the whole of it; then each operation is seen at its answer, with what runs beside it.
    Panels have moments that are nothing but a line through all of them.
    """
    if isinstance(view, Panels):
        return [_seen(round(moment.at_s, 1), moment.text, {}) for moment in view.moments]
    if isinstance(view, Topology):
        return _of_topology(view)
    return _of_history(view) if isinstance(view, History) else []


def _of_topology(topology: Topology) -> list[dict[str, Any]]:
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


def _seen(at_s: float, text: str, states: dict[str, str]) -> dict[str, Any]:
    return {"at_s": at_s, "text": text, "states": states, "notes": {}, "flows": {}, "directions": {}, "widths": {}}


def _of_history(history: History) -> list[dict[str, Any]]:
    def state_at(moment: float, starts_s: float, ends_s: float | None) -> str:
        if starts_s > moment:
            return "waiting"
        return "done" if ends_s is None or ends_s <= moment else "running"

    frames = [_seen(-1.0, history.verdict, {deed.id: "done" for deed in history.deeds})]
    answered = sorted(history.deeds, key=lambda deed: deed.starts_s if deed.ends_s is None else deed.ends_s)
    for deed in answered:
        at_s = deed.starts_s if deed.ends_s is None else deed.ends_s
        states = {one.id: state_at(at_s, one.starts_s, one.ends_s) for one in history.deeds}
        frames.append(_seen(round(at_s, 3), deed.words, states))
    return frames
