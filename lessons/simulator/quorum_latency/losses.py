"""How many regions may go before writes stop or an acknowledged write is gone? Counting, no dice.

Whichever copies answered first is left to the worst case: any so many may be those that were waited for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lessons.simulator.quorum_latency.scenario import (
    Scenario,
    acknowledgements_needed,
    answers,
    copies_of,
    leader_of,
    replicas_of,
)


@dataclass(frozen=True)
class Losses:
    """So many regions may be lost, whichever they are: with everything kept and going, with every acknowledged write
    kept, with writes going on (after a promotion where the leader is gone).

    `lost_writes`: acknowledged writes that the worst loss of one region takes; None where no other region has a copy.
    """

    all_is_well: int
    keeping_data: int
    keeping_writes: int
    lost_writes: float | None


def losses_of(scenario: Scenario) -> Losses:
    """Counts by trying one region more at a time, each time the worst choice of them."""
    copies, regions = copies_of(scenario), len(set(replicas_of(scenario)))
    to_write = _copies_written(scenario)
    to_read = answers(scenario, "r") if scenario.mode == "quorum" else 1
    kept = [_most_gone(scenario, lost, leader_too=True) < to_write for lost in range(regions + 1)]
    left = [copies - _most_gone(scenario, lost, leader_too=False) for lost in range(regions + 1)]
    written = [rest >= to_write for rest in left]
    well = [data and writes and rest >= to_read for data, writes, rest in zip(kept, written, left, strict=True)]
    if kept[1]:
        lost_writes: float | None = 0.0
    else:
        lost_writes = scenario.write_rate_rps * scenario.replication_lag_s if regions > 1 else None
    return Losses(_so_long_as(well), _so_long_as(kept), _so_long_as(written), lost_writes)


def _copies_written(scenario: Scenario) -> int:
    """How many copies hold a write when it is acknowledged, the leader's among them; as many have to be there."""
    return acknowledgements_needed(scenario) + (0 if scenario.mode == "quorum" else 1)


def _most_gone(scenario: Scenario, lost: int, *, leader_too: bool) -> int:
    """The most copies that so many regions hold. An acknowledged write can only be gone if its leader is, too."""
    held = Counter(replicas_of(scenario))
    if not lost:
        return 0
    if leader_too and scenario.mode != "quorum":
        mine = held.pop(leader_of(scenario))
        return mine + sum(count for _, count in held.most_common(lost - 1))
    return sum(count for _, count in held.most_common(lost))


def _so_long_as(holds: list[bool]) -> int:
    """The largest number of losses up to which it holds throughout."""
    return holds.index(False) - 1 if False in holds else len(holds) - 1
