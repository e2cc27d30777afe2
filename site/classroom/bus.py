"""Who has to hear that a session changed? Every process that has streams of it open.

Pages run in threads, streams in an event loop. With one process the loop is told directly; with several (they need
PostgreSQL) the news goes through the database, and every process listens. A message says which room and what kind, and
nothing else: whoever hears it looks for itself, so a lost or doubled message does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from secrets import token_hex
from threading import Event
from typing import Literal

from django.conf import settings
from django.db import connection

from classroom.threads import in_thread

Kind = Literal["changed", "counted"]
COALESCE_S = 0.2
CHANNEL = "classroom"
OWN = token_hex(8)  # tells this process from the others
TOLD_S = 0.25  # the longest that a page waits for the phones
Hear = Callable[[str, Kind, Callable[[], None] | None], None]


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
        self._hear: Hear = lambda code, kind, told: None
        self._counted = AtMost(self._say_counted)
        self._saying: set[asyncio.Future[None]] = set()

    def open(self, hear: Hear) -> None:
        """From now on `hear` is called in this loop for everything that is said."""
        self.loop, self._hear = asyncio.get_running_loop(), hear

    def close(self) -> None:
        """Nobody listens any more."""
        self.loop = None

    def changed(self, code: str) -> None:
        """A step was stored. Call it after the commit, in a thread: it waits a moment until the phones of this process
        have been sent the news, for making the instructor's page at the same time would hold them up."""
        told = Event()
        if self._in_loop(lambda: self._hear(code, "changed", told.set)):
            told.wait(TOLD_S)

    def counted(self, code: str) -> None:
        """A vote, a participant, a signal or a question of the wall was stored; said at most five times a second."""
        self._in_loop(lambda: self._counted(code))

    def _say_counted(self, code: str) -> None:
        if several_processes():
            task = asyncio.ensure_future(in_thread(lambda: notify(code, "counted")))
            self._saying.add(task)
            task.add_done_callback(self._saying.discard)
        else:
            self._hear(code, "counted", None)

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


def announce(code: str) -> None:
    """Tells the other processes of a step. Call it in the transaction that stores it: PostgreSQL passes it on with the
    commit, before this process itself has heard of that, and passes nothing on when there is none."""
    if several_processes():
        notify(code, "changed")


def notify(code: str, kind: Kind) -> None:
    """Tells every process through PostgreSQL, this one too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{code} {kind} {OWN}"])


def heard(payload: str) -> tuple[str, Kind] | None:
    """What a message says; None for a step of this process, which its streams hear of without a detour."""
    code, kind, sender = (*payload.split(" "), "", "")[:3]
    if kind != "changed":
        return code, "counted"
    return None if sender == OWN and bus.loop is not None else (code, "changed")


bus = Bus()
changed, counted = bus.changed, bus.counted
