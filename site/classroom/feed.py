"""How does news reach a thousand phones? Server-sent events from the event loop, rendered once for all of a room.

No Django view holds a stream open: that would pin a thread for each phone. The cookie is checked once, in a thread; the
part of a view is rendered once per change, in a thread; the rest is queues.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import orjson
from django.db import close_old_connections
from django.template.loader import render_to_string
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from classroom.bus import News, hub
from classroom.rooms import VIEWS, opens, room_of
from classroom.shown import phone_context, screen_context, teacher_context
from lessons.classroom.joining import code_read

PING_S = 15.0
STREAMS_MAX = 2_500  # of one process
RENDERED_KEPT = 64
T = TypeVar("T")
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="feed")
_rendered: dict[tuple[str, str, int], asyncio.Task[bytes]] = {}
_open = 0


async def stream(request: Request) -> Response:
    """The stream of one view of a session: its part at every step, and small counts for console and screen."""
    code, view = code_read(request.path_params["code"]), request.path_params["view"]
    if view not in VIEWS or not code or not await _in_thread(lambda: _admitted(code, view, request.cookies)):
        return PlainTextResponse("This link opens nothing here.\n", status_code=404)
    if _open >= STREAMS_MAX:
        return PlainTextResponse("Too many streams; the page asks again by itself.\n", status_code=503)
    seen = request.headers.get("last-event-id") or request.query_params.get("seen", "0")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _messages(code, view, int(seen) if seen.isdigit() else 0), media_type="text/event-stream", headers=headers
    )


async def _messages(code: str, view: str, seen: int) -> AsyncIterator[bytes]:
    global _open
    queue = hub.subscribe(code, counts=view != "phone")
    _open += 1
    try:
        number, first = await _in_thread(lambda: part_of(code, view))
        yield message("part", number, first) if number > seen else b": nothing new\n\n"
        while True:
            try:
                news = await asyncio.wait_for(queue.get(), PING_S)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            yield await _shared(code, view, news)
    finally:
        _open -= 1
        hub.unsubscribe(code, queue)


def _shared(code: str, view: str, news: News) -> asyncio.Task[bytes]:
    """The message of a change, made once for all streams of a view."""
    key = (code, view, news.serial)
    if key not in _rendered:
        make = _part_message if news.kind == "changed" else _counts_message
        _rendered[key] = asyncio.ensure_future(_in_thread(lambda: make(code, view)))
        while len(_rendered) > RENDERED_KEPT:
            del _rendered[next(iter(_rendered))]
    return _rendered[key]


def message(event: str, number: int, text: str) -> bytes:
    """One message as the wire wants it: every line of the text behind `data:`."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"id: {number}\nevent: {event}\n{lines}\n".encode()


def part_of(code: str, view: str) -> tuple[int, str]:
    """The number of the last event and the part of a view; (0, "") when the session is gone. For a phone it is the one
    that all phones get, with nobody's vote in it."""
    room = room_of(code)
    if room is None:
        return 0, ""
    contexts: dict[str, Callable[[], dict[str, Any]]] = {
        "phone": lambda: phone_context(room, None),
        "screen": lambda: screen_context(room),
        "teacher": lambda: teacher_context(room),
    }
    template = {"phone": "_phone.html", "screen": "_screen.html", "teacher": "_console.html"}[view]
    return room.state.number, render_to_string(f"classroom/{template}", contexts[view]())


def _part_message(code: str, view: str) -> bytes:
    number, text = part_of(code, view)
    return message("part", number, text)


def _counts_message(code: str, view: str) -> bytes:
    room = room_of(code)
    if room is None:
        return b": gone\n\n"
    context = screen_context(room)
    counts = {"joined": context["joined"], "voted": context["voted"]}
    return message("counts", room.state.number, orjson.dumps(counts).decode())


def _admitted(code: str, view: str, cookies: Mapping[str, str]) -> bool:
    room = room_of(code)
    return room is not None and opens(room.session, view, cookies)


async def _in_thread(call: Callable[[], T]) -> T:
    def called() -> T:
        close_old_connections()
        return call()

    return await asyncio.get_running_loop().run_in_executor(_pool, called)
