"""How fast are stale reads, commits, elections and judged histories, next to the plain way in the same run?"""

from __future__ import annotations

import importlib.util
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lessons.simulator import election, quorum_latency, staleness
from lessons.simulator.checkers import Operation, check
from lessons.widgets.registry import widget
from widgets.drawing import figures_of

TRIALS = 1_000_000
OPERATIONS, CLIENTS = 85, 5
TIMES = 5


def rows() -> Iterator[dict[str, object]]:
    """Ratios, each against a reference under tests/reference or against plain NumPy."""
    own_ms, plain_ms = _in_turns(_stale_reads, _stale_reads_plainly)
    yield _row("a million stale reads", own_ms, "ms", most=500)
    yield _row("a million stale reads against plain NumPy", own_ms / plain_ms, "times the cost", most=1.5)
    yield _row("commits, against message by message", _commits(), "times faster", least=100)
    yield _row("elections, against message by message", _elections(), "times faster", least=3)
    long = _history(OPERATIONS, random.Random(1))
    yield _row(f"a history of {OPERATIONS} operations judged", _median_ms(lambda: _judged(long)), "ms", most=500)
    yield _row("small histories judged, against every order tried", _small_histories(), "times faster", least=2)
    yield _row("a history of 2,000 operations over 10 keys", _once_ms(_two_thousand), "ms", most=30_000)
    yield _row("the map of a quorum redrawn", _median_ms(_map), "ms", most=100)


def _row(
    name: str, value: float, unit: str, *, least: float | None = None, most: float | None = None
) -> dict[str, object]:
    ok = (least is None or value >= least) and (most is None or value <= most)
    goal = f"at least {least:g}" if least is not None else f"at most {most:g}"
    return {"name": name, "value": round(value, 3), "unit": unit, "goal": goal, "ok": ok}


def _stale_reads() -> None:
    delay = {"kind": "exponential", "rate_per_ms": 1.0}
    fields = {f"{name}_delay": delay for name in ("write", "ack", "read", "response")}
    staleness.run(staleness.Scenario(fit="custom", n=3, r=1, w=1, trials=TRIALS, **fields), seed=1)


def _stale_reads_plainly() -> None:
    """The model's own definition, one array for each kind of message."""
    chance = np.random.default_rng(1)
    write, ack, read, response = (chance.exponential(1.0, (TRIALS, 3)) for _ in range(4))
    committed = np.sort(write + ack, axis=1)[:, 0]
    answered = read + response
    first = answered.argmin(axis=1)
    rows = np.arange(TRIALS)
    stale_ms = write[rows, first] - committed - read[rows, first]
    np.quantile(stale_ms, [0.9, 0.99, 0.999])
    np.quantile(answered.min(axis=1), [0.5, 0.99, 0.999])
    np.quantile(committed, [0.5, 0.99, 0.999])


def _commits() -> float:
    """Both for as many requests: the lens draws them all at once."""
    scenario = quorum_latency.Scenario(trials=2_000, jitter={"kind": "exponential", "rate_per_ms": 1.0})
    played = _reference("quorum_by_message")
    played_ms = _once_ms(lambda: played.play(scenario, requests=scenario.trials, seed=1))
    return played_ms / _median_ms(lambda: quorum_latency.run(scenario, seed=1))


def _elections() -> float:
    """For each election: the lens plays ten thousand together, the reference one after the other."""
    scenario, played, times = election.Scenario(trials=10_000), _reference("election_by_message"), 400
    played_ms = _once_ms(lambda: [played.play(scenario, seed=seed) for seed in range(times)])
    return (played_ms / times) / (_median_ms(lambda: election.run(scenario, seed=1)) / scenario.trials)


def _history(
    operations: int, chance: random.Random, *, keys: int = 1, span_ms: float = 3.0, clients: int = CLIENTS
) -> list[dict[str, Any]]:
    """What clients of one register see: each operation takes effect at a moment between its call and its answer."""
    free_ms = [0.0] * clients
    planned = []
    for _ in range(operations):
        client = chance.randrange(clients)
        called = free_ms[client] + chance.expovariate(1.0)
        returned = called + chance.expovariate(1.0 / span_ms)
        free_ms[client] = returned
        planned.append((chance.uniform(called, returned), client, called, returned, f"key {chance.randrange(keys)}"))
    values: dict[str, int | None] = {}
    made = []
    for number, (_, client, called, returned, key) in enumerate(sorted(planned)):
        op = chance.choice(("read", "write"))
        if op == "write":
            values[key] = number
        told = {"client": str(client), "op": op, "key": key, "value": values.get(key)}
        made.append({**told, "called_ms": called, "returned_ms": returned, "ok": True})
    return sorted(made, key=lambda one: one["called_ms"])


def _judged(history: list[dict[str, Any]], answer: str = "yes") -> None:
    """Each operation took effect between its call and its answer, unless somebody changed what it read."""
    verdict = check([Operation(**one) for one in history], "linearizable")
    assert verdict.answer == answer


def _small_histories() -> float:
    """Operations that all overlap, with one read of something never written: the reference has to try every order."""
    chance, small = random.Random(2), []
    while len(small) < 3:
        history = _history(10, chance, span_ms=200.0, clients=10)
        reads = [one for one in history if one["op"] == "read"]
        if reads:
            reads[-1]["value"] = "never written"
            small.append(history)
    force = _reference("histories_by_force")
    forced_ms = _once_ms(lambda: [force.holds(history, "linearizable") for history in small])
    return forced_ms / _median_ms(lambda: [_judged(history, "no") for history in small])


def _two_thousand() -> None:
    _judged(_history(2_000, random.Random(3), keys=10))


def _map() -> None:
    made = widget("quorum-latency")
    scenario = made.scenario()
    output = made.present(scenario, made.run(scenario, seed=1))
    figures_of(output.views, output.settings)


def _reference(name: str) -> Any:
    path = Path(__file__).resolve().parents[1] / "reference" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


def _in_turns(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Medians of both, taken in turns, so that a busy machine hurts both alike."""
    taken = [(_once_ms(one), _once_ms(other)) for _ in range(TIMES)]
    return statistics.median(first for first, _ in taken), statistics.median(second for _, second in taken)


def _median_ms(call: Callable[[], object]) -> float:
    call()
    return statistics.median(_once_ms(call) for _ in range(TIMES))


def _once_ms(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1_000
