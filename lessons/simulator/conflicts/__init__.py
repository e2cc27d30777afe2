"""Who wins when two regions write the same key without seeing each other, and what is lost by it?

Every write is followed to every copy: what its writer saw, in which order the copies got it, and what the rule for
writes that meet left of it.
"""

from lessons.simulator.conflicts.lens import (
    LEAVES_OUT,
    Result,
    Written,
    copies_equal_at,
    cost_ms,
    costly_field,
    expected_writes,
    run,
    summary,
)
from lessons.simulator.conflicts.scenario import MERGES, Scenario

__all__ = [
    "LEAVES_OUT",
    "MERGES",
    "Result",
    "Scenario",
    "Written",
    "copies_equal_at",
    "cost_ms",
    "costly_field",
    "expected_writes",
    "run",
    "summary",
]
