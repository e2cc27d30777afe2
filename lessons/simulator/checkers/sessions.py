"""Does a client ever miss a write that it was promised to see? The four guarantees of a session, and causal order.

All say which writes a read must have seen; they are broken when it finds a version that is older than one of them.
Version u is older than w when u happened before w (see causes.py), and the first value is older than all.

- read your writes: what the same client wrote before;
- monotonic reads: what the same client read before, of the same key;
- monotonic writes: what was written, by its writer, before a write that the client has read;
- writes follow reads: what was read, by its writer, before such a write.

A reader who meets two versions of one key in the wrong order cannot tell an old copy from writes in the wrong order:
such a history breaks monotonic reads and, when the two are one client's (or one's answer to the other), the guarantee
about writes as well.

Causal consistency is that of causal memory (Ahamad, Neiger, Burns, Kohli, Hutto, 1995): for each client there is one
order of all writes and its own reads in which causes come first and every read finds the last write of its key. What
each read read from being known, it is found by adding what must come before what until nothing changes (Bouajjani,
Enea, Guerraoui, Hamza, POPL 2017).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lessons.simulator.checkers.causes import START, Causes, pasts

_Known = tuple[int, tuple[int, ...]]  # a version, and what shows that it was known


@dataclass(frozen=True)
class Missed:
    """A read that found `found` (START: the first value) although it had to see `missed`; `because` leads from the
    missed write to the read. All are places; a circle has no read (`read` is None) and its places in `because`."""

    read: int | None
    found: int
    missed: int
    because: tuple[int, ...]


def missed_own_write(causes: Causes) -> Iterator[Missed]:
    """Reads that miss a write of their own client."""
    for read, own in _reads(causes):
        for write in own:
            if _older(causes, causes.sources[read], write, read):
                yield Missed(read, causes.sources[read], write, ())


def went_back(causes: Causes) -> Iterator[Missed]:
    """Reads that find an older version than their client has read before."""
    for read, own in _reads(causes):
        for before in own:
            seen = causes.sources.get(before, START)
            if seen != START and _older(causes, causes.sources[read], seen, read):
                yield Missed(read, causes.sources[read], seen, (before,))


def writes_out_of_order(causes: Causes) -> Iterator[Missed]:
    """Reads that miss what one client wrote before another write that the reader has seen."""
    yield from _missed_behind(causes, _writes_before)


def answer_before_question(causes: Causes) -> Iterator[Missed]:
    """Reads that miss what a client had read before a write of its own that the reader has seen."""
    yield from _missed_behind(causes, _reads_before)


def not_causal(causes: Causes) -> Iterator[Missed]:
    """Reads that no order of all writes fits, for their client."""
    assert causes.past is not None, "circles are told before"
    clients = {causes.effects[place].client for place in causes.happened}
    for client in sorted(clients):
        broken = _order_of(causes, client)
        if broken is not None:
            yield broken


GUARANTEES: dict[str, Callable[[Causes], Iterator[Missed]]] = {
    "causal": not_causal,
    "read_your_writes": missed_own_write,
    "monotonic_reads": went_back,
    "monotonic_writes": writes_out_of_order,
    "writes_follow_reads": answer_before_question,
}


def broken(causes: Causes, model: str) -> Missed | None:
    """The first thing that breaks the model, or None. Something read before it could be written breaks every model."""
    if causes.past is None:
        return Missed(None, START, START, _circle(causes))
    return next(GUARANTEES[model](causes), None)


def _reads(causes: Causes) -> Iterator[tuple[int, list[int]]]:
    """Each observation that its client learnt of, with what it did before, oldest first."""
    done: dict[str, list[int]] = {}
    for place in causes.happened:
        effect = causes.effects[place]
        own = done.setdefault(effect.client, [])
        if effect.open:
            continue
        if place in causes.sources:
            yield place, own
        own.append(place)


def _older(causes: Causes, found: int, write: int, read: int) -> bool:
    """Whether the version found is older than the one that `write` left on the same key."""
    effects = causes.effects
    if effects[write].sets is None or effects[write].key != effects[read].key or write in (found, read):
        return False
    assert causes.past is not None, "circles are told before"
    return found == START or bool(causes.past[write] >> found & 1)


def _missed_behind(causes: Causes, known_to_writer: Callable[[Causes, int, str], Iterable[_Known]]) -> Iterator[Missed]:
    for read, own in _reads(causes):
        found, key = causes.sources[read], causes.effects[read].key
        for before in own:
            seen = causes.sources.get(before, START)
            if seen == START:
                continue
            for write, because in known_to_writer(causes, seen, key):
                if _older(causes, found, write, read):
                    yield Missed(read, found, write, (*because, seen, before))
                elif found == write and causes.effects[seen].key == key:
                    # Two versions of one key, met in the wrong order.
                    yield Missed(read, found, seen, (*because, before))


def _writes_before(causes: Causes, place: int, key: str) -> Iterable[_Known]:
    """What the client of this write wrote to a key before it."""
    return [(own, ()) for own in _own_before(causes, place, key) if causes.effects[own].sets is not None]


def _reads_before(causes: Causes, place: int, key: str) -> Iterable[_Known]:
    """What the client of this write read of a key before it, or in the same step."""
    here = (place,) if causes.effects[place].key == key else ()
    sources = [(own, causes.sources.get(own, START)) for own in (*_own_before(causes, place, key), *here)]
    return [(source, (own,) if own != place else ()) for own, source in sources if source != START]


def _own_before(causes: Causes, place: int, key: str) -> list[int]:
    own = causes.own.get((causes.effects[place].client, key), [])
    return own[: bisect_left(own, place)]


def _order_of(causes: Causes, client: str) -> Missed | None:
    """What stands against one order of all writes and this client's reads; None when there is one."""
    effects = causes.effects
    reads = [read for read, _ in _reads(causes) if effects[read].client == client]
    writes = [place for place in causes.happened if effects[place].sets is not None]
    before = [list(ones) for ones in causes.before]
    past = causes.past
    while True:
        assert past is not None, "a circle is found when it closes"
        added = False
        for read in reads:
            found = causes.sources[read]
            for write in writes:
                if effects[write].key != effects[read].key or write in (found, read) or not past[read] >> write & 1:
                    continue
                if found == START or past[write] >> found & 1:
                    return Missed(read, found, write, ())
                if not past[found] >> write & 1:
                    before[found].append(write)
                    added = True
        if not added:
            return None
        closed = pasts(before)
        if closed is None:
            return Missed(reads[-1], causes.sources[reads[-1]], START, ())
        past = closed


def _circle(causes: Causes) -> tuple[int, ...]:
    """Places that each come before the next, and the last before the first."""
    left = {place: set(ones) for place, ones in enumerate(causes.before)}
    while True:
        free = [place for place, ones in left.items() if not ones & left.keys()]
        if not free:
            break
        for place in free:
            del left[place]
    place = min(left)
    walked = [place]
    while True:
        place = min(causes.before[place], key=lambda one: (one not in left, one))
        if place in walked:
            return tuple(reversed(walked[walked.index(place) :]))
        walked.append(place)
