"""What stays readable without a network? The service worker, and the page that stands in for the rest."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import etag, require_safe

from courses.blocks import AskedHere
from courses.catalogue import catalogue
from courses.pages import kept_for_everybody
from courses.version import version
from quizzes.bank import bank

SOURCE = "service-worker.js"
# The chart library is twenty times as heavy as everything else together; a figure is complete without it.
FILES = ("favicon.svg", "css/**/*.css", "js/**/*.js")
LIBRARIES = ("django_htmx/htmx-4.min.js",)


@require_safe
@etag(lambda request: f'"{version()}"')
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker of this version. None while developing: files change there without changing their names."""
    if settings.DEBUG:
        raise Http404("there is no service worker while developing")
    response = HttpResponse(worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@kept_for_everybody
def not_here(request: HttpRequest) -> HttpResponse:
    """What is kept on this device and what is not; shown for every page that is not."""
    return render(request, "courses/offline.html")


@cache
def worker() -> bytes:
    """The script with what it has to know in front."""
    course = {"version": version(), "files": files(), "questions": questions_elsewhere()}
    return b"self.COURSE = " + orjson.dumps(course) + b";\n" + (settings.ROOT / "static" / SOURCE).read_bytes()


def files() -> list[str]:
    """Addresses of what pages are made of, whatever the page."""
    root: Path = settings.ROOT / "static"
    found = (path.relative_to(root).as_posix() for pattern in FILES for path in sorted(root.glob(pattern)))
    return [static(name) for name in (*found, *LIBRARIES)]


def questions_elsewhere() -> dict[str, list[str]]:
    """By the address of each lesson: the pages of those of its questions that do not stand in its text."""
    elsewhere: dict[str, list[str]] = {}
    for slug, lesson in catalogue().lessons.items():
        inside = {block.question_id for block in lesson.blocks if isinstance(block, AskedHere)}
        asked = [question for question in bank().questions.values() if question.lesson == slug]
        pages = [reverse("quizzes:question", args=[one.id]) for one in asked if one.id not in inside]
        elsewhere[reverse("courses:lesson", args=[slug])] = pages
    return elsewhere
