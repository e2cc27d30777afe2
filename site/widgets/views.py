"""Pages, parts, data and pictures of the widgets. A GET changes nothing; the address is the whole state."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lessons.numbers import NumbersError, read_numbers
from lessons.simulator import ENGINE_VERSION
from lessons.simulator.errors import ScenarioError
from lessons.simulator.record import as_plain
from lessons.widgets.kit import Widget
from lessons.widgets.kit.plotly import figure
from lessons.widgets.kit.svg import draw as draw_svg
from lessons.widgets.registry import UnknownWidget, widget, widgets
from widgets.bets import bet_of
from widgets.drawing import Drawing, draw, presets_of
from widgets.experiments import Bet, control_groups, experiment_context, result_context
from widgets.own_numbers import known_fields, numbers_page, numbers_text
from widgets.sensitivity import NoSuchField, card

View = Callable[..., HttpResponse]


def _found(slug: str) -> Widget:
    try:
        return widget(slug)
    except UnknownWidget as error:
        raise Http404(str(error)) from None


def _kept(view: View) -> View:
    """Let caches keep an answer that depends on the address alone, and answer 304 to those who have it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
            response["Cache-Control"] = "public, max-age=300"
            if response["ETag"] in request.headers.get("If-None-Match", ""):
                return HttpResponse(status=304, headers={"ETag": response["ETag"]})
        return response

    return answer


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every widget with its situations."""
    shown = [
        {"widget": made, "presets": [presets_of(made.lens)[name] for name in made.presets]}
        for made in widgets().values()
    ]
    return render(request, "widgets/gallery.html", {"shown": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One experiment alone; sent by htmx, its result alone. A POST carries numbers of the reader's own."""
    made = _found(slug)
    if request.method == "POST":
        return _with_numbers(request, made)
    texts = request.GET.dict()
    drawing = draw(made, texts)
    htmx = bool(getattr(request, "htmx", False))
    if htmx and drawing.problems:
        response = render(request, "widgets/_problems.html", {"drawing": drawing}, status=422)
        response["HX-Retarget"] = f"#{_anchor(texts)}-problems"
        return response
    bet = bet_of(request, made.prediction)
    if htmx:
        response = render(
            request, "widgets/_result.html", result_context(drawing, bet=bet) | {"anchor": _anchor(texts)}
        )
        response["Cache-Control"] = "private, no-store"
        if texts.get("alone"):
            response["HX-Replace-Url"] = f"{request.path}?{drawing.query}"
        return response
    context = experiment_context(drawing, bet=bet, shown="shown" in texts or bool(drawing.against), alone=True)
    response = render(request, "widgets/page.html", context, status=422 if drawing.problems else 200)
    response["Vary"] = "Cookie, HX-Request"
    return response


def _with_numbers(request: HttpRequest, made: Widget) -> HttpResponse:
    """The run with the numbers that came along; nothing of them stays here."""
    texts, htmx = request.POST.dict(), bool(getattr(request, "htmx", False))
    text = numbers_text(request)
    try:
        numbers = read_numbers(text, known_fields())
    except NumbersError as problem:
        if not htmx:
            return numbers_page(request, text=text, problem=problem)
        response = render(request, "widgets/_numbers_problem.html", {"problem": problem}, status=422)
        response["HX-Retarget"] = f"#{_anchor(texts)}-problems"
        return response
    drawing = draw(made, {name: value for name, value in texts.items() if name != "numbers"}, numbers)
    if htmx and drawing.problems and "whole" not in texts:
        response = render(request, "widgets/_problems.html", {"drawing": drawing}, status=422)
        response["HX-Retarget"] = f"#{_anchor(texts)}-problems"
        return response
    context = experiment_context(
        drawing,
        bet=Bet(made.prediction),
        anchor=_anchor(texts),
        shown=True,
        alone=not htmx or bool(texts.get("alone")),
        numbers_text=text,
    )
    part = "widgets/_experiment.html" if "whole" in texts else "widgets/_result.html"
    response = render(
        request, part if htmx else "widgets/page.html", context, status=422 if drawing.problems and not htmx else 200
    )
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """Where a reader's own numbers are written and checked; a POST gives them back, and keeps nothing."""
    if request.method != "POST":
        return numbers_page(request)
    text = numbers_text(request)
    try:
        found = read_numbers(text, known_fields())
    except NumbersError as problem:
        return numbers_page(request, text=text, problem=problem)
    if request.POST.get("action") == "export":
        response = HttpResponse(text, content_type="application/toml; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="my-numbers.toml"'
        response["Cache-Control"] = "no-store"
        return response
    return numbers_page(request, text=text, numbers=found)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """One experiment for a frame on another site."""
    drawing = draw(_found(slug), request.GET.dict())
    context = experiment_context(drawing, bet=Bet(drawing.widget.prediction), alone=True)
    return render(request, "widgets/embed.html", context, status=422 if drawing.problems else 200)


@_kept
@require_safe
def controls(request: HttpRequest, slug: str) -> HttpResponse:
    """The controls behind the disclosure of an experiment, for a page that comes without them."""
    texts = request.GET.dict()
    drawing = draw(_found(slug), texts)
    context = {"control_groups": control_groups(drawing), "anchor": _anchor(texts)}
    return render(request, "widgets/_more.html", context, status=422 if drawing.problems else 200)


@require_safe
def constants(request: HttpRequest, slug: str) -> HttpResponse:
    """Every constant of a run, each leading to its card."""
    texts = request.GET.dict()
    drawing = draw(_found(slug), texts)
    htmx = bool(getattr(request, "htmx", False))
    context = {"widget": drawing.widget, "drawing": drawing, "anchor": _anchor(texts)}
    response = render(request, "widgets/_constants.html" if htmx else "widgets/constants.html", context)
    response["Vary"] = "HX-Request"
    return response


@require_safe
def passport(request: HttpRequest, slug: str, field: str) -> HttpResponse:
    """The card of one constant: where it comes from, and what the run says when it is another."""
    drawing = draw(_found(slug), request.GET.dict())
    try:
        found = card(drawing, field)
    except NoSuchField as error:
        raise Http404(str(error)) from None
    htmx = bool(getattr(request, "htmx", False))
    context = {"widget": drawing.widget, "drawing": drawing, "card": found, "field": field}
    response = render(request, "widgets/_card.html" if htmx else "widgets/card.html", context)
    response["Vary"] = "HX-Request"
    return response


@_kept
@require_safe
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The run as data."""
    drawing = draw(_found(slug), request.GET.dict())
    if drawing.problems:
        return _refused(drawing.problems[0])
    body = {
        "lens": drawing.widget.lens,
        "engine_version": ENGINE_VERSION,
        "seed": drawing.seed,
        "scenario": drawing.scenario.as_dict(),
        "result": as_plain(drawing.result),
        "summary": drawing.widget.summary(drawing.scenario, drawing.result),
        "leaves_out": list(drawing.widget.leaves_out),
        "notices": list(drawing.notices),
    }
    return HttpResponse(orjson.dumps(body), content_type="application/json")


@_kept
@require_safe
def as_figures(request: HttpRequest, slug: str) -> HttpResponse:
    """What a script redraws the figures of a run from, in their order; null for one that stays a drawing."""
    drawing = draw(_found(slug), request.GET.dict())
    if drawing.problems:
        return _refused(drawing.problems[0])
    figures = [figure(view) for view in drawing.output.views]
    return HttpResponse(orjson.dumps(figures, option=orjson.OPT_SERIALIZE_NUMPY), content_type="application/json")


@_kept
@require_safe
def as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """What the main figure plots, as a table."""
    drawing = draw(_found(slug), request.GET.dict())
    if drawing.problems:
        return _refused(drawing.problems[0])
    table = drawing.output.data
    units = table.units or ("",) * len(table.columns)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([f"{name} ({unit})" if unit else name for name, unit in zip(table.columns, units, strict=True)])
    writer.writerows(table.rows)
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
    return response


@_kept
@require_safe
def as_svg(request: HttpRequest, slug: str) -> HttpResponse:
    """The main figure as a picture that stands alone."""
    drawing: Drawing = draw(_found(slug), request.GET.dict())
    if drawing.problems:
        return _refused(drawing.problems[0])
    picture = draw_svg(drawing.output.views[0], standalone=True, label=drawing.output.sentence)
    return HttpResponse(picture, content_type="image/svg+xml")


def _refused(problem: ScenarioError) -> HttpResponse:
    body = {"error": {"field": problem.field, "problem": problem.problem, "allowed": problem.allowed}}
    return HttpResponse(orjson.dumps(body), content_type="application/json", status=422)


def _anchor(texts: dict[str, Any]) -> str:
    anchor = str(texts.get("anchor", ""))
    return anchor if anchor.replace("-", "").isalnum() and anchor.isascii() else "experiment"
