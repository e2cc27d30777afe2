"""Keep everything safe: `manage.py backup FILE` copies the database while the site runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from study.owner import OwnerCommand, refuse
from study.safe_copy import copied, database_path


class Command(OwnerCommand):
    """One checked file; an older one of that name is not written over."""

    help = "Copy the database into a new file while the site runs, and check the copy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"]
        if target.exists():
            refuse("file", f"{target} is there already (allowed: a new name)")
        if not target.absolute().parent.is_dir():
            refuse("file", f"{target.absolute().parent} is no folder")
        copied(database_path(), target)
        self.stdout.write(f"{target} holds everything, {target.stat().st_size:,} bytes, checked.")
