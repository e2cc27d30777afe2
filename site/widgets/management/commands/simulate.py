"""What does one run say? `manage.py simulate LENS --set FIELD=VALUE`, as text, JSON or CSV."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from lessons.simulator import ENGINE_VERSION
from lessons.simulator.engine.params import params, read_texts
from lessons.simulator.engine.rng import SEED_MAX
from lessons.simulator.errors import ScenarioError
from lessons.simulator.lenses import Lens, UnknownLens, lens, lenses
from lessons.simulator.presets import Preset, UnknownPreset, preset, presets
from lessons.simulator.record import as_plain

COST_MS_MAX = 10_000.0


class Command(BaseCommand):
    """Exit status 2 and one line on standard error when the input is wrong; never a traceback."""

    help = "Run a lens of the simulator once and write what it says."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = lambda message: _refuse(message.removeprefix("argument "))  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("lens", nargs="?", default="", help="the question to ask; --list names them")
        parser.add_argument("--list", action="store_true", help="name lenses, fields and presets")
        parser.add_argument("--preset", default="", help="a named situation to start from")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="set one field")
        parser.add_argument("--seed", default="", help="a whole number; the same one gives the same run")
        parser.add_argument("--format", default="text", help="text, json or csv")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(_answer(options), ending="")
        except ScenarioError as problem:
            _refuse(str(problem))


def _answer(options: dict[str, Any]) -> str:
    if options["format"] not in _FORMATS:
        raise ScenarioError("format", f"is {options['format'][:60]!r}", allowed=", ".join(_FORMATS))
    if options["list"]:
        return _listing([options["lens"]] if options["lens"] else list(lenses()))
    name = options["lens"]
    asked, start = _lens(name), _preset(name, options["preset"])
    scenario = _scenario(asked, start, options["set"])
    seed = _seed(options["seed"], start)
    cost_ms = asked.cost_ms(scenario)
    if cost_ms > COST_MS_MAX:
        field = asked.costly_field(scenario)
        problem = f"makes a run of about {cost_ms / 1_000:,.0f} s"
        raise ScenarioError(field, problem, allowed=f"less of it, so that a run takes {COST_MS_MAX / 1_000:.0f} s")
    result = asked.run(scenario, seed=seed)
    return _FORMATS[options["format"]](name, asked, scenario, seed, result)


def _lens(name: str) -> Lens:
    try:
        return lens(name)
    except UnknownLens:
        raise ScenarioError("lens", f"is {name[:60]!r}", allowed=", ".join(lenses())) from None


def _preset(lens_name: str, name: str) -> Preset | None:
    if not name:
        return None
    try:
        return preset(settings.CONTENT, lens_name, name)
    except UnknownPreset:
        allowed = ", ".join(presets(settings.CONTENT, lens_name))
        raise ScenarioError("preset", f"is {name[:60]!r}", allowed=allowed) from None


def _scenario(asked: Lens, start: Preset | None, assignments: list[str]) -> Any:
    texts = {}
    for assignment in assignments:
        field, sign, text = assignment.partition("=")
        if not sign:
            raise ScenarioError("set", f"is {assignment[:60]!r}", allowed="FIELD=VALUE")
        texts[field.strip()] = text
    values, problems = read_texts(asked.Scenario, texts)
    if problems:
        raise problems[0]
    return asked.Scenario(**{**(start.values if start else {}), **values})


def _seed(text: str, start: Preset | None) -> int:
    if not text:
        return start.seed if start else 1
    if not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) > SEED_MAX:
        raise ScenarioError("seed", f"is {text[:60]!r}", allowed=f"a whole number from 0 to {SEED_MAX}")
    return int(text)


def _json(name: str, asked: Lens, scenario: Any, seed: int, result: Any) -> str:
    record = {
        "lens": name,
        "engine_version": ENGINE_VERSION,
        "seed": seed,
        "scenario": scenario.as_dict(),
        "result": as_plain(result),
        "summary": asked.summary(scenario, result),
        "leaves_out": list(asked.LEAVES_OUT),
    }
    return orjson.dumps(record, option=orjson.OPT_INDENT_2).decode() + "\n"


def _text(name: str, asked: Lens, scenario: Any, seed: int, result: Any) -> str:
    lines = [asked.summary(scenario, result), ""]
    for field, value in as_plain(result).items():
        if field in ("series", "phases", "events", "spread"):
            continue
        lines += _text_lines(field, value)
    for field, named in (getattr(result, "spread", None) or {}).items():
        lines += _text_lines(f"spread.{field}", named)
    lines += ["", *(f"{event.at_s:>10.1f} s  {event.text}" for event in getattr(result, "events", ())), ""]
    lines += [f"Leaves out: {left_out}" for left_out in asked.LEAVES_OUT]
    return "\n".join([*lines, f"Seed {seed}, engine {ENGINE_VERSION}", ""])


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


def _csv(name: str, asked: Lens, scenario: Any, seed: int, result: Any) -> str:
    """The series, one row a moment; of a result without one, every value with its path."""
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
        asked = _lens(name)
        lines.append(f"{name}: {(sys.modules[asked.Scenario.__module__].__doc__ or '').splitlines()[0]}")
        for field, known in params(asked.Scenario).items():
            default = "null: it follows from other fields" if known.optional else known.write(known.default)
            lines.append(f"  {field} = {default}  ({known.allowed})")
        lines.append(f"  presets: {', '.join(presets(settings.CONTENT, name))}")
    return "\n".join([*lines, ""])


def _refuse(message: str) -> NoReturn:
    sys.stderr.write(f"error: {' '.join(message.split())}\n")
    raise SystemExit(2)
