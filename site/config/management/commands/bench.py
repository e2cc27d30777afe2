"""Does the course keep its promises about speed? Runs tests/bench/bench_*.py, prints a table, writes bench.json."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit status 1 when a goal is missed."""

    help = "Measure ratios on this machine, each in one run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="only these, such as simulator or pages")

    def handle(self, *args: Any, **options: Any) -> None:
        measured: list[dict[str, Any]] = []
        for path in sorted((settings.ROOT / "tests" / "bench").glob("bench_*.py")):
            if not options["names"] or path.stem.removeprefix("bench_") in options["names"]:
                for row in _rows(path):
                    measured.append(row)
                    self.stdout.write(_line(row))
                    self.stdout.flush()
        (settings.ROOT / "bench.json").write_bytes(orjson.dumps(measured, option=orjson.OPT_INDENT_2))
        missed = sum(not row["ok"] for row in measured)
        self.stdout.write(f"{len(measured)} measured, {missed} missed; bench.json has them")
        if missed:
            sys.exit(1)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    yield from module.rows()


def _line(row: dict[str, Any]) -> str:
    mark = "ok  " if row["ok"] else "MISS"
    return f"{mark} {row['value']:>12,g} {row['unit']:<16} goal {row['goal']:<14} {row['name']}"
