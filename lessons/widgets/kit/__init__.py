"""The only import a widget needs."""

from lessons.predictions import Prediction
from lessons.widgets.kit import words
from lessons.widgets.kit.charts import Band, Bars, Event, Mark, Panel, Panels, Phase, Plot, Series, Timeline
from lessons.widgets.kit.histories import Deed, History, Lane, Log, LogLine, PartialOrder, Rank, Span, Waterfall
from lessons.widgets.kit.output import Output, Table, View
from lessons.widgets.kit.pick import Pick
from lessons.widgets.kit.places import Boundaries, Boundary, Frame, Link, MapLine, MapPoint, Place, Topology, WorldMap
from lessons.widgets.kit.widget import Control, Widget

__all__ = [
    "Band",
    "Bars",
    "Boundaries",
    "Boundary",
    "Control",
    "Deed",
    "Event",
    "Frame",
    "History",
    "Lane",
    "Link",
    "Log",
    "LogLine",
    "MapLine",
    "MapPoint",
    "Mark",
    "Output",
    "Panel",
    "Panels",
    "PartialOrder",
    "Phase",
    "Pick",
    "Place",
    "Plot",
    "Prediction",
    "Rank",
    "Series",
    "Span",
    "Table",
    "Timeline",
    "Topology",
    "View",
    "Waterfall",
    "Widget",
    "WorldMap",
    "words",
]
