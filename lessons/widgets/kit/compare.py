"""How do two runs look in one picture? The other one lies pale underneath, and its numbers in a column more."""

from __future__ import annotations

import dataclasses

from lessons.widgets.kit.charts import Bars, Plot, Timeline
from lessons.widgets.kit.output import Output, Table, View

BEFORE = "before"


def with_before(output: Output, before_output: Output) -> Output:
    """This run over the other one. Views that do not match (another kind, other categories) stay as they are."""
    views = list(output.views)
    for place, (view, before) in enumerate(zip(output.views, before_output.views, strict=False)):
        views[place] = _over(view, before)
    return dataclasses.replace(output, views=tuple(views), table=_beside(output.table, before_output.table))


def _over(view: View, before: View) -> View:
    if isinstance(view, Timeline) and isinstance(before, Timeline):
        return dataclasses.replace(
            view,
            before=before.series,
            starts_s=min(view.starts_s, before.starts_s),
            ends_s=max(view.ends_s, before.ends_s),
        )
    if isinstance(view, Plot) and isinstance(before, Plot):
        return dataclasses.replace(
            view,
            before=before.series,
            x_range=_union(view.x_range, before.x_range),
            y_range=_union(view.y_range, before.y_range),
        )
    if isinstance(view, Bars) and isinstance(before, Bars) and view.categories == before.categories:
        return dataclasses.replace(view, before=before.values)
    return view


def _union(one: tuple[float, float] | None, other: tuple[float, float] | None) -> tuple[float, float] | None:
    if one is None or other is None:
        return None
    return min(one[0], other[0]), max(one[1], other[1])


def _beside(table: Table, before: Table) -> Table:
    """A table of two columns gets a third; a wider one is left alone: a column more would not say what it compares."""
    others = {row[0]: row[1] for row in before.rows if len(row) == 2}
    if len(table.columns) != 2 or not others:
        return table
    return dataclasses.replace(
        table,
        columns=(*table.columns, BEFORE),
        rows=tuple((*row, others.get(row[0])) for row in table.rows),
        units=(*table.units, table.units[1]) if len(table.units) == 2 else (),
    )
