"""Which pages does a visitor see? One address of each kind, and every lesson, incident and widget."""

from __future__ import annotations

from courses.catalogue import catalogue
from courses.notes import notes_of
from lessons.widgets.registry import widgets
from quizzes.bank import bank
from quizzes.prompts import prompts


def every_page() -> dict[str, str]:
    """Addresses by a short name for a file."""
    return {
        "front": "/",
        **{f"lesson-{slug}": f"/lessons/{slug}/" for slug in catalogue().lessons},
        **{f"notes-{slug}": f"/lessons/{slug}/notes/" for slug, made in catalogue().lessons.items() if notes_of(made)},
        **{f"handout-{slug}": f"/lessons/{slug}/handout/" for slug in catalogue().lessons},
        "incidents": "/incidents/",
        **{f"incident-{slug}": f"/incidents/{slug}/" for slug in catalogue().incidents},
        "gallery": "/widgets/",
        **{f"widget-{slug}-before": f"/widgets/{slug}/" for slug in widgets()},
        **{f"widget-{slug}": f"/widgets/{slug}/?shown=1" for slug in widgets()},
        "widget-refused": "/widgets/failover/?dns_ttl_s=-5&shown=1",
        "constants": "/widgets/failover/passports/",
        "card": "/widgets/failover/passports/dns_ttl_s/",
        "numbers": "/numbers/",
        "embed": "/embed/failover/",
        "question": f"/quiz/{next(iter(bank().questions))}/",
        "artefacts": "/artefacts/",
        "glossary": "/glossary/",
        "sources": "/sources/",
        "validation": "/validation/",
        "search": "/search/?q=fencing",
        "offline": "/offline/",
        "privacy": "/privacy/",
        "progress": "/progress/",
        "forget": "/progress/forget/",
        "leave": "/progress/leave/",
        "import": "/progress/import/",
        "phrase": "/progress/phrase/",
        "resume": "/progress/resume/",
        "sign-in": "/account/sign-in/",
        "sign-up": "/account/sign-up/",
        "practice": "/practice/",
        "practice-lesson": f"/practice/?source=lesson:{next(iter(catalogue().lessons))}",
        "practice-misconception": "/practice/?source=misconception:dns-is-instant",
        "practice-exam": "/practice/exam/",
        "review": "/review/",
        "review-prompt": f"/review/prompts/{next(iter(prompts()))}/",
        "review-answer": f"/review/prompts/{next(iter(prompts()))}/?side=answer",
        "teach": "/teach/",
        "no-such-page": "/no-such-page/",
    }
