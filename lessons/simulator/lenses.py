"""Which lenses are there? Every module beside this file that has a Scenario and a run."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any, Protocol

import lessons.simulator
from lessons.simulator.engine.deployment import Deployment
from lessons.simulator.engine.params import CheckedScenario


class Lens(Protocol):
    """What a lens module offers. Times in results are seconds from the fault; what never happens is None."""

    Scenario: type[CheckedScenario]
    Result: type[Any]
    LEAVES_OUT: tuple[str, ...]

    def run(self, scenario: Any, *, seed: int) -> Any: ...
    def cost_ms(self, scenario: Any) -> float:
        """What the run will take on one core, estimated before it runs; the caller refuses what is over its bound."""

    def costly_field(self, scenario: Any) -> str:
        """The field to lower when the run costs too much."""

    def summary(self, scenario: Any, result: Any) -> str:
        """One sentence with the number in it, ending with a full stop."""

    def from_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """The scenario fields that a deployment decides; only lenses with presets on a deployment have it."""


class UnknownLens(LookupError):
    """No lens has this name."""


@cache
def lenses() -> dict[str, Lens]:
    """Every lens by name ("split-brain"), in alphabetical order."""
    found: dict[str, Lens] = {}
    for module in pkgutil.iter_modules(lessons.simulator.__path__):
        made: Any = importlib.import_module(f"lessons.simulator.{module.name}")
        if hasattr(made, "Scenario") and hasattr(made, "run"):
            found[module.name.replace("_", "-")] = made
    return found


def lens(name: str) -> Lens:
    """The lens with this name. Raises UnknownLens."""
    try:
        return lenses()[name]
    except KeyError:
        raise UnknownLens(f"no lens {name!r}; there are {', '.join(lenses())}") from None
