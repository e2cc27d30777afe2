"""Which inputs does a widget show? Controls joined with what their scenario fields say about themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.params import Kind, Param, params
from lessons.widgets.kit.widget import Control, Widget

SHOWN_FIRST_MAX = 3


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


def fields(widget: Widget, scenario: Any) -> tuple[ControlField, ...]:
    """Every control of the widget, in its order, with the scenario's values. Raises KeyError for an unknown field."""
    known = params(widget.scenario)
    return tuple(
        _field(control, known[control.field], getattr(scenario, control.field), shown_first=place < SHOWN_FIRST_MAX)
        for place, control in enumerate(widget.controls)
    )


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
    )
