"""Which run does a command line ask for? Lens, preset, fields and seed; checked, bounded, and run."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from lessons.simulator.engine.params import read_texts
from lessons.simulator.engine.rng import SEED_MAX
from lessons.simulator.errors import ScenarioError
from lessons.simulator.lenses import Lens, UnknownLens, lens, lenses
from lessons.simulator.presets import Preset, UnknownPreset, preset, presets

COST_MS_MAX = 10_000.0


@dataclass(frozen=True)
class Run:
    """One run of a lens and what it came from. `preset` is None when it started from the lens's own defaults."""

    name: str
    lens: Lens
    preset: Preset | None
    scenario: Any
    seed: int
    result: Any


class OneLineCommand(BaseCommand):
    """Exit status 2 and one line on standard error when the input is wrong; never a traceback."""

    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = lambda message: refuse(message.removeprefix("argument "))  # type: ignore[method-assign]
        return parser


def refuse(message: str) -> NoReturn:
    """Say what is wrong in one line, and end."""
    sys.stderr.write(f"error: {' '.join(message.split())}\n")
    raise SystemExit(2)


def one_run(name: str, *, preset_name: str, assignments: list[str], seed_text: str) -> Run:
    """Run a lens once. Raises ScenarioError for an unknown name, a wrong value, or a run of more than 10 s."""
    asked, start = lens_named(name), _preset(name, preset_name)
    scenario = _scenario(asked, start, assignments)
    seed = _seed(seed_text, start)
    cost_ms = asked.cost_ms(scenario)
    if cost_ms > COST_MS_MAX:
        field = asked.costly_field(scenario)
        problem = f"makes a run of about {cost_ms / 1_000:,.0f} s"
        raise ScenarioError(field, problem, allowed=f"less of it, so that a run takes {COST_MS_MAX / 1_000:.0f} s")
    return Run(name, asked, start, scenario, seed, asked.run(scenario, seed=seed))


def lens_named(name: str) -> Lens:
    """The lens with this name. Raises ScenarioError."""
    try:
        return lens(name)
    except UnknownLens:
        raise ScenarioError("lens", f"is {name[:60]!r}", allowed=", ".join(lenses())) from None


def number_from(field: str, text: str, *, low: float, high: float) -> float:
    """A number of the command line within its limits. Raises ScenarioError."""
    allowed = f"a number from {low:g} to {high:g}"
    try:
        value = float(text)
    except ValueError:
        raise ScenarioError(field, f"is {text[:60]!r}", allowed=allowed) from None
    if not low <= value <= high:
        raise ScenarioError(field, f"is {text[:60]!r}", allowed=allowed)
    return value


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
