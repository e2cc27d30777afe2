"""A real Prometheus for tests: its own configuration, its own data, on the loopback address alone."""

from __future__ import annotations

import json
import math
import shutil
import socket
import subprocess
import time
from collections import defaultdict
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

READY_WITHIN_S = 30.0


class Prometheus:
    """What a running Prometheus answers."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"

    def get(self, path, **parameters):
        with urlopen(f"{self.address}{path}?{urlencode(parameters)}", timeout=30) as answer:
            return json.load(answer)["data"]

    def samples(self, query):
        """Raw samples of a range selector: [(labels, [(at_s, value), ...]), ...]."""
        return self._numbers(self.get("/api/v1/query", query=query)["result"])

    def range(self, query, *, start_s, end_s, step_s):
        """A query at every step: [(labels, [(at_s, value), ...]), ...]."""
        asked = {"start": f"{start_s:.3f}", "end": f"{end_s:.3f}", "step": f"{step_s:g}"}
        return self._numbers(self.get("/api/v1/query_range", query=query, **asked)["result"])

    @staticmethod
    def _numbers(result):
        return [(one["metric"], [(float(at_s), float(value)) for at_s, value in one["values"]]) for one in result]


@contextmanager
def running(folder, *, lookback="5m"):
    """Prometheus with folder/prometheus.yml and folder/data."""
    port = free_port()
    command = [
        "prometheus",
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        # What is older than this is deleted, and a replayed incident may be of any day.
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--query.lookback-delta={lookback}",
        "--log.level=warn",
    ]
    log = folder / "prometheus.log"
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=folder, stdout=written, stderr=subprocess.STDOUT)
    try:
        found = Prometheus(port)
        _wait_until_ready(found, process, log)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_ready(found, process, log):
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            with urlopen(f"{found.address}/-/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"Prometheus was not ready within {READY_WITHIN_S:.0f} s: {log.read_text()}")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def into_blocks(folder, lines):
    """Take OpenMetrics text into the data of a Prometheus that is not running."""
    file = folder / "history.om"
    with file.open("w") as written:
        written.writelines(lines)
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", file.name, "data"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    file.unlink()


def as_openmetrics(recorded):
    """Series by name, [(labels, [(at_s, value), ...]), ...], as OpenMetrics text."""
    for name, series in recorded.items():
        yield f"# TYPE {name} gauge\n"
        for labels, samples in series:
            inside = ",".join(f'{label}="{text}"' for label, text in labels.items())
            for at_s, value in samples:
                yield f"{name}{{{inside}}} {'NaN' if math.isnan(value) else repr(value)} {at_s:.3f}\n"
    yield "# EOF\n"


def recorded_by(found, rules, *, start_s, end_s, step_s):
    """What recording rules give at every step, asked of a Prometheus: what they record, by name.

    Where a series ends, a Prometheus that evaluates its rules itself writes a marker, and the series is gone at once.
    Text has no such marker; a NaN in its place hides the last value as well.
    """
    made = defaultdict(list)
    for rule in rules:
        for labels, samples in found.range(rule["expr"], start_s=start_s, end_s=end_s, step_s=step_s):
            kept = {label: text for label, text in labels.items() if label != "__name__"}
            ends = [(at_s + step_s, math.nan) for at_s, _ in samples if at_s + step_s <= end_s]
            marked = sorted({**dict(ends), **dict(samples)}.items())
            made[rule["record"]].append(({**kept, **rule.get("labels", {})}, marked))
    return made


@pytest.fixture(scope="session")
def real():
    """The functions above, for tests of any module; the programs have to be there."""
    for program in ("prometheus", "promtool"):
        assert shutil.which(program), f"no {program}: tests/run.py installs it; by hand: apt-get install prometheus"
    return SimpleNamespace(
        running=running,
        into_blocks=into_blocks,
        as_openmetrics=as_openmetrics,
        recorded_by=recorded_by,
        free_port=free_port,
    )
