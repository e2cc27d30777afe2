"""Does the command serve an incident on this machine, and refuse in one line what it cannot serve?"""

import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml
from django.core.management import call_command
from prometheus_client.parser import text_string_to_metric_families as read_prometheus

from lessons.observability.openmetrics import TEXT_TYPE
from lessons.observability.replay import Replay
from lessons.observability.rules import rules_text
from lessons.observability.slo_file import read_slo
from widgets.metrics import signals_from
from widgets.one_run import one_run
from widgets.replay_server import HOST, ReplayServer

ROOT = Path(__file__).resolve().parents[3]


def refused(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        call_command("replay", *arguments)
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(r"error: .+\n", captured.err)
    return captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such"], "preset: is 'no-such' (allowed: active-active, "),
        (["hot-standby", "--speed", "0"], "speed: is '0' (allowed: a number from 1 to 1000)"),
        (["hot-standby", "--speed", "nan"], "speed: is 'nan'"),
        (["hot-standby", "--speed", "1e9"], "speed: is '1e9'"),
        (["hot-standby", "--port", "70000"], "port: is '70000'"),
        (["hot-standby", "--port", "80.5"], "port: is '80.5'"),
        (["hot-standby", "--port", "http"], "port: is 'http'"),
        (["hot-standby", "--before", "-1"], "before: is '-1'"),
        (["hot-standby", "--lens", "nothing"], "lens: is 'nothing'"),
        (["multi-region", "--lens", "cost"], "preset: is 'multi-region'"),
        (["hot-standby", "--loop", "--once"], "once: was given with loop"),
        (["hot-standby", "--set", "dns_ttl_s=-1"], "dns_ttl_s: is -1"),
        (["hot-standby", "--seed", "x"], "seed: is 'x'"),
        (["hot-standby", "--port", "0", "--rules", "/proc/nowhere/rules.yml"], "rules: '/proc/nowhere/rules.yml'"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(capsys, arguments, words):
    assert words in refused(capsys, *arguments)


def test_a_port_in_use_is_refused_in_one_line(capsys):
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"port: {port}: address already in use" in refused(capsys, "hot-standby", "--port", port)


@contextmanager
def served(*, at_s, preset="hot-standby", lens="failover"):
    """A server whose clock stands at this moment of the incident."""
    run = one_run(lens, preset_name=preset, assignments=[], seed_text="")
    replay = Replay(signals_from(run, before="600"), speed=60)
    times = iter([0.0])
    with ReplayServer(0, run, replay, clock=lambda: next(times, (at_s + 600) / 60)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://{server.address}"
        finally:
            server.shutdown()
            thread.join()


def test_metrics_are_those_of_the_moment():
    with served(at_s=45) as address, urlopen(f"{address}/metrics", timeout=10) as answer:
        assert answer.headers["Content-Type"] == TEXT_TYPE
        families = {family.name: family for family in read_prometheus(answer.read().decode())}
    failed = sum(s.value for s in families["http_requests"].samples if s.labels["code"] == "504")
    assert failed == pytest.approx(45 * 1_000, rel=0.02)
    lag = {s.labels["region"]: s.value for s in families["db_replication_lag_seconds"].samples}
    assert lag["eu-central"] == 5 + 45


@pytest.mark.parametrize(
    ("at_s", "words"),
    [
        (-60, "60 s before the fault: all is well."),
        (45, "45 s after the fault, of 600 s."),
        (700, "its last state stays."),
    ],
)
def test_the_page_says_where_the_incident_is(at_s, words):
    with served(at_s=at_s) as address, urlopen(address, timeout=10) as answer:
        page = answer.read().decode()
    assert words in page
    assert ("Phase: detecting." in page) == (at_s == 45)
    assert ("A region is lost: us-east" in page) == (at_s >= 0)


def test_a_run_without_a_fault_is_told_from_its_start():
    with (
        served(at_s=-60, lens="replication-lag", preset="flash-sale") as address,
        urlopen(address, timeout=10) as answer,
    ):
        assert "60 s before the start: all is well." in answer.read().decode()


def test_other_addresses_are_not_found_and_other_methods_not_known():
    with served(at_s=0) as address:
        for request, status in ((f"{address}/admin", 404), (Request(f"{address}/metrics", data=b"x"), 501)):
            with pytest.raises(HTTPError) as caught:
                urlopen(request, timeout=10)
            caught.value.close()
            assert caught.value.code == status
        with urlopen(Request(f"{address}/metrics", method="HEAD"), timeout=10) as answer:
            assert int(answer.headers["Content-Length"]) > 1_000
            assert answer.read() == b""


def test_once_ends_with_the_incident_and_says_first_what_it_serves(tmp_path):
    command = [sys.executable, "manage.py", "replay", "hot-standby", "--port", "0", "--once", "--speed", "1000"]
    done = subprocess.run(
        [*command, "--before", "60", "--rules", str(tmp_path / "watch")],
        cwd=ROOT,
        # Without a key: nothing is signed.
        env={name: value for name, value in os.environ.items() if name != "SECRET_KEY"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    line = r"Serving failover/hot-standby on http://127\.0\.0\.1:(\d+)/metrics, 1000 times as fast: "
    said = re.fullmatch(line + r"the fault in 0\.1 s, the end 0\.6 s later, then it ends\.\n", done.stdout)
    assert said
    configuration = yaml.safe_load((tmp_path / "watch/prometheus.yml").read_text())
    assert configuration["global"] == {"scrape_interval": "15ms", "evaluation_interval": "30ms"}
    assert configuration["rule_files"] == ["rules.yml"]
    assert configuration["scrape_configs"][0]["static_configs"] == [{"targets": [f"127.0.0.1:{said[1]}"]}]
    assert (tmp_path / "watch/rules.yml").read_text() == rules_text(read_slo(), speed=1_000)


def test_a_file_gets_the_rules_alone(tmp_path, capsys):
    call_command(
        "replay",
        "hot-standby",
        "--port",
        "0",
        "--once",
        "--speed",
        "1000",
        "--before",
        "0",
        "--rules",
        str(tmp_path / "r.yml"),
    )
    assert [path.name for path in tmp_path.iterdir()] == ["r.yml"]
    assert (tmp_path / "r.yml").read_text() == rules_text(read_slo(), speed=1_000)


@pytest.mark.prometheus
def test_promtool_finds_nothing_to_say_of_metrics_and_configuration(tmp_path):
    with served(at_s=45) as address, urlopen(f"{address}/metrics", timeout=10) as answer:
        text = answer.read()
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=30)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    call_command(
        "replay", "hot-standby", "--port", "0", "--once", "--speed", "1000", "--before", "0", "--rules", str(tmp_path)
    )
    done = subprocess.run(
        ["promtool", "check", "config", str(tmp_path / "prometheus.yml")], capture_output=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
