"""How is a view drawn by the server? As SVG with classes for the page, or with colours for a file of its own.

Classes: lines `line role-a`, areas `fill role-a`, words `label`, `axis`, `grid`, the other run of a comparison `pale`,
`phase state-down`, `event`, `mark role-ink`, `place state-healthy role-a`, `link link--traffic flow-forward`,
`land`, `point`, `deed state-done`, `rank`, `span`, `panel`, `log-line`, `pick` (a link around a part to choose).
"""

from __future__ import annotations

from lessons.widgets.kit import (
    svg_bars,
    svg_boundaries,
    svg_history,
    svg_lanes,
    svg_log,
    svg_map,
    svg_order,
    svg_panels,
    svg_plot,
    svg_timeline,
    svg_topology,
    svg_waterfall,
)
from lessons.widgets.kit.charts import Bars, Panels, Plot, Timeline
from lessons.widgets.kit.histories import History, Log, PartialOrder, Waterfall
from lessons.widgets.kit.output import View
from lessons.widgets.kit.places import Boundaries, WorldMap
from lessons.widgets.kit.svg_pen import LinkTo, Pen


def draw(view: View, *, standalone: bool = False, label: str = "", link_to: LinkTo | None = None) -> str:
    """The SVG text. `label` is what assistive technology says; without one it is the view's title.

    `link_to` gives the address of a choice; without it nothing in the picture can be chosen.
    """
    pen = Pen(standalone=standalone, link_to=None if standalone else link_to)
    label = label or view.title
    if isinstance(view, Timeline):
        return svg_lanes.draw(view, pen, label) if view.lanes else svg_timeline.draw(view, pen, label)
    if isinstance(view, Plot):
        return svg_plot.draw(view, pen, label)
    if isinstance(view, Bars):
        return svg_bars.draw(view, pen, label)
    if isinstance(view, Boundaries):
        return svg_boundaries.draw(view, pen, label)
    if isinstance(view, WorldMap):
        return svg_map.draw(view, pen, label)
    if isinstance(view, History):
        return svg_history.draw(view, pen, label)
    if isinstance(view, PartialOrder):
        return svg_order.draw(view, pen, label)
    if isinstance(view, Panels):
        return svg_panels.draw(view, pen, label)
    if isinstance(view, Log):
        return svg_log.draw(view, pen, label)
    if isinstance(view, Waterfall):
        return svg_waterfall.draw(view, pen, label)
    return svg_topology.draw(view, pen, label)
