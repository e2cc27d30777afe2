"""How long from a fresh clone to the first page, next to a bare install of the lock, and how long the second time?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from config.served import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
FIRST_PAGE_SECONDS_MAX = 300.0
# Neither of the two finds anything of the other, nor of an earlier run.
COLD = {
    name: text
    for name, text in os.environ.items()
    if name not in ("SECRET_KEY", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL")
} | {"PIP_NO_CACHE_DIR": "1"}


def rows() -> Iterator[dict[str, object]]:
    """One dict a measurement: name, value, unit, goal in words, ok."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        # Before and after, because whatever else the machine does comes and goes.
        before_s = _install_s(Path(folder) / "before", clone / "requirements.txt")
        first_s = _first_page_s(clone)
        bare_s = (before_s + _install_s(Path(folder) / "after", clone / "requirements.txt")) / 2
        again_s = _first_page_s(clone)
    yield _row("fresh clone to first page", first_s, "s", most=90.0)
    yield _row("the same, against a bare install of the lock", first_s / bare_s, "times as long", most=1.5)
    yield _row("second start to first page", again_s, "s", most=3.0)


def _install_s(folder: Path, lock: Path) -> float:
    started = time.perf_counter()
    subprocess.run([_python(), "-m", "venv", str(folder)], check=True, env=COLD)
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "-qq", "--require-hashes", "-r", str(lock)]
    subprocess.run(pip, check=True, env=COLD)
    return time.perf_counter() - started


def _first_page_s(clone: Path) -> float:
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        ["make", "serve", f"PORT={port}"], cwd=clone, env=COLD, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/", seconds_max=FIRST_PAGE_SECONDS_MAX)
        return time.perf_counter() - started
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=10)


def _python() -> str:
    return str(Path(sys.base_prefix) / "bin" / "python3")


def _row(name: str, value: float, unit: str, *, most: float) -> dict[str, object]:
    return {"name": name, "value": round(value, 2), "unit": unit, "goal": f"at most {most:g}", "ok": value <= most}
