"""Where are users, routing and stores, and which way do requests and copies flow at each moment of a failover?"""

from __future__ import annotations

import numpy as np

from lessons.simulator.failover import Result, Scenario
from lessons.simulator.failover.scenario import PRIMARY_REGION, STANDBY_REGION, given
from lessons.widgets.kit import Frame, Link, Place, Topology, words
from lessons.widgets.kit.roles import State

MOVED_SHOWN = (0.25, 0.5, 0.75)
HOME_AGAIN = 0.05
FRAMES_MAX = 24
LINKS = (
    Link("to-routing", "users", "routing", "traffic"),
    Link("to-old", "routing", "old-service", "traffic"),
    Link("to-new", "routing", "new-service", "traffic"),
    Link("old-writes", "old-service", "old-store", "traffic"),
    Link("new-writes", "new-service", "new-store", "traffic"),
    Link("copies", "old-store", "new-store", "replication"),
)


def situation(scenario: Scenario) -> Topology:
    """The state before the fault: no result in it."""
    return Topology("Users, routing and two sides", places(scenario), LINKS, (before(scenario),))


def topology(scenario: Scenario, result: Result) -> Topology:
    """One frame for every event and every further quarter of the users moved."""
    told = {0.0: "The fault begins."}
    for one in result.events:
        told[one.at_s] = f"{told[one.at_s]} {one.text}." if one.at_s in told and one.at_s > 0 else f"{one.text}."
    seconds, moved = result.series["t_s"], result.series["moved_fraction"]
    for share in MOVED_SHOWN:
        reached = np.flatnonzero(moved >= share)
        if len(reached) and reached[0] > 0:
            told.setdefault(float(seconds[reached[0]]), f"{words.percent(share)} of users are on the other side.")
    if result.failback_at_s is not None:
        home = np.flatnonzero((seconds >= result.failback_at_s) & (moved <= HOME_AGAIN))
        if len(home) and scenario.strategy != "active_active":
            told.setdefault(float(seconds[home[0]]), f"{words.percent(1 - HOME_AGAIN)} of users are home.")
    moments = sorted(at_s for at_s in told if at_s <= scenario.horizon_s)[:FRAMES_MAX]
    frames = [before(scenario), *(_frame(scenario, result, at_s, told[at_s]) for at_s in moments)]
    return Topology("Who serves whom, moment by moment", places(scenario), LINKS, tuple(frames))


def places(scenario: Scenario) -> tuple[Place, ...]:
    """Users, routing and two sides. When a zone is lost both sides lie in one region."""
    zone = scenario.fault == "zone_loss"
    routing = "DNS" if scenario.routing == "dns" else "anycast"
    return (
        Place("users", "users", "users", 0.095, 0.52, "ink"),
        Place("routing", "routing", routing, 0.32, 0.52, "ink"),
        Place("old", "zone" if zone else "region", "zone a" if zone else PRIMARY_REGION, 0.7, 0.26, "a"),
        Place("new", "zone" if zone else "region", "other zones" if zone else STANDBY_REGION, 0.7, 0.78, "b"),
        Place("old-service", "service", "service", 0.59, 0.26, "a", inside="old"),
        Place("old-store", "store", "store", 0.86, 0.26, "a", inside="old"),
        Place("new-service", "service", "service", 0.59, 0.78, "b", inside="new"),
        Place("new-store", "store", "store", 0.86, 0.78, "b", inside="new"),
    )


def before(scenario: Scenario) -> Frame:
    """Everything as it was planned."""
    both = scenario.strategy == "active_active"
    away = 1 - given(scenario.affected_user_fraction)
    return Frame(
        -1.0,
        "Before the fault.",
        {"new-service": _standby(scenario)},
        {
            "to-routing": 1.0,
            "to-old": 1 - away,
            "to-new": away,
            "old-writes": 1 - away,
            "new-writes": away,
            "copies": 1.0,
        },
        {
            "old-store": "primary",
            "new-store": "primary" if both else "backup" if scenario.strategy == "backup_restore" else "copy",
            "new-service": _standby_note(scenario),
        },
    )


def _standby(scenario: Scenario) -> State:
    capacity = given(scenario.standby_capacity_fraction)
    return "down" if capacity == 0 else "degraded" if capacity < 1 else "healthy"


def _standby_note(scenario: Scenario) -> str:
    capacity = given(scenario.standby_capacity_fraction)
    return "off" if capacity == 0 else f"{round(100 * capacity)}\u2009% size" if capacity < 1 else ""


def _frame(scenario: Scenario, result: Result, at_s: float, text: str) -> Frame:
    ill = scenario.fault != "switchover" and at_s < scenario.fault_duration_s
    promoted = result.promoted_at_s is not None and at_s >= result.promoted_at_s
    home = result.failback_at_s is not None and at_s >= result.failback_at_s
    moved = float(np.interp(at_s, result.series["t_s"], result.series["moved_fraction"]))
    old = _old_state(scenario, ill=ill)
    both = scenario.strategy == "active_active"
    behind = promoted and not home and not ill and scenario.fault != "switchover"
    copies = 0.0 if ill and scenario.fault != "gray_failure" else -1.0 if promoted and not home else 1.0
    old_store: State = "degraded" if behind else old
    share_old, share_new = 1 - moved, moved
    return Frame(
        at_s,
        text,
        {
            "old": old,
            "old-service": old,
            "old-store": old_store,
            "new-service": _new_state(scenario, result, at_s),
            "routing": "degraded" if 0.01 < moved < 0.99 and not both else "healthy",
        },
        {
            "to-routing": 1.0,
            "to-old": share_old,
            "to-new": share_new,
            "old-writes": 0.0 if old == "down" else share_old,
            "new-writes": share_new if (promoted and not home) or both else 0.0,
            "copies": copies,
        },
        {
            "old": {"down": "lost", "degraded": "slow"}.get(old, ""),
            "old-store": "lost"
            if old == "down"
            else "catching up"
            if behind
            else "copy"
            if promoted and not home
            else "primary",
            "new-store": "primary" if (promoted and not home) or both else before(scenario).notes["new-store"],
            "new-service": "" if _new_state(scenario, result, at_s) == "healthy" else _standby_note(scenario),
            "routing": f"{round(100 * moved)}\u2009% moved" if moved >= 0.005 else "",
        },
    )


def _old_state(scenario: Scenario, *, ill: bool) -> State:
    if not ill or scenario.fault == "partition":
        return "healthy"
    return "degraded" if scenario.fault == "gray_failure" else "down"


def _new_state(scenario: Scenario, result: Result, at_s: float) -> State:
    """A standby that is still growing to full size is drawn as degraded."""
    capacity = given(scenario.standby_capacity_fraction)
    if capacity >= 1:
        return "healthy"
    if result.decided_at_s is None or at_s < result.decided_at_s:
        return _standby(scenario)
    return "healthy" if at_s >= result.decided_at_s + given(scenario.scale_up_s) else "degraded"
