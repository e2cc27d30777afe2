"""Bring everything back: `manage.py restore FILE --yes` replaces the database by a copy that `backup` made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import connection

from study.owner import OwnerCommand
from study.safe_copy import brought_back, check, database_path


class Command(OwnerCommand):
    """The copy is checked first; nothing changes without --yes."""

    help = "Replace the database by a copy, and bring the copy up to this version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="replace what is there now")

    def handle(self, *args: Any, **options: Any) -> None:
        source, target = options["file"], database_path()
        check(source)
        if not options["yes"]:
            self.stdout.write(f"{source} is whole. Say --yes to replace everything in {target} by it.")
            return
        connection.close()
        brought_back(source, target)
        call_command("migrate", verbosity=0, skip_checks=True)
        self.stdout.write(f"Everything is as it was in {source}.")
