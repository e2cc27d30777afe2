"""What an instructor does: start a session, lead it, rehearse it, take its plan along, delete it; and the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classroom.answers import done, page_or_part
from classroom.cards import cards_count, cards_read
from classroom.gate import (
    address_of,
    code_picture,
    entered,
    join_host,
    other_hosts,
    room_led,
    room_projected,
    view_remember,
)
from classroom.plan import plan_file, plan_read
from classroom.rehearsal import rehearsal_end, rehearse
from classroom.rooms import Room, room_of
from classroom.services import Refused, event_append, keep_set, lend_set, session_delete, session_open, wall_mark
from classroom.shown import screen_context, teacher_context
from classroom.steps import improvised_step, step_of
from courses.catalogue import catalogue
from lessons.classroom.phases import NotNow
from study.throttle import Throttle

NEW_SESSIONS = Throttle(limit=60, period_s=3600)
PLAN_BYTES_MAX = 20_000


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def teach(request: HttpRequest) -> HttpResponse:
    """Choose a lesson, or bring a plan; a POST starts the session and shows its links, once."""
    if request.method != "POST":
        return _teach(request)
    try:
        plan = _plan_sent(request)
    except Refused as problem:
        return _teach(request, problem=str(problem), status=422)
    if not NEW_SESSIONS.allows(request.META.get("REMOTE_ADDR", "")):
        return render(request, "429.html", status=429)
    session, teacher, screen = session_open(
        lesson=plan["lesson"], plan=plan, lends_shares=not request.POST.get("apart")
    )
    if "shares" in plan:
        low, high = plan["shares"]
        event_append(code=session.code, kind="set_shares", data={"low": low, "high": high})
    console = reverse("classroom:console", args=[session.code])
    context = {
        "session": session,
        "lesson": catalogue().lessons[session.lesson],
        "console_link": address_of(request, f"{console}?token={teacher}"),
        "screen_link": address_of(request, f"{reverse('classroom:screen', args=[session.code])}?token={screen}"),
        **_join_context(request, session.code),
    }
    return view_remember(render(request, "classroom/started.html", context), session, "teacher")


@require_safe
@never_cache
def console(request: HttpRequest, code: str) -> HttpResponse:
    """The instructor's view."""
    return entered(request, code, "teacher") or _console(request, room_led(request, code))


@require_safe
@never_cache
def console_part(request: HttpRequest, code: str) -> HttpResponse:
    """The instructor's part."""
    return render(request, "classroom/_console.html", teacher_context(room_led(request, code)))


@require_POST
@never_cache
def step(request: HttpRequest, code: str) -> HttpResponse:
    """One step of the session."""
    room = room_led(request, code)
    return _stepped(request, room, lambda: step_of(room, request.POST))


@require_POST
@never_cache
def improvise(request: HttpRequest, code: str) -> HttpResponse:
    """A question made up on the spot, asked at once."""
    room = room_led(request, code)
    return _stepped(request, room, lambda: ("ask", improvised_step(room, request.POST)))


@require_POST
@never_cache
def cards(request: HttpRequest, code: str) -> HttpResponse:
    """Counts in printed cards, by letter."""
    room = room_led(request, code)
    try:
        cards_count(room=room, given=cards_read(room, request.POST))
    except Refused as problem:
        return _console(request, room, problem=str(problem), status=409)
    return _done(request, room)


@require_POST
@never_cache
def wall(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Hides a question of the wall, or marks it as answered; the same again takes it back."""
    room = room_led(request, code)
    question = room.session.wall.filter(pk=number).first()
    if question is not None:
        action = request.POST.get("action")
        wall_mark(
            question=question,
            hidden=question.hidden != (action == "hide"),
            answered=question.answered != (action == "answered"),
        )
    return _done(request, room)


@require_POST
@never_cache
def rehearsal(request: HttpRequest, code: str) -> HttpResponse:
    """Fills the room with simulated participants who answer what is open, or sends them away."""
    room = room_led(request, code)
    if request.POST.get("action") == "end":
        rehearsal_end(room=room)
    else:
        rehearse(room=room)
    return _done(request, room)


@require_POST
@never_cache
def keep(request: HttpRequest, code: str) -> HttpResponse:
    """Whether the session outlives its time."""
    room = room_led(request, code)
    keep_set(session=room.session, keep=request.POST.get("keep") == "yes")
    return HttpResponseRedirect(reverse("classroom:results", args=[room.session.code]), status=303)


@require_POST
@never_cache
def lend(request: HttpRequest, code: str) -> HttpResponse:
    """Whether later sessions are told how this one split."""
    room = room_led(request, code)
    lend_set(session=room.session, lends=request.POST.get("lend") == "yes")
    return HttpResponseRedirect(reverse("classroom:results", args=[room.session.code]), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def delete(request: HttpRequest, code: str) -> HttpResponse:
    """Asks once more; a POST deletes the session with every answer."""
    room = room_led(request, code)
    context = {"code": room.session.code, "people": room.session.participants.filter(simulated=False).count()}
    if request.method != "POST":
        return render(request, "classroom/delete.html", context)
    session_delete(session=room.session)
    return render(request, "classroom/delete.html", context | {"deleted": True})


@require_safe
@never_cache
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """The plan of this session as one file for another instructor: no answer, no person in it."""
    room = room_led(request, code)
    response = HttpResponse(json.dumps(plan_file(room), indent=1, ensure_ascii=False), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="class-plan-{room.session.lesson}.json"'
    return response


@require_safe
@never_cache
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """What the room sees."""
    answer = entered(request, code, "screen")
    if answer:
        return answer
    room = room_projected(request, code)
    context = screen_context(room) | _join_context(request, room.session.code)
    return page_or_part(request, "screen", context)


@require_safe
@never_cache
def screen_part(request: HttpRequest, code: str) -> HttpResponse:
    """The part of the screen."""
    return render(request, "classroom/_screen.html", screen_context(room_projected(request, code)))


def _teach(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    lessons = catalogue().lessons.values()
    chosen = request.GET.get("lesson", "")
    context = {"lessons": lessons, "chosen": chosen, "problem": problem, "days": settings.CLASS_DAYS}
    return render(request, "classroom/teach.html", context, status=status)


def _plan_sent(request: HttpRequest) -> dict[str, Any]:
    sent = request.FILES.get("plan")
    if sent is not None:
        if (sent.size or 0) > PLAN_BYTES_MAX:
            raise Refused("That file is too large for a plan.")
        return plan_read(sent.read())
    lesson = request.POST.get("lesson", "")
    if lesson not in catalogue().lessons:
        raise Refused("Choose a lesson first.")
    return {"lesson": lesson}


def _stepped(request: HttpRequest, room: Room, read: Callable[[], tuple[str, dict[str, Any]]]) -> HttpResponse:
    number = request.POST.get("number", "")
    expected = int(number) if number.isascii() and number.isdigit() and len(number) <= 6 else -1
    try:
        kind, data = read()
        fresh = event_append(code=room.session.code, kind=kind, data=data, expected=expected)
    except (Refused, NotNow) as problem:
        now = room_of(room.session.code) or room
        return _console(request, now, problem=str(problem), status=409)
    return _done(request, fresh)


def _done(request: HttpRequest, room: Room) -> HttpResponse:
    now = room_of(room.session.code) or room
    return done(request, "console", teacher_context(now), reverse("classroom:console", args=[room.session.code]))


def _console(request: HttpRequest, room: Room, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = teacher_context(room, problem=problem) | _join_context(request, room.session.code)
    return page_or_part(request, "console", context, status=status)


def _join_context(request: HttpRequest, code: str) -> dict[str, object]:
    link = address_of(request, reverse("classroom:phone", args=[code]))
    return {
        "code": code,
        "join_link": link,
        "join_host": join_host(request),
        "other_hosts": other_hosts(request),
        "join_picture": code_picture(link),
    }
