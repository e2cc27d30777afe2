"""What is measured: the course as it is served, with a database of its own that ends with the run. Linux only."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 40.0
POSTGRES_USER = "postgres"  # Debian's; the server refuses to run as root


class Missing(RuntimeError):
    """Something that the run needs is not installed; the message says what to do."""


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Course:
    """The server process (and its workers), and what the system says about it."""

    def __init__(self, database_url: str, *, processes: int) -> None:
        self.port = free_port()
        self.processes = processes
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "site"), os.environ.get("PYTHONPATH", ""))),
            "SECRET_KEY": secrets.token_urlsafe(40),
            "DATABASE_URL": database_url,
            "DEBUG": "",
            "BASE_URL": "",
        }

    def start(self) -> None:
        """Listens when this returns."""
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(migrate, cwd=ROOT, env=self.environment, check=True)
        arguments = ["config.asgi:application", "--host", "127.0.0.1", "--port", str(self.port), "--http", "httptools"]
        quiet = ["--no-access-log", "--log-level", "error", "--timeout-graceful-shutdown", "2"]
        workers = ["--workers", str(self.processes)] if self.processes > 1 else []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *arguments, *quiet, *workers], cwd=ROOT, env=self.environment
        )
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return
            time.sleep(0.1)
        raise Missing("The server did not start.")

    def stop(self) -> None:
        """Ends it, its workers too."""
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            for pid in [*self._workers(), self.process.pid]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait(timeout=5)

    def memory_kb(self) -> int:
        """Resident memory of the processes that serve."""
        return sum(self._status(pid, "VmRSS") for pid in self._workers())

    def threads(self) -> int:
        """Threads of the processes that serve."""
        return sum(self._status(pid, "Threads") for pid in self._workers())

    def _workers(self) -> list[int]:
        if self.processes == 1:
            return [self.process.pid]
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        serving = [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert len(serving) == self.processes, f"{len(serving)} workers serve, not {self.processes}"
        return serving

    def _status(self, pid: int, name: str) -> int:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
        raise AssertionError(f"no {name}")


@contextmanager
def on_sqlite() -> Iterator[tuple[Course, str]]:
    """One process with an SQLite file of its own."""
    with TemporaryDirectory(prefix="blast-radius-load-") as folder:
        url = f"sqlite:///{folder}/load.sqlite3"
        course = Course(url, processes=1)
        try:
            course.start()
            yield course, url
        finally:
            course.stop()


@contextmanager
def on_postgres(processes: int) -> Iterator[tuple[Course, str]]:
    """Several processes on a PostgreSQL server that this starts in a temporary folder, and ends."""
    programs = _programs()
    as_user = {"user": POSTGRES_USER, "group": POSTGRES_USER} if os.geteuid() == 0 else {}
    port = free_port()
    with TemporaryDirectory(prefix="blast-radius-load-") as folder:
        if as_user:
            shutil.chown(folder, POSTGRES_USER, POSTGRES_USER)
        data = f"{folder}/data"
        made = [f"{programs}/initdb", "-D", data, "-U", "load", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)
        listen = ["-h", "127.0.0.1", "-p", str(port), "-k", folder]
        server = subprocess.Popen(
            [f"{programs}/postgres", "-D", data, *listen], stderr=subprocess.DEVNULL, cwd=folder, **as_user
        )
        url = f"postgres://load@127.0.0.1:{port}/postgres"
        course = Course(url, processes=processes)
        try:
            _until_ready(f"{programs}/pg_isready", port)
            course.start()
            yield course, url
        finally:
            if hasattr(course, "process"):
                course.stop()
            server.send_signal(signal.SIGINT)  # a fast shutdown
            server.wait(timeout=20)


def _until_ready(program: str, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while subprocess.run([program, "-q", "-h", "127.0.0.1", "-p", str(port)], check=False).returncode:
        if time.monotonic() > deadline:
            raise Missing("PostgreSQL did not start.")
        time.sleep(0.1)


def _programs() -> Path:
    """The folder of PostgreSQL's own programs, installed when that may be done here."""
    found = _programs_here()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing PostgreSQL for the run with two processes (once) ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "postgresql"]):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        found = _programs_here()
    if found is None:
        raise Missing("no PostgreSQL found; install it (for example `apt-get install postgresql`) and run this again")
    return found


def _programs_here() -> Path | None:
    program = shutil.which("initdb")
    if program:
        return Path(program).resolve().parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
