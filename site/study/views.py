"""What is kept, shown to the one it is kept of, and forgotten on request."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from study.learners import TooManyLearners, learner_begin, learner_let_go, learner_of, learner_remember
from study.recall import counts_of
from study.services import learner_forget, lesson_done_set, place_record


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored, where, how long, and how to delete it."""
    return render(request, "study/privacy.html", {"class_days": settings.CLASS_DAYS})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def forget(request: HttpRequest) -> HttpResponse:
    """Lists what will be removed; a POST removes it."""
    learner = learner_of(request)
    if request.method != "POST":
        return render(request, "study/forget.html", {"kept": counts_of(learner) if learner else None})
    if learner:
        learner_forget(learner=learner)
    return learner_let_go(request, render(request, "study/forget.html", {"forgotten": True}))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    """A new person on this device: a POST lets go of the record without deleting it."""
    learner = learner_of(request)
    if request.method != "POST":
        return render(request, "study/leave.html", {"kept": counts_of(learner) if learner else None})
    return learner_let_go(request, render(request, "study/leave.html", {"left": True}))


@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """Keeps where a known learner is reading; says nothing to anybody else."""
    learner = learner_of(request)
    lesson, anchor = request.POST.get("lesson", ""), request.POST.get("anchor", "")
    if learner and _is_slug(lesson) and (not anchor or _is_slug(anchor)):
        place_record(learner=learner, lesson=lesson, anchor=anchor)
    return HttpResponse(status=204)


@require_POST
def done(request: HttpRequest) -> HttpResponse:
    """Marks a lesson as done, or takes the mark back."""
    lesson = request.POST.get("lesson", "")
    if not _is_slug(lesson):
        return render(request, "422.html", {"reason": "That is not the name of a lesson."}, status=422)
    try:
        learner = learner_begin(request)
    except TooManyLearners:
        return render(request, "422.html", {"reason": "Too many new readers from your address; try later."}, status=429)
    lesson_done_set(learner=learner, lesson=lesson, done=request.POST.get("action") != "undo")
    return learner_remember(HttpResponseRedirect(f"/lessons/{lesson}/#done", status=303), learner)


def _is_slug(text: str) -> bool:
    return len(text) <= 120 and text.isascii() and text.replace("-", "").isalnum()
