"""Which steps does the console offer now, and what does a posted one say? Nothing in a form is taken on trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from classroom.asked import asked_of, improvised_read, lesson_of
from classroom.models import Vote
from classroom.rooms import Room
from classroom.services import Refused
from courses.blocks import Experiment
from lessons.classroom.phases import STEPS, State
from lessons.widgets.registry import widget
from widgets.drawing import presets_of

OPTIONS_MAX = 6
WORDS = {
    "close": "Close the vote",
    "discuss": "Discuss: talk to a neighbour",
    "vote_again": "Vote again",
    "reveal": "Reveal the result",
    "compare": "Show vote 1 and who moved",
    "reopen": "Back to the first vote",
    "reset": "Reset this question",
    "extend": "30 seconds more",
    "pause": "Pause",
    "resume": "Go on",
    "end": "End the session",
}
# What most rooms do next, first.
NEXT = {
    "predict": ("close", "reveal"),
    "vote_1": ("close", "discuss"),
    "discuss": ("vote_again",),
    "vote_2": ("close", "reveal"),
    "several": ("close", "reveal"),
    "reveal": ("compare",),
    "pause": ("resume",),
}


@dataclass(frozen=True)
class Button:
    """One step that needs nothing but a press."""

    kind: str
    words: str
    is_next: bool


def buttons(state: State, *, comparable: bool, in_words: bool = False) -> list[Button]:
    """The steps that fit now, the likeliest first. `comparable`: two votes are there, and only one is on show.

    `in_words`: what is revealed was answered in words, which wait to be shown.
    """
    fitting = [kind for kind in WORDS if kind in STEPS[state.phase] and _makes_sense(state, kind)]
    if not comparable and "compare" in fitting:
        fitting.remove("compare")
    likeliest = next((kind for kind in NEXT.get(state.phase, ()) if kind in fitting), "")
    fitting.sort(key=lambda kind: kind != likeliest)
    said = {**WORDS, "compare": "Show what the room wrote"} if in_words else WORDS
    return [Button(kind, said[kind], kind == likeliest) for kind in fitting]


def _makes_sense(state: State, kind: str) -> bool:
    if kind == "close":
        return bool(state.open_ballots)
    if kind == "extend":
        return state.countdown is not None
    if kind in ("reset", "vote_again"):
        return bool(state.question_id)
    return True


def step_of(room: Room, posted: QueryDict) -> tuple[str, dict[str, Any]]:
    """Kind and data of the step in a form. Raises Refused."""
    kind = posted.get("kind", "")
    if kind == "run":
        return kind, _run(room, posted)
    if kind == "ask_several":
        return kind, {"questions": [_known(room, name) for name in posted.getlist("question")]}
    if kind in ("ask", "predict"):
        asked = asked_of(room, _known(room, posted.get("question", "")))
        kind = "predict" if asked and asked.prediction else "ask"
        return kind, {"question": posted["question"], "seconds": _number(posted, "seconds", 0)}
    if kind in ("skip", "look_back"):
        return kind, {"question": _known(room, posted.get("question", ""))}
    if kind == "read":
        return kind, {"section": _section(room, posted.get("section", ""))}
    if kind == "set_shares":
        return kind, {"low": _number(posted, "low", 30) / 100, "high": _number(posted, "high", 70) / 100}
    if kind in ("hide_text", "show_text"):
        return kind, {"vote": _written(room, posted.get("vote", ""))}
    if kind == "countdown":
        return kind, {"seconds": _number(posted, "seconds", 0)}
    if kind in WORDS:
        return kind, {}
    raise Refused("There is no such step.")


def improvised_step(room: Room, posted: Mapping[str, str]) -> dict[str, Any]:
    """A question made up on the spot, or the choice of a setting for an experiment. Raises Refused."""
    name = f"improvised-{room.state.number + 1}"
    anchor = posted.get("anchor", "")
    try:
        if posted.get("planned"):
            made = _planned(room, posted["planned"])
        else:
            made = _choice_of_setting(room, anchor) if anchor else improvised_read(posted)
    except ValueError as problem:
        raise Refused(str(problem)) from None
    return {"question": name, "improvised": made}


def _planned(room: Room, place: str) -> dict[str, Any]:
    """A question that came with the plan."""
    planned = room.session.plan.get("improvised", [])
    if not (place.isascii() and place.isdigit() and len(place) <= 3 and 1 <= int(place) <= len(planned)):
        raise Refused("The plan has no such question.")
    return dict(planned[int(place) - 1])


def _choice_of_setting(room: Room, anchor: str) -> dict[str, Any]:
    block = _experiment(room, anchor)
    made = widget(block.slug)
    known = presets_of(made.lens)
    names = [name for name in made.presets if name in known][:OPTIONS_MAX]
    options = [known[name].title for name in names]
    return {
        "prompt": f"Which one shall we run? {block.question or made.question}",
        "options": options,
        "presets": names,
        "anchor": anchor,
        "widget": block.slug,
    }


def _run(room: Room, posted: Mapping[str, str]) -> dict[str, str]:
    block = _experiment(room, posted.get("anchor", ""))
    known = presets_of(widget(block.slug).lens)
    wanted = posted.get("preset", "")
    settings = {"preset": wanted} if wanted in known else {"preset": block.preset, **block.settings}
    where = "screen" if posted.get("where") == "screen" else "phones"
    return {
        "widget": block.slug,
        "query": urlencode({**settings, "shown": "1"}),
        "where": where,
        "anchor": block.anchor,
    }


def _experiment(room: Room, anchor: str) -> Experiment:
    for block in lesson_of(room).experiments:
        if block.anchor == anchor:
            return block
    raise Refused("The lesson has no such experiment.")


def _known(room: Room, name: str) -> str:
    if asked_of(room, name) is None:
        raise Refused("The lesson has no such question.")
    return name


def _written(room: Room, text: str) -> int:
    """An answer in words of this session."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
    vote = Vote.objects.filter(pk=number, participant__session=room.session).first()
    if vote is None or not isinstance(vote.given, dict) or "text" not in vote.given:
        raise Refused("The session has no such answer.")
    return number


def _section(room: Room, anchor: str) -> str:
    if anchor and anchor not in {one.anchor for one in lesson_of(room).sections}:
        raise Refused("The lesson has no such section.")
    return anchor


def _number(posted: Mapping[str, str], name: str, otherwise: float) -> float:
    text = posted.get(name, "")
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 4 else otherwise
