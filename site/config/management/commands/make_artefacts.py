"""Do the files that readers take home say what slo.toml and the layers say? Writes those that do not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lessons.observability.artefacts import FOLDER, NoGrafanaLibrary, write
from lessons.observability.slo_file import SloError


class Command(BaseCommand):
    """`manage.py make_artefacts`."""

    help = "Write Prometheus rules, their tests and Grafana dashboards from content/artefacts/slo.toml."
    requires_system_checks: list[str] = []  # noqa: RUF012  (Django's own way to say: none)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = write()
        except (SloError, NoGrafanaLibrary) as error:
            raise CommandError(str(error)) from None
        for name in changed:
            self.stdout.write(f"{FOLDER.name}/{name}")
        self.stdout.write(f"{len(changed)} files changed.")
