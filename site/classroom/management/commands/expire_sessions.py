"""Deletes class sessions whose time has come: `manage.py expire_sessions`, once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from classroom.services import sessions_expire


class Command(BaseCommand):
    """Sessions older than CLASS_DAYS go, with every answer in them, unless their instructor keeps them."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Days other than the setting's."""
        parser.add_argument(
            "--days", type=int, default=settings.CLASS_DAYS, help="older than this (default CLASS_DAYS)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Deletes, and says how many."""
        count = sessions_expire(before=timezone.now() - timedelta(days=max(0, options["days"])))
        self.stdout.write(f"{count} class session{'' if count == 1 else 's'} deleted.")
