"""What has the reader bet on this run?"""

from __future__ import annotations

from django.http import HttpRequest

from lessons.predictions import Prediction
from study.learners import learner_of
from study.models import PredictionRecord
from study.recall import predictions_of
from widgets.experiments import Bet


def bet_of(request: HttpRequest, prediction: Prediction, why: str = "") -> Bet:
    """The bet of the request's learner on a prediction, made or still open."""
    return bet_from(predictions_of(learner_of(request)).get(prediction.id), prediction, why)


def bet_from(kept: PredictionRecord | None, prediction: Prediction, why: str = "") -> Bet:
    """The bet that a record holds. A guess that the prediction no longer knows counts as none."""
    if kept is None:
        return Bet(prediction, why=why)
    guess = kept.guess if prediction.fits(kept.guess) else None
    return Bet(
        prediction,
        made=True,
        guess=float(guess) if prediction.kind == "number" and guess is not None else guess,
        why=why,
    )
