"""Which inputs does a widget show? Controls joined with what their scenario fields say about themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from lessons.simulator.engine.params import Kind, Param, params
from lessons.widgets.kit.widget import Control, Widget

SHOWN_FIRST_MAX = 3
FOLLOWED = "followed"


@dataclass(frozen=True)
class ControlField:
    """One input as a page draws it. `value` is the field's text; `options` are (value, label) of a choice.

    `optional`: left out, the value follows from other fields.
    """

    name: str
    label: str
    kind: Kind
    value: str
    default: str
    min: float | None
    max: float | None
    step: float | None
    unit: str
    scale: str
    options: tuple[tuple[str, str], ...]
    marks: tuple[tuple[float, str], ...]
    help: str
    passport: str
    group: str
    shown_first: bool
    optional: bool
    allowed: str


def fields(widget: Widget, scenario: Any) -> tuple[ControlField, ...]:
    """Every control of the widget, in its order, with the scenario's values. Raises KeyError for an unknown field."""
    known = params(widget.scenario)
    return tuple(
        _field(control, known[control.field], getattr(scenario, control.field), shown_first=place < SHOWN_FIRST_MAX)
        for place, control in enumerate(widget.controls)
    )


def followed(widget: Widget, scenario: Any, given: Collection[str]) -> str:
    """What optional fields that nobody gave came to, as a query string. A form sends it along (`FOLLOWED`), so that a
    value which only followed from the strategy does not hold on when the strategy changes."""
    known = params(widget.scenario)
    return urlencode(
        {
            name: field.write(getattr(scenario, name))
            for name, field in known.items()
            if field.optional and name not in given
        }
    )


def without_followed(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts without those that a form merely repeats from `followed`, and without `followed` itself."""
    repeated = dict(parse_qsl(texts.get(FOLLOWED, "")))
    return {
        name: text
        for name, text in texts.items()
        if name != FOLLOWED and (name not in repeated or repeated[name] != text)
    }


def _field(control: Control, param: Param, value: Any, *, shown_first: bool) -> ControlField:
    return ControlField(
        name=param.name,
        label=control.label or param.label,
        kind=param.kind,
        value=param.write(value),
        default=param.write(param.default),
        min=param.min,
        max=param.max,
        step=param.step,
        unit=param.unit,
        scale=param.scale,
        options=tuple(zip(param.choices, param.choice_labels, strict=True)),
        marks=control.marks,
        help=param.help,
        passport=param.passport,
        group=control.group,
        shown_first=shown_first,
        optional=param.optional,
        allowed=param.allowed,
    )
