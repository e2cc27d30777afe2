"""The pages to read. None of them sets a cookie."""

from __future__ import annotations

import orjson
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.blocks import Lesson
from courses.catalogue import catalogue
from courses.incident_pages import incident_context
from courses.notes import notes_of
from courses.pages import kept_for_everybody
from courses.paper import answers_on_paper, blocks_on_paper
from courses.search import index, search
from courses.shown import blocks_for
from courses.validation import compared
from lessons.widgets.registry import widget, widgets
from study.learners import learner_of
from study.recall import lessons_done_by, place_of
from widgets.drawing import Figure, draw, figures_of
from widgets.passports import passports
from widgets.reference import glossary, sources


@require_safe
@kept_for_everybody
def front(request: HttpRequest) -> HttpResponse:
    """What the course is for, its lessons, and where the reader stopped."""
    course, learner = catalogue(), learner_of(request)
    place = place_of(learner)
    context = {
        "course": course,
        "hero": _hero(),
        "blocks": blocks_for(course.overview, learner),
        "widgets": widgets().values(),
        "place": place if place and place.lesson in course.lessons else None,
        "done": lessons_done_by(learner),
    }
    return render(request, "courses/front.html", context)


def _hero() -> Figure:
    """The map of a healthy system, on which every boundary is a link that breaks it."""
    run = draw(widget("blast-radius"), {"boundary": "none"})
    return figures_of(
        run.output.views[:1], run.output.settings, run.link_to(reverse("widgets:page", args=["blast-radius"]))
    )[0]


@require_safe
@kept_for_everybody
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """One lesson, with the reader's own answers in it."""
    shown, learner = _found(slug), learner_of(request)
    before, after = catalogue().around(slug)
    context = {
        "course": catalogue(),
        "lesson": shown,
        "blocks": blocks_for(shown, learner),
        "before": before,
        "after": after,
        "learner": learner,
        "done": slug in lessons_done_by(learner),
        "sources": [sources()[key] for key in shown.sources],
        "incidents": catalogue().incidents_in(slug),
        "has_notes": shown.path.with_name("notes.md").is_file(),
    }
    return render(request, "courses/lesson.html", context)


@require_safe
@kept_for_everybody
def incidents(request: HttpRequest) -> HttpResponse:
    """Every incident that can be replayed."""
    return render(request, "courses/incidents.html", {"course": catalogue()})


@require_safe
@kept_for_everybody
def incident(request: HttpRequest, slug: str) -> HttpResponse:
    """One incident: its timeline, a run beside it, and the same run had one thing been otherwise."""
    shown, learner = catalogue().incidents.get(slug), learner_of(request)
    if shown is None:
        raise Http404("no incident has this name")
    context = incident_context(shown, learner)
    lessons = [(name, catalogue().lessons[name].title.split(":")[0]) for name in shown.lessons]
    return render(request, "courses/incident.html", context | {"lessons": lessons})


@require_safe
def handout(request: HttpRequest, slug: str) -> HttpResponse:
    """One lesson for paper: still figures, a code to scan for each run, answers on a page of their own."""
    shown = _found(slug)
    address = settings.BASE_URL or request.build_absolute_uri("/").rstrip("/")
    context = {"lesson": shown, "blocks": blocks_on_paper(shown, address), "answers": answers_on_paper(shown)}
    return render(request, "courses/handout.html", context)


@require_safe
def notes(request: HttpRequest, slug: str) -> HttpResponse:
    """The run sheet of a lesson for the one who teaches it."""
    shown = _found(slug)
    made = notes_of(shown)
    if made is None:
        raise Http404("this lesson has no notes yet")
    return render(request, "courses/notes.html", {"lesson": shown, "notes": made})


@require_safe
@kept_for_everybody
def glossary_page(request: HttpRequest) -> HttpResponse:
    """Every term."""
    known = catalogue().lessons
    terms = [(term, term.lesson if term.lesson in known else "") for term in glossary().values()]
    return render(request, "courses/glossary.html", {"terms": terms})


@require_safe
@kept_for_everybody
def sources_page(request: HttpRequest) -> HttpResponse:
    """Every source, and every constant with its passport."""
    return render(request, "courses/sources.html", {"sources": sources().values(), "passports": passports().values()})


@require_safe
@kept_for_everybody
def validation(request: HttpRequest) -> HttpResponse:
    """Published figures beside our own."""
    return render(request, "courses/validation.html", {"rows": compared()})


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Search for readers without scripts, and as a link."""
    query = request.GET.get("q", "")[:80]
    return render(request, "courses/search.html", {"query": query, "hits": search(catalogue(), query)})


@require_safe
@kept_for_everybody
def search_index(request: HttpRequest) -> HttpResponse:
    """All that can be found, for the search in the page."""
    return HttpResponse(orjson.dumps(index(catalogue())), content_type="application/json")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, migrations and content are in place."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return HttpResponse("migrations are waiting\n", content_type="text/plain", status=503)
    catalogue()
    return HttpResponse("ok\n", content_type="text/plain")


def _found(slug: str) -> Lesson:
    try:
        return catalogue().lessons[slug]
    except KeyError:
        raise Http404("no lesson has this name") from None
