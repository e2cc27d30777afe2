"""How long does a commit wait for the other regions, which answer does it wait for, and what does that save?

With a leader a commit takes the client's round trip to it, plus the k-th fastest follower's round trip from it, where
k is none (`async`), one (`semi_sync`), as many as make a majority with the leader, or all. `quorum` has no leader: the
client's own w-th fastest round trip decides, for a read the r-th. Client and copies in one region are
`same_place_rtt_ms` apart, 0 unless set: the diagonals of the matrices measure no network.
"""

from lessons.simulator.quorum_latency.lens import LEAVES_OUT, Result, cost_ms, costly_field, run, summary
from lessons.simulator.quorum_latency.scenario import Scenario, from_deployment

__all__ = ["LEAVES_OUT", "Result", "Scenario", "cost_ms", "costly_field", "from_deployment", "run", "summary"]
