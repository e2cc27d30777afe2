"""What does choosing a place do? No copy, then a copy, then the leader, then none again; without a leader on and off.

When the leader is taken away, the first copy of the list leads again: two choices of the same place undo themselves.
"""

from __future__ import annotations

import orjson

from lessons.simulator.engine.geography import known_places
from lessons.simulator.quorum_latency import Scenario
from lessons.simulator.quorum_latency.scenario import REPLICAS_MAX, answers, copies_of, leader_of
from lessons.widgets.kit import Pick


def city(name: str) -> str:
    """The city of a region of the matrices; a name of the reader's own stays as it is."""
    known = known_places().get(name)
    return known.city if known else name


def next_choice(scenario: Scenario, place: str) -> Pick | None:
    """What choosing this place does next; None where nothing can change."""
    if place not in scenario.regions:
        return _putting(scenario, place)
    if scenario.mode != "quorum" and place != leader_of(scenario):
        # A copy beyond n has to be one of the n before it can lead.
        sets = [("leader", place)]
        if scenario.regions.index(place) >= copies_of(scenario):
            sets.append(("n", str(len(scenario.regions))))
        return Pick(tuple(sets), f"Make {city(place)} the leader")
    return _taking(scenario, place)


def leading(scenario: Scenario, place: str) -> Pick | None:
    """Makes a place lead that has a copy; None for the one that does."""
    return None if place == leader_of(scenario) else Pick((("leader", place),), f"Make {city(place)} the leader")


def moving_client(place: str) -> Pick:
    """Puts the client somewhere else."""
    return Pick((("client_region", place),), f"Put the client in {city(place)}")


def waiting_for(w: int, n: int) -> Pick:
    """Another number of answers to wait for."""
    return Pick((("w", str(w)),), f"Wait for {w} of {n}")


def _putting(scenario: Scenario, place: str) -> Pick | None:
    if len(scenario.regions) >= REPLICAS_MAX:
        return None
    return Pick(_copies(scenario, [*scenario.regions, place], leader_of(scenario)), f"Put a copy in {city(place)}")


def _taking(scenario: Scenario, place: str) -> Pick | None:
    left = [region for region in scenario.regions if region != place]
    if not left:
        return None
    leader = left[0] if leader_of(scenario) == place else leader_of(scenario)
    words = f"Take the copy in {city(place)} away"
    if scenario.mode != "quorum" and leader_of(scenario) == place:
        words += f"; {city(leader)} leads"
    return Pick(_copies(scenario, left, leader), words)


def _copies(scenario: Scenario, regions: list[str], leader: str) -> tuple[tuple[str, str], ...]:
    """The fields of other copies; numbers that would not fit any more shrink with them."""
    sets = [("regions", orjson.dumps(regions).decode()), ("leader", leader)]
    copies = copies_of(scenario)
    if copies != len(scenario.regions):
        copies = min(copies, len(regions))
        sets.append(("n", str(copies)))
    else:
        copies = len(regions)
    if scenario.mode == "quorum":
        sets += [(name, str(copies)) for name in ("w", "r") if answers(scenario, name) > copies]
    return tuple(sets)
