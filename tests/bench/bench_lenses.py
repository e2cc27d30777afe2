"""Does every lens and every widget answer while a reader waits? Found by folder: a new one needs no code here."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings

from lessons.simulator.lenses import lenses
from lessons.simulator.presets import presets
from lessons.widgets.kit import Widget
from lessons.widgets.registry import widgets
from widgets.drawing import figures_of

TIMES = 7
RUN_MS_MAX, FIGURE_MS_MAX, MIB_MAX = 50, 100, 64


def rows() -> Iterator[dict[str, object]]:
    """Default runs of lenses, default and slowest presets of widgets with their pictures, and the memory of each."""
    for name, lens in lenses().items():
        scenario = lens.Scenario()
        yield _row(f"{name}, default run", _median_ms(lambda m=lens, s=scenario: m.run(s, seed=1)), "ms", RUN_MS_MAX)
    for slug, widget in widgets().items():
        taken = {name: _median_ms(lambda w=widget, n=name: _drawn(w, n)) for name in widget.presets}
        slowest = max(taken, key=lambda name, taken=taken: taken[name])
        yield _row(f"{slug}, default situation with figures", taken[widget.presets[0]], "ms", FIGURE_MS_MAX)
        yield _row(f"{slug}, slowest situation with figures ({slowest})", taken[slowest], "ms", 250 + FIGURE_MS_MAX)
        yield _row(f"{slug}, memory of its slowest situation", _peak_mib(widget, slowest), "MiB", MIB_MAX)


def _row(name: str, value: float, unit: str, most: float) -> dict[str, object]:
    return {"name": name, "value": round(value, 3), "unit": unit, "goal": f"at most {most:g}", "ok": value <= most}


def _drawn(widget: Widget, name: str) -> None:
    """A situation and its pictures, without the cache that a page has."""
    known = presets(settings.CONTENT, widget.lens)[name]
    scenario: Any = widget.scenario(**known.values)
    output = widget.present(scenario, widget.run(scenario, seed=known.seed))
    figures_of(output.views, output.settings)


def _median_ms(call: Callable[[], object]) -> float:
    call()
    return statistics.median(_once_ms(call) for _ in range(TIMES))


def _once_ms(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1_000


def _peak_mib(widget: Widget, name: str) -> float:
    tracemalloc.start()
    _drawn(widget, name)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak_bytes / 2**20
