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


class Server:
    """The course in a process of its own, on a port of its own. `environment` is set for it beside ours."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, **environment: str) -> None:
        self.host, self.port = host, port or free_port()
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(settings.ROOT), str(settings.ROOT / "site"))),
            "SECRET_KEY": settings.SECRET_KEY,
            **environment,
        }

    @property
    def address(self) -> str:
        """Where this machine reaches it."""
        return f"http://127.0.0.1:{self.port}"

    def migrate(self) -> None:
        """Makes the tables of its database."""
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(command, cwd=settings.ROOT, env=self.environment, check=True)

    def start(self) -> None:
        """Listens when this returns."""
        arguments = ["config.asgi:application", "--host", self.host, "--port", str(self.port), "--http", "httptools"]
        quiet = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "2"]
        command = [sys.executable, "-m", "uvicorn", *arguments, *quiet]
        self.process = subprocess.Popen(command, cwd=settings.ROOT, env=self.environment)
        try:
            wait_for(f"{self.address}/healthz")
        except NeverAnswered:
            self.kill()
            raise

    def stop(self) -> None:
        """Lets it finish what it does."""
        self.process.terminate()
        self.process.wait(timeout=10)

    def kill(self) -> None:
        """SIGKILL: no chance to finish anything."""
        self.process.kill()
        self.process.wait(timeout=10)


@contextmanager
def served() -> Iterator[str]:
    """The address of a server of its own process; it ends with the block."""
    server = Server()
    server.start()
    try:
        yield server.address
    finally:
        server.stop()
