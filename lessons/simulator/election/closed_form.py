"""What does theory say? Split votes and the mean election of chapter 9 of Ongaro's thesis, for a constant delay."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lessons.simulator.election.scenario import Group, Scenario, group_of, heartbeat_of
from lessons.simulator.engine.distributions import Constant, read_delay


@dataclass(frozen=True)
class ClosedForm:
    """`mean_ms` is as published: from the death of a leader to the deciding vote, with timers that start when the last
    heartbeat is sent. `mean_as_set_ms` counts what this scenario's timers and end add or take away."""

    split_fraction: float
    mean_ms: float | None
    mean_as_set_ms: float | None


def split_fraction(group: Group, share: float) -> float:
    """How often nobody wins a term, when one way takes this share of the range of timeouts.

    A vote is split when so many servers stand before the first request arrives that the rest is no majority. The gap
    between the first and the c-th of s uniform timeouts is at most `share` as often as a binomial says.
    """
    alive = group.available
    crowd = alive - group.servers // 2 + 1
    share = min(max(share, 0.0), 1.0)
    return math.fsum(
        math.comb(alive, k) * share**k * (1 - share) ** (alive - k) for k in range(max(crowd - 1, 0), alive + 1)
    )


def closed_form(scenario: Scenario) -> ClosedForm | None:
    """None where the formula does not hold: delays that vary, logs that differ, no range, or no majority."""
    delay, group = read_delay("one_way", scenario.one_way), group_of(scenario)
    low_ms = scenario.election_timeout_min_ms
    range_ms = scenario.election_timeout_max_ms - low_ms
    same_logs = group.eligible == group.available
    if not isinstance(delay, Constant) or not same_logs or range_ms == 0 or not group.can_elect:
        return None
    one_way_ms = delay.value_ms
    split = split_fraction(group, one_way_ms / range_ms)
    if split >= 1:
        return ClosedForm(split, None, None)
    term_ms = low_ms + range_ms / (group.available + 1) + one_way_ms
    mean_ms = term_ms / (1 - split) + one_way_ms + scenario.vote_disk_ms - heartbeat_of(scenario) / 2
    as_set_ms = mean_ms + (heartbeat_of(scenario) / 2 if scenario.timers == "fresh" else one_way_ms)
    as_set_ms += one_way_ms if scenario.until == "first_heartbeat" else 0.0
    return ClosedForm(split, mean_ms, as_set_ms)
