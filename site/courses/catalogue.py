"""What is in the course? Read once at start; read again when a file changed, while developing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from courses.blocks import Lesson
from courses.incident import Incident
from courses.incidents import read_incidents
from courses.parser import read_lesson
from quizzes.bank import bank
from quizzes.prompts import ideas, prompts
from quizzes.sources import lesson_titles
from widgets import inline, reference
from widgets.drawing import presets_of
from widgets.passports import passports

OVERVIEW_FRONT = ("title", "updated")


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The series with its overview, its lessons in order, and the incidents they speak of, the latest first."""

    title: str
    summary: str
    overview: Lesson
    lessons: dict[str, Lesson]
    incidents: dict[str, Incident]

    def incidents_in(self, slug: str) -> list[Incident]:
        """The incidents that a lesson speaks of."""
        return [incident for incident in self.incidents.values() if slug in incident.lessons]

    def around(self, slug: str) -> tuple[Lesson | None, Lesson | None]:
        """The lessons before and after one."""
        order = list(self.lessons)
        at = order.index(slug)
        return (
            self.lessons[order[at - 1]] if at else None,
            self.lessons[order[at + 1]] if at + 1 < len(order) else None,
        )


def catalogue() -> Catalogue:
    """The course as it stands. Raises CourseError naming file and line."""
    return _read(_stamp() if settings.DEBUG else 0)


def _stamp() -> int:
    return max((path.stat().st_mtime_ns for path in settings.CONTENT.rglob("*.*")), default=0)


@cache
def _read(stamp: int) -> Catalogue:
    if stamp:
        words = (reference.glossary, reference.sources, reference.misconceptions)
        for kept in (*words, bank, ideas, prompts, lesson_titles, presets_of, passports):
            kept.cache_clear()
        inline.render_inline.cache_clear()
    folder = settings.CONTENT / "multi-region"
    with (folder / "series.toml").open("rb") as file:
        series = tomllib.load(file)
    lessons = [read_lesson(folder / name / "lesson.md") for name in series["lessons"]]
    return Catalogue(
        title=series["title"],
        summary=series["summary"],
        overview=read_lesson(folder / "overview.md", required=OVERVIEW_FRONT),
        lessons={lesson.slug: lesson for lesson in lessons},
        incidents=read_incidents(settings.CONTENT),
    )
