"""Runs the whole suite: everything without a browser first, then the browser tests, then one line of counts.

A missing browser or Prometheus is installed where that is possible; otherwise the run fails and says what to install.
Nothing is skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEEDED = (
    ("Chromium", "chromium", ("chromium", "chromium-browser", "google-chrome")),
    ("Prometheus", "prometheus", ("promtool",)),
)
POLICY = Path("/usr/sbin/policy-rc.d")
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped)\b")


@contextmanager
def no_service_starts() -> Iterator[None]:
    """Debian asks this file whether a package may start its service; a machine that has one of its own keeps it."""
    if POLICY.exists():
        yield
        return
    try:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def installed(name: str, *, package: str, programs: tuple[str, ...]) -> bool:
    """Whether one of the programs is here, after trying the package manager when we may."""
    if any(map(shutil.which, programs)):
        return True
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {name} for the tests (once) ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        with no_service_starts():
            for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", package]):
                subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return any(map(shutil.which, programs))


def run(name: str, *arguments: str, **environment: str) -> tuple[int, dict[str, int]]:
    """One pytest run: its exit status and its counts. The output is shown as it comes."""
    print(f"\n== {name}", flush=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    last = ""
    for line in process.stdout:
        print(line, end="", flush=True)
        if COUNT.search(line):
            last = line
    counts: dict[str, int] = {}
    for number, word in COUNT.findall(last):
        word = "failed" if word.startswith("error") else word
        counts[word] = counts.get(word, 0) + int(number)
    return process.wait(), counts


def main() -> int:
    """Exit status 0 when both runs passed and none was empty."""
    for name, package, programs in NEEDED:
        if not installed(name, package=package, programs=programs):
            how = f"install it (for example `apt-get install {package}`) and run `make test` again"
            print(f"error: no {name} found; {how}")
            return 1
    runs = [
        run("Tests without a browser", "-m", "not browser", "-n", "2"),
        run("Tests in the browser", "-m", "browser", "-n", "2", DJANGO_ALLOW_ASYNC_UNSAFE="1"),
    ]
    passed = sum(counts.get("passed", 0) for _, counts in runs)
    failed = sum(counts.get("failed", 0) for _, counts in runs)
    skipped = sum(counts.get("skipped", 0) for _, counts in runs)
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or skipped or any(status for status, _ in runs) else 0


if __name__ == "__main__":
    raise SystemExit(main())
