"""Who waits for the speed of light, for how long, and which region would help most?

A request takes `round_trips` round trips between its users and their nearest region, plus the slowest of `fan_out`
parallel calls inside that region. Users in a region's own city pay `same_place_rtt_ms`, 0 unless set: the matrices were
measured between data centres, so nobody's own access line is in them, and their diagonals measure no network.
"""

from lessons.simulator.latency.lens import LEAVES_OUT, Result, cost_ms, costly_field, run, summary
from lessons.simulator.latency.scenario import Scenario, from_deployment

__all__ = ["LEAVES_OUT", "Result", "Scenario", "cost_ms", "costly_field", "from_deployment", "run", "summary"]
