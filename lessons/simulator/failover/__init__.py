"""What do users see while a region is lost and found?"""

from lessons.simulator.failover.lens import LEAVES_OUT, cost_ms, costly_field, run, summary
from lessons.simulator.failover.result import Result
from lessons.simulator.failover.scenario import Scenario, from_deployment

__all__ = ["LEAVES_OUT", "Result", "Scenario", "cost_ms", "costly_field", "from_deployment", "run", "summary"]
