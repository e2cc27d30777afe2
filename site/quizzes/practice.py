"""One question after another, each with its reasons; what was missed comes back. Plain forms, or parts of the page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lessons.quizzes.marking import AnswerError, UnfinishedError, read_answer
from lessons.quizzes.practice import LENGTH_MAX, Source, SourceError, asks_confidence
from quizzes.asked import read_confidence
from quizzes.sitting import Sitting, Step, marked, step_context
from quizzes.sources import choices_for, known_source, past_of, plan_for
from quizzes.views import TOO_MANY
from study.learners import TooManyLearners, learner_begin, learner_of, learner_remember
from study.models import Learner, Practice
from study.services import practice_begin, practice_end
from study.sittings import HINT, practice_answer, practice_shown

UNDER_WAY_SHOWN = 3
STEPS = {Practice.Mode.PRACTICE.value: "practice:step", Practice.Mode.EXAM.value: "practice:exam-step"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request: HttpRequest, mode: str = Practice.Mode.PRACTICE) -> HttpResponse:
    """What can be practised, and what is under way; a POST begins and sets the learner, as an answer does."""
    text = (request.POST if request.method == "POST" else request.GET).get("source", "")
    try:
        source = known_source(text) if text or request.method == "POST" else None
    except SourceError as problem:
        return _start(request, mode, problem=f"The source {problem}.", status=422)
    return _begun(request, mode, source) if request.method == "POST" and source else _start(request, mode, source)


def _start(
    request: HttpRequest, mode: str, source: Source | None = None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    learner = learner_of(request)
    context = {
        "choices": choices_for(past_of(learner), source, mode),
        "under_way": _under_way(learner, mode),
        "exam": mode == Practice.Mode.EXAM,
        "length_max": LENGTH_MAX,
        "problem": problem,
    }
    return render(request, "quizzes/practice.html", context, status=status)


def _begun(request: HttpRequest, mode: str, source: Source) -> HttpResponse:
    try:
        learner = learner_begin(request)
    except TooManyLearners:
        return _start(request, mode, source, problem=TOO_MANY, status=429)
    plan = plan_for(source, past_of(learner), mode, learner=learner, now=timezone.now())
    if not plan:
        return _start(request, mode, problem="No question belongs to that yet. Choose something else.", status=422)
    practice = practice_begin(learner=learner, mode=mode, source=str(source), plan=plan)
    address = reverse(STEPS[practice.mode], args=[practice.pk, 0])
    return learner_remember(HttpResponseRedirect(address, status=303), learner)


def _under_way(learner: Learner | None, mode: str) -> list[Sitting]:
    """Sittings that were begun and not ended, the latest first."""
    if learner is None:
        return []
    kept = learner.practices.filter(mode=mode, ended_at=None).order_by("-begun_at", "-id")[:UNDER_WAY_SHOWN]
    return [sitting for sitting in map(Sitting, kept) if mode == Practice.Mode.EXAM or not sitting.is_over]


@require_safe
@never_cache
def sitting(request: HttpRequest, number: int) -> HttpResponse:
    """The question to go on at, or how it went."""
    found = sitting_of(request, number, Practice.Mode.PRACTICE)
    if not found.is_over:
        return HttpResponseRedirect(_page(found, found.current))
    return part_or_page(request, "quizzes/_practice_end.html", "quizzes/practice_end.html", _ended(found))


def _ended(found: Sitting) -> dict[str, Any]:
    """What was right at once, what came back, and what is left for another day."""
    first = [step for step in found.settled if not found.returned(step.place)]
    return {
        "sitting": found,
        "first": first,
        "at_once": [step for step in first if not step.missed],
        "recovered": [idea for idea in found.ideas_met if idea.recovered],
        "left": [idea for idea in found.ideas_met if idea.left],
        "sure_and_wrong": [step for step in found.settled if step.sure_and_wrong],
    }


@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Ends a practice before its last question."""
    found = sitting_of(request, number, Practice.Mode.PRACTICE)
    practice_end(practice=found.practice)
    return HttpResponseRedirect(reverse("practice:sitting", args=[number]), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: HttpRequest, number: int, place: int) -> HttpResponse:
    """One place of a practice; a POST takes its answer, gives a hint, or shows the answer after the hint."""
    found = sitting_of(request, number, Practice.Mode.PRACTICE)
    here = found.steps[place] if place < len(found.steps) else None
    if here is None or here.question is None or (place > found.current and not here.settled) or _is_past(found, here):
        return HttpResponseRedirect(reverse("practice:sitting", args=[number]))
    if request.method == "POST" and not here.settled:
        return _answered(request, found, here)
    return _shown(request, found, here)


def _is_past(found: Sitting, here: Step) -> bool:
    """Whether the practice was ended before this place was answered."""
    return found.practice.ended_at is not None and not here.settled


def _answered(request: HttpRequest, found: Sitting, here: Step) -> HttpResponse:
    assert here.question, "a place without a question is not shown"
    posted = dict(request.POST.lists())
    try:
        _keep(request, found, here, posted)
    except UnfinishedError:
        return _shown(request, found, here, posted=posted)
    except AnswerError as problem:
        return _shown(request, found, here, posted=posted, problem=str(problem), status=422)
    # To the address of this place, with and without scripts: it shows the verdict whenever it is opened.
    response = HttpResponseRedirect(f"{_page(found, here.place)}#question-{here.question.id}", status=303)
    return learner_remember(response, found.practice.learner)


def _keep(request: HttpRequest, found: Sitting, here: Step, posted: dict[str, list[str]]) -> None:
    """Keeps what was done at a place. Raises AnswerError."""
    assert here.question, "a place without a question is not shown"
    action = request.POST.get("action")
    if action == "show" and here.hinted:
        practice_shown(practice=found.practice, place=here.place)
        return
    wants_hint = action in ("unknown", "show")
    given = None if wants_hint else read_answer(here.question, posted)
    confidence = read_confidence(request.POST.get("confidence", "")) if asks_confidence(here.place) else ""
    answer = marked(here.question, here.place, given, "" if wants_hint else confidence)
    grows = not answer.right and not here.hinted  # a hint has brought the idea back already
    plan = found.grown(here.place) if grows else found.practice.plan
    practice_answer(practice=found.practice, answer=answer, plan=plan, step=HINT if wants_hint else "")


def _shown(
    request: HttpRequest,
    found: Sitting,
    here: Step,
    *,
    posted: dict[str, list[str]] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    question = step_context(
        here,
        posted=posted,
        problem=problem,
        action=_page(found, here.place),
        carried={"place": str(here.place)},
        ask_confidence=asks_confidence(here.place),
    )
    hint = question["unknown"] or found.repeats(here.place)
    context = question | {
        "sitting": found,
        "step": here,
        "number": here.number,
        "returned": found.returned(here.place),
        "repeats": found.repeats(here.place),
        "unknown": hint,
        "can_be_shown": here.hinted is not None,
        "replaces": "practice",
        "fresh": not (hint or problem or posted or here.settled),
        "comes_back": found.comes_back(here.place),
        "following": _following(found, here),
        "is_last": not any(one.question for one in found.steps[here.place + 1 :]),
    }
    return part_or_page(request, "quizzes/_practice.html", "quizzes/practice_step.html", context, status)


def _following(found: Sitting, here: Step) -> str:
    """The address after this place: the next question, or the end."""
    rest = (one.place for one in found.steps[here.place + 1 :] if one.question)
    place = next(rest, None)
    return reverse("practice:sitting", args=[found.practice.pk]) if place is None else _page(found, place)


def sitting_of(request: HttpRequest, number: int, mode: str) -> Sitting:
    """The learner's own sitting of this number; nobody else's is found."""
    learner = learner_of(request)
    kept = learner.practices.filter(pk=number, mode=mode).select_related("learner").first() if learner else None
    if kept is None:
        raise Http404("no practice or exam of yours has this number")
    return Sitting(kept)


def _page(found: Sitting, place: int) -> str:
    return reverse("practice:step", args=[found.practice.pk, place])


def part_or_page(
    request: HttpRequest, part: str, page: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The part that a script puts in place, or the whole page: a browser that goes back wants the whole one."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return render(request, part if htmx and not htmx.history_restore_request else page, context, status=status)
