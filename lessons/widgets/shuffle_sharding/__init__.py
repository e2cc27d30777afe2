"""Who goes down with the customer that poisons its workers?"""

from lessons.simulator import shuffle_sharding as lens
from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.shuffle_sharding.present import present

WIDGET = Widget(
    name="Shuffle sharding",
    question="One customer kills every worker that serves it. Who goes down with it?",
    description="Customers share workers, but no two share the same few: how many are lost with one of them.",
    lens="shuffle-sharding",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control(
            "workers",
            marks=((4, "a few"), (8, "the example"), (100, "a large fleet"), (2_048, "name servers, Route 53")),
        ),
        Control("shard_size", marks=((1, "no redundancy"), (2, "a pair"), (4, "Route 53"), (8, "all of eight"))),
        Control("client_retries"),
        Control("customers", group="Customers"),
        Control("poisoned_customer", group="Customers"),
        Control("max_overlap", group="How shards are dealt"),
    ),
    presets=(
        "eight-workers-pairs",
        "four-fixed-shards",
        "everybody-on-all-workers",
        "without-retries",
        "a-thousand-customers",
        "route-53",
    ),
    prediction=Prediction(
        id="shuffle-sharding-wholly-lost",
        prompt="One customer poisons all workers of its shard. What share of the other customers loses every worker?",
        kind="number",
        answer=lambda result: 100 * result.wholly_lost_fraction,
        unit="%",
    ),
)
