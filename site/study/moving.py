"""How does a record come to another browser, and back? As a file, and by seven words."""

from __future__ import annotations

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from study.learners import TooManyLearners, learner_begin, learner_let_go, learner_of, learner_remember
from study.merge import learner_adopt, record_merge
from study.models import Learner
from study.phrase import TooManyTries, phrase_find, phrase_make
from study.recall import counts_of
from study.record import record_of, written
from study.record_file import BYTES_MAX, RecordError, read_record
from study.services import learner_forget

FILE_NAME = "blast-radius-record.json"
TOO_MANY_READERS = "Too many new readers came from your address within an hour; try again later."
TOO_MANY_TRIES = "Too many phrases were tried; wait ten minutes."
OPENS_NOTHING = "This phrase opens nothing. Check the words and their order."


@require_safe
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """Everything kept of this learner, as one file."""
    learner = learner_of(request)
    if learner is None:
        return HttpResponseRedirect("/progress/")
    response = HttpResponse(written(record_of(learner)), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bring(request: HttpRequest) -> HttpResponse:
    """Takes such a file in; all of it, or nothing."""
    if request.method != "POST":
        return render(request, "study/import.html")
    file = request.FILES.get("file")
    if file is None:
        return render(request, "study/import.html", {"problem": "Choose a file first."}, status=422)
    try:
        record = read_record(file.read(BYTES_MAX + 1), now=timezone.now())
        learner = learner_begin(request)
    except RecordError as fault:
        return render(request, "study/import.html", {"fault": fault}, status=422)
    except TooManyLearners:
        return render(request, "study/import.html", {"problem": TOO_MANY_READERS}, status=429)
    merged = record_merge(learner=learner, record=record)
    return learner_remember(render(request, "study/import.html", {"merged": merged}), learner)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phrase(request: HttpRequest) -> HttpResponse:
    """Makes a phrase and shows it this once."""
    learner = learner_of(request)
    if request.method != "POST" or learner is None:
        return render(request, "study/phrase.html", {"kept": counts_of(learner) if learner else None})
    made = phrase_make(learner=learner)
    # What stands behind # stays in the browser: no server, proxy or log sees the words.
    link = (
        f"{settings.BASE_URL or request.build_absolute_uri('/').rstrip('/')}/progress/resume/#{made.replace(' ', '-')}"
    )
    return render(request, "study/phrase.html", {"words": made.split(), "link": link, "code": _code(link)})


@sensitive_post_parameters("phrase")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def resume(request: HttpRequest) -> HttpResponse:
    """Opens the record of a phrase on this device, or deletes it after listing what goes."""
    here = learner_of(request)
    context = {"here": counts_of(here) if here else None}
    if request.method != "POST":
        return render(request, "study/resume.html", context)
    try:
        found = phrase_find(request.POST.get("phrase", ""), address=request.META.get("REMOTE_ADDR", ""))
    except TooManyTries:
        return render(request, "study/resume.html", context | {"problem": TOO_MANY_TRIES}, status=429)
    if found is None:
        return render(request, "study/resume.html", context | {"problem": OPENS_NOTHING}, status=422)
    if request.POST.get("action") == "delete":
        listed = {"kept": counts_of(found), "phrase": request.POST.get("phrase", "")}
        return render(request, "study/resume.html", context | listed)
    if request.POST.get("action") == "delete-for-good":
        learner_forget(learner=found)
        response = render(request, "study/forget.html", {"forgotten": True})
        return learner_let_go(request, response) if here == found else response
    if here and here != found and here.user is None and request.POST.get("along"):
        learner_adopt(learner=found, other=here)
    return _opened(request, found)


def _opened(request: HttpRequest, learner: Learner) -> HttpResponse:
    """On to the page of one's progress, as this learner; whoever was signed in before no longer is."""
    return learner_remember(learner_let_go(request, HttpResponseRedirect("/progress/", status=303)), learner)


def _code(link: str) -> SafeString:
    return mark_safe(
        segno.make(link, error="m", micro=False).svg_inline(omitsize=True, border=4)
    )  # made here, of a link of ours
