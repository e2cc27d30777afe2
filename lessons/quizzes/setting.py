"""Which controls may be turned, and what must hold of the run? The engine says; any setting that does it counts."""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from lessons.simulator.compute import path_value
from lessons.simulator.engine.params import CheckedScenario, Param, params
from lessons.simulator.errors import ScenarioError
from lessons.simulator.presets import Preset, preset
from lessons.widgets.kit import Widget, words
from lessons.widgets.kit.widget import COST_MS_MAX
from lessons.widgets.registry import widget

DIALS_MAX = 5
RUNS_KEPT = 512
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
    "!=": operator.ne,
}
HOLDS = re.compile(r"([a-z_][\w.\-]*)\s*(<=|>=|==|!=|<|>)\s*(never|-?\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Condition:
    """`path` into the result, a sign, and the number it is held against; None is "never"."""

    path: str
    sign: str
    wanted: float | None

    def holds(self, found: Any) -> bool:
        """Whether it holds of what a run gave. What never happens is equal to never and in no order with a number."""
        if found is None or self.wanted is None:
            return self.sign in ("==", "!=") and SIGNS[self.sign](found, self.wanted)
        return SIGNS[self.sign](found, self.wanted)


@dataclass(frozen=True)
class Dial:
    """One control: the field with the limits of this question, and the text that it starts from."""

    param: Param
    label: str
    start: str

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return f"set-{self.param.name}"

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Values and words of a choice or a switch; nothing for a number."""
        if self.param.kind == "switch":
            return (("true", "on"), ("false", "off"))
        return tuple(zip(self.param.choices, self.param.choice_labels, strict=True))


@dataclass(frozen=True)
class Setting:
    """A widget on a preset, the controls that may be turned, and one setting known to do it (as typed values)."""

    widget: str
    preset: Preset
    dials: tuple[Dial, ...]
    solution: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash((self.widget, self.preset.name, tuple(dial.param.name for dial in self.dials)))

    def scenario(self, values: Mapping[str, Any]) -> CheckedScenario:
        """The scenario with these values on top. Raises ScenarioError, also for a run that would take too long."""
        made = widget(self.widget)
        scenario = made.scenario(**{**self.preset.values, **values})
        cost_ms = made.cost_ms(scenario)
        if cost_ms > COST_MS_MAX:
            problem = f"makes this run take about {cost_ms:,.0f} ms"
            raise ScenarioError(made.costly_field(scenario), problem, allowed=f"runs of up to {COST_MS_MAX:.0f} ms")
        return scenario

    def found(self, values: Mapping[str, Any], paths: tuple[str, ...]) -> tuple[Any, ...]:
        """What the run with these values gives at the paths. Raises ScenarioError, and LookupError for no such path."""
        frozen = orjson.dumps(self.scenario(values).as_dict())
        return _found(self.widget, frozen, self.preset.seed, paths)

    def link(self, values: Mapping[str, Any]) -> str:
        """The address of that run: what differs from the preset, and no more."""
        plain = widget(self.widget).scenario(**self.preset.values).as_dict()
        changed = {
            dial.param.name: dial.param.write(values[dial.param.name])
            for dial in self.dials
            if values[dial.param.name] != plain[dial.param.name]
        }
        return f"/widgets/{self.widget}/?{urlencode({'preset': self.preset.name, **changed, 'shown': '1'})}"

    def words(self, values: Mapping[str, Any]) -> str:
        """The values as a person would say them."""
        return ", ".join(f"{dial.label}: {_said(dial, values[dial.param.name])}" for dial in self.dials)


def read_setting(content: Path, table: Mapping[str, Any]) -> Setting:
    """The setting of a [question.setting]. Raises ValueError (or LookupError) saying what is wrong with it."""
    if unknown := sorted(table.keys() - {"widget", "preset", "control", "solution"}):
        raise ValueError(f"setting: no key {unknown[0]!r}")
    made = widget(table.get("widget", ""))
    start = preset(content, made.lens, table.get("preset", ""))
    dials = tuple(_dial(made, start, control) for control in table.get("control", ()))
    if not 1 <= len(dials) <= DIALS_MAX:
        raise ValueError(f"setting: {len(dials)} controls (allowed: 1 to {DIALS_MAX})")
    given = table.get("solution", {})
    if set(given) != {dial.param.name for dial in dials}:
        raise ValueError("setting: the solution names every control, and no other")
    solution = {dial.param.name: dial.param.check(given[dial.param.name]) for dial in dials}
    return Setting(made.slug, start, dials, solution)


def read_condition(text: str) -> Condition:
    """`rto_s <= 120`, or `recovered_at_s != never`. Raises ValueError."""
    found = HOLDS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"holds is {text[:60]!r} (allowed: PATH, one of {' '.join(SIGNS)}, a number or never)")
    path, sign, wanted = found.groups()
    return Condition(path, sign, None if wanted == "never" else float(wanted))


def found_words(value: Any, unit: str) -> str:
    """What a run gave, in words: s as a duration, % for a share of 1, otherwise the number with its unit."""
    if value is None or isinstance(value, str):
        return value or words.NEVER
    if unit == "s":
        return words.duration(value)
    if isinstance(value, int):
        return words.count(value, unit)
    return words.percent(value) if unit == "%" else words.number(value, unit)


def _dial(made: Widget, start: Preset, control: Mapping[str, Any]) -> Dial:
    known, name = params(made.scenario), control.get("field", "")
    if name not in known or known[name].kind in ("structure", "text"):
        raise ValueError(f"setting: {name!r} is no control of {made.slug} that can be turned here")
    param, limits = known[name], {key: control[key] for key in ("min", "max", "step") if key in control}
    if unknown := sorted(control.keys() - {"field", "label", "min", "max", "step"}):
        raise ValueError(f"setting: control {name}: no key {unknown[0]!r}")
    if limits and param.kind not in ("number", "integer"):
        raise ValueError(f"setting: control {name} has limits and is no number")
    for limit in (limits.get("min"), limits.get("max")):
        if limit is not None:
            param.check(limit)
    narrowed = dataclasses.replace(param, optional=False, **limits)
    value = getattr(made.scenario(**start.values), name)
    return Dial(narrowed, control.get("label", param.label), narrowed.write(narrowed.check(value)))


def _said(dial: Dial, value: Any) -> str:
    known = dict(dial.options)
    if known:
        return known[dial.param.write(value)]
    return words.number(value, dial.param.unit)


@lru_cache(maxsize=RUNS_KEPT)
def _found(slug: str, frozen: bytes, seed: int, paths: tuple[str, ...]) -> tuple[Any, ...]:
    made = widget(slug)
    result = made.run(made.scenario(**orjson.loads(frozen)), seed=seed)
    return tuple(path_value(result, path) for path in paths)
