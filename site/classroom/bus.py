"""Who has to hear that a session changed? Everybody with a stream open in this process.

Pages run in threads, streams in the event loop; the bus carries the news over. A change of phase goes out at once,
counts at most five times a second, each with the whole small state, so that a lost message does no harm.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

COALESCE_S = 0.2
QUEUE_MAX = 16


@dataclass(frozen=True)
class News:
    """Something that happened in a room: a step (`changed`) or new counts. `serial` tells one from the next."""

    kind: Literal["changed", "counted"]
    serial: int


class Hub:
    """The streams of this process, by room. Lives in one event loop."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._rooms: defaultdict[str, dict[asyncio.Queue[News], bool]] = defaultdict(dict)
        self._waiting: set[str] = set()
        self._serial = 0

    def subscribe(self, code: str, *, counts: bool) -> asyncio.Queue[News]:
        """A queue that hears of every step in a room, and of counts when asked to."""
        self.loop = asyncio.get_running_loop()
        queue: asyncio.Queue[News] = asyncio.Queue(maxsize=QUEUE_MAX)
        self._rooms[code][queue] = counts
        return queue

    def unsubscribe(self, code: str, queue: asyncio.Queue[News]) -> None:
        """The stream is gone."""
        self._rooms[code].pop(queue, None)
        if not self._rooms[code]:
            del self._rooms[code]

    def listeners(self, code: str) -> int:
        """How many streams a room has here."""
        return len(self._rooms.get(code, ()))

    def tell(self, code: str, kind: Literal["changed", "counted"]) -> None:
        """Puts the news into the queues of a room; a full queue loses its oldest, for each message says it all."""
        self._serial += 1
        news = News(kind, self._serial)
        for queue, counts in tuple(self._rooms.get(code, {}).items()):
            if kind == "counted" and not counts:
                continue
            if queue.full():
                with suppress(asyncio.QueueEmpty):
                    queue.get_nowait()
            queue.put_nowait(news)

    def tell_soon(self, code: str) -> None:
        """New counts, at most once in COALESCE_S for each room."""
        assert self.loop is not None, "somebody listens"
        if code not in self._waiting:
            self._waiting.add(code)
            self.loop.call_later(COALESCE_S, self._told, code)

    def _told(self, code: str) -> None:
        self._waiting.discard(code)
        self.tell(code, "counted")


hub = Hub()


def changed(code: str) -> None:
    """A step was stored."""
    _from_thread(lambda: hub.tell(code, "changed"))


def counted(code: str) -> None:
    """A vote, a participant, a signal or a question of the wall was stored."""
    _from_thread(lambda: hub.tell_soon(code))


def _from_thread(call: Callable[[], None]) -> None:
    loop = hub.loop
    if loop is not None and not loop.is_closed():
        with suppress(RuntimeError):  # the loop ends with the server
            loop.call_soon_threadsafe(call)
