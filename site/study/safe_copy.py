"""How is the database kept safe while the site runs? As one copied file, checked before it counts."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from django.db import connection

from study.owner import refuse

TABLES = {"django_migrations", "study_learner", "study_answer"}


def database_path() -> Path:
    """Where the database lies. Refuses one that is no SQLite file."""
    settings: dict[str, Any] = connection.settings_dict
    if connection.vendor != "sqlite":
        refuse("database", f"is {connection.vendor} (allowed: sqlite; use its own tools, such as pg_dump)")
    return Path(settings["NAME"])


def copied(source: Path, target: Path) -> None:
    """A whole copy of a database that others may be writing to; the target is there at once or not at all."""
    waiting = target.with_name(target.name + ".part")
    waiting.unlink(missing_ok=True)
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as old, sqlite3.connect(waiting) as new:
        old.backup(new)
    old.close()
    new.close()
    check(waiting)
    os.replace(waiting, target)


def brought_back(source: Path, target: Path) -> None:
    """Writes a checked copy over the database, page by page under its lock, so that a running site sees it whole."""
    check(source)
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as old, sqlite3.connect(target, timeout=20) as new:
        old.backup(new)
    old.close()
    new.close()


def check(path: Path) -> None:
    """Refuses a file that is no whole database of this site."""
    if not path.is_file():
        refuse("file", f"{path} is not there")
    try:
        found = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        whole = found.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        tables = {name for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        found.close()
    except sqlite3.DatabaseError:
        refuse("file", f"{path} is no SQLite database")
    if not whole or not tables >= TABLES:
        refuse("file", f"{path} is damaged, or of another site")
