"""Stores in which every copy takes writes, answers at once, and sends them to the others in the order made.

`eventual`: the latest stamp wins, so all copies agree once all has arrived; a write whose clock is behind is lost the
moment it is made. `causal_session`: a copy takes over a write only after everything its writer could have known, and
keeps what came last (causal memory); copies may disagree for ever about writes made at the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lessons.simulator.histories.world import Call, World

Stamp = tuple[float, int, int]
FIRST: Stamp = (float("-inf"), 0, 0)


@dataclass(frozen=True, slots=True)
class _Write:
    """A write on its way. `number` counts those of its origin, `known` what the origin had from each copy."""

    origin: int
    number: int
    known: tuple[int, ...]
    stamp: Stamp
    key: int
    value: Any


@dataclass
class _Copy:
    """One copy. `known` counts the writes it has from each origin."""

    known: list[int]
    values: dict[int, tuple[Stamp, Any]] = field(default_factory=dict)
    early: list[_Write] = field(default_factory=list)
    waiting: list[tuple[tuple[int, ...], Callable[[], None]]] = field(default_factory=list)


class AnywhereStore:
    """Copies that write first and tell later."""

    def __init__(self, world: World) -> None:
        self.world = world
        count = world.scenario.n
        self.copies = [_Copy([0] * count) for _ in range(count)]
        self.arrives_ms = [[0.0] * count for _ in range(count)]
        self.tokens: dict[int, tuple[int, ...]] = {}
        self.lost = 0

    def call(self, call: Call) -> None:
        """Go to the copy nearby; to the next one when it has crashed, unless the client has to stay."""
        copy = call.region
        if self.world.scenario.mode == "eventual" and self.world.down(copy, self.world.now_ms):
            copy = (copy + 1) % len(self.copies)
        act = self._read if call.kind == "read" else self._write
        self.world.send(call, 0, copy, lambda: act(call, copy))

    def _read(self, call: Call, copy: int) -> None:
        held = self.copies[copy]
        needed = self.tokens.get(call.client, ()) if self.world.scenario.session_token else ()
        if not _has(held, needed):
            held.waiting.append((needed, lambda: self._read(call, copy)))
            return
        value = held.values.get(call.key, (FIRST, None))[1]
        self._answer(call, copy, value)

    def _write(self, call: Call, copy: int) -> None:
        held = self.copies[copy]
        skew = self.world.scenario.clock_skew_ms if copy == 0 else 0.0
        stamp = (self.world.now_ms + skew, copy, held.known[copy])
        write = _Write(copy, held.known[copy] + 1, tuple(held.known), stamp, call.key, call.value)
        if self.world.scenario.mode == "eventual" and held.values.get(call.key, (FIRST, None))[0] > stamp:
            self.lost += 1
        self._take(copy, write)
        self._answer(call, copy, None)
        for other in range(len(self.copies)):
            if other == copy:
                continue
            arrives = max(self.world.copied_at(call, copy, other), self.arrives_ms[copy][other])
            self.arrives_ms[copy][other] = arrives
            self.world.at(arrives, lambda other=other: self._arrived(other, write))  # type: ignore[misc]

    def _answer(self, call: Call, copy: int, value: Any) -> None:
        known = tuple(self.copies[copy].known)

        def arrive() -> None:
            before = self.tokens.get(call.client, known)
            self.tokens[call.client] = tuple(max(one, other) for one, other in zip(known, before, strict=True))
            call.finish(value, True)

        self.world.send(call, 1, copy, arrive, back=True)

    def _arrived(self, copy: int, write: _Write) -> None:
        """Take a write over, and whatever waited for it."""
        held = self.copies[copy]
        held.early.append(write)
        moved = True
        while moved:
            moved = False
            for one in held.early:
                if self._may_take(held, one):
                    held.early.remove(one)
                    self._take(copy, one)
                    moved = True
                    break

    def _may_take(self, held: _Copy, write: _Write) -> bool:
        if held.known[write.origin] != write.number - 1:
            return False
        return self.world.scenario.mode == "eventual" or _has(held, write.known)

    def _take(self, copy: int, write: _Write) -> None:
        held = self.copies[copy]
        held.known[write.origin] = write.number
        latest = held.values.get(write.key, (FIRST, None))[0]
        if self.world.scenario.mode != "eventual" or write.stamp > latest:
            held.values[write.key] = (write.stamp, write.value)
        ready = [act for needed, act in held.waiting if _has(held, needed)]
        held.waiting = [one for one in held.waiting if not _has(held, one[0])]
        for act in ready:
            act()


def _has(held: _Copy, needed: tuple[int, ...]) -> bool:
    return all(have >= need for have, need in zip(held.known, needed, strict=False))
