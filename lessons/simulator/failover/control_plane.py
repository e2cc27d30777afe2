"""When is the fault noticed, decided on, and answered? Probes, votes and promotions, one event each.

Assumes that a checker starts its probes at a uniform moment of its interval, and that a probe sent before the fault
ends fails.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lessons.simulator.engine.clock import Clock
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.scenario import Scenario, given


@dataclass(frozen=True)
class Moments:
    """What the control plane did. None: never, within the horizon."""

    detected_s: float | None = None
    decided_s: float | None = None
    restored_s: float | None = None
    promoted_s: float | None = None
    redirected_s: float | None = None
    returned_s: float | None = None
    failback_s: float | None = None
    failback_shift_s: float | None = None


def phases_drawn(scenario: Scenario, chance: np.random.Generator) -> Array:
    """The first probe of each checker in each run, in intervals from the fault: uniform on (0, 1]."""
    return 1.0 - chance.random((scenario.runs, scenario.checkers))


def control(scenario: Scenario, phases: Array) -> Moments:
    """One run of the control plane for one probe phase a checker."""
    return _ControlPlane(scenario, phases).moments()


def checkers_needed(scenario: Scenario) -> int:
    """How many checkers have to call the side lost before the share that calls it healthy is at or below the limit."""
    healthy_allowed = math.floor(scenario.healthy_fraction_limit * scenario.checkers + 1e-9)
    return scenario.checkers - healthy_allowed


def checkers_that_see(scenario: Scenario) -> int:
    """How many checkers meet the fault, to the nearest whole one."""
    return math.floor(given(scenario.fault_seen_fraction) * scenario.checkers + 0.5)


def events_planned(scenario: Scenario) -> int:
    """How many events one run of the control plane has at most."""
    return scenario.checkers * scenario.failure_threshold + 8


class _ControlPlane:
    """Event by event: probes, then the decision, restore, promotion, the new record, and the way home."""

    def __init__(self, scenario: Scenario, phases: Array) -> None:
        self._scenario = scenario
        self._phases = phases
        self._clock = Clock(events_max=events_planned(scenario))
        self._votes = 0
        self._found: dict[str, float] = {}
        # A planned switchover waits for nobody's fault to end.
        self._healthy_s = 0.0 if scenario.fault == "switchover" else scenario.fault_duration_s

    def moments(self) -> Moments:
        if self._scenario.fault == "switchover":
            self._clock.at(0.0, self._detect)
        else:
            self._plan_probes()
        self._clock.run(self._scenario.horizon_s)
        if self._scenario.fault != "switchover" and self._healthy_s <= self._scenario.horizon_s:
            self._found["returned_s"] = self._healthy_s
        return Moments(**self._found)

    def _plan_probes(self) -> None:
        scenario = self._scenario
        if checkers_that_see(scenario) < checkers_needed(scenario):
            return
        for phase in self._phases[: checkers_that_see(scenario)]:
            self._plan_probe(float(phase) * scenario.health_check_interval_s, failed_before=0)

    def _plan_probe(self, sent_s: float, *, failed_before: int) -> None:
        """A probe sent before the side is healthy again fails; its timeout is the moment the checker knows."""
        if sent_s >= self._healthy_s or sent_s > self._scenario.horizon_s:
            return
        known_s = sent_s + self._scenario.probe_timeout_s
        self._clock.at(known_s, lambda: self._probe_failed(sent_s, failed=failed_before + 1))

    def _probe_failed(self, sent_s: float, *, failed: int) -> None:
        scenario = self._scenario
        if failed == scenario.failure_threshold:
            self._votes += 1
            if self._votes == checkers_needed(scenario):
                self._detect()
            return
        waited = scenario.probe_timeout_s if scenario.interval_counted_from == "answer" else 0.0
        next_s = sent_s + scenario.health_check_interval_s + waited
        # Counted from the request, a probe may be due before the last one has timed out; it is sent then, known later.
        self._plan_probe(next_s, failed_before=failed)

    def _detect(self) -> None:
        self._found["detected_s"] = self._clock.now_s
        self._clock.at(self._clock.now_s + given(self._scenario.decision_delay_s), self._decide)

    def _decide(self) -> None:
        """Nobody fails over to answer a fault that is already gone."""
        scenario, now_s = self._scenario, self._clock.now_s
        if scenario.fault != "switchover" and now_s > self._found["detected_s"] and now_s >= self._healthy_s:
            return
        self._found["decided_s"] = now_s
        if not scenario.promotes:
            self._redirect()
            return
        self._clock.at(now_s + given(scenario.restore_s) + self._planned_scale_up_s(), self._restored)

    def _planned_scale_up_s(self) -> float:
        """A planned switchover scales up before it moves anybody."""
        scenario = self._scenario
        if scenario.fault != "switchover" or given(scenario.standby_capacity_fraction) >= 1:
            return 0.0
        return given(scenario.scale_up_s)

    def _restored(self) -> None:
        self._found["restored_s"] = self._clock.now_s
        self._clock.at(self._clock.now_s + given(self._scenario.promotion_s), self._promote)

    def _promote(self) -> None:
        self._found["promoted_s"] = self._clock.now_s
        self._redirect()

    def _redirect(self) -> None:
        scenario, now_s = self._scenario, self._clock.now_s
        self._found["redirected_s"] = now_s
        if scenario.failback == "none":
            return
        moved_s = now_s + (scenario.dns_ttl_s if scenario.routing == "dns" else scenario.routing_shift_s)
        ready_s = max(moved_s, self._healthy_s) + scenario.resync_s
        after_s = (moved_s if scenario.fault == "switchover" else self._healthy_s) + given(scenario.failback_after_s)
        self._clock.at(max(ready_s, after_s), self._fail_back)

    def _fail_back(self) -> None:
        self._found["failback_s"] = self._clock.now_s
        pause_s = self._scenario.failback_pause_s if self._scenario.promotes else 0.0
        self._clock.at(self._clock.now_s + pause_s, self._fail_back_shift)

    def _fail_back_shift(self) -> None:
        self._found["failback_shift_s"] = self._clock.now_s
