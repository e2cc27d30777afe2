"""Where does a reader's guess lie on the figure of the run?"""

from __future__ import annotations

import dataclasses

from lessons.predictions import Guess, Prediction
from lessons.widgets.kit.charts import Mark, Plot, Timeline
from lessons.widgets.kit.output import View

GUESS_TEXT = "your guess"


def with_guess(view: View, prediction: Prediction, guess: Guess | None) -> View:
    """The view with the guess as a labelled line, where it is a number on one of its axes; else the view as it is."""
    if not isinstance(guess, (int, float)) or prediction.kind != "number" or not prediction.axis:
        return view
    mark = Mark(float(guess), GUESS_TEXT, "ink", prediction.axis)
    if isinstance(view, (Timeline, Plot)):
        return dataclasses.replace(view, marks=(*view.marks, mark))
    return view
