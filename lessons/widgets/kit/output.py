"""What does a widget answer? Views, one sentence, tables; no HTML, no address."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.widgets.kit.charts import Bars, Panels, Plot, Timeline
from lessons.widgets.kit.histories import History, Log, PartialOrder, Waterfall
from lessons.widgets.kit.places import Boundaries, Topology, WorldMap

Cell = str | float | int | None
View = Plot | Bars | Timeline | Topology | Boundaries | WorldMap | History | PartialOrder | Waterfall | Panels | Log


@dataclass(frozen=True)
class Table:
    """Rows under headings; numbers stay numbers (the page formats them). `units`: one symbol per column ("" = none)."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Output:
    """What a run shows.

    `situation` is drawn before a prediction is made: the state before the fault, no result in it.
    `views` are the result, the main one first. `sentence` is one full sentence with the number in it.
    `table` holds the outcomes (shown on the page); `data` holds what the main view plots (CSV, second disclosure).
    `settings` says the settings in words, for captions, print and the alternative text.
    """

    situation: View
    views: tuple[View, ...]
    sentence: str
    table: Table
    data: Table
    settings: str
