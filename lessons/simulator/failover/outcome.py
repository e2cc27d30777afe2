"""What did the run cost: time, writes, requests, and what is told of it?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lessons.simulator.engine.happenings import Happening, Phase
from lessons.simulator.engine.stats import Array, distribution, poisson_count
from lessons.simulator.failover.control_plane import Moments
from lessons.simulator.failover.data_plane import Expected
from lessons.simulator.failover.routing import moved_share_reached_s, users_move_s
from lessons.simulator.failover.scenario import FAULTS, PRIMARY_REGION, STANDBY_REGION, Scenario, given

SUCCESS_NEEDED_FRACTION = 0.99
WINDOW_S = 60
BUDGET_PERIOD_S = 30 * 86_400
MOVED_NEEDED_FRACTION = 0.95


def recovery_s(scenario: Scenario, moments: Moments, found: Expected) -> float | None:
    """The first second from which every 60 s window has at least 99 % success, until failback or the horizon.

    Taken from the chance of success, not from drawn counts, so that it does not depend on luck at a low request rate.
    Windows are cut at the end of what is watched.
    """
    ends_s = scenario.horizon_s if moments.failback_s is None else moments.failback_s
    seconds = max(1, min(len(found.success), int(ends_s)))
    lost = np.concatenate([[0.0], np.cumsum((1 - found.success[:seconds]) * found.lasts_s[:seconds])])
    long = np.concatenate([[0.0], np.cumsum(found.lasts_s[:seconds])])
    window_ends = np.minimum(np.arange(seconds) + WINDOW_S, seconds)
    limit = (1 - SUCCESS_NEEDED_FRACTION) * (long[window_ends] - long[:seconds])
    bad = np.flatnonzero(lost[window_ends] - lost[:seconds] > limit + 1e-9)
    if len(bad) == 0:
        return 0.0
    first_good = int(bad[-1]) + 1
    return None if first_good >= seconds else float(first_good)


def traffic_shifted_s(scenario: Scenario, moments: Moments) -> float | None:
    """When 95 % of all users are on the surviving side, within the horizon and before they are sent home."""
    affected = given(scenario.affected_user_fraction)
    if moments.redirected_s is None:
        return None
    needed = 0.0 if affected == 0 else 1 - (1 - MOVED_NEEDED_FRACTION) / affected
    wait_s = moved_share_reached_s(scenario, needed)
    ends_s = scenario.horizon_s if moments.failback_shift_s is None else moments.failback_shift_s
    at_s = moments.redirected_s + wait_s
    return at_s if at_s <= ends_s else None


def lost_writes(scenario: Scenario, moments: Moments, luck: Array, old_side_seconds: float) -> tuple[int, float]:
    """Acknowledged writes that are gone, and the age at the fault of the newest that survived.

    `luck` has three uniforms: how old the last backup is, how many writes came in the window, how long before it the
    last one came. Nothing is lost without a promotion: the side comes back with its disks. A side that is only slow, or
    changes hands as planned, gives its last writes away first.
    """
    if not _loses(scenario, moments):
        return 0, 0.0
    window_s = scenario.replication_lag_s
    if scenario.strategy == "backup_restore":
        window_s = scenario.backup_interval_s * float(luck[0])
    unshipped_s = window_s + (old_side_seconds if scenario.fault == "partition" else 0.0)
    rate_rps = scenario.write_rate_rps
    lost = poisson_count(mean=rate_rps * unshipped_s, uniform=float(luck[1]))
    if lost == 0:
        return 0, 0.0
    return lost, float(window_s + min(-np.log1p(-luck[2]) / rate_rps, 1e9))


def _loses(scenario: Scenario, moments: Moments) -> bool:
    if scenario.fault in ("switchover", "gray_failure") or scenario.write_rate_rps == 0:
        return False
    if scenario.strategy == "backup_restore":
        return moments.promoted_s is not None
    if scenario.replication == "sync":
        return False
    if scenario.strategy == "active_active":
        # After a partition both sides merge: that is a conflict, not a loss.
        return moments.redirected_s is not None and scenario.fault != "partition"
    return moments.promoted_s is not None


def two_sided_writes(scenario: Scenario, moments: Moments, found: Expected) -> float:
    """Writes expected on the old side after the new one took over, while neither hears of the other."""
    if scenario.fault != "partition" or moments.redirected_s is None:
        return 0.0
    cut = (found.starts_s >= moments.redirected_s) & (found.starts_s < scenario.fault_duration_s)
    rate_rps = scenario.request_rate_rps * scenario.write_fraction
    return float((found.old_side_writes * found.lasts_s)[cut].sum() * rate_rps)


def old_side_seconds(scenario: Scenario, found: Expected) -> float:
    """Seconds' worth of all writes that the old side took while it was cut off."""
    cut = found.starts_s < scenario.fault_duration_s
    return float((found.old_side_writes * found.lasts_s)[cut].sum())


def client_moved(scenario: Scenario, runs: Sequence[Moments]) -> dict[str, float] | None:
    """When users of the failed side reach the other one, pooled over the runs that moved anybody."""
    redirected = np.array([moments.redirected_s for moments in runs if moments.redirected_s is not None])
    if len(redirected) == 0 or scenario.affected_user_fraction == 0:
        return None
    wait_s, weight = users_move_s(scenario)
    if len(redirected) > 1:
        # Pooled runs need fewer users each; the last user of all stays in.
        thin = max(1, min(20, len(redirected) // 5))
        wait_s, weight = np.append(wait_s[thin // 2 :: thin], wait_s.max()), np.append(weight[thin // 2 :: thin], 1e-9)
    moved = redirected[:, None] + wait_s[None, :]
    return distribution(moved.ravel(), np.broadcast_to(weight, moved.shape).ravel())


def spread(scenario: Scenario, runs: Sequence[Moments], luck: Array) -> dict[str, dict[str, float] | None]:
    """Distributions over the runs of what the control plane decides. A run in which it never happens is left out."""
    if len(runs) == 1:
        return {}
    named = {
        "detected_at_s": [moments.detected_s for moments in runs],
        "decided_at_s": [moments.decided_s for moments in runs],
        "promoted_at_s": [moments.promoted_s for moments in runs],
        "traffic_shifted_at_s": _shifted_all(scenario, runs),
    }
    found = {name: _distribution_of(values) for name, values in named.items()}
    if scenario.fault != "partition":
        losses = [lost_writes(scenario, moments, row, 0.0) for moments, row in zip(runs, luck, strict=True)]
        found["lost_writes"] = distribution(np.array([float(lost) for lost, _ in losses]))
        found["rpo_s"] = distribution(np.array([age_s for _, age_s in losses]))
    return found


def _distribution_of(values: Sequence[float | None]) -> dict[str, float] | None:
    return distribution(np.array([value for value in values if value is not None]))


def _shifted_all(scenario: Scenario, runs: Sequence[Moments]) -> list[float | None]:
    affected = given(scenario.affected_user_fraction)
    needed = 0.0 if affected == 0 else 1 - (1 - MOVED_NEEDED_FRACTION) / affected
    wait_s = moved_share_reached_s(scenario, needed)
    found: list[float | None] = []
    for moments in runs:
        at_s = None if moments.redirected_s is None else moments.redirected_s + wait_s
        found.append(at_s if at_s is not None and at_s <= scenario.horizon_s else None)
    return found


def phases(scenario: Scenario, moments: Moments, shifted_s: float | None) -> tuple[Phase, ...]:
    """The stretches between the moments, in order; one without an end lasts beyond the horizon."""
    marks = [
        ("detecting", 0.0, moments.detected_s),
        ("deciding", moments.detected_s, moments.decided_s),
        ("restoring", moments.decided_s, moments.restored_s),
        ("promoting", moments.restored_s, moments.promoted_s),
        ("moving users", moments.redirected_s, shifted_s),
        ("on the other side", shifted_s, moments.failback_s),
        ("going home", moments.failback_s, None),
    ]
    if not scenario.promotes:
        marks = [mark for mark in marks if mark[0] not in ("restoring", "promoting")]
    return tuple(
        Phase(name, starts_s, ends_s)
        for name, starts_s, ends_s in marks
        if starts_s is not None and (ends_s is None or ends_s > starts_s)
    )


def events(scenario: Scenario, moments: Moments, shifted_s: float | None) -> tuple[Happening, ...]:
    """Every moment as a sentence, in the order of time."""
    place = f"a zone of {PRIMARY_REGION}" if scenario.fault == "zone_loss" else PRIMARY_REGION
    other = "the other zones" if scenario.fault == "zone_loss" else STANDBY_REGION
    noticed_s = None if scenario.fault == "switchover" else moments.detected_s
    told: list[tuple[float | None, str, str]] = [
        (0.0, "fault", f"{FAULTS[scenario.fault]}: {place}"),
        (noticed_s, "detected", f"Health checks call {place} lost"),
        (moments.decided_s, "decided", "The word go" + (" from people" if scenario.decision == "manual" else "")),
        (moments.promoted_s, "promoted", f"{other} takes writes"),
        (moments.redirected_s, "redirected", f"Users are sent to {other}"),
        (shifted_s, "shifted", f"95 % of users are on {other}"),
        (moments.returned_s, "returned", f"{place} is healthy again"),
        (moments.failback_s, "failback", f"{place} has caught up; users are about to go home"),
        (moments.failback_shift_s, "going home", f"Users are sent back to {place}"),
    ]
    made = [Happening(at_s, kind, text) for at_s, kind, text in told if at_s is not None]
    return tuple(sorted(made, key=lambda happening: happening.at_s))
