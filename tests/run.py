"""Runs the whole suite: everything without a browser first, then the browser tests, then one line of counts.

A missing browser is installed where that is possible; otherwise the run fails and says what to install. Nothing is
skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped)\b")


def browser_installed() -> bool:
    """Whether Chromium is here, after trying the package manager when we may."""
    if any(map(shutil.which, BROWSERS)):
        return True
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests (once) ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return any(map(shutil.which, BROWSERS))


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
    if not browser_installed():
        print("error: no Chromium found; install it (for example `apt-get install chromium`) and run `make test` again")
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
