"""What if it were happening now? `manage.py replay PRESET --port N --speed 60`: /metrics of a simulated incident."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from lessons.observability.pace import SPEED_MAX
from lessons.observability.replay import Replay
from lessons.observability.rules import rules_text
from lessons.observability.scraping import configuration_text
from lessons.observability.signals import BEFORE_S
from lessons.observability.slo_file import read_slo
from lessons.simulator.errors import ScenarioError
from widgets.metrics import signals_from
from widgets.one_run import OneLineCommand, number_from, one_run, refuse
from widgets.replay_server import ReplayServer

PORT = 9464
RULES_NAME, CONFIGURATION_NAME = "rules.yml", "prometheus.yml"


class Command(OneLineCommand):
    """Runs until it is stopped, or with --once to the end of the incident. Exit status 2 and one line if it cannot."""

    help = "Serve the metrics of a simulated incident on this machine as if it were happening."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("preset", help="a named situation of the lens")
        parser.add_argument("--lens", default="failover", help="the lens it belongs to")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="set one field")
        parser.add_argument("--seed", default="", help="a whole number; the same one gives the same incident")
        parser.add_argument("--port", default=str(PORT), help="where to listen; 0 takes any free port")
        parser.add_argument("--speed", default="60", help="how many times as fast as it would be")
        parser.add_argument("--before", default=f"{BEFORE_S:g}", metavar="S", help="seconds of quiet before the fault")
        parser.add_argument("--loop", action="store_true", help="start anew when it is over")
        parser.add_argument(
            "--once", action="store_true", help="end when it is over, instead of keeping its last state"
        )
        parser.add_argument(
            "--rules",
            default="",
            metavar="FILE_OR_DIR",
            help="write the rules for this speed; a folder also gets a configuration",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server = _server(options)
        except ScenarioError as problem:
            refuse(str(problem))
        with server:
            self.stdout.write(_announced(server, once=options["once"]))
            self.stdout.flush()
            _serve(server, once=options["once"])


def _server(options: dict[str, Any]) -> ReplayServer:
    speed = number_from("speed", options["speed"], low=1, high=SPEED_MAX)
    port = number_from("port", options["port"], low=0, high=65_535)
    if port % 1:
        raise ScenarioError("port", f"is {options['port'][:60]!r}", allowed="a whole number")
    if options["loop"] and options["once"]:
        raise ScenarioError("once", "was given with loop", allowed="one of the two")
    run = one_run(options["lens"], preset_name=options["preset"], assignments=options["set"], seed_text=options["seed"])
    replay = Replay(signals_from(run, before=options["before"]), speed, loop=options["loop"])
    try:
        server = ReplayServer(int(port), run, replay)
    except OSError as error:
        raise ScenarioError("port", f"{port:.0f}: {_reason(error)}", allowed="a free port") from None
    if options["rules"]:
        try:
            _write_rules(Path(options["rules"]), server.address, speed)
        except OSError as error:
            server.server_close()
            problem = f"{options['rules'][:200]!r}: {_reason(error)}"
            raise ScenarioError("rules", problem, allowed="a file or a folder that can be written") from None
    return server


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _write_rules(place: Path, target: str, speed: float) -> None:
    """Into a file, the rules; into a folder (there already, or a name without an ending), a configuration as well."""
    slo = read_slo()
    if place.suffix and not place.is_dir():
        place.write_text(rules_text(slo, speed=speed), encoding="utf-8")
        return
    place.mkdir(parents=True, exist_ok=True)
    (place / RULES_NAME).write_text(rules_text(slo, speed=speed), encoding="utf-8")
    text = configuration_text(slo, target=target, rules_file=RULES_NAME, speed=speed)
    (place / CONFIGURATION_NAME).write_text(text, encoding="utf-8")


def _announced(server: ReplayServer, *, once: bool) -> str:
    run, replay = server.run, server.replay
    assert run.preset is not None, "the command asks for one"
    zero = "the fault" if hasattr(run.result, "events") else "the start"
    quiet_s, lasts_s = -replay.starts_s / replay.speed, replay.ends_s / replay.speed
    after = "then it ends" if once else "then it starts anew" if replay.loop else "then its last state stays"
    return (
        f"Serving {run.name}/{run.preset.name} on http://{server.address}/metrics, {replay.speed:g} times as fast: "
        f"{zero} in {quiet_s:,.1f} s, the end {lasts_s:,.1f} s later, {after}."
    )


def _serve(server: ReplayServer, *, once: bool) -> None:
    """In a thread of its own, so that this one can wait for the end or for Ctrl-C."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    replay = server.replay
    lasts_s = (replay.ends_s - replay.starts_s) / replay.speed if once else math.inf
    try:
        while server.elapsed_s < lasts_s:
            thread.join(timeout=min(1.0, max(0.0, lasts_s - server.elapsed_s)))
    except KeyboardInterrupt:
        pass
    server.shutdown()
