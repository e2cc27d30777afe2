"""Which state of the course is this? One text that changes with every file that can change a page."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDERS = ("content", "lessons", "site", "static", "templates")
LOCK = "requirements.txt"  # another library may draw or write a page otherwise
LENGTH = 16


@cache
def version() -> str:
    """The version of what this process serves; read at the start, before a file can change under it."""
    return version_of(settings.ROOT)


def version_of(root: Path) -> str:
    """The version of the course in this folder: names and bytes, so that every machine finds the same."""
    digest = hashlib.sha256()
    found = [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    for path in sorted(path for path in [*found, root / LOCK] if "__pycache__" not in path.parts):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:LENGTH]
