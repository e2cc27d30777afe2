"""What happens when two sides both take writes, and what does the way back cost?

Counts are expected values (rate x time), not draws; only the age of each group's lease is drawn. Writes come
evenly, and each group of data has the same share of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.simulator.engine.happenings import Happening, Phase
from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array, distribution

LEAVES_OUT = (
    "How users find the new side: both sides get their full rate of writes from the moment they may write.",
    "Outward effects of a write (an e-mail, a payment), which no merge takes back.",
    "Clocks that drift during the partition; the skew is constant.",
    "The time that a reconciliation takes.",
)
_POINTS = 240


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """A primary, a would-be primary, and a link that is cut at 0."""

    partition_s: float = param(
        43.0, label="The link is cut for", unit="s", min=0, max=86_400, step=1, passport="split-brain-partition"
    )
    detect_s: float = param(
        0.0,
        label="Detection takes",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="Until the other side holds the old primary for lost.",
        passport="split-brain-detect",
    )
    promote_after_s: float = param(
        30.0,
        label="Promote after",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="Patience between detection and promotion.",
        passport="split-brain-patience",
    )
    fencing: str = param(
        "none",
        label="Fencing",
        choices={"none": "none", "lease": "a lease", "token": "a fencing token"},
        help="What stops the old primary: nothing, a lease that runs out, or a token that its stores refuse.",
        passport="split-brain-fencing",
    )
    lease_s: float = param(
        10.0,
        label="Lease",
        unit="s",
        min=0,
        max=3_600,
        step=1,
        help="Longest time a primary may write without hearing from the others. Used with fencing by a lease.",
        passport="split-brain-lease",
    )
    write_rate_rps: float = param(
        20.0,
        label="Writes on each side",
        unit="rps",
        min=0,
        max=1_000_000,
        scale="linear",
        step=1,
        passport="split-brain-write-rate",
    )
    shared_key_fraction: float = param(
        0.2,
        label="Share of writes to the same keys",
        min=0,
        max=1,
        step=0.01,
        help="Of the smaller side's writes, how many touch a key that the other side has written too.",
        passport="split-brain-shared-keys",
    )
    merge: str = param(
        "manual",
        label="Merge",
        choices={"last_write_wins": "last write wins", "manual": "by people", "crdt": "data types that merge (CRDT)"},
        help="What happens to both sides' writes once the link is back.",
        passport="split-brain-merge",
    )
    clock_skew_ms: float = param(
        0.0,
        label="Old side's clock is ahead by",
        unit="ms",
        min=-60_000,
        max=60_000,
        step=10,
        help="Decides who wins when the last write wins.",
        passport="split-brain-skew",
    )
    groups: int = param(
        1,
        label="Groups of data",
        min=1,
        max=20_000,
        step=1,
        scale="log",
        help="Each has its own leader and its own lease.",
        passport="split-brain-groups",
    )


@dataclass(frozen=True, eq=False)
class Result:
    """Times are seconds from the cut. `promoted_at_s` is the first group's, None when nobody is promoted."""

    unique_writes: dict[str, float]
    conflicting_keys: float
    overwritten_writes: float
    wrongly_overwritten_writes: float
    reconciliation_writes: float
    unavailable_s: dict[str, float]
    promoted_at_s: float | None
    promoted_fraction: float
    phases: tuple[Phase, ...]
    events: tuple[Happening, ...]
    series: dict[str, Any]


@dataclass(frozen=True)
class _Groups:
    """Per group: when the old side stops taking writes and when the new side starts (the end of the cut if never)."""

    old_ends_s: Array
    new_starts_s: Array
    promoted: np.ndarray[Any, np.dtype[np.bool_]]


def run(scenario: Scenario, *, seed: int) -> Result:
    """One cut of the link, from the first second to the merge."""
    groups = _groups(scenario, stream(seed, "lease"))
    rate = scenario.write_rate_rps / scenario.groups
    old_writes = rate * groups.old_ends_s
    new_writes = rate * (scenario.partition_s - groups.new_starts_s)
    conflicts = float(scenario.shared_key_fraction * np.minimum(old_writes, new_writes).sum())
    overwritten = conflicts if scenario.merge == "last_write_wins" else 0.0
    unavailable = distribution(groups.new_starts_s)
    assert unavailable is not None, "there is at least one group"
    promoted_at_s = float(groups.new_starts_s.min()) if groups.promoted.any() else None
    return Result(
        unique_writes={"old": float(old_writes.sum()), "new": float(new_writes.sum())},
        conflicting_keys=conflicts,
        overwritten_writes=overwritten,
        wrongly_overwritten_writes=overwritten * _wrong_winner_fraction(scenario, groups),
        reconciliation_writes=float(old_writes[groups.promoted].sum()) if scenario.merge == "manual" else 0.0,
        unavailable_s=unavailable,
        promoted_at_s=promoted_at_s,
        promoted_fraction=float(groups.promoted.mean()),
        phases=_phases(scenario, promoted_at_s),
        events=_events(scenario, promoted_at_s),
        series=_series(scenario, groups),
    )


def _groups(scenario: Scenario, chance: np.random.Generator) -> _Groups:
    ready_s = np.full(scenario.groups, scenario.detect_s + scenario.promote_after_s)
    lease_left_s = scenario.lease_s * (1.0 - chance.random(scenario.groups))
    if scenario.fencing == "lease":
        ready_s = np.maximum(ready_s, lease_left_s)
    promoted = ready_s < scenario.partition_s
    new_starts_s = np.where(promoted, ready_s, scenario.partition_s)
    old_ends_s = np.full(scenario.groups, scenario.partition_s)
    if scenario.fencing == "lease":
        old_ends_s = np.minimum(lease_left_s, scenario.partition_s)
    if scenario.fencing == "token":
        old_ends_s = new_starts_s
    return _Groups(old_ends_s, new_starts_s, promoted)


def _wrong_winner_fraction(scenario: Scenario, groups: _Groups) -> float:
    """How often the earlier of two conflicting writes wins, because its clock is ahead by more than the gap.

    For the first promoted group: the old side's write at a uniform moment of its stretch, the new side's likewise.
    """
    skew_s = scenario.clock_skew_ms / 1_000
    if not groups.promoted.any() or skew_s == 0:
        return 0.0
    first = int(np.argmax(groups.promoted))
    if groups.old_ends_s[first] <= 0:
        return 0.0
    evenly = (np.arange(400) + 0.5) / 400
    old_s = evenly * groups.old_ends_s[first]
    starts_s = groups.new_starts_s[first]
    lasts_s = scenario.partition_s - starts_s
    nearest, farthest = (old_s, old_s + skew_s) if skew_s > 0 else (old_s + skew_s, old_s)
    inside = np.clip(farthest, starts_s, scenario.partition_s) - np.clip(nearest, starts_s, scenario.partition_s)
    return float((inside / lasts_s).mean())


def _series(scenario: Scenario, groups: _Groups) -> dict[str, Any]:
    """Writes that only one side has, as they grow, and the share of the data that each side may write."""
    at_s = np.linspace(0.0, max(scenario.partition_s, 1e-9), _POINTS)
    rate = scenario.write_rate_rps / scenario.groups
    old = np.array([np.minimum(moment, groups.old_ends_s).sum() for moment in at_s]) * rate
    new = np.array([np.maximum(moment - groups.new_starts_s, 0.0).sum() for moment in at_s]) * rate
    return {
        "t_s": at_s,
        "old_unique_writes": old,
        "new_unique_writes": new,
        "old_writable_fraction": np.array([(moment < groups.old_ends_s).mean() for moment in at_s]),
        "new_writable_fraction": np.array(
            [((moment >= groups.new_starts_s) & groups.promoted).mean() for moment in at_s]
        ),
    }


def _phases(scenario: Scenario, promoted_at_s: float | None) -> tuple[Phase, ...]:
    detected_s = min(scenario.detect_s, scenario.partition_s)
    waits_until_s = scenario.partition_s if promoted_at_s is None else promoted_at_s
    named = [
        ("detecting", 0.0, detected_s),
        ("waiting", detected_s, waits_until_s),
        ("the new side writes", waits_until_s, scenario.partition_s),
    ]
    return tuple(Phase(name, starts_s, ends_s) for name, starts_s, ends_s in named if ends_s > starts_s)


def _events(scenario: Scenario, promoted_at_s: float | None) -> tuple[Happening, ...]:
    told = [Happening(0.0, "cut", "The link is cut; the old primary lives on")]
    if scenario.detect_s < scenario.partition_s:
        told.append(Happening(scenario.detect_s, "detected", "The other side holds it for lost"))
    if promoted_at_s is not None:
        told.append(Happening(promoted_at_s, "promoted", "The new side may write"))
    told.append(Happening(scenario.partition_s, "healed", "The link is back"))
    return tuple(told)


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: a fixed part, and every group at every point of the series."""
    return 3.0 + scenario.groups * _POINTS * 8e-6


def costly_field(scenario: Scenario) -> str:
    return "groups"


def summary(scenario: Scenario, result: Result) -> str:
    """Who has what alone, in one sentence."""
    old, new = result.unique_writes["old"], result.unique_writes["new"]
    if result.promoted_at_s is None:
        return (
            f"Nobody is promoted in {scenario.partition_s:,.0f} s, so there is one primary all along; "
            f"its {old:,.0f} writes reach the other side when the link is back."
        )
    return (
        f"When the link is back after {scenario.partition_s:,.0f} s, {old:,.0f} writes are on the old side only and "
        f"{new:,.0f} on the new side only; {result.conflicting_keys:,.0f} of them meet on the same keys."
    )
