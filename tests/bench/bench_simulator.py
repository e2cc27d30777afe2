"""How fast is the simulator, next to a world in which every request is played one by one?

`rows()` measures on this machine, in this run; `make bench` prints it.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import time
import tracemalloc
from pathlib import Path

from lessons.simulator import failover, split_brain

TIMES = 15


def rows() -> list[dict[str, object]]:
    """One dict a measurement: name, value, unit, goal in words, ok."""
    base = {"request_rate_rps": 1_000, "horizon_s": 600, "fault_duration_s": 600}
    common = failover.Scenario(**base)
    crowded = failover.Scenario(**{**base, "request_rate_rps": 1_000_000})
    own_ms, crowded_ms = _alternating_ms(common, crowded)
    played_ms = _played_ms(common)
    found = [
        _row(
            "failover, 1,000 rps for 600 s, against request by request", played_ms / own_ms, "times faster", least=300
        ),
        _row("failover at 1,000,000 rps against 1,000 rps", crowded_ms / own_ms, "times the cost", most=1.2),
        _row("failover, default run", _median_ms(lambda: failover.run(failover.Scenario(), seed=1)), "ms", most=50),
        _row(
            "split-brain, default run",
            _median_ms(lambda: split_brain.run(split_brain.Scenario(), seed=1)),
            "ms",
            most=50,
        ),
        _row(
            "failover, longest interactive run, memory", _peak_mib(failover.Scenario(horizon_s=86_400)), "MiB", most=64
        ),
        _row("failover, default run, memory", _peak_mib(failover.Scenario()), "MiB", most=64),
        _row("failover, default run with figure", _median_ms(_drawing), "ms", most=100),
    ]
    return found


def _row(
    name: str, value: float, unit: str, *, least: float | None = None, most: float | None = None
) -> dict[str, object]:
    ok = (least is None or value >= least) and (most is None or value <= most)
    goal = f"at least {least:g}" if least is not None else f"at most {most:g}"
    return {"name": name, "value": round(value, 3), "unit": unit, "goal": goal, "ok": ok}


def _alternating_ms(one: failover.Scenario, other: failover.Scenario) -> tuple[float, float]:
    """Medians of both, taken in turns, so that a busy machine hurts both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for seed in range(TIMES * 4):
        for scenario, times in zip((one, other), taken, strict=True):
            times.append(_once_ms(lambda scenario=scenario, seed=seed: failover.run(scenario, seed=seed)))
    return statistics.median(taken[0]), statistics.median(taken[1])


def _median_ms(call) -> float:
    call()
    return statistics.median(_once_ms(call) for _ in range(TIMES))


def _once_ms(call) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1_000


def _played_ms(scenario: failover.Scenario) -> float:
    path = Path(__file__).resolve().parents[1] / "reference" / "failover_by_request.py"
    spec = importlib.util.spec_from_file_location("failover_by_request", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return _once_ms(lambda: made.play(scenario, seed=1))


def _peak_mib(scenario: failover.Scenario) -> float:
    tracemalloc.start()
    failover.run(scenario, seed=1)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak_bytes / 2**20


def _drawing() -> None:
    """A run and its pictures, without the cache that a page has."""
    from lessons.widgets.registry import widgets
    from widgets.drawing import figures_of

    widget = widgets()["failover"]
    scenario = failover.Scenario()
    result = failover.run(scenario, seed=1)
    output = widget.present(scenario, result)
    figures_of(output.views, output.settings)


if __name__ == "__main__":
    for row in rows():
        print(f"{'ok ' if row['ok'] else 'NO '} {row['name']}: {row['value']:,} {row['unit']} ({row['goal']})")
