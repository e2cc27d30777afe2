"""The only import a widget needs."""

from lessons.predictions import Prediction
from lessons.widgets.kit import words
from lessons.widgets.kit.output import (
    Band,
    Bars,
    Event,
    Frame,
    Link,
    Mark,
    Output,
    Phase,
    Place,
    Plot,
    Series,
    Table,
    Timeline,
    Topology,
    View,
)
from lessons.widgets.kit.widget import Control, Widget

__all__ = [
    "Band",
    "Bars",
    "Control",
    "Event",
    "Frame",
    "Link",
    "Mark",
    "Output",
    "Phase",
    "Place",
    "Plot",
    "Prediction",
    "Series",
    "Table",
    "Timeline",
    "Topology",
    "View",
    "Widget",
    "words",
]
