"""How far did this learner come, what is held, and what is the best next step? As pictures and as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.blocks import Lesson
from courses.catalogue import catalogue
from lessons.widgets.kit import Bars
from quizzes.reviewing import IdeaHeld, ReviewDay, review_day
from study.learners import learner_of
from study.models import Answer, Learner, PredictionRecord, ReadingPlace
from study.recall import answers_of, lessons_done_by, place_of, predictions_of
from widgets.drawing import Figure, figures_of

NEARNESS = ("near enough", "not near", "skipped")


@dataclass(frozen=True)
class LessonSoFar:
    """What was done of one lesson. Counts are of its own questions and ideas."""

    lesson: Lesson
    done: bool
    asked: int
    answered: int
    right: int
    ideas: int
    held: int

    @property
    def words(self) -> str:
        """The same in a few words, beside its bar."""
        return f"{self.right} of {self.asked} right" + (", marked as done" if self.done else "")


@dataclass(frozen=True)
class Step:
    """What to do next, and where."""

    words: str
    link: str


@require_safe
@never_cache
def progress(request: HttpRequest) -> HttpResponse:
    """Everything kept of this learner."""
    learner = learner_of(request)
    return render(request, "study/progress.html", _context(learner) if learner else {"learner": None})


def _context(learner: Learner) -> dict[str, object]:
    answers, predictions, done = answers_of(learner), predictions_of(learner), lessons_done_by(learner)
    day, place = review_day(learner, timezone.now()), place_of(learner)
    lessons = _lessons(answers, done, day.ideas)
    return {
        "learner": learner,
        "account": learner.user.email if learner.user else "",
        "step": next_step(lessons, day, place),
        "lessons": lessons,
        "ideas": [one for one in day.ideas.values() if one.evidence],
        "ideas_new": sum(not one.evidence for one in day.ideas.values()),
        "predictions": list(predictions.values()),
        "answers": list(answers.values()),
        "figures": _figures(lessons, day.ideas, predictions),
    }


def next_step(lessons: list[LessonSoFar], day: ReviewDay, place: ReadingPlace | None) -> Step:
    """First what is fading, then what was begun, then the next lesson of the course."""
    if day.left:
        return Step(f"Review {len(day.left)} prompts, about {day.minutes} minutes", "/review/")
    known = {one.lesson.slug: one for one in lessons}
    if place and place.lesson in known and not known[place.lesson].done:
        return Step(
            f"Go on with “{known[place.lesson].lesson.title}”", f"/lessons/{place.lesson}/#{place.anchor or 'main'}"
        )
    for one in lessons:
        if one.answered and one.right < one.asked and not one.done:
            return Step(f"Finish the questions of “{one.lesson.title}”", f"/lessons/{one.lesson.slug}/")
    for one in lessons:
        if not one.answered and not one.done:
            return Step(f"Begin “{one.lesson.title}”, {one.lesson.minutes} minutes", f"/lessons/{one.lesson.slug}/")
    return Step("You have been through the course: study for a date, or run an experiment of your own", "/review/#plan")


def _lessons(answers: Mapping[str, Answer], done: set[str], ideas: Mapping[str, IdeaHeld]) -> list[LessonSoFar]:
    made = []
    for lesson in catalogue().lessons.values():
        given = [answers[block.question_id] for block in lesson.questions if block.question_id in answers]
        of_lesson = [one for one in ideas.values() if one.idea.lesson == lesson.slug]
        made.append(
            LessonSoFar(
                lesson=lesson,
                done=lesson.slug in done,
                asked=len(lesson.questions),
                answered=len(given),
                right=sum(one.right for one in given),
                ideas=len(of_lesson),
                held=sum(one.standing.word == "held" for one in of_lesson),
            )
        )
    return made


def _figures(
    lessons: list[LessonSoFar], ideas: Mapping[str, IdeaHeld], predictions: Mapping[str, PredictionRecord]
) -> dict[str, Figure]:
    """One picture for each part; the table below each says the same."""
    of_lessons = Bars(
        title="Questions answered right, by lesson",
        x_title="share of the questions of the lesson",
        categories=tuple(one.lesson.title for one in lessons),
        values=tuple(one.right / one.asked if one.asked else 0.0 for one in lessons),
        labels=tuple(one.words for one in lessons),
        roles=tuple("a" for _ in lessons),
        most=1.0,
    )
    states = Counter[str](one.standing.word for one in ideas.values())
    nearness = Counter[str](
        "skipped" if kept.guess is None else "near enough" if kept.near else "not near" for kept in predictions.values()
    )
    of_ideas = _counts("Ideas of the course, by how firmly you hold them", "ideas", ("held", "shaky", "new"), states)
    of_predictions = _counts("Your predictions, by how near they came", "predictions", NEARNESS, nearness)
    drawn = figures_of((of_lessons, of_ideas, of_predictions), "The table below says the same.")
    return dict(zip(("lessons", "ideas", "predictions"), drawn, strict=True))


def _counts(title: str, x_title: str, words: tuple[str, str, str], counts: Counter[str]) -> Bars:
    """Good, not so good, and neither: a bar each."""
    return Bars(
        title=title,
        x_title=x_title,
        categories=words,
        values=tuple(float(counts[word]) for word in words),
        labels=tuple(str(counts[word]) for word in words),
        roles=("a", "b", "muted"),
        most=float(max(1, counts.total())),
    )
