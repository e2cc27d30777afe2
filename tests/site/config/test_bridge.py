"""Does a page come through the bridge as it was made, and does nothing slow hold one of its few threads?"""

import asyncio
import threading
from contextlib import asynccontextmanager

import pytest

from config.bridge import BODY_BYTES_IN_MEMORY, BODY_BYTES_MAX, Bridge

SECONDS_MAX = 10.0


@asynccontextmanager
async def at_once(scope):
    yield


def echo(environ, start_response):
    """Says back what it was sent."""
    body = environ["wsgi.input"].read()
    headers = [("Content-Type", "text/plain"), ("Set-Cookie", "one=1"), ("Set-Cookie", "two=2")]
    start_response("201 Created", headers)
    return iter([environ["REQUEST_METHOD"].encode(), b" ", environ["PATH_INFO"].encode(), b" ", body])


class Client:
    """One request, whose body comes in parts, and what was answered."""

    def __init__(self, app, parts=(b"",), *, method="POST", path="/some/page/", leaves=False):
        self.sent = []
        self._messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        if leaves:
            self._messages.append({"type": "http.disconnect"})
        else:
            self._messages[-1]["more_body"] = False
        headers = [(b"content-type", b"text/plain"), (b"host", b"here")]
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": headers,
        }
        self._app = app
        self.next_part = asyncio.Event()
        self.next_part.set()
        self.line = asyncio.Event()
        self.line.set()

    async def _receive(self):
        await self.next_part.wait()
        return self._messages.pop(0)

    async def _send(self, message):
        await self.line.wait()
        self.sent.append(message)

    async def answered(self):
        async with asyncio.timeout(SECONDS_MAX):
            await self._app(self.scope, self._receive, self._send)
        return self.sent

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


@pytest.mark.parametrize("length", [0, 1, BODY_BYTES_IN_MEMORY - 1, BODY_BYTES_IN_MEMORY + 1, 3 * BODY_BYTES_IN_MEMORY])
def test_a_form_of_any_length_comes_whole_and_the_page_goes_out_with_every_header(length):
    async def scene():
        sent = bytes(range(251)) * (length // 251 + 1)
        sent = sent[:length]
        client = Client(
            Bridge(echo, threads=1, turn=at_once), [sent[at : at + 65_536] for at in range(0, length, 65_536)] or [b""]
        )
        start, *_ = await client.answered()
        assert start["status"] == 201
        assert start["headers"] == [
            (b"content-type", b"text/plain"),
            (b"set-cookie", b"one=1"),
            (b"set-cookie", b"two=2"),
        ]
        assert client.body == b"POST /some/page/ " + sent

    asyncio.run(scene())


def test_more_than_any_form_takes_is_refused_before_a_thread_sees_it():
    seen = []

    async def scene():
        app = Bridge(lambda *given: seen.append(given), threads=1, turn=at_once)
        client = Client(app, [bytes(1_000_000)] * (BODY_BYTES_MAX // 1_000_000 + 1))
        start, *_ = await client.answered()
        assert start["status"] == 413 and not seen

    asyncio.run(scene())


def test_who_leaves_in_the_middle_of_a_form_changes_nothing():
    seen = []

    async def scene():
        client = Client(Bridge(lambda *given: seen.append(given), threads=1, turn=at_once), [b"half a f"], leaves=True)
        assert await client.answered() == [] and not seen

    asyncio.run(scene())


def test_who_sends_slowly_or_takes_slowly_holds_no_thread():
    async def scene():
        app = Bridge(echo, threads=1, turn=at_once)
        sends, takes, quick = Client(app), Client(app), Client(app)
        sends.next_part.clear()
        takes.line.clear()
        slow = [asyncio.ensure_future(one.answered()) for one in (sends, takes)]
        await asyncio.sleep(0.05)
        await quick.answered()
        assert quick.body == b"POST /some/page/ " and not sends.sent and not takes.sent
        sends.next_part.set()
        takes.line.set()
        await asyncio.gather(*slow)
        assert sends.body == takes.body == quick.body

    asyncio.run(scene())


def test_what_a_page_held_is_let_go_even_when_making_it_fails():
    class Page:
        closed = 0

        def __iter__(self):
            raise RuntimeError("no such tag")

        def close(self):
            Page.closed += 1

    def broken(environ, start_response):
        start_response("200 OK", [])
        return Page()

    async def scene():
        with pytest.raises(RuntimeError, match="no such tag"):
            await Client(Bridge(broken, threads=1, turn=at_once)).answered()
        assert Page.closed == 1

    asyncio.run(scene())


def test_a_request_is_answered_within_its_turn_and_not_before():
    order = []

    @asynccontextmanager
    async def turn(scope):
        order.append("waits")
        await asyncio.sleep(0.02)
        order.append("begins")
        yield
        order.append("is over")

    def page(environ, start_response):
        order.append(threading.current_thread().name.partition("_")[0])
        start_response("200 OK", [])
        return [b""]

    asyncio.run(Client(Bridge(page, threads=1, turn=turn)).answered())
    assert order == ["waits", "begins", "page", "is over"]


def test_a_web_socket_is_closed_for_there_are_none_here():
    async def scene():
        client = Client(Bridge(echo, threads=1, turn=at_once))
        client.scope = {"type": "websocket", "path": "/"}
        assert await client.answered() == [{"type": "websocket.close"}]

    asyncio.run(scene())
