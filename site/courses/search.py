"""Where does a word occur? Sections, captions, questions, incidents and glossary, each hit with its place."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import lru_cache

from django.utils.html import strip_tags

from courses.blocks import AskedHere, Callout, Experiment, Prose
from courses.catalogue import Catalogue
from courses.incident import Incident
from quizzes.bank import bank
from widgets.inline import render_inline
from widgets.reference import glossary

HITS_MAX = 40
QUERY_LENGTH_MAX = 80


@dataclass(frozen=True)
class Entry:
    """Something that can be found: where it is, what it belongs to, what it says."""

    address: str
    lesson: str
    section: str
    text: str


@lru_cache(maxsize=2)
def entries(course: Catalogue) -> tuple[Entry, ...]:
    """Everything that can be found: the lessons in their order, the incidents, the glossary."""
    found: list[Entry] = []
    for lesson in course.lessons.values():
        section, address = lesson.title, f"/lessons/{lesson.slug}/"
        for block in lesson.blocks:
            if isinstance(block, Prose):
                for part in re.split(r"(?=<h[23] )", block.html):
                    named = re.match(r'<h[23] id="([^"]+)">(.*?)<copy-link', part)
                    if named:
                        section, address = strip_tags(named.group(2)), f"/lessons/{lesson.slug}/#{named.group(1)}"
                    found.append(Entry(address, lesson.title, section, _flat(strip_tags(part))))
            elif isinstance(block, Callout):
                found.append(Entry(address, lesson.title, section, _flat(f"{block.title} {block.plain}")))
            elif isinstance(block, Experiment):
                words = strip_tags(render_inline(f"{block.question} {block.caption}"))
                found.append(Entry(f"/lessons/{lesson.slug}/#{block.anchor}", lesson.title, section, words))
            elif isinstance(block, AskedHere):
                words = strip_tags(render_inline(bank().questions[block.question_id].prompt))
                found.append(
                    Entry(f"/lessons/{lesson.slug}/#question-{block.question_id}", lesson.title, section, words)
                )
    found += [entry for incident in course.incidents.values() for entry in _of_incident(incident)]
    found += [
        Entry(f"/glossary/#{term.slug}", "Glossary", term.term, f"{term.term}: {term.definition} {' '.join(term.also)}")
        for term in glossary().values()
    ]
    return tuple(entry for entry in found if entry.text)


def _of_incident(incident: Incident) -> list[Entry]:
    """The parts of an incident's page."""
    page, run, otherwise = f"/incidents/{incident.slug}/", incident.run.experiment, incident.otherwise.experiment
    parts = {
        "timeline": ("Timeline", [incident.summary, *(entry.text for entry in incident.entries)]),
        "facts": ("What is known", [one.text for one in incident.facts]),
        "unknown": ("What is not known", [one.text for one in incident.unknown]),
        "told": ("Often told otherwise", [f"{one.claim} {one.text}" for one in incident.told]),
        run.anchor: (strip_tags(render_inline(run.question)), [run.question, run.caption]),
        otherwise.anchor: (strip_tags(render_inline(otherwise.question)), [otherwise.question, otherwise.caption]),
    }
    found = [
        Entry(f"{page}#{anchor}", incident.title, name, _flat(strip_tags(render_inline(" ".join(texts)))))
        for anchor, (name, texts) in parts.items()
    ]
    return found + [
        Entry(
            f"{page}#question-{asked.question_id}",
            incident.title,
            "Questions",
            strip_tags(render_inline(bank().questions[asked.question_id].prompt)),
        )
        for asked in incident.questions
    ]


def search(course: Catalogue, query: str) -> list[Entry]:
    """The entries that hold every word of the query, those with a word in the section's name first."""
    words = query.lower()[:QUERY_LENGTH_MAX].split()
    if not words:
        return []
    hits = [e for e in entries(course) if all(word in f"{e.section} {e.text}".lower() for word in words)]
    return sorted(hits, key=lambda e: not any(word in e.section.lower() for word in words))[:HITS_MAX]


def index(course: Catalogue) -> list[dict[str, str]]:
    """The entries as the search in the page reads them."""
    return [asdict(entry) for entry in entries(course)]


def _flat(text: str) -> str:
    return " ".join(text.replace("#", " ").split())
