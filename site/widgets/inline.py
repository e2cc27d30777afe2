"""What do the inline directives of a text say? Terms, computed values, sources, links to runs."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from types import SimpleNamespace
from typing import Any

import markdown
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from lessons.simulator.compute import Model, ValueReferenceError, value_of
from lessons.simulator.lenses import UnknownLens, lens
from lessons.widgets.kit.words import nines
from lessons.widgets.registry import UnknownWidget, widget
from widgets.passports import passports
from widgets.reference import glossary, sources

DIRECTIVE = re.compile(r"\{(term|value|source|run|passport):([^{}]*)\}")
THIN = "\u2009"


class InlineError(ValueError):
    """A directive in a text that cannot be said; the message quotes it."""


def expand(text: str) -> str:
    """The text with every directive replaced by plain words or HTML. Raises InlineError."""
    return DIRECTIVE.sub(_replace, text)


@lru_cache(maxsize=4096)
def render_inline(text: str) -> SafeString:
    """A line of Markdown with directives, as HTML without the paragraph around it."""
    html: str = markdown.markdown(expand(text))
    return mark_safe(html.removeprefix("<p>").removesuffix("</p>"))  # the content is ours, not a visitor's


def formatted(value: float | None, form: str) -> str:
    """A computed value in words. Forms: s, min, ms, count, percent, nines, times. Raises InlineError."""
    if value is None:
        return "never"
    if form == "s":
        return _duration(value)
    forms = {
        "min": lambda: f"{value / 60:.3g}{THIN}min",
        "ms": lambda: f"{value:.3g}{THIN}ms",
        "count": lambda: f"{value:,.0f}",
        "percent": lambda: f"{value * 100:.3g}{THIN}%",
        "nines": lambda: nines(value),
        "times": lambda: f"{value:.3g}{THIN}×",
    }
    if form not in forms:
        raise InlineError(f"no format {form!r} (allowed: s, {', '.join(forms)})")
    return forms[form]()


def _duration(seconds: float) -> str:
    if abs(seconds) < 180:
        return f"{seconds:.3g}{THIN}s"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = [f"{hours}{THIN}h" if hours else "", f"{minutes}{THIN}min" if minutes else ""]
    if rest and not hours:
        parts.append(f"{rest}{THIN}s")
    return " ".join(part for part in parts if part)


def _replace(match: re.Match[str]) -> str:
    kind, body = match.groups()
    subject, _, words = body.rpartition("|") if "|" in body else (body, "", "")
    try:
        return {"term": _term, "value": _value, "source": _source, "run": _run, "passport": _passport}[kind](
            subject, words
        )
    except (InlineError, ValueReferenceError, UnknownWidget) as error:
        raise InlineError(f"{match.group()}: {error}") from None


def _term(slug: str, words: str) -> str:
    if slug not in glossary():
        raise InlineError(f"no glossary term {slug!r}")
    term = glossary()[slug]
    shown = escape(words or term.term)
    return f'<a class="term" href="/glossary/#{slug}" data-definition="{escape(term.definition)}">{shown}</a>'


def _value(reference: str, form: str) -> str:
    value = value_of(settings.CONTENT, reference, _model)
    if not form and isinstance(value, str):
        return escape(value)
    if value is not None and not isinstance(value, (int, float)):
        raise InlineError("is not a number")
    return f'<span class="value">{formatted(value, form)}</span>'


def _model(name: str) -> Model:
    """The lens of this name, or the widget that composes several."""
    try:
        return lens(name)
    except UnknownLens:
        made = widget(name)
        composed: Any = SimpleNamespace(Scenario=made.scenario, run=made.run)
        return composed  # type: ignore[no-any-return]


def _source(key: str, _: str) -> str:
    if key not in sources():
        raise InlineError(f"no source {key!r}")
    said = escape(f"[{key}] Source: {sources()[key].title}")
    return f'<a class="source" href="/sources/#{key}" aria-label="{said}">[{key}]</a>'


def _passport(key: str, words: str) -> str:
    """A constant in a sentence: its value (or the words), opening its card."""
    if key not in passports():
        raise InlineError(f"no passport {key!r}")
    found = passports()[key]
    value = f"{found.value:g}" if isinstance(found.value, float) else found.value
    shown = words or (f"{value}{THIN}{found.unit}" if found.unit else value)
    source = "chosen for the running example" if found.source == "course" else found.source
    card = f"{found.name}: {value} {found.unit} ({source}, seen {found.seen:%-d %B %Y}). {found.spread} {found.note}"
    card = " ".join(card.split())
    return f'<a class="term" href="/sources/#passport-{key}" data-definition="{escape(card)}">{escape(shown)}</a>'


def _run(address: str, words: str) -> str:
    slug, _, query = address.partition("?")
    widget(slug)
    return f'<a class="run" href="/widgets/{slug}/?{escape(query)}">{escape(words or "Run it")}</a>'
