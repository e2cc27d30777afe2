"""Which lines did the incident write by a moment, and which of its requests left a trace?

Each failed request writes one line, and so does each act of the control plane. Nobody writes that a region is lost:
what is dead writes nothing. All counts are those that the metrics count; only which of them are looked at is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from lessons.observability.failing_over.durations import gives_up_s
from lessons.observability.failing_over.observed import Observed
from lessons.observability.failing_over.traffic import CODES
from lessons.observability.signals import ENDPOINTS
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.flows import Flow

LINES_MAX = 8
Level = Literal["info", "warning", "error"]
# What an act of the control plane is to a log. The fault itself and the share that has moved are seen by no program.
LEVELS: dict[str, Level] = {
    "detected": "warning",
    "decided": "info",
    "promoted": "info",
    "redirected": "info",
    "returned": "info",
    "failback": "info",
    "going home": "info",
}
MESSAGES = {
    "unanswered": "no answer",
    "refused": "no primary takes writes",
    "dropped": "the region is full",
}


@dataclass(frozen=True)
class Line:
    """One structured line. `code` 0 and no outcome: an act of the control plane. `trace` is "" where none was kept."""

    at_s: float
    level: Level
    region: str
    message: str
    endpoint: str = ""
    method: str = ""
    code: int = 0
    outcome: str = ""
    waited_ms: float = 0.0
    trace: str = ""


@dataclass(frozen=True)
class Written:
    """What was written in the window: all of it counted, some of it shown in the order of time."""

    requests: int
    failures: int
    acts: int
    traces: int
    lines: tuple[Line, ...]


def written(run: Observed, *, region: str, ends_s: float, lasts_s: float, kept_fraction: float) -> Written:
    """The window of so many seconds that ends at a moment, for one region or for "all".

    Of the failures as many are shown as fit beside the acts, each as likely as any other. A trace is kept of each with
    the same chance; where any was kept, one of those shown has it.
    """
    window = np.asarray((run.ends_s > ends_s - lasts_s) & (run.ends_s <= ends_s))
    failing = [
        (where, flow, counts)
        for where, flow, counts in _of_region(run, region)
        if flow.outcome != "answered" and counts[window].any()
    ]
    every = sum(int(counts[window].sum()) for _, _, counts in _of_region(run, region))
    failures = sum(int(counts[window].sum()) for _, _, counts in failing)
    acts = _acts(run, region, ends_s - lasts_s, ends_s)
    traces = int(stream(run.seed, "traces-kept").binomial(failures, kept_fraction))
    shown = _shown(run, failing, window, failures, max(1, LINES_MAX - len(acts)))
    lines = _traced(run, shown, traces, failures)
    ordered = sorted([*acts[:LINES_MAX], *lines], key=lambda line: line.at_s)
    return Written(every, failures, len(acts), traces, tuple(ordered))


def _of_region(run: Observed, region: str) -> list[tuple[str, Flow, Array]]:
    """Region, flow and counts of each second, of the regions asked for."""
    return [
        (name, flow, counts)
        for name, sides in run.regions.items()
        if region in ("all", name)
        for flow, counts in zip(run.flows, run.counts, strict=True)
        if flow.side in sides
    ]


def _acts(run: Observed, region: str, starts_s: float, ends_s: float) -> list[Line]:
    """The entry's own lines, which belong to no region: who looks at one region only does not find them."""
    return [
        Line(one.at_s, LEVELS[one.kind], "entry", one.text)
        for one in run.result.events
        if region == "all" and one.kind in LEVELS and starts_s < one.at_s <= ends_s
    ]


def _shown(
    run: Observed,
    failing: list[tuple[str, Flow, Array]],
    window: npt.NDArray[np.bool_],
    failures: int,
    wanted: int,
) -> list[Line]:
    """So many failures, no two the same, at any moment of their second."""
    if not failures:
        return []
    chance = stream(run.seed, "lines-shown")
    # Places among all failures of the window, drawn until there are enough different ones.
    places: list[int] = []
    for place in chance.integers(0, failures, size=20 * wanted).tolist():
        if place not in places:
            places.append(place)
    cells = np.concatenate([counts[window] for _, _, counts in failing])
    owners = np.searchsorted(np.cumsum(cells), np.array(places[:wanted]), side="right")
    seconds = run.ends_s[window]
    lines = []
    for owner, late in zip(owners.tolist(), chance.random(len(owners)).tolist(), strict=True):
        where, flow, _ = failing[owner // len(seconds)]
        lines.append(_line(where, flow, float(seconds[owner % len(seconds)]) - late))
    return lines


def _line(region: str, flow: Flow, at_s: float) -> Line:
    endpoint, method = ENDPOINTS[flow.kind]
    code = next(int(code) for code, outcomes in CODES.items() if flow.outcome in outcomes)
    message = f"{method} {endpoint} {code}: {MESSAGES[flow.outcome]}"
    return Line(
        at_s=round(at_s, 1),
        level="error",
        region=region,
        message=message,
        endpoint=endpoint,
        method=method,
        code=code,
        outcome=flow.outcome,
    )


def _traced(run: Observed, lines: list[Line], traces: int, failures: int) -> list[Line]:
    """The lines with the ids of their traces where one was kept."""
    if not lines:
        return []
    chance = stream(run.seed, "line-traces")
    ids = chance.integers(0, 2**32, size=len(lines)).tolist()
    kept = chance.random(len(lines)) < traces / failures
    if traces and not kept.any():
        kept[int(chance.integers(len(lines)))] = True
    return [
        replace(line, waited_ms=1_000 * gives_up_s(run), trace=f"{number:08x}" if one else "")
        for line, number, one in zip(lines, ids, kept.tolist(), strict=True)
    ]
