"""Where may a name without spaces break?"""

from __future__ import annotations

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])")


@register.filter
def breaking(name: str) -> SafeString:
    """`AvailabilityBurnsFast`, with a place to break before each of its words."""
    return mark_safe(WORD_BEGINS.sub("<wbr>", conditional_escape(name)))
