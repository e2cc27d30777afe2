"""How is a view drawn by the server? As SVG with classes for the page, or with colours for a file of its own.

Classes: lines `line role-a`, areas `fill role-a`, words `label`, `axis`, `grid`, the other run of a comparison `pale`,
`phase state-down`, `event`, `mark role-ink`, `place state-healthy role-a`, `link link--traffic flow-forward`.
"""

from __future__ import annotations

from lessons.widgets.kit import svg_bars, svg_plot, svg_timeline, svg_topology
from lessons.widgets.kit.output import Bars, Plot, Timeline, View
from lessons.widgets.kit.svg_pen import Pen


def draw(view: View, *, standalone: bool = False, label: str = "") -> str:
    """The SVG text. `label` is what assistive technology says; without one it is the view's title."""
    pen = Pen(standalone=standalone)
    label = label or view.title
    if isinstance(view, Timeline):
        return svg_timeline.draw(view, pen, label)
    if isinstance(view, Plot):
        return svg_plot.draw(view, pen, label)
    if isinstance(view, Bars):
        return svg_bars.draw(view, pen, label)
    return svg_topology.draw(view, pen, label)
