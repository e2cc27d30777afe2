"""How fast can one asyncio process write the same bytes to a thousand sockets, with nothing around it?

Run as a script it listens, prints its port, and writes what is posted to it to every open stream.
"""

from __future__ import annotations

import asyncio
import resource
from typing import ClassVar


class Floor(asyncio.Protocol):
    """A stream for a GET; for a POST the body goes to every stream."""

    streams: ClassVar[set[asyncio.Transport]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Waits for the request."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.seen = b""

    def data_received(self, data: bytes) -> None:
        """Either opens a stream or says something to all of them."""
        self.seen += data
        head, complete, body = self.seen.partition(b"\r\n\r\n")
        if not complete:
            return
        if head.startswith(b"GET"):
            self.streams.add(self.transport)
            self.transport.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            self.seen = b""
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) >= length:
            self.seen = body[length:]
            for stream in self.streams:
                stream.write(body[:length])
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    def connection_lost(self, fault: Exception | None) -> None:
        """One less."""
        self.streams.discard(self.transport)


async def main() -> None:
    """Listens until it is ended."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    server = await asyncio.get_running_loop().create_server(Floor, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
