"""Who writes where, how often, by which clock, and what becomes of writes that meet? The fields of a conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.distributions import quoted
from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.errors import ScenarioError

WRITERS_MAX, SKEW_MS_MAX, HORIZON_S_MAX, KEYS_MAX = 9, 60_000.0, 2_592_000.0, 1_000_000
SCHEDULED_MAX = 500
MERGES = {
    "last_write_wins": "the last write wins, by its stamp",
    "version_vectors": "version vectors: keep both, let the application merge",
    "crdt": "a data type that merges by itself (CRDT)",
    "home_region": "one home region writes each key",
}
SKEW_SHAPE = (
    f"a list with one number of ms for each writer, from {-SKEW_MS_MAX:g} to {SKEW_MS_MAX:g}, for example [400, 0]"
)
SCHEDULE_SHAPE = (
    f"a list of up to {SCHEDULED_MAX} writes [at_s, writer] or [at_s, writer, key], writers and keys counted from 0, "
    "for example [[0, 0], [0.3, 1]]; or null"
)


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Regions that all write the same keys, each into its own copy first."""

    writers: int = param(
        2,
        label="Regions that write",
        min=1,
        max=WRITERS_MAX,
        step=1,
        help="One writer in each, with a copy and a clock of its own.",
        passport="conflicts-writers",
    )
    write_rate_rps: float = param(
        0.1,
        label="Writes of each region",
        unit="rps",
        min=0,
        max=10_000,
        step=0.01,
        scale="log",
        help="On all keys together, at random moments.",
        passport="conflicts-write-rate",
    )
    keys: int = param(
        1,
        label="Keys",
        min=1,
        max=KEYS_MAX,
        step=1,
        scale="log",
        help="Each write goes to one of them, all equally likely.",
        passport="conflicts-keys",
    )
    replication_lag_s: float = param(
        0.8,
        label="A write reaches the other copies after",
        unit="s",
        min=0,
        max=3_600,
        step=0.1,
        help="Two writes that do not see each other within it are a conflict.",
        passport="conflicts-lag",
    )
    partition_s: float = param(
        0.0,
        label="The link is cut for",
        unit="s",
        min=0,
        max=HORIZON_S_MAX,
        step=1,
        help="From the start: the first half of the regions is cut off from the rest.",
        passport="conflicts-partition",
    )
    horizon_s: float = param(
        3_600.0,
        label="Watch for",
        unit="s",
        min=1,
        max=HORIZON_S_MAX,
        step=60,
        scale="log",
        help="Then the writes stop, and the copies come to agree.",
        passport="conflicts-horizon",
    )
    clock_skew_ms: tuple[float, ...] | None = param(
        None,
        label="Each region's clock is ahead by",
        unit="ms",
        shape=SKEW_SHAPE,
        help="Negative: behind. Left out, all clocks agree.",
        passport="conflicts-skew",
    )
    merge: str = param(
        "last_write_wins",
        label="Writes that meet",
        choices=MERGES,
        help="The rule by which copies come to agree.",
        passport="conflicts-merge",
    )
    schedule: tuple[tuple[float, ...], ...] | None = param(
        None,
        label="Your own writes",
        shape=SCHEDULE_SHAPE,
        help="Instead of drawn ones. Rate and horizon then only say how long to watch.",
        passport="conflicts-schedule",
    )

    def resolve(self) -> None:
        """Bring both lists to plain numbers. Raises ScenarioError."""
        self._set("clock_skew_ms", _read_skew(self.clock_skew_ms, self.writers))
        if self.schedule is not None:
            self._set("schedule", _read_schedule(self, self.schedule))


def skew_s(scenario: Scenario) -> list[float]:
    """How far each region's clock is ahead of the true time."""
    assert scenario.clock_skew_ms is not None, "resolve fills every optional field"
    return [ahead_ms / 1_000 for ahead_ms in scenario.clock_skew_ms]


def _read_skew(value: Any, writers: int) -> list[float]:
    if value is None:
        return [0.0] * writers
    if not isinstance(value, (list, tuple)):
        raise ScenarioError("clock_skew_ms", f"is {quoted(value)}", allowed=SKEW_SHAPE)
    if len(value) != writers:
        problem = f"has {len(value)} numbers, and there are {writers} writers"
        raise ScenarioError("clock_skew_ms", problem, allowed=SKEW_SHAPE)
    return [_number("clock_skew_ms", one, -SKEW_MS_MAX, SKEW_MS_MAX, SKEW_SHAPE) for one in value]


def _read_schedule(scenario: Scenario, value: Any) -> list[list[float]]:
    """Writes in the order of their time; of two at the same moment the one given first comes first."""
    if not isinstance(value, (list, tuple)) or len(value) > SCHEDULED_MAX:
        raise ScenarioError("schedule", f"is {quoted(value)}", allowed=SCHEDULE_SHAPE)
    return sorted((_read_write(scenario, write) for write in value), key=lambda write: write[0])


def _read_write(scenario: Scenario, value: Any) -> list[float]:
    if not isinstance(value, (list, tuple)) or len(value) not in (2, 3):
        raise ScenarioError("schedule", f"has {quoted(value)}", allowed=SCHEDULE_SHAPE)
    highest = (scenario.horizon_s, scenario.writers - 1, scenario.keys - 1)
    numbers = [
        _number("schedule", one, 0, most, f"{SCHEDULE_SHAPE}; numbers up to {most:g} in this place")
        for one, most in zip(value, highest, strict=False)
    ]
    if any(number != int(number) for number in numbers[1:]):
        raise ScenarioError("schedule", f"has {quoted(value[1:])} in a write", allowed=SCHEDULE_SHAPE)
    return [*numbers, 0.0] if len(numbers) == 2 else numbers


def _number(field: str, value: Any, lowest: float, highest: float, shape: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not lowest <= value <= highest:
        raise ScenarioError(field, f"has {quoted(value)}", allowed=shape)
    return float(value)
