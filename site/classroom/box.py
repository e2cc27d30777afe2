"""How does a message get onto one stream? It is written at once; only a line that does not take it gets a task."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from functools import partial
from types import coroutine
from typing import Any

from starlette.types import Send

HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would keep small messages back
)
START = {"type": "http.response.start", "status": 200, "headers": HEADERS}
BEAT = b"event: beat\ndata: .\n\n"
END = {"type": "http.response.body", "body": b""}
logger = logging.getLogger(__name__)


class Box:
    """What waits for one stream. A newer message takes the place of an older one, for each says it all: a client that
    was slow skips what it missed, and ends with the state of now.

    A thousand tasks that wake up to write cost more than the writing, so there is none while a line is quick.
    """

    __slots__ = ("_closed", "_counts", "_ended", "_part", "_rest", "_send", "seen", "since", "view")

    def __init__(self, view: str, seen: int) -> None:
        self.view = view
        self.seen = seen  # the number of the newest part that the client has
        self.since = time.monotonic()  # when the last message was begun
        self._part = self._counts = b""
        self._closed = False
        self._send: Send | None = None
        self._ended: Callable[[], object] = lambda: None
        self._rest: asyncio.Task[None] | None = None  # of a message that the line did not take at once

    @property
    def waits(self) -> bool:
        """Whether the stream is open, has taken everything, and waits for more."""
        return self._send is not None and not self.stuck

    @property
    def stuck(self) -> bool:
        """Whether the line has not taken all that it was given."""
        return self._rest is not None and not self._rest.done()

    def open(self, send: Send, ended: Callable[[], object]) -> None:
        """From now on messages are written, those that wait first. `ended` is called when no more will be."""
        self._send, self._ended = send, ended
        self._counts = b": hello\n\n" + self._counts
        self._write(START)

    def put_part(self, number: int, message: bytes) -> None:
        """The part of the view after this event, unless the client has it."""
        if number > self.seen:
            self.seen, self._part = number, message
            self._write()

    def put_counts(self, message: bytes) -> None:
        """The newest counts."""
        self._counts = message
        self._write()

    def put_beat(self) -> None:
        """Something that keeps the line open, and by which a page knows that it is."""
        self.put_counts(self._counts or BEAT)

    def close(self) -> None:
        """The stream ends after what waits for it."""
        self._closed = True
        self._write()

    async def drop(self) -> None:
        """The stream ends, whatever waits for it."""
        self._send = None
        self._ended()
        if self._rest is not None:
            self._rest.cancel()
            with suppress(asyncio.CancelledError):
                await self._rest

    def _write(self, *first: dict[str, Any]) -> None:
        if self._send is None or self.stuck:
            return  # what waits is written when the line is open, or free again
        self._rest = begun(self._written(self._send, *first))

    async def _written(self, send: Send, *first: dict[str, Any]) -> None:
        try:
            for message in first:
                await send(message)
            while body := self._part + self._counts:
                self.since = time.monotonic()
                self._part = self._counts = b""
                await send({"type": "http.response.body", "body": body, "more_body": True})
            if self._closed:
                await send(END)
        except Exception:  # one broken line keeps no other from its news
            logger.exception("A stream could not be written to")
            self._closed = True
        if self._closed:
            self._send = None
            self._ended()


def begun(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Runs a coroutine here and now up to where it has to wait; the task of the rest, or None when it is done."""
    try:
        waits_for = work.send(None)
    except StopIteration:
        return None
    return asyncio.ensure_future(_rest(work, waits_for))


@coroutine
def _rest(work: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """A coroutine that was begun by hand, from where it waits. (What `await` does, but `await` begins at the start.)"""
    while True:
        try:
            result = yield waits_for
        except BaseException as fault:  # how a task is cancelled
            go_on = partial(work.throw, fault)
        else:
            go_on = partial(work.send, result)
        try:
            waits_for = go_on()
        except StopIteration:
            return
