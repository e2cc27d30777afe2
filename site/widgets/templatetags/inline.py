"""Filters that say the directives of a text."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from widgets.inline import render_inline
from widgets.reference import misconceptions

register = template.Library()


@register.simple_tag(takes_context=True)
def part(context: template.Context, name: str, values: dict[str, Any]) -> SafeString:
    """A template rendered with values of its own on top of the page's."""
    assert context.template is not None
    with context.push(**values):
        return context.template.engine.get_template(name).render(context)


@register.filter
def inline(text: str) -> SafeString:
    """A line of the content as HTML."""
    return render_inline(text)


@register.filter
def tick(value: float) -> str:
    """A value on a scale, as short as it can be said."""
    return f"{value:,.6g}"


@register.filter
def misconception(key: str) -> str:
    """A named misconception in words."""
    known = misconceptions().get(key)
    return f"Misconception: “{known.claim}” {known.truth}" if known else ""
