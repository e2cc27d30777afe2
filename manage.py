#!/usr/bin/env python
"""Which command of the course to run."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# site/ holds packages but is no package: `site` is a module of the standard library.
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

# These sign nothing, so they run without a key of their own.
KEYLESS = ("simulate", "replay", "make_artefacts", "check_content", "check_history")


def main() -> None:
    if sys.argv[1:2] and sys.argv[1] in KEYLESS:
        os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or "not-secret-nothing-is-signed"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
