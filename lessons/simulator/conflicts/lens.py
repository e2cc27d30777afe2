"""Who wins when regions write the same keys without seeing each other? Every write is followed to every copy.

Each write adds one element to a shared set, by reading the value of its own region's copy and writing it back with the
element in it. So a write that loses takes its addition with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lessons.simulator.conflicts.copies import Log, arrivals_s, log_of
from lessons.simulator.conflicts.meetings import conflicts, expected_conflicts
from lessons.simulator.conflicts.merging import Merged, copies_equal, merge
from lessons.simulator.conflicts.scenario import Scenario, skew_s
from lessons.simulator.conflicts.schedule import Flags, Writes, at_home, scheduled

LEAVES_OUT = (
    "Hot keys: every key is as likely as any other, and one that everybody writes meets far more often.",
    "A lag that varies: each write takes the same time to every copy, and none is lost on the way.",
    "Clocks that drift or jump: each is ahead by the same amount all along.",
    "The way of a forwarded write to the home of its key, and the time that it takes.",
    "Rules across keys, such as a stock that may not fall below zero: no merge of single keys keeps them.",
    "What people do with two versions: with version vectors both are kept, and nothing here decides between them.",
)
HISTORY_MAX = 40


@dataclass(frozen=True)
class Written:
    """One write: when and by whom, what its clock said, when each copy got it, and whether the final value holds what
    it added.

    `dropped`: some copy held nothing later when it arrived, and yet refused it for its older stamp.
    """

    at_s: float
    writer: int
    key: int
    stamp_s: float
    arrives_at_s: tuple[float, ...]
    kept: bool
    dropped: bool


@dataclass(frozen=True)
class Result:
    """Counts of the writes from 0 to the horizon. `writes` were acknowledged, `refused_writes` met a home cut off.

    `conflicts` are pairs of writes to one key of which neither saw the other; `surfaced_conflicts` of them are shown to
    the application. `convergence_s` is from the last write until all copies agree for good, `longest_unseen_s` the
    longest that a write was missing from some copy. `history` has the first writes, up to 40.
    """

    writes: int
    refused_writes: int
    forwarded_fraction: float
    lost_updates: int
    lost_fraction: float
    dropped_fraction_by_writer: tuple[float, ...]
    conflicts: int
    expected_conflicts: float
    surfaced_conflicts: int
    convergence_s: float
    longest_unseen_s: float
    copies_equal: bool
    history: tuple[Written, ...]


def run(scenario: Scenario, *, seed: int) -> Result:
    """One stretch of writing, and the merging after it."""
    writes, refused = _accepted(scenario, seed)
    logs = _logs(scenario, writes)
    merged = merge(scenario, writes, logs)
    lost = int((writes.counted & ~merged.kept).sum())
    last_s = float(writes.at_s.max(initial=0.0))
    met = conflicts(writes, logs)
    return Result(
        writes=int(writes.counted.sum()),
        refused_writes=refused,
        forwarded_fraction=_fraction(writes.region != writes.writer, writes.counted),
        lost_updates=lost,
        lost_fraction=_fraction(~merged.kept, writes.counted),
        dropped_fraction_by_writer=_dropped_by_writer(scenario, writes, merged),
        conflicts=met,
        # Writes that are given are no Poisson writers; of them nothing is left to chance.
        expected_conflicts=float(met) if scenario.schedule is not None else expected_conflicts(scenario),
        surfaced_conflicts=met if scenario.merge == "version_vectors" else 0,
        convergence_s=max(0.0, merged.changed_at_s - last_s),
        longest_unseen_s=max(float((log.at_s - writes.at_s[log.number]).max(initial=0.0)) for log in logs),
        copies_equal=copies_equal(scenario, writes, logs, max(merged.changed_at_s, last_s)),
        history=_history(scenario, writes, merged),
    )


def copies_equal_at(scenario: Scenario, *, seed: int, at_s: float) -> bool:
    """Whether all copies hold the same at a moment of the run of this seed."""
    writes, _ = _accepted(scenario, seed)
    return copies_equal(scenario, writes, _logs(scenario, writes), at_s)


def _accepted(scenario: Scenario, seed: int) -> tuple[Writes, int]:
    """The writes that some region carries out, and how many are refused."""
    sent = scheduled(scenario, seed)
    if scenario.merge != "home_region":
        return sent, 0
    accepted, cut_off = at_home(scenario, sent)
    return accepted, int((cut_off & sent.counted).sum())


def _logs(scenario: Scenario, writes: Writes) -> list[Log]:
    return [log_of(scenario, writes, region) for region in range(scenario.writers)]


def _dropped_by_writer(scenario: Scenario, writes: Writes, merged: Merged) -> tuple[float, ...]:
    return tuple(
        _fraction(merged.dropped, writes.counted & (writes.writer == writer)) for writer in range(scenario.writers)
    )


def _fraction(marked: Flags, among: Flags) -> float:
    """The share of those among which it is asked; 0 of none."""
    return float((marked & among).sum() / max(int(among.sum()), 1))


def _history(scenario: Scenario, writes: Writes, merged: Merged) -> tuple[Written, ...]:
    ahead_s = skew_s(scenario)
    arrives_at_s = np.column_stack([arrivals_s(scenario, writes, region) for region in range(scenario.writers)])
    return tuple(
        Written(
            at_s=float(writes.at_s[number]),
            writer=int(writes.writer[number]),
            key=int(writes.key[number]),
            stamp_s=float(writes.at_s[number] + ahead_s[int(writes.region[number])]),
            arrives_at_s=tuple(arrives_at_s[number].tolist()),
            kept=bool(merged.kept[number]),
            dropped=bool(merged.dropped[number]),
        )
        for number in np.flatnonzero(writes.counted)[:HISTORY_MAX]
    )


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: a fixed part, and every write at every copy; millions of them no longer fit the caches."""
    arrivals = expected_writes(scenario) * scenario.writers
    return 1.0 + arrivals * 0.0005 * (1 + arrivals / 3e6)


def expected_writes(scenario: Scenario) -> float:
    """How many writes there will be, from all regions together."""
    if scenario.schedule is not None:
        return float(len(scenario.schedule))
    return scenario.writers * scenario.write_rate_rps * (scenario.horizon_s + scenario.replication_lag_s)


def costly_field(scenario: Scenario) -> str:
    """Whichever of rate and horizon is further above an ordinary run."""
    return "write_rate_rps" if scenario.write_rate_rps / 0.1 >= scenario.horizon_s / 3_600 else "horizon_s"


def summary(scenario: Scenario, result: Result) -> str:
    """How many writes met, and what is missing, in one sentence."""
    refused = f", {result.refused_writes:,} more are refused" if result.refused_writes else ""
    met = "1 pair" if result.conflicts == 1 else f"{result.conflicts:,} pairs"
    lost = "1 addition is" if result.lost_updates == 1 else f"{result.lost_updates:,} additions are"
    return (
        f"Of {result.writes:,} writes {met} met without seeing each other{refused}; {lost} lost, and all copies agree "
        f"{result.convergence_s:,.3g} s after the last write."
    )
