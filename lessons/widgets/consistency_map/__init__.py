"""Which promise implies which, and what does one of them cost while the network is cut?"""

from lessons.widgets.consistency_map.catalogue import AVAILABILITY
from lessons.widgets.consistency_map.present import present
from lessons.widgets.consistency_map.scenario import (
    LEAVES_OUT,
    Scenario,
    cost_ms,
    costly_field,
    run,
    summary,
)
from lessons.widgets.kit import Control, Prediction, Widget

WIDGET = Widget(
    name="Consistency map",
    question="What does a consistency model promise, what comes with it, and which stores document it?",
    description="Models as a partial order: choose one to see what it forbids, what it lets pass, and who offers it.",
    lens="consistency-map",
    scenario=Scenario,
    run=run,
    present=present,
    summary=summary,
    cost_ms=cost_ms,
    costly_field=costly_field,
    leaves_out=LEAVES_OUT,
    controls=(Control("model"),),
    presets=("causal", "linearizable", "sequential", "read-your-writes", "serializable"),
    prediction=Prediction(
        id="consistency-map-availability",
        prompt="The network between two regions is cut. Can a store keep this model and answer on both sides?",
        kind="choice",
        answer=lambda result: str(result.availability),
        options=tuple(AVAILABILITY.items()),
    ),
)
