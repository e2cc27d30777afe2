"""Which samples of several lines go into a table? As many as a person can scroll through, at the same moments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lessons.simulator.engine.stats import Array
from lessons.widgets.kit.output import Table

ROWS_MAX = 400


def sampled(
    title: str, times_s: Array, lines: Sequence[tuple[str, Sequence[float | None]]], *, starts_s: float
) -> Table:
    """A row for each moment from `starts_s` on, or for every so many; None is a moment without data."""
    places = np.flatnonzero(times_s >= starts_s)
    places = places[:: -(-len(places) // ROWS_MAX)]
    names = ("t_s", *(name for name, _ in lines))
    rows = tuple((float(times_s[place]), *(_cell(values[place]) for _, values in lines)) for place in places.tolist())
    return Table(title, names, rows, tuple("" for _ in names))


def _cell(value: float | None) -> float | str:
    return "no data" if value is None else float(f"{value:.6g}")
