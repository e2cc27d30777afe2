"""How long is a group without a leader? Raft elections, message by message, all trials advanced together."""

from lessons.simulator.election.lens import LEAVES_OUT, Result, cost_ms, costly_field, run, summary
from lessons.simulator.election.scenario import Scenario

__all__ = ["LEAVES_OUT", "Result", "Scenario", "cost_ms", "costly_field", "run", "summary"]
