"""Does everyone see the same sequence, and what does it cost to make sure?"""

from lessons.simulator import ordering as lens
from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.ordering.present import present

WIDGET = Widget(
    name="Order lab",
    question="Writers in several regions, consumers in all of them. Does everyone see the same sequence?",
    description="The messages of one account as written and as two consumers see them. Crossed: seen after one that "
    "followed it. Hatched: changed places with one that was on its way at the same time.",
    lens="ordering",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control("strategy"),
        Control("partition_key"),
        Control("partitions", marks=((1.0, "one sequence"), (12.0, "a usual log"), (64.0, "a busy one"))),
        Control("write_rate_rps", group="Writes", marks=((20.0, "quiet"), (200.0, "Tally"), (2_000.0, "a sale"))),
        Control("writers", group="Writes"),
        Control("write_region", group="Writes"),
        Control(
            "round_trips", group="Writes", marks=((1.0, "one command"), (4.0, "a conversation"), (10.0, "an old habit"))
        ),
        Control("keys", group="Accounts"),
        Control("zipf_exponent", group="Accounts", marks=((0.0, "all alike"), (1.0, "as usual"), (1.5, "one giant"))),
        Control("watched_key", group="Accounts"),
        Control("partitions_after", group="Partitions and readers"),
        Control("partition_capacity_rps", group="Partitions and readers"),
        Control("reader_lag_ms", group="Partitions and readers"),
        Control(
            "replication_lag_s",
            group="Copies and clocks",
            marks=((0.3, "a quiet day"), (3.0, "busy"), (60.0, "a full link")),
        ),
        Control(
            "clock_skew_ms",
            group="Copies and clocks",
            marks=((5.0, "NTP"), (100.0, "a bad route"), (400.0, "neglected")),
        ),
        Control("own_clocks_ms", group="Copies and clocks"),
        Control("matrix", group="Distances"),
        Control("rtt_ms", group="Distances"),
        Control("same_place_rtt_ms", group="Distances"),
        Control("append_ms", group="Distances"),
        Control("jitter", group="Distances"),
        Control("fault", group="A fault"),
        Control(
            "failover_after_s", group="A fault", marks=((60.0, "a minute"), (300.0, "five"), (900.0, "a careful team"))
        ),
        Control("fault_duration_s", group="A fault"),
        Control("while_stalled", group="A fault"),
        Control(
            "checkpoint_interval_s",
            group="A fault",
            marks=((5.0, "eager"), (60.0, "MirrorMaker's default"), (300.0, "lazy")),
        ),
        Control("trials", group="The run"),
    ),
    presets=(
        "one-writer-region",
        "one-log-per-account",
        "no-key",
        "two-mirrored-logs",
        "clock-order",
        "failover-of-a-log",
        "queue-meanwhile",
        "four-calls",
        "more-partitions",
    ),
    prediction=Prediction(
        id="ordering-different-orders",
        prompt="Can two consumers see one account's messages in different orders?",
        kind="choice",
        answer=lambda result: "no" if result.orders_seen == 1 else "yes",
        options=(("no", "no, all see the same order"), ("yes", "yes, they can differ")),
    ),
)
