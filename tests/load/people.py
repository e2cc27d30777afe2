"""What does somebody in the room do? A browser that keeps its cookies; a stream that knows when a part was whole."""

from __future__ import annotations

import asyncio
import time
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

SECONDS_MAX = 20.0
FORM = "application/x-www-form-urlencoded"


class Failed(RuntimeError):
    """The server did not do what a person would expect."""


class Browser:
    """One visitor with a connection that is kept as long as the server keeps it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> str:
        """The text of a page; one redirect is followed, as for a form that was taken."""
        return await self.ask("GET", path)

    async def post(self, path: str, form: dict[str, str], *, part: bool = False) -> str:
        """What the server answers to a form; with `part` as the script of the page asks."""
        return await self.ask("POST", path, urlencode(form).encode(), part=part)

    async def ask(self, method: str, path: str, body: bytes = b"", *, part: bool = False) -> str:
        """One request. Raises Failed for an answer that is no page."""
        async with asyncio.timeout(SECONDS_MAX):
            status, headers, text = await self._exchange(method, path, body, part)
        if status == 303:
            return await self.ask("GET", headers["location"])
        if status != 200:
            raise Failed(f"{method} {path} was answered with {status}: {text[:200]!r}")
        return text.decode()

    def close(self) -> None:
        """Lets the connection go."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _exchange(self, method: str, path: str, body: bytes, part: bool) -> tuple[int, dict[str, str], bytes]:
        sent = self._request(method, path, body, part)
        for attempt in (1, 2):
            if self._writer is None or self._writer.is_closing():
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
            assert self._reader is not None
            self._writer.write(sent)
            try:
                return await self._answer()
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()  # the server had let an idle connection go
                if attempt == 2:
                    raise
        raise AssertionError("two attempts are enough")

    def _request(self, method: str, path: str, body: bytes, part: bool) -> bytes:
        host = f"127.0.0.1:{self.port}"
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {host}",
            "Accept-Encoding: identity",
            *(
                [f"Cookie: {'; '.join(f'{name}={text}' for name, text in self.cookies.items())}"]
                if self.cookies
                else []
            ),
            *([f"Content-Type: {FORM}", "Sec-Fetch-Site: same-origin"] if method == "POST" else []),
            *(["X-Part: yes"] if part else []),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def _answer(self) -> tuple[int, dict[str, str], bytes]:
        assert self._reader is not None
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:-2]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, text = value.partition(";")[0].partition("=")
                self.cookies[cookie] = text.strip('"')
            headers[name.lower()] = value
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await self._reader.readuntil(b"\r\n"), 16):
                body += (await self._reader.readexactly(size + 2))[:-2]
            await self._reader.readexactly(2)
        else:
            body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split()[1]), headers, body


class Stream(asyncio.Protocol):
    """One open stream. `came` is when the last part was whole, and `number` which it was."""

    def __init__(self, path: str, cookies: dict[str, str], *, keep: bool = False) -> None:
        self.path, self.cookies = path, cookies
        self.number, self.came, self.bytes = -1, 0.0, 0
        self.kept: bytearray | None = bytearray() if keep else None
        self.lost = False
        self._tail = b""
        self._next = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks for the stream."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        cookies = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        transport.write(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        """Notes the part whose last byte this is."""
        now = time.perf_counter()
        self.bytes += len(data)
        if self.kept is not None:
            self.kept += data
        seen = self._tail + data
        at = seen.rfind(b"\nid: " if b"\nid: " in seen else b"id: ")
        if at >= 0:
            digits = seen[at:].split(b"id: ", 1)[1].split(b"\n", 1)
            if len(digits) == 2 and digits[0].isdigit():
                self._next = int(digits[0])
        if seen.endswith(b"\n\n\r\n") and self._next > self.number:
            self.number, self.came = self._next, now
        self._tail = seen[-24:]

    def connection_lost(self, fault: Exception | None) -> None:
        """The server, or this side, has ended it."""
        self.lost = True


async def streams_opened(port: int, wanted: list[tuple[str, dict[str, str]]]) -> list[Stream]:
    """As many streams as are wanted, fifty connecting at a time."""
    loop = asyncio.get_running_loop()
    limit = asyncio.Semaphore(50)

    async def opened(path: str, cookies: dict[str, str]) -> Stream:
        async with limit:
            _, stream = await loop.create_connection(lambda: Stream(path, cookies), "127.0.0.1", port)
        return stream

    return list(await asyncio.gather(*(opened(path, cookies) for path, cookies in wanted)))


async def all_at(streams: list[Stream], number: int, *, seconds_max: float = SECONDS_MAX) -> float:
    """The moment when the last of the streams had the part of this number. Raises Failed."""
    deadline = time.perf_counter() + seconds_max
    while any(stream.number < number for stream in streams):
        if time.perf_counter() > deadline:
            missing = sum(stream.number < number for stream in streams)
            raise Failed(f"{missing} of {len(streams)} streams never got part {number}")
        await asyncio.sleep(0.01)
    return max(stream.came for stream in streams)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), []))
        elif tag in ("input", "button") and "name" in given and self.found:
            self.found[-1][1].append((given["name"], given.get("value", "")))


def forms(page: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The forms of a page: where each goes, and its fields with their values in order."""
    reader = _Forms()
    reader.feed(page)
    return [(urlsplit(action).path, fields) for action, fields in reader.found]
