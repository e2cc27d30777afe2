"""What does redundancy add up to: in series, in parallel, k of n, with shared causes and a failover that may fail?"""

from lessons.simulator.availability.lens import LEAVES_OUT, Result, cost_ms, costly_field, run, summary
from lessons.simulator.availability.scenario import Scenario

__all__ = ["LEAVES_OUT", "Result", "Scenario", "cost_ms", "costly_field", "run", "summary"]
