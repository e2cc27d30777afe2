"""Which strategy does each tier of your data need, and which stores document that they carry it?"""

from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.store_chooser.catalogue import STRATEGIES
from lessons.widgets.store_chooser.present import present
from lessons.widgets.store_chooser.run import LEAVES_OUT, cost_ms, costly_field, run, summary
from lessons.widgets.store_chooser.scenario import Scenario

WIDGET = Widget(
    name="Store chooser",
    question="What kind of data is it, what may it lose, and which stores document that they do that?",
    description="A tier and its needs go in; a strategy, a reason and stores on three clouds come out, with sources.",
    lens="store-chooser",
    scenario=Scenario,
    run=run,
    present=present,
    summary=summary,
    cost_ms=cost_ms,
    costly_field=costly_field,
    leaves_out=LEAVES_OUT,
    controls=(
        Control("tier"),
        Control("rpo_objective_s", marks=((0.0, "nothing"), (5.0, "five seconds"), (900.0, "a quarter of an hour"))),
        Control("regions", marks=((2.0, "a pair"), (3.0, "a majority"), (6.0, "a world"))),
        Control("strong_reads", group="More needs"),
        Control("transactions", group="More needs"),
        Control("writes_may_pause", group="More needs"),
        Control("load", group="More needs"),
        Control("residency", group="More needs"),
        Control(
            "replication_lag_s",
            group="Your copies",
            marks=((0.5, "a healthy link"), (5.0, "busy"), (60.0, "behind")),
        ),
    ),
    presets=(
        "payments-ledger",
        "stock",
        "cart",
        "preferences",
        "events",
        "two-regions-no-loss",
        "users-at-home",
    ),
    prediction=Prediction(
        id="store-chooser-strategy",
        prompt="Which strategy does this data ask for?",
        kind="choice",
        answer=lambda result: str(result.strategy),
        options=tuple(STRATEGIES.items()),
    ),
)
