"""What is a widget? One lens (or several) behind a few controls, with a question, a bet and a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lessons.predictions import Prediction
from lessons.simulator.engine.params import CheckedScenario
from lessons.widgets.kit.output import Output

COST_MS_MAX = 250.0  # interactive bound of one run, of one core


@dataclass(frozen=True)
class Control:
    """One input: a field of the scenario. Its default, limits, unit and help are the field's own.

    `marks` are 3 to 5 values that mean something, with their words ("one zone", "an ocean").
    `group` is a heading inside the disclosure; the first three controls of a widget stay outside it.
    """

    field: str
    label: str = ""
    marks: tuple[tuple[float, str], ...] = ()
    group: str = ""


@dataclass(frozen=True)
class Widget:
    """`slug` is the folder's name with hyphens, set by the registry.

    `lens` names the presets' folder under content/presets/ and the `lens` of the JSON.
    `run(scenario, seed=...)`, `cost_ms(scenario)` and `costly_field(scenario)` (the field to lower when a run costs too
    much) are the lens's own, or compose several; `present(scenario, result)` turns a result into an Output.
    `summary(scenario, result)` is the sentence of JSON and command line.
    `presets` are named situations, the default first; all are offered as buttons.
    """

    name: str
    question: str
    description: str
    lens: str
    scenario: type[CheckedScenario]
    run: Callable[..., Any]
    present: Callable[[Any, Any], Output]
    summary: Callable[[Any, Any], str]
    cost_ms: Callable[[Any], float]
    costly_field: Callable[[Any], str]
    leaves_out: tuple[str, ...]
    controls: tuple[Control, ...]
    presets: tuple[str, ...]
    prediction: Prediction
    slug: str = ""
