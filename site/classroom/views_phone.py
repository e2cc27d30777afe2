"""What a participant does: join, vote, signal, ask, look at what is kept, delete it."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classroom.answers import done, page_or_part, wants_part
from classroom.asked import Asked, asked_of, lesson_of
from classroom.ballots import ballot_form
from classroom.gate import TooManyGuesses, participant_remember, room_guessed, room_joined
from classroom.models import Participant, Vote
from classroom.receipt import receipt_of, runs_of
from classroom.rooms import Room, participant_of
from classroom.sections import whole_html
from classroom.services import (
    Refused,
    more_time_take,
    participant_join,
    reviews_count_set,
    signal_give,
    vote_cast,
    votes_forget,
    wall_ask,
    wall_vote,
    words_hold,
)
from classroom.shown import phone_context
from classroom.takehome import answers_take_home, take_home_of
from lessons.predictions import PredictionError
from lessons.quizzes.marking import AnswerError
from quizzes.asked import CONFIDENCES, read_confidence
from quizzes.views import TOO_MANY
from study.learners import TooManyLearners, learner_begin, learner_of, learner_remember

FIELDS_MAX = 40
HELD = {"yes": True, "no": False}
VOTED_KEPT = 500
_voted_kept: dict[tuple[object, ...], str] = {}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: HttpRequest) -> HttpResponse:
    """The form for a code; sending it joins."""
    if request.method != "POST":
        return render(request, "classroom/join.html")
    return _join(request, request.POST.get("code", ""))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone(request: HttpRequest, code: str) -> HttpResponse:
    """A session by its code: for those who joined their screen, for others one button. A POST joins."""
    if request.method == "POST":
        return _join(request, code)
    try:
        room, participant = room_joined(request, code)
    except Http404:
        return _door(request, code)
    return page_or_part(request, "phone", phone_context(room, participant))


@require_safe
@never_cache
def part(request: HttpRequest, code: str) -> HttpResponse:
    """The participant's part, their own vote in it."""
    room, participant = room_joined(request, code)
    return render(request, "classroom/_phone.html", phone_context(room, participant))


@require_POST
@never_cache
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """One vote. The answer says that it is in once it is stored, and not before."""
    room, participant = room_joined(request, code)
    name, round = request.POST.get("question", ""), request.POST.get("round", "")
    texts = dict(list(request.POST.lists())[:FIELDS_MAX])
    asked = asked_of(room, name)
    if asked is None or not (round.isascii() and round.isdigit() and len(round) == 1):
        return _phone(request, room, participant, problem="That is not what the room is asked.", status=422)
    try:
        given = asked.read(texts)
    except (AnswerError, PredictionError) as problem:
        context: dict[str, Any] = {"problem": f"{problem} Nothing was stored.", "posted": {asked.id: texts}}
        return _phone(request, room, participant, status=422, **context)
    try:
        made = vote_cast(
            room=room,
            participant=participant,
            question_id=asked.id,
            round=int(round),
            version=asked.version,
            given=given,
            right=asked.right(given),
            confidence=read_confidence(request.POST.get("confidence", "")),
        )
    except Refused as problem:
        return _phone(request, room, participant, problem=str(problem), status=409)
    if wants_part(request) and room.state.phase != "several" and int(round) == room.state.round:
        return _voted(room, asked, made)
    return _phone(request, room, participant)


@require_POST
@never_cache
def held(request: HttpRequest, code: str) -> HttpResponse:
    """Whether an answer in words had what the model answer has: its writer says."""
    room, participant = room_joined(request, code)
    said = HELD.get(request.POST.get("held", ""))
    if said is None:
        return _phone(request, room, participant, problem="Say whether you had it.", status=422)
    try:
        words_hold(room=room, participant=participant, question_id=request.POST.get("question", ""), held=said)
    except Refused as problem:
        return _phone(request, room, participant, problem=str(problem), status=409)
    if request.POST.get("back") == "mine":
        return HttpResponseRedirect(reverse("classroom:mine", args=[room.session.code]), status=303)
    return _phone(request, room, participant)


@require_POST
@never_cache
def more_time(request: HttpRequest, code: str) -> HttpResponse:
    """More time in a countdown, once."""
    room, participant = room_joined(request, code)
    try:
        more_time_take(room=room, participant=participant)
    except Refused as problem:
        return _phone(request, room, participant, problem=str(problem), status=409)
    return _phone(request, room, participant, said="You have more time. Nobody sees that it is you.")


@require_POST
@never_cache
def signal(request: HttpRequest, code: str) -> HttpResponse:
    """Lost, slower, faster."""
    room, participant = room_joined(request, code)
    try:
        signal_give(session=room.session, participant=participant, kind=request.POST.get("kind", ""))
    except Refused as problem:
        return _phone(request, room, participant, problem=str(problem), status=422)
    return _phone(request, room, participant, said="Passed on, without your name.")


@require_POST
@never_cache
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """A question for the wall."""
    room, participant = room_joined(request, code)
    try:
        wall_ask(session=room.session, participant=participant, text=request.POST.get("text", ""))
    except Refused as problem:
        return _phone(request, room, participant, problem=str(problem), status=422)
    return _phone(request, room, participant, said="Your question is on the wall, without your name.")


@require_POST
@never_cache
def up_vote(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One more who wants this asked."""
    room, participant = room_joined(request, code)
    question = room.session.wall.filter(pk=number, hidden=False).first()
    if question is None:
        raise Http404("no such question on this wall")
    wall_vote(question=question, participant=participant)
    return _phone(request, room, participant, said="Noted: you want this answered, too.")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def mine(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt: what is kept of this participant; a POST deletes it."""
    room, participant = room_joined(request, code)
    forgotten = votes_forget(participant=participant) if request.method == "POST" else None
    return _mine(request, room, participant, forgotten=forgotten)


@require_POST
@never_cache
def take_home(request: HttpRequest, code: str) -> HttpResponse:
    """Copies the answers that were revealed into the record of this browser, which begins with them if need be."""
    room, participant = room_joined(request, code)
    try:
        learner = learner_begin(request)
    except TooManyLearners:
        return _mine(request, room, participant, problem=TOO_MANY, status=429)
    answers_take_home(room=room, participant=participant, learner=learner)
    if request.POST.get("count") == "yes":
        reviews_count_set(participant=participant, counted=True)
    page = HttpResponseRedirect(f"{reverse('classroom:mine', args=[room.session.code])}#home", status=303)
    return learner_remember(page, learner)


@require_POST
@never_cache
def count_reviews(request: HttpRequest, code: str) -> HttpResponse:
    """Whether this participant's later reviews count in the report; the other word takes it back."""
    room, participant = room_joined(request, code)
    reviews_count_set(participant=participant, counted=request.POST.get("count") == "yes")
    return HttpResponseRedirect(f"{reverse('classroom:mine', args=[room.session.code])}#home", status=303)


@require_safe
@never_cache
def browse(request: HttpRequest, code: str) -> HttpResponse:
    """The lesson for whoever reads at their own pace, with one button back to the room."""
    room, _ = room_joined(request, code)
    lesson = lesson_of(room)
    return render(
        request, "classroom/browse.html", {"code": room.session.code, "lesson": lesson, "html": whole_html(lesson)}
    )


def _mine(
    request: HttpRequest, room: Room, participant: Participant, *, status: int = 200, **shown: Any
) -> HttpResponse:
    learner = learner_of(request)
    context = {
        "code": room.session.code,
        "lesson": lesson_of(room),
        "participant": participant,
        "lines": receipt_of(room, participant),
        "runs": runs_of(room),
        "home": take_home_of(room, participant, learner),
        "learner": learner,
        "days": settings.CLASS_DAYS,
    }
    return render(request, "classroom/mine.html", context | shown, status=status)


def _voted(room: Room, asked: Asked, made: Vote) -> HttpResponse:
    """The ballot alone, as it is now: when five hundred vote within a second, there is no time for whole pages, nor for
    drawing the same ballot again for everybody who gave the same answer."""
    given = (str(orjson.dumps(made.given)), made.confidence)
    key = (room.session.code, room.state.number, asked.id, *given)
    html = _voted_kept.get(key)
    if html is None:
        context = {"form": ballot_form(room, asked, made), "code": room.session.code, "confidences": CONFIDENCES}
        html = render_to_string("classroom/_voted.html", context | {"state": room.state})
        if len(_voted_kept) >= VOTED_KEPT:
            _voted_kept.clear()
        _voted_kept[key] = html
    return HttpResponse(html)


def _phone(
    request: HttpRequest, room: Room, participant: Participant, *, status: int = 200, **shown: Any
) -> HttpResponse:
    context = phone_context(room, participant, **shown)
    if status == 200 and not shown:
        return done(request, "phone", context, reverse("classroom:phone", args=[room.session.code]))
    return page_or_part(request, "phone", context, status=status)


def _door(request: HttpRequest, code: str) -> HttpResponse:
    """The one button of somebody who has not joined."""
    try:
        room = room_guessed(request, code)
    except TooManyGuesses:
        return render(request, "429.html", status=429)
    if room is None:
        return render(request, "classroom/join.html", {"problem": "No session has this code."}, status=404)
    return render(request, "classroom/join.html", {"code": room.session.code, "lesson": lesson_of(room)})


def _join(request: HttpRequest, text: str) -> HttpResponse:
    try:
        room = room_guessed(request, text)
    except TooManyGuesses:
        return render(request, "429.html", status=429)
    if room is None:
        context = {"problem": "No session has this code. Look at the screen again: six letters and digits."}
        return render(request, "classroom/join.html", context | {"typed": text[:12]}, status=404)
    page = HttpResponseRedirect(reverse("classroom:phone", args=[room.session.code]), status=303)
    if participant_of(request, room.session):
        return page
    try:
        return participant_remember(page, participant_join(session=room.session))
    except Refused as problem:
        return render(request, "classroom/join.html", {"problem": str(problem)}, status=409)
