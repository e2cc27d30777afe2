"""Conflicts message by message, with the data types themselves: slow, obvious, and independent of the simulator.

Copies are dictionaries that hold values: a register with its stamp, versions with their vectors, or a grow-only set.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """One write on its way: its number is the element that it adds."""

    number: int
    at_s: float
    key: int
    stamp_s: float
    value: frozenset
    vector: dict = field(default_factory=dict)


class Register:
    """Keeps the value with the highest stamp; of equal stamps the later write's."""

    def __init__(self) -> None:
        self.held: Message | None = None
        self.latest = -1

    def read(self) -> tuple[frozenset, dict]:
        return (self.held.value if self.held else frozenset()), {}

    def take(self, message: Message) -> tuple[bool, bool]:
        """Whether the copy changed, and whether it refused what was the latest that it had ever met."""
        newest, self.latest = message.number > self.latest, max(self.latest, message.number)
        if self.held and (self.held.stamp_s, self.held.number) > (message.stamp_s, message.number):
            return False, newest
        self.held = message
        return True, False


class Versions:
    """Keeps every version that no other one has seen."""

    def __init__(self) -> None:
        self.siblings: list[Message] = []

    def read(self) -> tuple[frozenset, dict]:
        """What an application makes of the versions: their union, having seen all of them."""
        seen: dict = {}
        for one in self.siblings:
            seen = {node: max(seen.get(node, 0), one.vector.get(node, 0)) for node in {*seen, *one.vector}}
        return frozenset().union(*(one.value for one in self.siblings)), seen

    def take(self, message: Message) -> tuple[bool, bool]:
        if any(has_seen(one.vector, message.vector) for one in self.siblings):
            return False, False
        self.siblings = [one for one in self.siblings if not has_seen(message.vector, one.vector)] + [message]
        return True, False


class GrowOnlySet:
    """Holds every element that it ever met."""

    def __init__(self) -> None:
        self.elements: set[int] = set()

    def read(self) -> tuple[frozenset, dict]:
        return frozenset(self.elements), {}

    def take(self, message: Message) -> tuple[bool, bool]:
        before = len(self.elements)
        self.elements.add(message.number)
        return len(self.elements) > before, False


def has_seen(one: dict, other: dict) -> bool:
    return all(one.get(node, 0) >= count for node, count in other.items())


def followed(writes, *, writers, lag_s, cut_s, skew_ms, merge):
    """Every write to every copy. `writes` are (at_s, writer, key) in the order of their time.

    Gives lost and dropped elements, concurrent pairs, refused writes, when the last copy changed, and the final values.
    """
    kind = {"version_vectors": Versions, "crdt": GrowOnlySet}.get(merge, Register)
    keys = {key for _, _, key in writes}
    copies = {(region, key): kind() for region in range(writers) for key in keys}
    counters: dict = {}
    queue = [(at_s, number, "write", writer, key) for number, (at_s, writer, key) in enumerate(writes)]
    heapq.heapify(queue)
    sent, dropped, refused, changed_at_s = {}, set(), set(), 0.0

    def cut(one: int, other: int, at_s: float) -> bool:
        return (one < writers // 2) != (other < writers // 2) and at_s < cut_s

    while queue:
        at_s, number, what, region, detail = heapq.heappop(queue)
        if what == "write":
            place = detail % writers if merge == "home_region" else region
            if cut(region, place, at_s):
                refused.add(number)
                continue
            value, seen = copies[place, detail].read()
            counters[place, detail] = counters.get((place, detail), 0) + 1
            vector = {**seen, place: counters[place, detail]}
            stamp_s = at_s + skew_ms[place] / 1_000
            message = Message(number, at_s, detail, stamp_s, value | {number}, vector)
            sent[number] = message
            for other in range(writers):
                if other != place:
                    starts_s = cut_s if cut(place, other, at_s) else at_s
                    heapq.heappush(queue, (starts_s + lag_s, number, "arrival", other, 0))
            region = place
        else:
            message = sent[number]
        changed, was_dropped = copies[region, message.key].take(message)
        changed_at_s = max(changed_at_s, at_s) if changed else changed_at_s
        if was_dropped:
            dropped.add(number)
    finals = {place: copy.read()[0] for place, copy in copies.items()}
    held = frozenset().union(*finals.values())
    return {
        "lost": set(sent) - held,
        "dropped": dropped,
        "refused": refused,
        "changed_at_s": changed_at_s,
        "equal": all(finals[region, key] == finals[0, key] for region, key in finals),
        "sent": sent,
    }


def concurrent_pairs(sent) -> int:
    """Pairs of writes to one key of which neither vector has seen the other."""
    messages = list(sent.values())
    return sum(
        not has_seen(one.vector, other.vector) and not has_seen(other.vector, one.vector)
        for place, one in enumerate(messages)
        for other in messages[:place]
        if one.key == other.key
    )
