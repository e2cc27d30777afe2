"""What is left of a session: a page, a file, for the instructor alone."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from classroom.asked import lesson_of
from classroom.gate import room_led
from classroom.later import later_in
from classroom.models import ClassSession
from classroom.reports import as_csv, believed, summaries, zone_note
from lessons.classroom.tally import HIDDEN_BELOW, WINDOWS, shown_count


@require_safe
@never_cache
def results(request: HttpRequest, code: str) -> HttpResponse:
    """Per question and per misconception."""
    room = room_led(request, code)
    after = later_in(room)
    context = {
        "code": room.session.code,
        "session": room.session,
        "lesson": lesson_of(room),
        "when": zone_note(room),
        "people": shown_count(room.session.participants.filter(simulated=False).count()),
        "simulated": room.session.participants.filter(simulated=True).count(),
        "summaries": [(one, after.get(one.asked.id, ())) for one in summaries(room)],
        "windows": WINDOWS,
        "believed": believed(room),
        "fewest": HIDDEN_BELOW,
        "days": settings.CLASS_DAYS,
        "lends": ClassSession.objects.values_list("lends_shares", flat=True).get(pk=room.session.pk),
    }
    return render(request, "classroom/results.html", context)


@require_safe
@never_cache
def results_csv(request: HttpRequest, code: str) -> HttpResponse:
    """One row per answer."""
    room = room_led(request, code)
    response = HttpResponse(as_csv(room), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="class-{room.session.code.lower()}-utc.csv"'
    return response
