"""At which step of the run sheet is the room, and is it ahead or behind?"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from classroom.rooms import Room
from courses.notes import Notes, Step


@dataclass(frozen=True)
class Place:
    """`step` counts from 0, -1 before the first; minutes since the first step of the session."""

    step: int = -1
    minutes: int = 0
    said: str = "The clock starts with the first step."


def place_in(room: Room, notes: Notes) -> Place:
    """The step last begun, compared with the clock of the server."""
    events = list(room.session.events.exclude(kind="set_shares"))
    if not events:
        return Place()
    last_at = room.session.ended_at or timezone.now()
    minutes = (last_at - events[0].at).total_seconds() / 60
    step = next((at for at in (_step(notes, one.data) for one in reversed(events)) if at >= 0), -1)
    return Place(step, int(minutes), _said(notes.steps[step] if step >= 0 else None, minutes))


def _step(notes: Notes, data: dict[str, object]) -> int:
    """The step that an event began; -1 for one that began none."""
    for place, step in enumerate(notes.steps):
        anchor = step.link.partition("#")[2]
        if step.question is not None and step.question.id == data.get("question"):
            return place
        if step.question is None and anchor and anchor in (data.get("section"), data.get("anchor")):
            return place
    return -1


def _said(step: Step | None, minutes: float) -> str:
    if step is None:
        return f"{minutes:.0f} min since the first step."
    late, early = minutes - step.starts - step.minutes, step.starts - minutes
    if late >= 1:
        return f"{late:.0f} min behind the run sheet."
    if early >= 1:
        return f"{early:.0f} min ahead of the run sheet."
    return "On time."
