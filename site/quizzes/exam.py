"""An exam to practise with: no word of what is right before it is handed in, then every reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lessons.quizzes.marking import AnswerError, answer_form, fits, read_answer
from lessons.quizzes.question import Question
from quizzes.asked import question_context
from quizzes.practice import part_or_page, sitting_of
from quizzes.sitting import Sitting, Step, drafts_marked, step_context
from study.models import Practice
from study.sittings import UNCHANGED, ExamHandedIn, exam_hand_in, exam_keep

HANDED_IN = "This exam is handed in: nothing of it can be changed any more."


@dataclass(frozen=True)
class Place:
    """One question of an exam under way, and all that is said of it before the end."""

    place: int
    question: Question | None
    draft: Any
    flagged: bool

    @property
    def number(self) -> int:
        """As a person counts."""
        return self.place + 1

    @property
    def answered(self) -> bool:
        """Whether there is an answer to the question as it stands now."""
        return self.question is not None and self.draft is not None and fits(self.question, self.draft)

    @property
    def words(self) -> str:
        """What is said of it in the overview."""
        if self.question is None:
            return "no longer asked"
        said = "answered" if self.answered else "not answered yet"
        return f"{said}, flagged" if self.flagged else said


@dataclass(frozen=True)
class Exam:
    """An exam under way, place by place."""

    sitting: Sitting
    places: tuple[Place, ...]

    @property
    def answered(self) -> int:
        """How many have an answer."""
        return sum(one.answered for one in self.places)

    @property
    def unanswered(self) -> int:
        """How many have none."""
        return sum(one.question is not None and not one.answered for one in self.places)

    @property
    def flagged(self) -> int:
        """How many the learner wants to see again."""
        return sum(one.flagged for one in self.places)

    @property
    def link(self) -> str:
        """The overview."""
        return reverse("practice:exam-sitting", args=[self.sitting.practice.pk])

    def page(self, place: int) -> str:
        """The address of one question; of the overview after the last."""
        if place >= len(self.places):
            return self.link
        return reverse("practice:exam-step", args=[self.sitting.practice.pk, place])

    def following(self, place: int) -> int:
        """The next place without an answer, or the end."""
        rest = (one.place for one in self.places[place + 1 :] if one.question and not one.answered)
        return next(rest, len(self.places))


@require_safe
@never_cache
def sitting(request: HttpRequest, number: int) -> HttpResponse:
    """What is answered, open and flagged; once it is handed in, every reason."""
    found = sitting_of(request, number, Practice.Mode.EXAM)
    if found.practice.ended_at:
        return _result(request, found)
    return part_or_page(
        request, "quizzes/_exam_overview.html", "quizzes/practice_exam_overview.html", {"exam": _exam(found)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: HttpRequest, number: int, place: int) -> HttpResponse:
    """One question of an exam; a POST keeps its draft and its flag and marks nothing."""
    exam = _exam(sitting_of(request, number, Practice.Mode.EXAM))
    here = exam.places[place] if place < len(exam.places) else None
    if request.method == "POST" and exam.sitting.practice.ended_at:
        return _refused(request, exam)
    if here is None or here.question is None or exam.sitting.practice.ended_at:
        return HttpResponseRedirect(exam.link)
    return _kept(request, exam, here) if request.method == "POST" else _shown(request, exam, here)


def _kept(request: HttpRequest, exam: Exam, here: Place) -> HttpResponse:
    assert here.question, "a place without a question is not shown"
    action, posted = request.POST.get("action"), dict(request.POST.lists())
    given: Any = UNCHANGED if action == "skip" else None
    following = here.place if action == "clear" else exam.following(here.place)
    try:
        if action not in ("skip", "clear"):
            given = read_answer(here.question, posted)
        exam_keep(
            practice=exam.sitting.practice,
            place=here.place,
            following=following,
            flagged="flagged" in request.POST,
            given=given,
        )
    except AnswerError as problem:
        return _shown(request, exam, here, posted=posted, problem=str(problem), status=422)
    except ExamHandedIn:
        return _refused(request, exam)
    return HttpResponseRedirect(exam.page(following), status=303)


def _shown(
    request: HttpRequest,
    exam: Exam,
    here: Place,
    *,
    posted: dict[str, list[str]] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    assert here.question, "a place without a question is not shown"
    draft = answer_form(here.question, here.draft) if here.answered else {}
    context = question_context(
        here.question, None, problem=problem, posted=posted or draft, action=exam.page(here.place)
    )
    context |= {"exam": exam, "here": here, "flagged": "flagged" in posted if posted else here.flagged}
    response = part_or_page(request, "quizzes/_exam.html", "quizzes/practice_exam.html", context, status)
    if problem:
        response["HX-Push-Url"] = "false"  # the reader has not moved
    return response


@require_POST
def hand_in(request: HttpRequest, number: int) -> HttpResponse:
    """Marks every draft and closes the exam; a second time changes nothing."""
    found = sitting_of(request, number, Practice.Mode.EXAM)
    exam_hand_in(practice=found.practice, marked=drafts_marked)
    return HttpResponseRedirect(reverse("practice:exam-sitting", args=[number]), status=303)


def _result(request: HttpRequest, found: Sitting, *, problem: str = "", status: int = 200) -> HttpResponse:
    asked = [one for one in found.steps if one.question]
    context = {
        "sitting": found,
        "shown": [{"step": one, "context": step_context(one)} for one in asked],
        "right": sum(one.right for one in asked),
        "unanswered": sum(one.answer is None for one in asked),
        "left": [idea for idea in found.ideas_met if idea.left],
        "problem": problem,
    }
    return render(request, "quizzes/practice_exam_result.html", context, status=status)


def _refused(request: HttpRequest, exam: Exam) -> HttpResponse:
    fresh = sitting_of(request, exam.sitting.practice.pk, Practice.Mode.EXAM)
    return _result(request, fresh, problem=HANDED_IN, status=409)


def _exam(found: Sitting) -> Exam:
    practice = found.practice
    return Exam(found, tuple(_place(practice, one) for one in found.steps))


def _place(practice: Practice, one: Step) -> Place:
    return Place(one.place, one.question, practice.drafts.get(str(one.place)), one.place in practice.flags)
