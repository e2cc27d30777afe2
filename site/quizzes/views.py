"""Takes answers and predictions; gives reasons back. Works as a plain form, and as a part of the page."""

from __future__ import annotations

from urllib.parse import parse_qsl, urldefrag

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lessons.predictions import Prediction, PredictionError
from lessons.quizzes.marking import AnswerError, UnfinishedError, mark, read_answer
from lessons.quizzes.question import Question
from lessons.widgets.registry import UnknownWidget, widget
from quizzes import items
from quizzes.asked import asked_of, question_context, read_confidence, read_flag, read_given, read_key, read_seed
from quizzes.bank import bank
from study.learners import TooManyLearners, learner_begin, learner_of, learner_remember
from study.services import answer_record, flag_record, prediction_record
from study.throttle import Throttle
from widgets.bets import bet_from
from widgets.drawing import draw
from widgets.experiments import Bet, experiment_context

BACK_LENGTH_MAX = 2_000
TOO_MANY = "Too many new readers came from your address within an hour. Your answer was not stored; try again later."

TOO_MANY_FLAGS = "Too many notes came from your address within an hour. This one was not kept; try again later."
FLAGS = Throttle(limit=120, period_s=3600)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def question(request: HttpRequest, question_id: str) -> HttpResponse:
    """One question alone; a POST marks an answer and keeps it."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        asked, kept = asked_of(question_id, read_seed(sent.get("seed")), learner_of(request))
    except LookupError as problem:
        raise Http404(str(problem)) from None
    back = _safe(sent.get("back", ""))
    if request.method == "POST":
        return _answered(request, asked, back)
    return _shown(request, asked, question_context(asked, kept, again="again" in request.GET, back=back))


def _answered(request: HttpRequest, asked: Question, back: str) -> HttpResponse:
    unknown, posted = request.POST.get("action") == "unknown", dict(request.POST.lists())
    try:
        given = None if unknown else read_answer(asked, posted)
        learner = learner_begin(request)
    except UnfinishedError:
        return _shown(request, asked, question_context(asked, None, back=back, posted=posted))
    except AnswerError as problem:
        context = question_context(asked, None, problem=str(problem), back=back, posted=posted)
        return _shown(request, asked, context, status=422)
    except TooManyLearners:
        return _shown(
            request, asked, question_context(asked, None, problem=TOO_MANY, back=back, posted=posted), status=429
        )
    kept = answer_record(
        learner=learner,
        question_id=asked.id,
        version=asked.version,
        seed=asked.seed,
        given=given,
        right=given is not None and mark(asked, given).right,
        confidence=read_confidence(request.POST.get("confidence", "")),
        key=read_key(request.POST.get("key", "")),
    )
    if request.htmx:  # type: ignore[attr-defined]
        response = _shown(request, asked, question_context(asked, kept, back=back, posted=posted))
    else:
        response = HttpResponseRedirect(f"{_page_of(asked, back)}#question-{asked.id}", status=303)
    return learner_remember(response, learner)


def _page_of(asked: Question, back: str) -> str:
    """The page that shows the answer: where the form stood, else the question's own."""
    own = reverse("quizzes:question", args=[asked.id])
    return urldefrag(back).url or (own if asked.seed is None else f"{own}?seed={asked.seed}")


def _shown(request: HttpRequest, asked: Question, context: dict[str, object], status: int = 200) -> HttpResponse:
    part = "quizzes/_question.html" if request.htmx else "quizzes/question.html"  # type: ignore[attr-defined]
    return render(request, part, context, status=status)


@require_POST
def flag(request: HttpRequest, question_id: str) -> HttpResponse:
    """Keeps that somebody calls a question wrong or unclear, and not who."""
    try:
        asked, _ = asked_of(question_id, read_seed(request.POST.get("seed")), None)
        kind, version = read_flag(request.POST)
    except LookupError as problem:
        raise Http404(str(problem)) from None
    context = {"question": asked, "back": _safe(request.POST.get("back", "")), "page": _page_of(asked, "")}
    part = "quizzes/_flag.html" if request.htmx else "quizzes/flagged.html"  # type: ignore[attr-defined]
    if not FLAGS.allows(request.META.get("REMOTE_ADDR", "")):
        return render(request, part, context | {"flag_problem": TOO_MANY_FLAGS}, status=429)
    given = read_given(asked, request.POST.get("given", "")) if version == asked.version else None
    flag_record(question_id=asked.id, version=version, seed=asked.seed, given=given, kind=kind)
    return render(request, part, context | {"flagged": kind})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def owner_questions(request: HttpRequest) -> HttpResponse:
    """How the questions are answered, for the site's owner; a POST brings the token and changes nothing."""
    if not items.page_is_on(request):
        return render(request, "quizzes/owner.html", {"off": True}, status=404)
    refused, status = items.door(request)
    if refused:
        return render(request, "quizzes/owner.html", {"refused": refused}, status=status)
    return render(request, "quizzes/owner.html", {"items": items.statistics(), "flags": items.flags()})


@require_POST
def predict(request: HttpRequest, slug: str) -> HttpResponse:
    """Keeps a prediction (or that there was none) and shows the run."""
    try:
        made = widget(slug)
    except UnknownWidget as error:
        raise Http404(str(error)) from None
    drawing = draw(made, dict(parse_qsl(request.POST.get("query", "")[:1500])))
    prediction, why = _prediction(request.POST.get("prediction", ""), made.prediction)
    shown = {
        "anchor": _slug(request.POST.get("anchor", "")) or "experiment",
        "back": _safe(request.POST.get("back", "")),
        "alone": bool(request.POST.get("alone")),
    }
    try:
        skipped = request.POST.get("action") == "skip"
        answer = prediction.answer(drawing.result)
        guess = None if skipped else prediction.read(request.POST.dict())
        learner = learner_begin(request)
    except (PredictionError, TooManyLearners) as problem:
        words = str(problem) if isinstance(problem, PredictionError) else TOO_MANY
        context = experiment_context(drawing, bet=Bet(prediction, why=why, problem=words), **shown)  # type: ignore[arg-type]
        part = "widgets/_experiment.html" if request.htmx else "widgets/page.html"  # type: ignore[attr-defined]
        return render(request, part, context, status=429 if words == TOO_MANY else 422)
    except (LookupError, TypeError):
        raise Http404(f"the prediction {prediction.id} is not about {made.name}") from None
    kept = prediction_record(
        learner=learner,
        prediction_id=prediction.id,
        widget=slug,
        query=drawing.query,
        guess=guess,
        answer=answer,
        near=guess is not None and prediction.near(guess, answer),
    )
    if request.htmx:  # type: ignore[attr-defined]
        context = experiment_context(drawing, bet=bet_from(kept, prediction, why), shown=True, **shown)  # type: ignore[arg-type]
        response = render(request, "widgets/_experiment.html", context)
    else:
        response = HttpResponseRedirect(str(shown["back"]) or f"/widgets/{slug}/?{drawing.query}", status=303)
    return learner_remember(response, learner)


def _prediction(prediction_id: str, own: Prediction) -> tuple[Prediction, str]:
    known = bank().predictions.get(prediction_id)
    if known:
        return known.prediction, known.why
    if prediction_id == own.id:
        return own, ""
    raise Http404("no prediction has this id")


def _safe(back: str) -> str:
    """A path of this site to go back to, or nothing."""
    ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if ours and len(back) <= BACK_LENGTH_MAX else ""


def _slug(text: str) -> str:
    return text if text.isascii() and text.replace("-", "").isalnum() and len(text) <= 120 else ""
