"""What does a phone show while the room reads? The section that the instructor is at, without questions or runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from courses.blocks import Block, Callout, Lesson, Picture, Prose

HEADING = re.compile(r'<h2 id="([^"]+)".*?</h2>', re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A section as HTML."""

    title: str
    html: SafeString


def section_html(lesson: Lesson, anchor: str) -> Shown | None:
    """What stands below this heading and above the next, for a page that says it; None for an unknown anchor."""
    title, texts = "", list[str]()
    for block in lesson.blocks:
        for heading, html in _parts(block):
            if heading and title:
                return Shown(title, mark_safe("".join(texts)))  # the course's own content, rendered by the course
            if heading and heading == anchor:
                title = next(one.title for one in lesson.sections if one.anchor == anchor)
            if title:
                texts.append(html)
    return Shown(title, mark_safe("".join(texts))) if title else None  # as above


def whole_html(lesson: Lesson) -> SafeString:
    """The lesson to browse in: its text and pictures."""
    return mark_safe("".join(map(_html, lesson.blocks)))  # as above


def _parts(block: Block) -> Iterator[tuple[str, str]]:
    """Texts with the anchor of the heading that each stands below; "" for what goes on below an earlier one."""
    if not isinstance(block, Prose):
        yield "", _html(block)
        return
    before, *parts = HEADING.split(block.html)
    yield "", _prose(before)
    for anchor, text in zip(parts[::2], parts[1::2], strict=True):
        yield anchor, _prose(text)


def _prose(html: str) -> str:
    return f'<div class="prose">{html}</div>' if html.strip() else ""


def _html(block: Block) -> str:
    if isinstance(block, Prose):
        return _prose(block.html)
    if isinstance(block, Picture):
        return f'<figure class="picture">{block.svg}<figcaption>{block.caption}</figcaption></figure>'
    if isinstance(block, Callout):
        return f'<div class="callout"><p class="callout__title">{block.title}</p>{block.html}</div>'
    return ""
