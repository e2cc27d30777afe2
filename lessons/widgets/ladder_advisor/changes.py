"""What would have to change so that the answer is another rung? Found by asking again with one input changed.

Distances compare unlike things: a doubling counts as 1, so does a switch or another choice, and so does a tenth of all
users. Values come from a list of round ones for each kind of input.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.params import Param, params
from lessons.simulator.errors import ScenarioError
from lessons.widgets.kit import words
from lessons.widgets.ladder_advisor.advice import Verdict, decide
from lessons.widgets.ladder_advisor.scenario import RESIDENCY, Scenario

SECONDS = (
    0,
    1,
    5,
    10,
    30,
    60,
    120,
    180,
    300,
    600,
    900,
    1_800,
    3_600,
    7_200,
    14_400,
    28_800,
    86_400,
    604_800,
    2_592_000,
)
MILLISECONDS = (5, 10, 20, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000)
SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
NINES = (0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99995, 0.99999)
SERIES = tuple(digit * 10.0**power for power in range(-2, 9) for digit in (1, 2, 3, 5))
# Each of these makes five further failovers to be run.
CHECKS_S = (1, 5, 10, 30, 60)
RECORDS_S = (5, 30, 60, 300, 3_600)
_VALUES: dict[str, tuple[float, ...]] = {
    "availability_objective_fraction": NINES,
    "health_check_interval_s": CHECKS_S,
    "dns_ttl_s": RECORDS_S,
}
_BY_UNIT = {"s": SECONDS, "ms": MILLISECONDS, "": SHARES}


@dataclass(frozen=True)
class Change:
    """One input set to another value, and the rung that this leads to."""

    field: str
    value: Any
    rung: int
    distance: float
    words: str


def nearest_changes(scenario: Scenario, verdict: Verdict, seed: int) -> tuple[Change, ...]:
    """The nearest change that leads up the ladder and the nearest that leads down, the nearer one first."""
    found: list[Change] = []
    wanted: list[Callable[[int], bool]] = [lambda rung: rung > verdict.rung, lambda rung: rung < verdict.rung]
    wanted = [fits for fits, possible in zip(wanted, (verdict.rung < 5, verdict.rung > 1), strict=True) if possible]
    for distance, field, value in sorted(_candidates(scenario), key=lambda one: one[0]):
        if not wanted:
            break
        try:
            asked = dataclasses.replace(scenario, **{field: value})
        except ScenarioError:
            continue
        rung = decide(asked, seed).rung
        for fits in [fits for fits in wanted if fits(rung)]:
            wanted.remove(fits)
            found.append(Change(field, value, rung, distance, _said(field, getattr(scenario, field), value)))
    return tuple(found)


def _candidates(scenario: Scenario) -> Iterator[tuple[float, str, Any]]:
    for field, known in params(Scenario).items():
        before = getattr(scenario, field)
        for value in _alternatives(field, known, before):
            if value != before:
                yield _distance(field, known, before, value), field, value


def _alternatives(field: str, known: Param, before: Any) -> tuple[Any, ...]:
    if field == "residency":
        # Nobody would add a law to come down the ladder.
        return tuple(RESIDENCY)[: tuple(RESIDENCY).index(before)]
    if field == "restores_tested":
        return (True,)
    if known.kind == "choice":
        return known.choices
    if known.kind == "switch":
        return (not before,)
    assert known.min is not None and known.max is not None
    values = _VALUES.get(field) or _BY_UNIT.get(known.unit, SERIES)
    return tuple(float(value) for value in values if known.min <= value <= known.max)


def _distance(field: str, known: Param, before: Any, value: Any) -> float:
    if known.kind in ("choice", "switch"):
        return 1.0
    if field == "availability_objective_fraction":
        return abs(math.log2((1 - float(value)) / (1 - float(before))))
    if known.unit == "" and known.max == 1:
        return abs(float(value) - float(before)) * 10
    # Half of the smallest round value, so that 0 is some doublings away and not endlessly many.
    least = 0.5 if known.unit in ("s", "ms") else 0.005
    return abs(math.log2((float(value) + least) / (float(before) + least)))


def _said(field: str, before: Any, value: Any) -> str:
    known = params(Scenario)[field]
    return f"{known.label}: {_value(known, value)} instead of {_value(known, before)}"


def _value(known: Param, value: Any) -> str:
    if known.kind == "switch":
        return "yes" if value else "no"
    if known.kind == "choice":
        return dict(zip(known.choices, known.choice_labels, strict=True))[str(value)]
    if known.unit == "s":
        return words.duration(value)
    if known.unit == "" and known.max is not None and known.max <= 1:
        return words.percent(value)
    return words.number(value, known.unit)
