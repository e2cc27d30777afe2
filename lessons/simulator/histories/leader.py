"""A store with one leader, which copies its writes to the others in order and answers before they have them.

Reads go to the leader, or to the copy nearby. Copies are as old as their place in the leader's log; a new leader
begins a new term from what it has, and what only the old one had is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lessons.simulator.histories.world import Call, World

Place = tuple[int, int]  # term, and number of entries


class _Copy:
    """One copy: its values, how far it is, and reads that wait until it is far enough."""

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}
        self.place: Place = (0, 0)
        self.waiting: list[tuple[Place, Callable[[], None]]] = []

    def move(self, place: Place) -> None:
        """Go on to a place, and let those go that waited for it."""
        self.place = place
        ready = [act for needed, act in self.waiting if needed <= place]
        self.waiting = [one for one in self.waiting if one[0] > place]
        for act in ready:
            act()


class LeaderStore:
    """Copies, who leads, and who believes so. While the first region is cut off, each side has its own belief."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.copies = [_Copy() for _ in range(world.scenario.n)]
        self.leader = 0
        self.term = 0
        self.kept: Place = (0, 0)
        self.arrives_ms = [0.0] * world.scenario.n
        self.tokens: dict[int, Place] = {}
        self.lost = 0
        self.answered: dict[Place, bool] = {}
        scenario = world.scenario
        if scenario.fault in ("crash", "failover_without_fencing"):
            promoted_ms = scenario.fault_at_ms + scenario.failover_after_ms
            if promoted_ms < scenario.fault_ends_ms:
                world.at(promoted_ms, self._promote)
                world.at(scenario.fault_ends_ms, self._rejoin)

    def call(self, call: Call) -> None:
        """Take a call from a client and see it through."""
        nearby = call.kind == "read" and self.world.scenario.mode == "follower_reads"
        copy = self._nearest(call.region) if nearby else self._leader_for(call.region)
        if nearby:
            self.world.send(call, 0, copy, lambda: self._read(call, copy))
        else:
            self.world.send(call, 0, copy, lambda: self._lead(call, copy))

    def _leader_for(self, region: int) -> int:
        """Whom a client holds for the leader: in the cut-off region still the old one."""
        return 0 if self.world.apart(0, 1, self.world.now_ms) and region == 0 else self.leader

    def _nearest(self, region: int) -> int:
        return (region + 1) % len(self.copies) if self.world.down(region, self.world.now_ms) else region

    def _read(self, call: Call, copy: int) -> None:
        """Read from a copy, once it has what the client's token says (without tokens: at once)."""
        needed = self.tokens.get(call.client, (0, 0)) if self.world.scenario.session_token else (0, 0)
        held = self.copies[copy]
        if held.place < needed:
            held.waiting.append((needed, lambda: self._read(call, copy)))
            return
        self._answer(call, copy, held.values.get(call.key), True)

    def _lead(self, call: Call, copy: int) -> None:
        """Read, write or compare as the leader; one that leads no more does not answer."""
        if copy != self._leader_for(copy):
            return
        held = self.copies[copy]
        now = held.values.get(call.key)
        if call.kind == "read":
            self._answer(call, copy, now, True)
        elif call.kind == "cas" and now != call.value[0]:
            self._answer(call, copy, None, False)
        else:
            self._write(call, copy, call.value[1] if call.kind == "cas" else call.value)
            self._answer(call, copy, None, True)

    def _write(self, call: Call, leader: int, value: Any) -> None:
        held = self.copies[leader]
        place = (held.place[0], held.place[1] + 1)
        held.values[call.key] = value
        held.move(place)
        for copy in range(len(self.copies)):
            if copy == leader:
                continue
            arrives = self.world.copied_at(call, leader, copy)
            if leader == self.leader:
                # Entries arrive in the order of the log.
                arrives = self.arrives_ms[copy] = max(arrives, self.arrives_ms[copy])
            self.world.at(arrives, lambda copy=copy: self._copied(copy, place, call.key, value))  # type: ignore[misc]

    def _copied(self, copy: int, place: Place, key: int, value: Any) -> None:
        held = self.copies[copy]
        # What an old leader sends late counts for nothing, nor does what the copy has taken over already.
        if place[0] < self.term or place <= held.place:
            return
        held.values[key] = value
        held.move(place)

    def _answer(self, call: Call, copy: int, value: Any, ok: bool) -> None:
        place = self.copies[copy].place
        writes = call.kind != "read" and ok
        if writes:
            self.answered[place] = False

        def arrive() -> None:
            if writes:
                self.answered[place] = True
            self.tokens[call.client] = max(place, self.tokens.get(call.client, place))
            call.finish(value, ok)

        self.world.send(call, 1, copy, arrive, back=True)

    def _promote(self) -> None:
        """The copy that is farthest among the others leads, and the others take over what it has."""
        others = range(1, len(self.copies))
        self.leader = max(others, key=lambda one: (self.copies[one].place, -one))
        kept = self.copies[self.leader]
        self.term += 1
        self.kept = kept.place
        kept.move((self.term, kept.place[1]))
        for copy in others:
            if copy != self.leader:
                self._take_over(copy)

    def _rejoin(self) -> None:
        """The old leader is back: it drops what nobody else has."""
        self.lost = sum(seen for place, seen in self.answered.items() if place[0] < self.term and place > self.kept)
        self._take_over(0)

    def _take_over(self, copy: int) -> None:
        held, kept = self.copies[copy], self.copies[self.leader]
        held.values = dict(kept.values)
        held.move(kept.place)
