"""How fast is a kept page, next to a bare view of the same server, and how much does a first visit weigh?

The load comes from plain sockets in this process, in turns, so that a busy machine hurts all alike.
"""

from __future__ import annotations

import re
import shutil
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from config.served import served
from courses.catalogue import catalogue

CONNECTIONS = 4
ROUNDS = 7
ROUND_SECONDS = 1.2
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
ETAG = re.compile(rb"etag: (\S+)", re.IGNORECASE)
BARE = "/healthz"
LESSON = "/lessons/topologies/"
KILOBYTES_MAX = 45


def rows() -> Iterator[dict[str, object]]:
    """One dict a measurement: name, value, unit, goal in words, ok."""
    with served() as address:
        yield from _rates(address)
        yield from _weights(address)


def _rates(address: str) -> Iterator[dict[str, object]]:
    etag = ETAG.search(_answer(_connected(address), _request(address, LESSON)))
    assert etag, "a kept page has an ETag"
    asked = {
        "bare": _request(address, BARE),
        "lesson": _request(address, LESSON),
        "unchanged": _request(address, LESSON, f"If-None-Match: {etag.group(1).decode()}\r\n"),
    }
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for request in asked.values():
        _rate(address, request, seconds=0.5)
    for _ in range(ROUNDS):
        for name, request in asked.items():
            taken[name].append(_rate(address, request, seconds=ROUND_SECONDS))
    bare = statistics.median(taken["bare"])
    yield _row("bare Django view", round(bare), "requests/s", "none", ok=True)
    for name, words, least in (("lesson", "kept lesson", 0.7), ("unchanged", "unchanged lesson (304)", 0.8)):
        ratio = statistics.median(one / other for one, other in zip(taken[name], taken["bare"], strict=True))
        yield _row(
            f"{words} against a bare Django view",
            round(ratio, 3),
            "of its rate",
            f"at least {least}",
            ok=ratio >= least,
        )


def _weights(address: str) -> Iterator[dict[str, object]]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "no Chromium found; install it (for example `apt-get install chromium`)"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for path in _first_visits():
            context = chromium.new_context(viewport={"width": 412, "height": 823}, is_mobile=True, has_touch=True)
            kilobytes, shift = _first_visit(context.new_page(), address + path)
            context.close()
            yield _row(
                f"first visit to {path}", kilobytes, "KB", f"at most {KILOBYTES_MAX}", ok=kilobytes <= KILOBYTES_MAX
            )
            yield _row(f"layout shift of {path}", shift, "", "0", ok=shift == 0)
        chromium.close()


def _first_visit(page: Page, address: str) -> tuple[float, float]:
    """Kilobytes on the wire before anybody scrolls, points or types, and the layout shift."""
    sizes: list[float] = []
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
    page.add_init_script(
        "window.__shift = 0;"
        "const add = (list) => list.getEntries().forEach((one) => (window.__shift += one.value));"
        "new PerformanceObserver(add)"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(1_500)
    return round(sum(sizes) / 1_000, 1), round(page.evaluate("window.__shift"), 4)


def _first_visits() -> list[str]:
    """The front page, every lesson and every incident: where links from outside lead."""
    course = catalogue()
    return [
        "/",
        *(f"/lessons/{slug}/" for slug in course.lessons),
        *(f"/incidents/{slug}/" for slug in course.incidents),
    ]


def _row(name: str, value: float, unit: str, goal: str, *, ok: bool) -> dict[str, object]:
    return {"name": name, "value": value, "unit": unit, "goal": goal, "ok": ok}


def _request(address: str, path: str, more: str = "") -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\nAccept-Encoding: gzip, br\r\n{more}\r\n".encode()
    )


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=10)


def _answer(connection: socket.socket, request: bytes) -> bytes:
    """Head and body of one answer on a connection that stays open."""
    connection.sendall(request)
    got = connection.recv(65_536)
    while b"\r\n\r\n" not in got:
        got += connection.recv(65_536)
    head_length = got.index(b"\r\n\r\n") + 4
    length = LENGTH.search(got, 0, head_length)
    missing = head_length + (int(length.group(1)) if length else 0) - len(got)
    while missing > 0:
        more = connection.recv(65_536)
        got, missing = got + more, missing - len(more)
    return got


def _rate(address: str, request: bytes, *, seconds: float) -> float:
    """Answers a second over a few connections that stay open."""
    counts = [0] * CONNECTIONS
    ends = time.perf_counter() + seconds

    def ask(number: int) -> None:
        with _connected(address) as connection:
            while time.perf_counter() < ends:
                status = _answer(connection, request)[9:12]
                assert status in (b"200", b"304"), status
                counts[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
