"""How often do two writes meet without seeing each other? Counted, and in closed form for Poisson writers."""

from __future__ import annotations

from lessons.simulator.conflicts.copies import Log, seen_before, written_before
from lessons.simulator.conflicts.scenario import Scenario
from lessons.simulator.conflicts.schedule import Writes


def conflicts(writes: Writes, logs: list[Log]) -> int:
    """Pairs of writes to one key, neither of which saw the other.

    That is, for each write, how many earlier ones to its key had not arrived where it was made; it was seen by none of
    them.
    """
    written = written_before(writes)
    unseen = 0
    for region, log in enumerate(logs):
        number, seen = seen_before(log, writes, region)
        unseen += int((written[number] - seen)[writes.counted[number]].sum())
    return unseen


def expected_conflicts(scenario: Scenario) -> float:
    """The mean of `conflicts` over all seeds: 2 x rate x rate x lag for each second, key and pair of regions.

    A pair that a cut lies between sees nothing of one another until the lag after its end.
    """
    if scenario.merge == "home_region":
        return 0.0  # one region carries out all writes of a key
    regions, first = scenario.writers, scenario.writers // 2
    across = 2 * first * (regions - first)
    within = regions * (regions - 1) - across
    rate_on_key = scenario.write_rate_rps / scenario.keys
    unseen_s2 = within * _unseen_s2(scenario, 0.0) + across * _unseen_s2(scenario, scenario.partition_s)
    return scenario.keys * rate_on_key**2 * unseen_s2


def _unseen_s2(scenario: Scenario, cut_s: float) -> float:
    """How far back the writes of one region are unseen by another, summed over every moment of the run.

    The lag, and during a cut, and for the lag after it, all that was written since its start if that is more.
    """
    lag_s, horizon_s = scenario.replication_lag_s, scenario.horizon_s
    blind_s = min(cut_s + lag_s, horizon_s) if cut_s > 0 else 0.0
    longer_s2 = max(blind_s**2 - lag_s**2, 0.0) / 2 + lag_s * min(blind_s, lag_s)
    return longer_s2 + lag_s * (horizon_s - blind_s)
