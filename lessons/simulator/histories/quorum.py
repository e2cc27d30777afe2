"""A store without a leader: a write waits for w copies, a read for r, and the latest stamp is the newest value.

Stamps are the time of the client's region when it writes. A write that fewer than w copies confirm has no answer, yet
some have it. Without read repair a later read may find it and the next one not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lessons.simulator.histories.world import Call, World

Version = tuple[tuple[float, int, int], Any]
NEVER: Version = ((float("-inf"), 0, 0), None)


@dataclass(slots=True)
class _Read:
    """What a read has heard so far, and which copies are known to have the newest of it."""

    heard: dict[int, Version] = field(default_factory=dict)
    newest: Version = NEVER
    holders: set[int] = field(default_factory=set)


class QuorumStore:
    """Copies of versions."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.copies: list[dict[int, Version]] = [{} for _ in range(world.scenario.n)]
        self.lost = 0

    def call(self, call: Call) -> None:
        """Ask every copy, and answer when enough have."""
        if call.kind == "read":
            self._read(call)
            return
        skew = self.world.scenario.clock_skew_ms if call.region == 0 else 0.0
        version = ((self.world.now_ms + skew, call.client, call.number), call.value)
        confirmed: set[int] = set()

        def confirm(copy: int) -> None:
            confirmed.add(copy)
            if len(confirmed) == self.world.scenario.w:
                call.finish(None, True)

        for copy in (call.region,) if call.half_way else range(len(self.copies)):
            self._store(call, 0, copy, version, confirm)

    def _store(self, call: Call, leg: int, copy: int, version: Version, confirm: Any) -> None:
        def arrive() -> None:
            held = self.copies[copy]
            if version[0] > held.get(call.key, NEVER)[0]:
                held[call.key] = version
            self.world.send(call, leg + 1, copy, lambda: confirm(copy), back=True)

        self.world.send(call, leg, copy, arrive)

    def _read(self, call: Call) -> None:
        seen = _Read()
        for copy in range(len(self.copies)):
            self.world.send(call, 0, copy, lambda copy=copy: self._told(call, copy, seen))  # type: ignore[misc]

    def _told(self, call: Call, copy: int, seen: _Read) -> None:
        version = self.copies[copy].get(call.key, NEVER)
        self.world.send(call, 1, copy, lambda: self._heard(call, copy, version, seen), back=True)

    def _heard(self, call: Call, copy: int, version: Version, seen: _Read) -> None:
        scenario = self.world.scenario
        if len(seen.heard) >= scenario.r:
            return
        seen.heard[copy] = version
        if len(seen.heard) < scenario.r:
            return
        seen.newest = max(seen.heard.values(), key=lambda one: one[0])
        seen.holders = {one for one, held in seen.heard.items() if held[0] == seen.newest[0]}
        if not scenario.read_repair or seen.newest is NEVER or len(seen.holders) >= scenario.w:
            call.finish(seen.newest[1], True)
            return

        def confirm(repaired: int) -> None:
            seen.holders.add(repaired)
            if len(seen.holders) == scenario.w:
                call.finish(seen.newest[1], True)

        for other in range(len(self.copies)):
            if other not in seen.holders:
                self._store(call, 2, other, seen.newest, confirm)
