"""How is the course served for a moment, to be measured or photographed, just as `make serve` does it?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.request import urlopen

from django.conf import settings

START_SECONDS_MAX = 30.0
ASK_AGAIN_SECONDS = 0.05


class NeverAnswered(RuntimeError):
    """The server did not come up in time."""


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, *, seconds_max: float = START_SECONDS_MAX) -> float:
    """Seconds until this address answers. Raises NeverAnswered."""
    started = time.perf_counter()
    while time.perf_counter() - started < seconds_max:
        with suppress(OSError), urlopen(address, timeout=5):
            return time.perf_counter() - started
        time.sleep(ASK_AGAIN_SECONDS)
    raise NeverAnswered(f"{address} did not answer within {seconds_max:.0f} s")


@contextmanager
def served() -> Iterator[str]:
    """The address of a server of its own process; it ends with the block."""
    port = free_port()
    arguments = ["config.asgi:application", "--host", "127.0.0.1", "--port", str(port), "--http", "httptools"]
    quiet = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "2"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(settings.ROOT), str(settings.ROOT / "site"))),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", *arguments, *quiet], cwd=settings.ROOT, env=environment
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)
