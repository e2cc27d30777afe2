"""What does a phone show while the room reads? The section that the instructor is at, without questions or runs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from courses.blocks import Block, Callout, Lesson, Picture, Prose, Section


@dataclass(frozen=True)
class Shown:
    """A section as HTML."""

    title: str
    html: SafeString


def section_html(lesson: Lesson, anchor: str) -> Shown | None:
    """The blocks from the one with this heading up to the next with a heading; None for an unknown anchor."""
    for place, block in enumerate(lesson.blocks):
        found = next((one for one in _sections(block) if one.anchor == anchor), None)
        if found:
            texts = [_html(block)]
            for later in lesson.blocks[place + 1 :]:
                if _sections(later):
                    break
                texts.append(_html(later))
            return Shown(found.title, mark_safe("".join(texts)))  # the course's own content, rendered by the course
    return None


def whole_html(lesson: Lesson) -> SafeString:
    """The lesson to browse in: its text and pictures."""
    return mark_safe("".join(map(_html, lesson.blocks)))  # as above


def _sections(block: Block) -> tuple[Section, ...]:
    return block.sections if isinstance(block, Prose) else ()


def _html(block: Block) -> str:
    if isinstance(block, Prose):
        return f'<div class="prose">{block.html}</div>'
    if isinstance(block, Picture):
        return f'<figure class="picture">{block.svg}<figcaption>{block.caption}</figcaption></figure>'
    if isinstance(block, Callout):
        return f'<div class="callout"><p class="callout__title">{block.title}</p>{block.html}</div>'
    return ""
