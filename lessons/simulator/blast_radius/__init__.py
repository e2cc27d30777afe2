"""What does one broken boundary take with it?"""

from lessons.simulator.blast_radius.lens import LEAVES_OUT, Result, cost_ms, costly_field, decides, run, summary
from lessons.simulator.blast_radius.scenario import Scenario, from_deployment

__all__ = [
    "LEAVES_OUT",
    "Result",
    "Scenario",
    "cost_ms",
    "costly_field",
    "decides",
    "from_deployment",
    "run",
    "summary",
]
