"""A session's plan as one file: the lesson, the shares, the questions made up on the spot. Nobody's answers."""

from __future__ import annotations

import json
from typing import Any

from classroom.asked import improvised_read
from classroom.rooms import Room
from classroom.services import Refused
from courses.catalogue import catalogue
from lessons.classroom.phases import SHARES_DEFAULT

FORMAT, VERSION = "blast-radius-class-plan", 1
IMPROVISED_MAX = 40


def plan_file(room: Room) -> dict[str, Any]:
    """The plan, with what was planned for this session and what came up in it."""
    made = [*room.session.plan.get("improvised", []), *map(_plain, room.improvised.values())]
    unique = {(one["prompt"], *one["options"]): one for one in made}
    return {
        "format": FORMAT,
        "version": VERSION,
        "lesson": room.session.lesson,
        "shares": list(room.state.shares),
        "improvised": list(unique.values())[:IMPROVISED_MAX],
    }


def plan_read(body: bytes) -> dict[str, Any]:
    """A plan from a file. Raises Refused with what is wrong."""
    try:
        made = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("That file is no plan: it is not JSON.") from None
    if not isinstance(made, dict) or made.get("format") != FORMAT or made.get("version") != VERSION:
        raise Refused("That file is no plan of a class session.")
    lesson = made.get("lesson")
    if not isinstance(lesson, str) or lesson not in catalogue().lessons:
        raise Refused(f"This course has no lesson {str(lesson)[:60]!r}.")
    return {"lesson": lesson, "shares": _shares(made.get("shares")), "improvised": _improvised(made.get("improvised"))}


def _shares(found: Any) -> list[float]:
    if found is None:
        return list(SHARES_DEFAULT)
    plain = isinstance(found, list) and len(found) == 2 and all(type(one) in (int, float) for one in found)
    if not plain or not 0 <= found[0] < found[1] <= 1:
        raise Refused("The shares of a plan are two numbers that rise between 0 and 1.")
    return [float(one) for one in found]


def _improvised(found: Any) -> list[dict[str, Any]]:
    if found is None:
        return []
    if not isinstance(found, list) or len(found) > IMPROVISED_MAX:
        raise Refused(f"A plan holds up to {IMPROVISED_MAX} questions of its own.")
    return [_question(one) for one in found]


def _question(found: Any) -> dict[str, Any]:
    options = found.get("options") if isinstance(found, dict) else None
    if not isinstance(options, list) or not all(isinstance(one, str) for one in [*options, found.get("prompt")]):
        raise Refused("A question of a plan has a prompt and a list of options.")
    try:
        return improvised_read({"prompt": found["prompt"], "options": "\n".join(options)})
    except ValueError as problem:
        raise Refused(str(problem)) from None


def _plain(made: dict[str, Any]) -> dict[str, Any]:
    return {"prompt": made["prompt"], "options": list(made["options"])}
