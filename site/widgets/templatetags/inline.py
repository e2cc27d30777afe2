"""Filters that say the directives of a text."""

from django import template
from django.utils.safestring import SafeString

from widgets.inline import render_inline
from widgets.reference import misconceptions

register = template.Library()


@register.filter
def inline(text: str) -> SafeString:
    """A line of the content as HTML."""
    return render_inline(text)


@register.filter
def misconception(key: str) -> str:
    """A named misconception in words."""
    known = misconceptions().get(key)
    return f"Misconception: “{known.claim}” {known.truth}" if known else ""
