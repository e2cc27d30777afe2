"""A few prompts a day, recalled from memory and compared. Works as plain forms, and as a part of the page."""

from __future__ import annotations

import uuid
from datetime import date, time

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lessons.quizzes.prompts import Prompt
from lessons.review import standing
from quizzes.prompts import prompts
from quizzes.reviewing import lessons_begun, review_day
from quizzes.takeaway import as_anki, as_text, reminder
from quizzes.views import TOO_MANY
from study.learners import TooManyLearners, learner_begin, learner_of, learner_remember
from study.models import KEY
from study.recall import answers_of, lessons_done_by, recalls_of
from study.services import TARGET_LENGTH_MAX, review_record, study_plan_set

REMIND_AT = "18:30"


@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """How many, how many minutes, start."""
    return _overview(request)


def _overview(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    context = {"day": review_day(learner_of(request), now), "today": now.date(), "remind_at": REMIND_AT}
    return render(request, "quizzes/review.html", context | {"problem": problem}, status=status)


@require_safe
@never_cache
def following(request: HttpRequest) -> HttpResponse:
    """The next prompt of today, or what is held at the end."""
    learner = learner_of(request)
    day = review_day(learner, timezone.now())
    if not day.left and not day.done:
        return HttpResponseRedirect("/review/")
    return _shown(request, {"day": day, "prompt": day.left[0] if day.left else None})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def prompt(request: HttpRequest, prompt_id: str) -> HttpResponse:
    """One prompt, and with `side=answer` what to compare with; a POST keeps whether it was recalled."""
    asked = prompts().get(prompt_id)
    if asked is None:
        raise Http404("no prompt has this id")
    if request.method == "POST":
        return _recalled(request, asked)
    side = {"answer_shown": request.GET.get("side") == "answer", "key": uuid.uuid4().hex}
    return _shown(request, {"day": review_day(learner_of(request), timezone.now()), "prompt": asked} | side)


def _recalled(request: HttpRequest, asked: Prompt) -> HttpResponse:
    said, key = request.POST.get("recalled"), request.POST.get("key", "")
    again = {"prompt": asked, "answer_shown": True, "key": key}
    try:
        learner = learner_begin(request)
    except TooManyLearners:
        return _shown(request, again | {"problem": TOO_MANY}, status=429)
    if said not in ("got-it", "missed-it"):
        day = review_day(learner_of(request), timezone.now())
        return _shown(request, again | {"day": day, "problem": "Say whether you recalled it."}, status=422)
    review_record(learner=learner, prompt_id=asked.id, held=said == "got-it", key=key if KEY.fullmatch(key) else None)
    if not request.htmx:  # type: ignore[attr-defined]
        return learner_remember(HttpResponseRedirect("/review/next/", status=303), learner)
    day = review_day(learner, timezone.now())
    return learner_remember(_shown(request, {"day": day, "prompt": day.left[0] if day.left else None}), learner)


def _shown(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    part = "quizzes/_recall.html" if request.htmx else "quizzes/recall.html"  # type: ignore[attr-defined]
    return render(request, part, context, status=status)


@require_POST
def study_plan(request: HttpRequest) -> HttpResponse:
    """Keeps the date that the learner studies for; an empty one takes it back."""
    words = " ".join(request.POST.get("target_words", "").split())[:TARGET_LENGTH_MAX]
    text = request.POST.get("target_on", "").strip()
    try:
        target_on = date.fromisoformat(text) if text else None
        if target_on and not 0 < (target_on - timezone.now().date()).days <= 3660:
            raise ValueError
    except ValueError:
        problem = f"{text[:20]!r} is not a day that is still to come; write it like 2027-01-31."
        return _overview(request, problem=problem, status=422)
    try:
        learner = learner_begin(request)
    except TooManyLearners:
        return _overview(request, problem=TOO_MANY, status=429)
    study_plan_set(learner=learner, target_on=target_on, target_words=words)
    return learner_remember(HttpResponseRedirect("/review/#plan", status=303), learner)


@require_safe
def reminder_file(request: HttpRequest) -> HttpResponse:
    """A calendar file with a daily reminder."""
    text = request.GET.get("at", REMIND_AT)
    try:
        at = time.fromisoformat(text)
    except ValueError:
        return _overview(request, problem=f"{text[:20]!r} is no time of the day; write it like 18:30.", status=422)
    made = reminder(at, now=timezone.now(), address=_address(request))
    return _file(made, "blast-radius-review.ics", "text/calendar; charset=utf-8")


@require_safe
def prompts_as_text(request: HttpRequest) -> HttpResponse:
    """The learner's prompts as a text, with how firmly each is held."""
    recalls, today = recalls_of(learner_of(request)), timezone.now().date()
    known = {name: standing(recalls.get(name, ()), today=today) for name in prompts()}
    made = as_text(_to_take(request), known, _address(request))
    return _file(made, "blast-radius-review.txt", "text/plain; charset=utf-8")


@require_safe
def prompts_as_anki(request: HttpRequest) -> HttpResponse:
    """The same for Anki: a table with tabs that says what its columns are."""
    made = as_anki(_to_take(request), _address(request))
    return _file(made, "blast-radius-anki.tsv", "text/tab-separated-values; charset=utf-8")


def _to_take(request: HttpRequest) -> list[Prompt]:
    """Prompts of one lesson, or of those worked in, or of all when there is none."""
    learner, lesson = learner_of(request), request.GET.get("lesson", "")
    begun = {lesson} if lesson else lessons_begun(lessons_done_by(learner), answers_of(learner), recalls_of(learner))
    found = [prompt for prompt in prompts().values() if not begun or prompt.lesson in begun]
    if lesson and not found:
        raise Http404("no lesson of this name has prompts")
    return found or list(prompts().values())


def _address(request: HttpRequest) -> str:
    return settings.BASE_URL or request.build_absolute_uri("/").rstrip("/")


def _file(text: str, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
