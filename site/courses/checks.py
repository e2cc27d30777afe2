"""Is the content right? Lessons, directives, presets, quizzes, prompts, incidents, links, terms, sources, passports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from courses.blocks import AskedHere, Callout, CourseError, Experiment, Lesson, Prose
from courses.catalogue import Catalogue, catalogue
from courses.incident import Incident
from courses.notes import notes_of
from lessons.observability.slo_file import SLO_FILE, read_slo
from lessons.quizzes.bank import BankError
from lessons.simulator.engine.params import params
from lessons.simulator.lenses import lenses
from lessons.widgets.registry import UnknownWidget, widget, widgets
from quizzes.bank import bank
from quizzes.prompts import ideas, prompts
from widgets.drawing import draw, presets_of
from widgets.inline import InlineError, expand, render_inline
from widgets.passports import passports
from widgets.reference import glossary, misconceptions, sources

HREF = re.compile(r'href="([^"]+)"')
ID = re.compile(r'id="([^"]+)"')
PASSPORT_YEARS_MAX = 3  # between the date seen and the latest change of a lesson
PROMPTS_MIN = 12  # of a lesson that has any; half of them ask what would happen if
FORMS_MIN = 2  # an idea returns in another form, so it needs two


def faults() -> list[str]:
    """Every fault of the content, each with the file (and line where it has one)."""
    try:
        course = catalogue()
        prompts()
        ideas()
        read_slo()
    except (CourseError, BankError, OSError, ValueError, LookupError) as error:
        return [str(error)]
    return [
        *_presets(),
        *_passports(),
        *_questions(course),
        *_prompts(course),
        *_ideas(course),
        *_links(course),
        *_runbooks(course),
        *_incidents(course),
        *_notes(course),
    ]


def _presets() -> Iterator[str]:
    for name, model in lenses().items():
        for preset in presets_of(name).values():
            try:
                model.Scenario(**preset.values)
            except (TypeError, ValueError) as error:
                yield f"content/presets/{name}/{preset.name}.toml: {error}"


def _passports() -> Iterator[str]:
    changed = max(lesson.updated for lesson in catalogue().lessons.values())
    for passport in passports().values():
        if (changed - passport.seen).days > 365 * PASSPORT_YEARS_MAX:
            yield f"content/passports/: [{passport.id}] was last seen on {passport.seen}; look again"
        if passport.source != "course" and passport.source not in sources():
            yield f"content/passports/: [{passport.id}] no source {passport.source!r}"
    named = {name: model.Scenario for name, model in lenses().items()}
    named |= {slug: made.scenario for slug, made in widgets().items()}
    for name, scenario in named.items():
        for field in params(scenario).values():
            if field.passport not in passports():
                yield f"content/passports/: {name}: the field {field.name} has no passport {field.passport!r}"
    for term in glossary().values():
        if term.lesson and term.lesson not in catalogue().lessons:
            yield f"content/glossary.toml: [{term.slug}] no lesson {term.lesson!r}"
        elif term.section and term.lesson and term.section not in _anchors(catalogue().lessons[term.lesson]):
            yield f"content/glossary.toml: [{term.slug}] no section {term.section!r} in {term.lesson!r}"


def _questions(course: Catalogue) -> Iterator[str]:
    for question in bank().questions.values():
        where = _place(question.lesson, "quiz.toml", question.id)
        texts = [question.prompt, question.hint, question.reason_right, question.reason_low, question.reason_high]
        texts.append(question.model)
        for option in question.options:
            texts += [option.text, option.reason]
            if option.misconception and option.misconception not in misconceptions():
                yield f"{where}: no misconception {option.misconception!r}"
            if option.link:
                yield from _link(course, where, option.link, question.lesson)
        yield from _texts(course, where, texts, question.lesson)
        if question.link:
            yield from _link(course, where, question.link, question.lesson)


def _prompts(course: Catalogue) -> Iterator[str]:
    of_lesson: dict[str, Counter[str]] = {}
    for prompt in prompts().values():
        of_lesson.setdefault(prompt.lesson, Counter())[prompt.kind] += 1
        where = _place(prompt.lesson, "review.toml", prompt.id)
        if prompt.id in bank().questions:
            yield f"{where}: a question has the same id"
        if prompt.idea not in ideas():
            yield f"{where}: no idea {prompt.idea!r} in content/ideas.toml"
        yield from _texts(course, where, (prompt.ask, prompt.answer), prompt.lesson)
        yield from _link(course, where, prompt.link, prompt.lesson)
    for lesson, kinds in of_lesson.items():
        where = f"content/: the review.toml of {lesson}"
        if kinds.total() < PROMPTS_MIN:
            yield f"{where}: has {kinds.total()} prompts (allowed: {PROMPTS_MIN} and up)"
        if 2 * kinds["what_if"] < kinds.total():
            yield f"{where}: {kinds['what_if']} of {kinds.total()} prompts are what_if (allowed: half and up)"


def _ideas(course: Catalogue) -> Iterator[str]:
    reviewed = {prompt.lesson for prompt in prompts().values()}
    for question in bank().questions.values():
        if question.lesson in reviewed and question.idea not in ideas():
            where = _place(question.lesson, "quiz.toml", question.id)
            yield f"{where}: no idea {question.idea!r} in content/ideas.toml"
    forms = Counter(question.idea for question in bank().questions.values())
    forms += Counter(prompt.idea for prompt in prompts().values())
    for idea in ideas().values():
        if idea.lesson not in course.lessons:
            yield f"content/ideas.toml: [{idea.slug}] no lesson {idea.lesson!r}"
        if (asked := forms[idea.slug]) < FORMS_MIN:
            yield f"content/ideas.toml: [{idea.slug}] is asked for {asked} times (allowed: {FORMS_MIN} and up)"


def _notes(course: Catalogue) -> Iterator[str]:
    for lesson in course.lessons.values():
        try:
            notes = notes_of(lesson)
        except CourseError as error:
            yield str(error)
            continue
        if notes:
            # A heading's link to itself stays on the page of the notes.
            own = {f"#{anchor}" for anchor in ID.findall(notes.html)}
            for href in [href for href in HREF.findall(notes.html) if href not in own]:
                yield from _link(
                    course, str(lesson.path.with_name("notes.md")), href.replace("&amp;", "&"), lesson.slug
                )


def _place(lesson: str, name: str, wanted: str) -> str:
    for path in (*settings.CONTENT.glob(f"*/*-{lesson}/{name}"), *settings.CONTENT.glob(f"incidents/*/{name}")):
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if text.split("#")[0].replace(" ", "").strip() == f'id="{wanted}"':
                return f"{path}:{line}: {wanted}"
    raise AssertionError(f"{wanted} stands in no {name}")


def _texts(course: Catalogue, where: str, texts: Iterable[str], here: str) -> Iterator[str]:
    for text in texts:
        try:
            html = expand(text)
        except InlineError as error:
            yield f"{where}: {error}"
            continue
        for href in HREF.findall(html):
            yield from _link(course, where, href.replace("&amp;", "&"), here)


def _links(course: Catalogue) -> Iterator[str]:
    for lesson in (course.overview, *course.lessons.values()):
        for block in lesson.blocks:
            html = block.html if isinstance(block, (Prose, Callout)) else ""
            if isinstance(block, Experiment):
                html = render_inline(f"{block.question} {block.caption}")
            for href in HREF.findall(html):
                yield from _link(course, str(lesson.path), href.replace("&amp;", "&"), lesson.slug)


def _runbooks(course: Catalogue) -> Iterator[str]:
    """Whoever is woken follows a link into a lesson."""
    slo = read_slo()
    for alert in slo.alerts:
        where = f"{SLO_FILE}: [[alert]] {alert.name}"
        yield from _link(course, where, f"{urlsplit(slo.runbook).path}#{alert.runbook}", "")


def _incidents(course: Catalogue) -> Iterator[str]:
    """Links and anchors; what stands in the files was checked as they were read."""
    asked = {block.question_id for incident in course.incidents.values() for block in incident.questions}
    for question in bank().questions.values():
        if question.id.startswith("incident-") and question.id not in asked:
            yield f"{_place(question.lesson, 'quiz.toml', question.id)}: stands on the page of no incident"
        if question.lesson not in course.lessons:
            yield f"{_place(question.lesson, 'quiz.toml', question.id)}: no lesson {question.lesson!r}"
    for incident in course.incidents.values():
        told = (*incident.facts, *incident.unknown, *incident.told)
        texts = [incident.summary, *(entry.text for entry in incident.entries), *incident.run.differs]
        texts += [words for one in told for words in (one.claim, one.text)]
        for block in (incident.run.experiment, incident.otherwise.experiment):
            texts += [block.question, block.caption]
        yield from _texts(course, str(incident.path), texts, "")


def _link(course: Catalogue, where: str, href: str, here: str) -> Iterator[str]:
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return
    path = parts.path or (f"/lessons/{here}/" if here else "/")
    try:
        match = resolve(path)
    except Resolver404:
        yield f"{where}: the link {href!r} leads nowhere"
        return
    if match.view_name == "courses:lesson":
        lesson = course.lessons.get(match.kwargs["slug"])
        if lesson is None:
            yield f"{where}: the link {href!r} names no lesson"
        elif parts.fragment and parts.fragment not in _anchors(lesson):
            yield f"{where}: the link {href!r} names no section"
    elif match.view_name == "courses:incident":
        incident = course.incidents.get(match.kwargs["slug"])
        if incident is None:
            yield f"{where}: the link {href!r} names no incident"
        elif parts.fragment and parts.fragment not in _anchors_of_incident(incident):
            yield f"{where}: the link {href!r} names no section"
    elif match.view_name == "widgets:page":
        try:
            for problem in draw(widget(match.kwargs["slug"]), dict(parse_qsl(parts.query))).problems:
                yield f"{where}: the link {href!r}: {problem}"
        except UnknownWidget as error:
            yield f"{where}: the link {href!r}: {error}"


def _anchors(lesson: Lesson) -> set[str]:
    found = {"sources", "done", "main", "contents"}
    for block in lesson.blocks:
        if isinstance(block, Prose):
            found |= {section.anchor for section in block.sections}
        elif isinstance(block, Experiment):
            found.add(block.anchor)
        elif isinstance(block, AskedHere):
            found.add(f"question-{block.question_id}")
    return found


def _anchors_of_incident(incident: Incident) -> set[str]:
    blocks = (incident.run.experiment, incident.otherwise.experiment)
    asked = {f"question-{block.question_id}" for block in incident.questions}
    return {"timeline", "facts", "unknown", "told", "questions", "sources", *(block.anchor for block in blocks), *asked}
