"""One filter: a line of the course, or of somebody in the room, as HTML."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from classroom.typed import Typed
from widgets.inline import render_inline

register = template.Library()


@register.filter
def line(text: str) -> SafeString:
    """The course's own words with their directives; typed words as they stand."""
    return conditional_escape(str(text)) if isinstance(text, Typed) else render_inline(text)
