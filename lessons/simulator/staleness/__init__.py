"""How stale is a read, how likely, and for how long after the write was acknowledged?

The WARS model of Bailis and others (VLDB 2012): one write, one read, n replicas, four one-way delays for each replica.
A read may miss a write only while its first r answers come from replicas that the write has not reached yet.
"""

from lessons.simulator.staleness.lens import LEAVES_OUT, Result, cost_ms, costly_field, run, summary
from lessons.simulator.staleness.scenario import Scenario

__all__ = ["LEAVES_OUT", "Result", "Scenario", "cost_ms", "costly_field", "run", "summary"]
