"""What does one run say? `manage.py simulate LENS --set FIELD=VALUE`, as text, JSON, CSV or OpenMetrics."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import CommandParser

from lessons.observability.openmetrics import ZERO_AT_S, openmetrics
from lessons.observability.signals import BEFORE_S, SCRAPE_S
from lessons.simulator import ENGINE_VERSION
from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError
from lessons.simulator.lenses import lenses
from lessons.simulator.presets import presets
from lessons.simulator.record import as_plain
from widgets.metrics import signals_from
from widgets.one_run import OneLineCommand, Run, lens_named, number_from, one_run, refuse

ZERO_AT_S_MAX = 32_503_680_000.0  # the year 3000


class Command(OneLineCommand):
    """Exit status 2 and one line on standard error when the input is wrong; never a traceback."""

    help = "Run a lens of the simulator once and write what it says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("lens", nargs="?", default="", help="the question to ask; --list names them")
        parser.add_argument("--list", action="store_true", help="name lenses, fields and presets")
        parser.add_argument("--preset", default="", help="a named situation to start from")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="set one field")
        parser.add_argument("--seed", default="", help="a whole number; the same one gives the same run")
        parser.add_argument("--format", default="text", help="text, json, csv or openmetrics")
        group = parser.add_argument_group("with --format openmetrics")
        group.add_argument("--before", default=f"{BEFORE_S:g}", metavar="S", help="seconds of quiet before the fault")
        group.add_argument("--step", default=f"{SCRAPE_S:g}", metavar="S", help="whole seconds between two scrapes")
        group.add_argument("--at", default=f"{ZERO_AT_S:.0f}", metavar="T", help="Unix time of the moment 0")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for part in _answer(options):
                self.stdout.write(part, ending="")
        except ScenarioError as problem:
            refuse(str(problem))


def _answer(options: dict[str, Any]) -> Iterable[str]:
    form = options["format"]
    if form not in (*_FORMATS, "openmetrics"):
        raise ScenarioError("format", f"is {form[:60]!r}", allowed=", ".join((*_FORMATS, "openmetrics")))
    if options["list"]:
        return [_listing([options["lens"]] if options["lens"] else list(lenses()))]
    run = one_run(options["lens"], preset_name=options["preset"], assignments=options["set"], seed_text=options["seed"])
    return _openmetrics(run, options) if form == "openmetrics" else [_FORMATS[form](run)]


def _openmetrics(run: Run, options: dict[str, Any]) -> Iterator[str]:
    zero_at_s = number_from("at", options["at"], low=0, high=ZERO_AT_S_MAX)
    return openmetrics(signals_from(run, before=options["before"], step=options["step"]), zero_at_s=zero_at_s)


def _json(run: Run) -> str:
    record = {
        "lens": run.name,
        "engine_version": ENGINE_VERSION,
        "seed": run.seed,
        "scenario": run.scenario.as_dict(),
        "result": as_plain(run.result),
        "summary": run.lens.summary(run.scenario, run.result),
        "leaves_out": list(run.lens.LEAVES_OUT),
    }
    return orjson.dumps(record, option=orjson.OPT_INDENT_2).decode() + "\n"


def _text(run: Run) -> str:
    result = run.result
    lines = [run.lens.summary(run.scenario, result), ""]
    for field, value in as_plain(result).items():
        if field in ("series", "phases", "events", "spread"):
            continue
        lines += _text_lines(field, value)
    for field, named in (getattr(result, "spread", None) or {}).items():
        lines += _text_lines(f"spread.{field}", named)
    lines += ["", *(f"{event.at_s:>10.1f} s  {event.text}" for event in getattr(result, "events", ())), ""]
    lines += [f"Leaves out: {left_out}" for left_out in run.lens.LEAVES_OUT]
    return "\n".join([*lines, f"Seed {run.seed}, engine {ENGINE_VERSION}", ""])


def _text_lines(field: str, value: Any) -> list[str]:
    return [f"{name} = {_number(part)}" for name, part in _flat(field, value)]


def _flat(field: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Dotted paths and the single values that stand there."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _flat(f"{field}.{key}", part)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _flat(f"{field}.{place}", part)
    else:
        yield field, value


def _number(value: Any) -> str:
    if value is None:
        return "never"
    if isinstance(value, (str, bool)):
        return str(value)
    return f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


def _csv(run: Run) -> str:
    """The series, one row a moment; of a result without one, every value with its path."""
    result = run.result
    columns: dict[str, list[Any]] = {}
    if not hasattr(result, "series"):
        named = [pair for field, value in as_plain(result).items() for pair in _flat(field, value)]
        return _written(["path", "value"], named)
    for field, values in as_plain(result.series).items():
        if isinstance(values, dict):
            columns.update({f"{field}.{key}": part for key, part in values.items()})
        else:
            columns[field] = values
    return _written(list(columns), zip(*columns.values(), strict=True))


def _written(head: list[str], rows: Iterable[Iterable[Any]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return written.getvalue()


_FORMATS = {"text": _text, "json": _json, "csv": _csv}


def _listing(names: list[str]) -> str:
    lines = []
    for name in names:
        asked = lens_named(name)
        lines.append(f"{name}: {(sys.modules[asked.Scenario.__module__].__doc__ or '').splitlines()[0]}")
        for field, known in params(asked.Scenario).items():
            default = "null: it follows from other fields" if known.optional else known.write(known.default)
            lines.append(f"  {field} = {default}  ({known.allowed})")
        lines.append(f"  presets: {', '.join(presets(settings.CONTENT, name))}")
    return "\n".join([*lines, ""])
