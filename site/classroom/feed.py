"""How does news reach a thousand phones? Server-sent events from the event loop, rendered once for all of a room.

No Django view holds a stream open: that would pin a thread for each phone. The cookie is checked once, in a thread; the
part of a view is rendered once per change, in a thread; a stream is two small coroutines and a box.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from classroom.box import Box
from classroom.bus import bus, several_processes
from classroom.desk import Desk, part_of
from classroom.listen import listening
from classroom.news import Kind, Part
from classroom.rooms import COOKIE, VIEWS, opens, room_of
from classroom.threads import in_thread
from lessons.classroom.joining import code_read

TEND_S = 5.0
PING_S = 15.0
SLOW_S = 30.0  # a client that takes nothing for so long is let go, and resumes by itself
STREAMS_MAX = 2_500  # of one process
STREAMS_EACH_MAX = 6  # of one participant: as many tabs as a browser opens streams to one server


class Feed:
    """The streams of this process, by room. An ASGI application behind `/live/CODE/VIEW`."""

    def __init__(self) -> None:
        self.desks: dict[str, Desk] = {}
        self.streams = 0
        self.of_each: dict[str, list[Box]] = {}  # the open streams of a participant, by cookie, the oldest first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        code, view, seen, cookies = _asked(scope)
        if self.streams >= STREAMS_MAX:
            await _refuse(503, "Too many streams; the page asks again by itself.")(scope, receive, send)
            return
        box = self._take(code, view, seen)  # before the look at the session, so that no step falls between
        try:
            number = await in_thread(lambda: _admitted(code, view, cookies))
            if number is None:
                await _refuse(404, "This link opens nothing here.")(scope, receive, send)
                return
            self.desks[code].welcome(box, number)
            with self._among_own(box, cookies.get(COOKIE, "") if view == "phone" else ""):
                await self._serve(box, receive, send)
        finally:
            self._leave(code, box)

    def hear(self, code: str, kind: Kind, told: Callable[[], None] | None = None, part: Part | None = None) -> None:
        """Something happened in a room. `told` is called once its phones here know."""
        desk = self.desks.get(code)
        if desk is not None:
            desk.hear(kind, told, part)
        elif told is not None:
            told()

    def hear_all(self) -> None:
        """Something may have happened anywhere: the line to the other processes was down."""
        for desk in self.desks.values():
            desk.hear("changed")

    async def tend(self) -> None:
        """Now and then says something on quiet lines, lets go of clients that take nothing, and looks for steps of
        which no word came, as when the process that took one was killed right then."""
        while True:
            await asyncio.sleep(TEND_S)
            if several_processes():
                self.hear_all()
            now = time.monotonic()
            for box in [box for desk in self.desks.values() for box in desk.boxes]:
                if box.waits and now - box.since > PING_S:
                    box.put_beat()
                elif box.stuck and now - box.since > SLOW_S:
                    await box.drop()

    def _take(self, code: str, view: str, seen: int) -> Box:
        self.streams += 1
        desk = self.desks.setdefault(code, Desk(code))
        box = Box(view, seen)
        desk.boxes.add(box)
        return box

    def _leave(self, code: str, box: Box) -> None:
        self.streams -= 1
        desk = self.desks[code]
        desk.boxes.discard(box)
        if not desk.boxes:
            del self.desks[code]

    @contextmanager
    def _among_own(self, box: Box, whose: str) -> Iterator[None]:
        """Ends the oldest stream of somebody who has too many: it may be lost with a network, and the newest is the one
        that is looked at."""
        if not whose:
            yield
            return
        own = self.of_each.setdefault(whose, [])
        own.append(box)
        for oldest in own[:-STREAMS_EACH_MAX]:
            oldest.close()
        try:
            yield
        finally:
            own.remove(box)
            if not own:
                self.of_each.pop(whose, None)

    async def _serve(self, box: Box, receive: Receive, send: Send) -> None:
        """Until the client goes, or the stream ends."""
        gone = asyncio.ensure_future(_gone(receive))
        box.open(send, ended=gone.cancel)
        try:
            await asyncio.wait((gone,))
        except asyncio.CancelledError:
            box.close()  # the server ends: a stream that ends well is resumed, and leaves no fault in the log
        finally:
            gone.cancel()
            await box.drop()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _refuse(status: int, said: str) -> PlainTextResponse:
    return PlainTextResponse(f"{said}\n", status_code=status, headers={"Cache-Control": "no-store"})


def _asked(scope: Scope) -> tuple[str, str, int, Mapping[str, str]]:
    """Code, view, number of the last part that the client has, cookies."""
    request = Request(scope)
    text = request.headers.get("last-event-id") or request.query_params.get("seen", "")
    seen = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    return code_read(request.path_params["code"]), request.path_params["view"], seen, request.cookies


def _admitted(code: str, view: str, cookies: Mapping[str, str]) -> int | None:
    """The number of the last event, for who may see this view; None for everybody else."""
    room = room_of(code) if code and view in VIEWS else None
    return room.state.number if room is not None and opens(room.session, view, cookies) else None


def files_for(count: int) -> None:
    """Lets this process have so many files open, as far as the system allows; by default it is often only 1,024."""
    try:
        import resource
    except ImportError:
        return  # Windows has no such limit
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


feed = Feed()


@asynccontextmanager
async def listened(app: Starlette) -> AsyncIterator[None]:
    """While the server runs, the feed hears what is said in this process, or in all of them."""
    files_for(STREAMS_MAX + 500)
    bus.open(feed.hear, lambda room: part_of(room, "phone"))
    tending = asyncio.ensure_future(feed.tend())
    try:
        async with listening(lambda news: feed.hear(news.code, news.kind, part=news.part), feed.hear_all):
            yield
    finally:
        tending.cancel()
        bus.close()
