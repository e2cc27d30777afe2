"""What is kept, shown to the one it is kept of, and forgotten on request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from study.learners import COOKIE, TooManyLearners, learner_begin, learner_of, learner_remember
from study.recall import answers_of, lessons_done_by, place_of, predictions_of
from study.services import learner_forget, lesson_done_set, place_record


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored, where, how long, and how to delete it."""
    return render(request, "study/privacy.html")


@require_safe
@never_cache
def progress(request: HttpRequest) -> HttpResponse:
    """Everything kept of this learner."""
    return render(request, "study/progress.html", _kept(request))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def forget(request: HttpRequest) -> HttpResponse:
    """Lists what will be removed; a POST removes it."""
    if request.method != "POST":
        return render(request, "study/forget.html", _kept(request))
    learner = learner_of(request)
    if learner:
        learner_forget(learner=learner)
    response = render(request, "study/forget.html", {"forgotten": True})
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


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


def _kept(request: HttpRequest) -> dict[str, object]:
    learner = learner_of(request)
    return {
        "learner": learner,
        "answers": list(answers_of(learner).values()),
        "predictions": list(predictions_of(learner).values()),
        "place": place_of(learner),
        "done": sorted(lessons_done_by(learner)),
    }
