"""Does everyone see the same sequence: through one sequencer, one partitioned log, mirrored logs, or timestamps?

A message is out of order where a consumer sees it after one that followed it: one of the same region that was written
later, or one of any region that was written when this one had been acknowledged already. Two messages that were on
their way at the same time may come in either order; then it still matters that all consumers see the same one.
"""

from lessons.simulator.ordering.lens import LEAVES_OUT, Result, cost_ms, costly_field, run, summary
from lessons.simulator.ordering.scenario import Scenario, from_deployment

__all__ = ["LEAVES_OUT", "Result", "Scenario", "cost_ms", "costly_field", "from_deployment", "run", "summary"]
