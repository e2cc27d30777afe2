"""Is the content right? Exit status 1 and one line for each fault when not."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.catalogue import catalogue
from courses.checks import faults


class Command(BaseCommand):
    """`manage.py check_content`."""

    help = "Check every lesson, incident, directive, preset, question, link, term, source and passport."
    requires_system_checks: list[str] = []  # noqa: RUF012  (Django's own way to say: none)

    def handle(self, *args: Any, **options: Any) -> None:
        found = faults()
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise SystemExit(1)
        self.stdout.write(f"The content is right: {len(catalogue().lessons)} lessons.")
