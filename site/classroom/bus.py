"""Who has to hear that a session changed? Every process that has streams of it open.

Pages run in threads, streams in an event loop. With one process the loop is told directly; with several (they need
PostgreSQL) the news goes through the database, and every process listens. Whoever hears of something looks for itself
where the message does not say it all, and now and then without one, so a lost or doubled message does no harm.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from threading import Event

from django.conf import settings
from django.db import DatabaseError, connection

from classroom.news import Kind, Part, written
from classroom.rooms import Room
from classroom.threads import in_thread

COALESCE_S = 0.2
CHANNEL = "classroom"
TOLD_S = 0.25  # the longest that a page waits for the phones
Hear = Callable[[str, Kind, Callable[[], None] | None, Part | None], None]
Make = Callable[[Room], Part | None]
logger = logging.getLogger(__name__)


class AtMost:
    """Calls at most once in an interval for each room: at once after a pause, else at its end. Lives in one loop."""

    def __init__(self, call: Callable[[str], object], interval_s: float = COALESCE_S) -> None:
        self._call, self._interval_s = call, interval_s
        self._again: dict[str, bool] = {}  # rooms whose interval runs, and whether something came meanwhile

    def __call__(self, code: str) -> None:
        """Something came for this room."""
        if code in self._again:
            self._again[code] = True
        else:
            self._now(code)

    def _now(self, code: str) -> None:
        self._again[code] = False
        asyncio.get_running_loop().call_later(self._interval_s, self._over, code)
        self._call(code)

    def _over(self, code: str) -> None:
        if self._again.pop(code):
            self._now(code)


class Bus:
    """From the threads of this process to whoever listens; `open` it in the loop that does."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._hear: Hear = lambda code, kind, told, part: None
        self._make: Make = lambda room: None
        self._counted = AtMost(self._say_counted)
        self._saying: set[asyncio.Future[None]] = set()

    def open(self, hear: Hear, make: Make) -> None:
        """From now on `hear` is called in this loop for everything that is said. `make` draws what the phones of a room
        are sent after a step, in any thread."""
        self.loop, self._hear, self._make = asyncio.get_running_loop(), hear, make

    def close(self) -> None:
        """Nobody listens any more."""
        self.loop, self._make = None, lambda room: None

    def changed(self, code: str, room: Room | None = None) -> None:
        """A step was stored, after which the room is as given; None when there is no such room any more.

        Call it after the commit, in a thread: it waits a moment until the phones of this process have been sent the
        news, for making the instructor's page at the same time would hold them up.
        """
        part = self._made(room) if room is not None else None
        if several_processes():
            notify(code, "changed", part)
        told = Event()
        if self._in_loop(lambda: self._hear(code, "changed", told.set, part)):
            told.wait(TOLD_S)

    def _made(self, room: Room) -> Part | None:
        try:
            return self._make(room)
        except Exception:
            logger.exception("What the phones of a room are sent could not be made with the step")
            return None  # the step is stored: the streams find out by themselves

    def counted(self, code: str) -> None:
        """A vote, a participant, a signal or a question of the wall was stored; said at most five times a second."""
        self._in_loop(lambda: self._counted(code))

    def _say_counted(self, code: str) -> None:
        if several_processes():
            task = asyncio.ensure_future(self._tell_counted(code))
            self._saying.add(task)
            task.add_done_callback(self._saying.discard)
        else:
            self._hear(code, "counted", None, None)

    async def _tell_counted(self, code: str) -> None:
        try:
            await in_thread(lambda: notify(code, "counted"))
        except DatabaseError as fault:
            logger.warning("Counts could not be told, the next ones say it all: %s", str(fault).partition("\n")[0])

    def _in_loop(self, call: Callable[[], None]) -> bool:
        """Whether there is a loop to do it."""
        loop = self.loop
        if loop is None or loop.is_closed():
            return False
        loop.call_soon_threadsafe(call)
        return True


def several_processes() -> bool:
    """Whether there may be other processes: on SQLite there is one."""
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def notify(code: str, kind: Kind, part: Part | None = None) -> None:
    """Tells every process through PostgreSQL, this one too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, written(code, kind, part)])


bus = Bus()
changed, counted = bus.changed, bus.counted
