"""What do users see while a region is lost and found?"""

from lessons.simulator.failover.result import Result
from lessons.simulator.failover.scenario import Scenario

__all__ = ["Result", "Scenario"]
