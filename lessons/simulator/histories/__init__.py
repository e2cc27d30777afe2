"""What could clients actually see? A simulated replicated store, its faults, and the promises it breaks."""

from lessons.simulator.histories.lens import (
    BREAKS_NOTHING,
    LEAVES_OUT,
    Result,
    cost_ms,
    costly_field,
    run,
    summary,
)
from lessons.simulator.histories.scenario import FAULTS, MODES, Scenario

__all__ = [
    "BREAKS_NOTHING",
    "FAULTS",
    "LEAVES_OUT",
    "MODES",
    "Result",
    "Scenario",
    "cost_ms",
    "costly_field",
    "run",
    "summary",
]
