"""What may each of the three views see? Before the reveal, nothing from which an answer or a distribution follows."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import Count, Q
from django.utils import timezone

from classroom.advising import advised_for
from classroom.asked import Asked, asked_of, beyond_page, lesson_of, on_page
from classroom.ballots import ballot_form
from classroom.clock import clock_of, people_with_more
from classroom.expected import Expected, expected_in
from classroom.models import Participant, Vote
from classroom.results import Text, result_of, texts_of, votes_on
from classroom.rooms import Room
from classroom.runsheet import Place, place_in
from classroom.sections import section_html
from classroom.services import SIGNALS
from classroom.steps import buttons
from courses.notes import notes_of
from lessons.classroom.phases import GRACE_S
from lessons.quizzes.question import Question
from lessons.widgets.registry import widget
from quizzes.asked import CONFIDENCES
from widgets.drawing import draw, figures_of

WALL_SHOWN = 30
TREND_S = 180.0  # what the pace looks back on


@dataclass(frozen=True)
class Listed:
    """A question that can be asked: whether it was, and what earlier rooms said at first."""

    question: Question
    asked: bool
    expected: Expected | None


@dataclass(frozen=True)
class Run:
    """The experiment that the room is at."""

    title: str
    link: str
    on_screen: bool


def phone_context(
    room: Room,
    participant: Participant | None,
    *,
    problem: str = "",
    said: str = "",
    posted: dict[str, dict[str, list[str]]] | None = None,
) -> dict[str, Any]:
    """One screen of a participant. Without one it is what all phones are sent: the same, with no vote in it.

    `posted` holds forms that were refused, by question.
    """
    names = _names(room)
    mine = _own_votes(room, participant, names) if participant else {}
    asked = [one for one in (asked_of(room, name) for name in names) if one]
    clock = clock_of(room, participant)
    own = clock if participant else None
    forms = [ballot_form(room, one, mine.get(one.id), (posted or {}).get(one.id), clock=own) for one in asked]
    common = _common(room)
    written = _own_words(room, participant) if participant else {}
    return {
        **common,
        "results": [dataclasses.replace(one, own=written.get(one.asked.id)) for one in common["results"]],
        "clock": clock,
        "forms": forms,
        "answered": sum(form.vote is not None for form in forms),
        "participant": participant,
        "confidences": CONFIDENCES,
        "problem": problem,
        "said": said,
        "signals": SIGNALS,
        "wall": _wall(room, hidden=False),
    }


def screen_context(room: Room) -> dict[str, Any]:
    """What the room sees: large, with counts only, until the reveal."""
    asked = [one for one in (asked_of(room, name) for name in _names(room)) if one]
    voted = [len(votes_on(room, one.id, room.state.round)) for one in asked]
    return {
        **_common(room),
        "clock": clock_of(room),
        "asked": asked[0] if asked else None,
        "forms": [ballot_form(room, one, None) for one in asked],
        "progress": list(zip(asked, voted, strict=True)),
        "voted": max(voted, default=0),
        "run_figure": _run_figure(room),
    }


def teacher_context(room: Room, *, problem: str = "") -> dict[str, Any]:
    """The instructor's console: counts, advice, the wall, the pace."""
    state, lesson = room.state, lesson_of(room)
    asked = asked_of(room, state.question_id) if state.question_id else None
    votes = votes_on(room, asked.id, state.round) if asked else []
    notes = notes_of(lesson)
    shown, expected = screen_context(room), expected_in(room)
    return {
        **shown,
        "problem": problem,
        "grace_s": GRACE_S,
        "with_more": people_with_more(room),
        "buttons": buttons(
            state,
            comparable=any(one.comparable for one in shown["results"]),
            in_words=any(one.asked.form_kind == "short" for one in shown["results"]),
        ),
        "written": _written(room),
        "advised": advised_for(room, asked, notes),
        "probes": next((one.probes for one in notes.advice if one.question.id == state.question_id), ())
        if notes
        else (),
        "questions": _listed(room, on_page(lesson), expected),
        "further": _listed(room, beyond_page(lesson), expected),
        "runs": [(block, widget(block.slug)) for block in lesson.experiments],
        "revealed": [one for one in (asked_of(room, name) for name in state.revealed) if one],
        "notes": notes,
        "sheet": [(one, expected.get(one.question.id) if one.question else None) for one in notes.steps]
        if notes
        else [],
        "place": place_in(room, notes) if notes else Place(),
        "shares_percent": tuple(round(100 * share) for share in state.shares),
        "wall": _wall(room, hidden=True),
        "pace": _pace(room),
        "choice": _chosen_preset(room, votes),
    }


def _listed(room: Room, questions: list[Question], expected: dict[str, Expected]) -> list[Listed]:
    return [Listed(one, one.id in room.state.asked, expected.get(one.id)) for one in questions]


def _common(room: Room) -> dict[str, Any]:
    people = room.session.participants.aggregate(all=Count("pk"), simulated=Count("pk", filter=Q(simulated=True)))
    return {
        "room": room,
        "code": room.session.code,
        "state": room.state,
        "is_open": bool(room.state.open_ballots),
        "lesson": lesson_of(room),
        "section": section_html(lesson_of(room), room.state.section) if room.state.phase == "reading" else None,
        "run": _run(room),
        "results": _results(room),
        "joined": people["all"] - people["simulated"],
        "simulated": people["simulated"],
    }


def _names(room: Room) -> tuple[str, ...]:
    """The questions that the room is at."""
    state = room.state
    return state.several or ((state.question_id,) if state.question_id else ())


def _results(room: Room) -> list[Any]:
    """What was revealed, while it is on show. Nothing else ever makes a result."""
    if room.state.phase != "reveal":
        return []
    asked = (asked_of(room, name) for name in _names(room) if name in room.state.revealed)
    return [result_of(room, one) for one in asked if one]


def _own_votes(room: Room, participant: Participant, names: tuple[str, ...]) -> dict[str, Vote]:
    kept = participant.votes.filter(question_id__in=names, round=room.state.round)
    return {vote.question_id: vote for vote in kept if vote.attempt == room.state.attempt(vote.question_id)}


def _own_words(room: Room, participant: Participant) -> dict[str, Vote]:
    """The last answer in words of a participant to each question on show, whichever vote it was given in."""
    if room.state.phase != "reveal":
        return {}
    kept = participant.votes.filter(question_id__in=_names(room)).order_by("round")
    return {vote.question_id: vote for vote in kept if vote.attempt == room.state.attempt(vote.question_id)}


def _written(room: Room) -> list[tuple[Asked, list[Text]]]:
    """What the room wrote, for the instructor to read before anybody else does; nothing while people write."""
    if room.state.open_ballots or room.state.phase not in ("vote_1", "vote_2", "discuss", "several", "reveal"):
        return []
    asked = (asked_of(room, name) for name in _names(room))
    short = [one for one in asked if one and one.form_kind == "short"]
    return [(one, texts_of(room, votes_on(room, one.id, room.state.round))) for one in short]


def _run(room: Room) -> Run | None:
    wanted = room.state.experiment
    if room.state.phase != "experiment" or not wanted:
        return None
    link = f"/widgets/{wanted['widget']}/?{wanted['query']}"
    return Run(widget(wanted["widget"]).question, link, wanted["where"] == "screen")


def _run_figure(room: Room) -> dict[str, str] | None:
    wanted = room.state.experiment
    if room.state.phase != "experiment" or wanted.get("where") != "screen":
        return None
    drawing = draw(widget(wanted["widget"]), _texts(wanted["query"]))
    figure = figures_of(drawing.output.views[:1], drawing.output.settings)[0]
    return {"svg": figure.svg, "title": figure.title, "sentence": drawing.output.sentence}


def _texts(query: str) -> dict[str, str]:
    return dict(parse_qsl(query))


def _wall(room: Room, *, hidden: bool) -> list[Any]:
    found = room.session.wall.annotate(ups=Count("up_votes")).order_by("answered", "-ups", "id")
    return list((found if hidden else found.filter(hidden=False))[:WALL_SHOWN])


def _pace(room: Room) -> list[tuple[str, int, int]]:
    """Each signal: how often in the last three minutes, and in the three before."""
    now = timezone.now()
    ages = [(kind, (now - at).total_seconds()) for kind, at in room.session.signals.values_list("kind", "at")]
    return [
        (
            kind,
            sum(one == kind and age <= TREND_S for one, age in ages),
            sum(one == kind and TREND_S < age <= 2 * TREND_S for one, age in ages),
        )
        for kind in SIGNALS
    ]


def _chosen_preset(room: Room, votes: list[Vote]) -> dict[str, str] | None:
    """The setting that the room chose by vote, once that vote is closed."""
    made = room.improvised.get(room.state.question_id, {})
    presets, slug = made.get("presets"), made.get("widget")
    if not isinstance(presets, list) or not votes or room.state.open_ballots:
        return None
    given = [str(vote.given) for vote in votes]
    first = max(sorted(set(given), key=int), key=given.count)
    options = made.get("options")
    assert isinstance(options, list), "an improvised question has options"
    return {
        "preset": presets[int(first) - 1],
        "title": options[int(first) - 1],
        "anchor": str(made["anchor"]),
        "widget": str(slug),
    }
