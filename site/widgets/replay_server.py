"""What does a Prometheus scrape while an incident is replayed? /metrics, and a page that says where the incident is.

For this machine alone: it listens on the loopback address.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lessons.observability.openmetrics import TEXT_TYPE
from lessons.observability.replay import Replay
from widgets.one_run import Run

HOST = "127.0.0.1"
_STYLE = "body{font:1.1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"


class ReplayServer(ThreadingHTTPServer):
    """Serves one replay from the moment it is made. Raises OSError when the port cannot be had."""

    daemon_threads = True

    def __init__(self, port: int, run: Run, replay: Replay, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__((HOST, port), _Handler)
        self.run = run
        self.replay = replay
        self._clock = clock
        self._began_s = clock()

    @property
    def address(self) -> str:
        """Where it listens, host:port."""
        return f"{HOST}:{self.server_address[1]}"

    @property
    def elapsed_s(self) -> float:
        """Real time since it began."""
        return self._clock() - self._began_s

    def metrics(self) -> str:
        """What a scrape gets now."""
        return self.replay.metrics(self.replay.moment_s(self.elapsed_s))

    def page(self) -> str:
        """Where the incident is now, for a person."""
        at_s = self.replay.moment_s(self.elapsed_s)
        title = f"{self.run.name}/{self.run.preset.name if self.run.preset else 'defaults'}"
        told = [
            f"<p>{escape(where(at_s, self.replay, has_fault=hasattr(self.run.result, 'events')))}</p>",
            *(f"<p>Phase: {escape(name)}.</p>" for name in _phases(self.run.result, at_s)),
            f"<ol>{''.join(_told(self.run.result, at_s))}</ol>",
            f"<p>{self.replay.speed:g} times as fast. A Prometheus scrapes <a href='/metrics'>/metrics</a>.</p>",
        ]
        return (
            f"<!doctype html><html lang='en'><meta charset='utf-8'><meta http-equiv='refresh' content='1'>"
            f"<title>{escape(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1>{''.join(told)}</html>"
        )


def where(at_s: float, replay: Replay, *, has_fault: bool) -> str:
    """A moment of the incident as a sentence."""
    zero = "the fault" if has_fault else "the start"
    if at_s < 0:
        return f"{-at_s:,.0f} s before {zero}: all is well."
    if at_s >= replay.ends_s:
        return f"The run is over, {replay.ends_s:,.0f} s after {zero}; its last state stays."
    return f"{at_s:,.0f} s after {zero}, of {replay.ends_s:,.0f} s."


def _phases(result: Any, at_s: float) -> list[str]:
    return [
        phase.name
        for phase in getattr(result, "phases", ())
        if phase.starts_s <= at_s and (phase.ends_s is None or at_s < phase.ends_s)
    ]


def _told(result: Any, at_s: float) -> list[str]:
    return [
        f"<li>{event.at_s:,.0f} s: {escape(event.text)}</li>"
        for event in getattr(result, "events", ())
        if event.at_s <= at_s
    ]


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD of two addresses; everything else is not found."""

    server: ReplayServer
    server_version = "replay"
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            status, kind, text = 200, TEXT_TYPE, self.server.metrics()
        elif path == "/":
            status, kind, text = 200, "text/html; charset=utf-8", self.server.page()
        else:
            status, kind, text = 404, "text/plain; charset=utf-8", "There are / and /metrics.\n"
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """A scrape a second is no news."""
