"""How does a request get from the event loop to Django's WSGI handler, and its answer back?

Whole: the form is there when a thread begins, and the page goes out when the thread is free again. A request costs one
hop there and one back, where a2wsgi's own middleware makes one for each piece, and no slow client holds a thread while
it sends its form or takes what was made for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from contextvars import copy_context
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from a2wsgi.wsgi import build_environ
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

BODY_BYTES_MAX = 9_000_000  # the largest file that a form takes, a reader's record, has 8 million
BODY_BYTES_IN_MEMORY = 250_000
Headers = list[tuple[bytes, bytes]]
Turn = Callable[[Scope], AbstractAsyncContextManager[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TooLarge(Exception):
    """More was sent than any form takes."""


class Gone(Exception):
    """The client left before all of its request had come."""


class Bridge:
    """An ASGI application that answers with a WSGI one, in so many threads. A request is answered in its `turn`."""

    def __init__(self, pages: Wsgi, *, threads: int, turn: Turn) -> None:
        self._pages, self._turn = pages, turn
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # there are none here
            await send({"type": "websocket.close"})
            return
        with SpooledTemporaryFile(max_size=BODY_BYTES_IN_MEMORY) as body:
            try:
                await _come_whole(receive, body)
            except Gone:
                return
            except TooLarge:
                await PlainTextResponse("That is too large.\n", status_code=413)(scope, receive, send)
                return
            async with self._turn(scope):
                start, page = await asyncio.get_running_loop().run_in_executor(
                    self._threads, copy_context().run, self._answer, scope, body
                )
        await send(start)
        await send({"type": "http.response.body", "body": page})

    def _answer(self, scope: Scope, body: IO[bytes]) -> tuple[Message, bytes]:
        """The messages of the answer. In a thread."""
        environ = cast(dict[str, Any], build_environ(cast(Any, scope), cast(Any, body)))
        start: Message = {}
        written: list[bytes] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], None]:
            start.update(type="http.response.start", status=int(status[:3]), headers=_encoded(headers))
            return written.append

        made = self._pages(environ, start_response)
        try:
            written.extend(made)
        finally:
            getattr(made, "close", lambda: None)()  # here Django lets go of what the request held
        return start, b"".join(written)


def _encoded(headers: list[tuple[str, str]]) -> Headers:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


async def _come_whole(receive: Receive, body: IO[bytes]) -> None:
    """Reads the body of a request and leaves it at its beginning. Raises TooLarge, Gone."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body.write(message.get("body", b""))
        if body.tell() > BODY_BYTES_MAX:
            raise TooLarge
        more = message.get("more_body", False)
    body.seek(0)
