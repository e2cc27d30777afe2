"""What is a field of a scenario? Default, limits, unit and help, said once for form, link, command line and docs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Self, get_type_hints

import orjson

from lessons.simulator.errors import ScenarioError

Kind = Literal["number", "integer", "choice", "switch", "text", "structure"]
TEXT_LENGTH_MAX = 2_000
WORDS_LENGTH_MAX = 80
_KINDS: dict[Any, Kind] = {float: "number", int: "integer", str: "choice", bool: "switch"}


@dataclass(frozen=True)
class Param:
    """One field of a scenario. Limits include both ends; `unit` is a symbol ("s", "ms", "rps", "" for a fraction)."""

    name: str
    kind: Kind
    default: Any
    label: str
    help: str
    unit: str
    min: float | None
    max: float | None
    step: float | None
    scale: Literal["linear", "log"]
    choices: tuple[str, ...]
    choice_labels: tuple[str, ...]
    passport: str
    shape: str
    optional: bool

    @property
    def allowed(self) -> str:
        """What may be given, in words that follow "allowed:"."""
        if self.kind == "choice":
            return ", ".join(self.choices)
        if self.kind == "switch":
            return "true, false"
        if self.kind == "text":
            return self.shape or f"text of up to {WORDS_LENGTH_MAX} characters"
        if self.kind == "structure":
            return self.shape or "JSON"
        kind = "a whole number" if self.kind == "integer" else "a number"
        unit = f" {self.unit}" if self.unit else ""
        return f"{kind} from {_plain(self.min)} to {_plain(self.max)}{unit}"

    def read(self, text: str) -> Any:
        """The typed, checked value of a text from a form, a link or a command line. Raises ScenarioError."""
        text = text.strip()
        if len(text) > TEXT_LENGTH_MAX:
            raise ScenarioError(self.name, f"is {len(text)} characters long", allowed=self.allowed)
        if text == "":
            raise ScenarioError(self.name, "is empty", allowed=self.allowed)
        if text == "null" and self.optional:
            return None
        if self.kind == "choice":
            return self.check(text)
        if self.kind == "text":
            return self.check(_unquoted(text))
        if self.kind == "switch":
            if text.lower() not in ("true", "false", "on", "off", "1", "0"):
                raise ScenarioError(self.name, f"is {_quoted(text)}", allowed=self.allowed)
            return text.lower() in ("true", "on", "1")
        if self.kind == "structure":
            try:
                return self.check(orjson.loads(text))
            except orjson.JSONDecodeError:
                raise ScenarioError(self.name, f"is {_quoted(text)}, which is not JSON", allowed=self.allowed) from None
        try:
            return self.check(float(text.replace("_", "x")))
        except ValueError as error:
            if isinstance(error, ScenarioError):
                raise
            raise ScenarioError(self.name, f"is {_quoted(text)}, which is not a number", allowed=self.allowed) from None

    def check(self, value: Any) -> Any:
        """The value itself when a model may see it (numbers as float or int by kind). Raises ScenarioError."""
        if value is None and self.optional:
            return None
        if self.kind == "choice":
            if not isinstance(value, str) or value not in self.choices:
                raise ScenarioError(self.name, f"is {_quoted(value)}", allowed=self.allowed)
            return value
        if self.kind == "switch":
            if not isinstance(value, bool):
                raise ScenarioError(self.name, f"is {_quoted(value)}", allowed=self.allowed)
            return value
        if self.kind == "text":
            if not isinstance(value, str) or not 1 <= len(value) <= WORDS_LENGTH_MAX or not value.isprintable():
                raise ScenarioError(self.name, f"is {_quoted(value)}", allowed=self.allowed)
            return value
        if self.kind == "structure":
            return value
        return self._check_number(value)

    def _check_number(self, value: Any) -> float | int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ScenarioError(self.name, f"is {_quoted(value)}, which is not a number", allowed=self.allowed)
        assert self.min is not None and self.max is not None, f"{self.name} has no limits"
        if not math.isfinite(value) or not self.min <= value <= self.max:
            raise ScenarioError(self.name, f"is {_plain(value)}", allowed=self.allowed)
        if self.kind == "integer":
            if value != int(value):
                raise ScenarioError(self.name, f"is {_plain(value)}", allowed=self.allowed)
            return int(value)
        return float(value)

    def write(self, value: Any) -> str:
        """The text that `read` turns back into the value; the shortest that is exact."""
        if value is None:
            return "null"
        if self.kind == "switch":
            return "true" if value else "false"
        if self.kind == "structure":
            return orjson.dumps(value).decode()
        if self.kind == "text" and value.startswith('"'):
            return orjson.dumps(value).decode()
        if self.kind in ("choice", "text"):
            return str(value)
        return _plain(value)


def param(
    default: Any,
    *,
    label: str,
    help: str = "",
    unit: str = "",
    min: float | None = None,
    max: float | None = None,
    step: float | None = None,
    scale: Literal["linear", "log"] = "linear",
    choices: Mapping[str, str] | None = None,
    passport: str = "",
    shape: str = "",
) -> Any:
    """A field of a scenario. `choices` maps a value to its label; `passport` is an id in content/passports/.
    `shape` says what a structure (a list, a table) looks like, as words that follow "allowed:"; a text without choices
    (a name, say) may have one too.

    A field annotated `float | None` (or the like) is optional: None asks for a default that depends on other fields.
    """
    made = {
        "label": label,
        "help": help,
        "unit": unit,
        "min": min,
        "max": max,
        "step": step,
        "scale": scale,
        "choices": tuple(choices or ()),
        "choice_labels": tuple((choices or {}).values()),
        "passport": passport,
        "shape": shape,
    }
    return dataclasses.field(default=default, metadata={"param": made})


_UNCHANGED: Any = object()


def same_as(scenario_class: type, name: str, default: Any = _UNCHANGED, **changed: Any) -> Any:
    """A field that another scenario has already; `changed` holds what is otherwise, by the names that `param` takes.

    For scenarios that compose a lens, and for fields of several lenses: what they all say of it stays said once.
    """
    known = params(scenario_class)[name]
    same = {
        "label": known.label,
        "help": known.help,
        "unit": known.unit,
        "min": known.min,
        "max": known.max,
        "step": known.step,
        "scale": known.scale,
        "choices": dict(zip(known.choices, known.choice_labels, strict=True)) or None,
        "passport": known.passport,
        "shape": known.shape,
    }
    return param(known.default if default is _UNCHANGED else default, **(same | changed))


def params(scenario_class: type) -> dict[str, Param]:
    """The fields of a scenario class by name, in the order written."""
    return _params(scenario_class)


@cache
def _params(scenario_class: Any) -> dict[str, Param]:
    hints = get_type_hints(scenario_class)
    found = {}
    for field in dataclasses.fields(scenario_class):
        hint = hints[field.name]
        parts = [part for part in getattr(hint, "__args__", (hint,)) if part is not type(None)]
        optional = len(parts) == 1 and parts[0] is not hint
        kind = _KINDS.get(parts[0], "structure") if len(parts) == 1 else "structure"
        if kind == "choice" and not field.metadata["param"]["choices"]:
            kind = "text"
        found[field.name] = Param(
            name=field.name, kind=kind, default=field.default, optional=optional, **field.metadata["param"]
        )
    return found


@dataclass(frozen=True, kw_only=True)
class CheckedScenario:
    """Base of every scenario: frozen, and no field that a model may not see. Raises ScenarioError."""

    def __post_init__(self) -> None:
        for name, known in params(type(self)).items():
            object.__setattr__(self, name, known.check(getattr(self, name)))
        self.resolve()

    def resolve(self) -> None:
        """Fill optional fields from others and refuse combinations; a scenario overrides it, using `_set`."""

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def shared_with(self, scenario_class: type) -> dict[str, Any]:
        """The values of the fields that another class has too: what a scenario that composes a lens hands on to it."""
        return {name: getattr(self, name) for name in params(type(self)) if name in params(scenario_class)}

    def _take(self, composed: CheckedScenario) -> None:
        """Fill the shared fields with what a scenario that was made from them has resolved them to."""
        for name, value in composed.shared_with(type(self)).items():
            self._set(name, value)

    @classmethod
    def from_text(cls, texts: Mapping[str, str]) -> Self:
        """The scenario that texts ask for. Raises the first ScenarioError, an unknown name included."""
        values, problems = read_texts(cls, texts)
        if problems:
            raise problems[0]
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """Every field by name, with what was resolved."""
        return {name: getattr(self, name) for name in params(type(self))}


def read_texts(scenario_class: type, texts: Mapping[str, str]) -> tuple[dict[str, Any], list[ScenarioError]]:
    """Values of the texts that are right, and one problem for each that is not (unknown names among them)."""
    known = params(scenario_class)
    values: dict[str, Any] = {}
    problems: list[ScenarioError] = []
    for name, text in texts.items():
        if name not in known:
            problems.append(ScenarioError(name[:80], "is not a field of this simulation", allowed=", ".join(known)))
            continue
        try:
            values[name] = known[name].read(text)
        except ScenarioError as problem:
            problems.append(problem)
    return values, problems


def _plain(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return str(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _unquoted(text: str) -> str:
    """A text as it stands, or what is in it where it is written as JSON: names read the same in lists and alone."""
    if len(text) < 2 or not text.startswith('"') or not text.endswith('"'):
        return text
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return found if isinstance(found, str) else text


def _quoted(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
