"""What is lost, what is read again, and how long do ordered writes wait when the log's region or a consumer is gone?

Counts are expected values (rate x time), as the lag and the rate are constant; only the moment between two checkpoints
at which the fault strikes is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.simulator.engine.happenings import Happening, Phase
from lessons.simulator.engine.rng import stream
from lessons.simulator.ordering.scenario import (
    Scenario,
    one_log,
    regions_of,
    shares_of,
    write_region_of,
)

_POINTS = 200
_NEVER_SHOWN_S = 300.0


@dataclass(frozen=True)
class Consequences:
    """Times in seconds from the fault; counts of messages. What never happens is None.

    `checkpoint_age_s`: how old the position was from which consumers went on. A mirror's checkpoint can point no
    further than the mirror reaches, so a consumer re-reads a whole checkpoint's age there, and lacks the lag besides.
    """

    stalled_fraction: float
    stall_s: float
    refused_writes: float
    queued_writes: float
    failed_over_at_s: float | None
    lost_messages: float
    checkpoint_age_s: float
    reread_messages: float
    reread_messages_max: float
    reread_messages_mean: float
    resumed_at_s: float | None
    caught_up_at_s: float | None


def consequences_of(scenario: Scenario, seed: int, busiest_share: float) -> Consequences:
    """What the fault does. `busiest_share` of all messages lies in the partition that is caught up with last."""
    rate = scenario.write_rate_rps
    hit = scenario.fault == "region_loss"
    stalled = (1.0 if one_log(scenario) else shares_of(scenario)[write_region_of(scenario)]) if hit else 0.0
    over_at_s = _failed_over_at_s(scenario)
    stall_s = (scenario.fault_duration_s if over_at_s is None else over_at_s) if hit else 0.0
    waiting = rate * stalled * stall_s
    queued = waiting if scenario.while_stalled == "queue" else 0.0
    again = scenario.fault == "consumer_restart" or over_at_s is not None
    age_s = scenario.checkpoint_interval_s * (1.0 - stream(seed, "checkpoint").random()) if again else 0.0
    longest = rate * scenario.checkpoint_interval_s if again else 0.0
    resumed_at_s = None if scenario.fault == "none" else stall_s
    return Consequences(
        stalled_fraction=stalled,
        stall_s=stall_s,
        refused_writes=waiting - queued,
        queued_writes=queued,
        failed_over_at_s=over_at_s,
        lost_messages=0.0 if over_at_s is None else rate * stalled * scenario.replication_lag_s,
        checkpoint_age_s=age_s,
        reread_messages=rate * age_s,
        reread_messages_max=longest,
        reread_messages_mean=longest / 2,
        resumed_at_s=resumed_at_s,
        caught_up_at_s=_caught_up_at_s(scenario, resumed_at_s, rate * age_s + queued, busiest_share),
    )


def _failed_over_at_s(scenario: Scenario) -> float | None:
    """When a mirror takes over: before the region is back, and where there is another region at all."""
    patient = scenario.failover_after_s >= scenario.fault_duration_s
    if scenario.fault != "region_loss" or patient or len(regions_of(scenario)) == 1:
        return None
    return scenario.failover_after_s


def _caught_up_at_s(scenario: Scenario, from_s: float | None, behind: float, busiest_share: float) -> float | None:
    """When the reader of the busiest partition has caught up; None where more arrives than it can take."""
    spare_rps = scenario.partition_capacity_rps - busiest_share * scenario.write_rate_rps
    if from_s is None or (spare_rps <= 0 and behind > 0):
        return None
    return from_s + (busiest_share * behind / spare_rps if behind > 0 else 0.0)


def phases_of(found: Consequences) -> tuple[Phase, ...]:
    """The run from the fault on, in stretches."""
    if found.resumed_at_s is None:
        return ()
    named = [
        ("ordered writes wait", 0.0, found.stall_s),
        ("catching up", found.resumed_at_s, found.caught_up_at_s),
        ("in step", found.caught_up_at_s, _end_s(found)),
    ]
    kept = [(name, starts_s, ends_s) for name, starts_s, ends_s in named if starts_s is not None]
    return tuple(Phase(name, starts_s, end_s) for name, starts_s, end_s in kept if end_s is None or end_s > starts_s)


def events_of(scenario: Scenario, found: Consequences) -> tuple[Happening, ...]:
    """What happens, with its counts."""
    if found.resumed_at_s is None:
        return ()
    if scenario.fault == "consumer_restart":
        told = [Happening(0.0, "restart", f"Consumers go on from a position {found.checkpoint_age_s:,.1f} s old")]
    elif found.failed_over_at_s is None:
        told = [
            Happening(0.0, "lost", "The write region is lost"),
            Happening(found.stall_s, "back", "The region is back with everything it had"),
        ]
    else:
        told = [
            Happening(0.0, "lost", "The write region is lost"),
            Happening(
                found.stall_s,
                "failover",
                f"A mirror takes over: {found.lost_messages:,.0f} messages are missing from it, "
                f"{found.reread_messages:,.0f} are read again",
            ),
        ]
    if found.caught_up_at_s is not None:
        told.append(Happening(found.caught_up_at_s, "caught-up", "Consumers have caught up"))
    return tuple(told)


def series_of(scenario: Scenario, found: Consequences) -> dict[str, Any]:
    """Newest message in the log and the one that consumers are at, counted from the fault, over time.

    After a failover both are those of the mirror, whose end lies `lost_messages` below what consumers had reached.
    Empty without a fault.
    """
    if found.resumed_at_s is None:
        return {"t_s": [], "newest_message": [], "consumer_message": []}
    rate, resumed_s = scenario.write_rate_rps, found.resumed_at_s
    end_s = _end_s(found)
    before_s = max(0.25 * end_s, scenario.replication_lag_s)
    at_s = np.unique(np.concatenate([np.linspace(-before_s, end_s, _POINTS), [0.0, resumed_s], [resumed_s - 1e-6]]))
    going = 1.0 - found.stalled_fraction
    stalled = rate * going * np.clip(at_s, 0.0, resumed_s)
    after_s = np.maximum(at_s - resumed_s, 0.0)
    newest = np.where(at_s < 0, rate * at_s, stalled + rate * after_s)
    newest = newest + np.where(at_s >= resumed_s, found.queued_writes - found.lost_messages, 0.0)
    behind = found.reread_messages + found.queued_writes
    left = np.maximum(behind * (1.0 - after_s / _catching_up_s(found)), 0.0)
    return {
        "t_s": at_s,
        "newest_message": newest,
        "consumer_message": newest - np.where(at_s >= resumed_s, left, 0.0),
    }


def _catching_up_s(found: Consequences) -> float:
    """How long it takes to catch up, for dividing by it."""
    assert found.resumed_at_s is not None, "asked for only where something was interrupted"
    ends_s = found.caught_up_at_s
    return float("inf") if ends_s is None else max(ends_s - found.resumed_at_s, 1e-9)


def _end_s(found: Consequences) -> float:
    """Where the picture ends: a while after everything is in step."""
    assert found.resumed_at_s is not None, "asked for only where something was interrupted"
    last_s = found.resumed_at_s + _NEVER_SHOWN_S if found.caught_up_at_s is None else found.caught_up_at_s
    return 1.2 * last_s + 1.0
