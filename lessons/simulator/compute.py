"""What does one run say at one place? `LENS/PRESET?field=value#path`, for words and marking."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

from lessons.simulator.engine.params import CheckedScenario, read_texts
from lessons.simulator.lenses import lens
from lessons.simulator.presets import preset


class ValueReferenceError(ValueError):
    """A reference to a value that the simulator cannot compute; the message says why."""


class Model(Protocol):
    """Anything that can be run: a lens, or what composes several."""

    Scenario: type[CheckedScenario]

    def run(self, scenario: Any, *, seed: int) -> Any: ...


def value_of(content: Path, reference: str, model_of: Callable[[str], Model] = lens) -> Any:
    """The value at the path of the run's result; None when it never happens. Raises ValueReferenceError.

    `model_of` finds what a name stands for, and raises a LookupError when it stands for nothing.
    """
    run, _, path = reference.partition("#")
    name, _, query = run.partition("?")
    lens_name, _, preset_name = name.partition("/")
    if not path:
        raise ValueReferenceError(f"{reference!r} has no #path")
    try:
        return path_value(_result(content, model_of, lens_name, preset_name, query), path)
    except (LookupError, ValueError, AttributeError) as error:
        raise ValueReferenceError(f"{reference!r}: {error}") from None


def path_value(result: Any, path: str) -> Any:
    """What stands at a dotted path of attributes, keys and indexes. Raises LookupError."""
    for step in path.split("."):
        if isinstance(result, Mapping):
            result = result[step]
        elif isinstance(result, (list, tuple)) and step.isdigit():
            result = result[int(step)]
        elif dataclasses.is_dataclass(result) and hasattr(result, step):
            result = getattr(result, step)
        else:
            raise LookupError(f"nothing stands at {step!r} of {path!r}")
    return result


@lru_cache(maxsize=256)
def _result(content: Path, model_of: Callable[[str], Model], lens_name: str, preset_name: str, query: str) -> Any:
    model = model_of(lens_name)
    texts = dict(parse_qsl(query))
    chosen = preset(content, lens_name, preset_name) if preset_name else None
    seed = int(texts.pop("seed", chosen.seed if chosen else 1))
    values, problems = read_texts(model.Scenario, texts)
    if problems:
        raise problems[0]
    return model.run(model.Scenario(**{**(chosen.values if chosen else {}), **values}), seed=seed)
