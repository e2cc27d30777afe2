"""How does a learner take the review along? Prompts as a text and for Anki, a reminder as a calendar file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from html import escape, unescape

from django.utils.html import strip_tags

from lessons.quizzes.prompts import Prompt
from lessons.review import Standing
from widgets.inline import render_inline

ANKI_HEAD = (
    "#separator:tab",
    "#html:true",
    "#notetype:Basic",
    "#deck:Blast Radius",
    "#guid column:1",
    "#tags column:4",
)
ICS_LINE_BYTES_MAX = 75


def plain(text: str) -> str:
    """A line of the content without any markup."""
    return " ".join(unescape(strip_tags(render_inline(text))).split())


def as_text(prompts: Iterable[Prompt], known: Mapping[str, Standing], address: str) -> str:
    """One prompt after the other, with how firmly it is held, to read or to print."""
    return "\n".join(
        f"{plain(prompt.ask)}\n  -> {plain(prompt.answer)}\n  ({known[prompt.id].sentence}) {address}{prompt.link}\n"
        for prompt in prompts
    )


def as_anki(prompts: Iterable[Prompt], address: str) -> str:
    """Notes with a front, a back and tags. The id is the note's own, so a second import updates the first."""
    lines = list(ANKI_HEAD)
    for prompt in prompts:
        link = f'<br><a href="{escape(address + prompt.link)}">{escape(address + prompt.link)}</a>'
        cells = (f"blast-radius-{prompt.id}", escape(plain(prompt.ask)), escape(plain(prompt.answer)) + link)
        lines.append("\t".join((*cells, f"{prompt.lesson} {prompt.idea}")))
    return "\n".join(lines) + "\n"


def reminder(at: time, *, now: datetime, address: str) -> str:
    """A daily appointment at this time of the day, wherever the reader is (RFC 5545, floating time)."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Blast Radius//Review//EN",
        "BEGIN:VEVENT",
        "UID:blast-radius-review",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{now:%Y%m%d}T{at:%H%M}00",
        "DURATION:PT10M",
        "RRULE:FREQ=DAILY",
        "TRANSP:TRANSPARENT",
        "SUMMARY:Blast Radius: review",
        f"DESCRIPTION:A few prompts from memory: {address}/review/",
        f"URL:{address}/review/",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Blast Radius: review",
        "TRIGGER:PT0M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _folded(line: str) -> list[str]:
    """No line of a calendar file is longer than 75 bytes; the rest goes on after a space."""
    made, rest = [], line
    while len(rest.encode()) > ICS_LINE_BYTES_MAX:
        cut = ICS_LINE_BYTES_MAX
        while len(rest[:cut].encode()) > ICS_LINE_BYTES_MAX:
            cut -= 1
        made.append(rest[:cut])
        rest = " " + rest[cut:]
    return [*made, rest]
