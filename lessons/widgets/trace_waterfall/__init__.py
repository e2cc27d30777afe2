"""One order crosses regions and takes too long. For which of its spans does it wait?"""

from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.trace_waterfall.present import present
from lessons.widgets.trace_waterfall.request import GROUPS
from lessons.widgets.trace_waterfall.scenario import LEAVES_OUT, Scenario, cost_ms, costly_field, run, summary

WIDGET = Widget(
    name="Trace waterfall",
    question="One order crosses regions and takes too long. Which span is the one to mend?",
    description="The spans of one request from the edge to the last copy. Choose a span to take its own time away and "
    "see what is left of the wait.",
    lens="trace-waterfall",
    scenario=Scenario,
    run=run,
    present=present,
    summary=summary,
    cost_ms=cost_ms,
    costly_field=costly_field,
    leaves_out=LEAVES_OUT,
    controls=(
        Control("fault"),
        Control("mend"),
        Control("mode"),
        Control("user_region", group="Where"),
        Control("api_region", group="Where"),
        Control("primary_region", group="Where"),
        Control("far_region", group="Where"),
        Control("followers", group="Where"),
        Control(
            "same_place_rtt_ms",
            marks=((0.5, "one building"), (1.0, "two zones"), (3.0, "a large region")),
            group="Where",
        ),
        Control("api_ms", group="Work"),
        Control("cache_ms", group="Work"),
        Control("read_ms", group="Work"),
        Control("write_ms", group="Work"),
        Control(
            "lock_wait_ms",
            marks=((50.0, "a short queue"), (900.0, "a hot item"), (10_000.0, "a forgotten transaction")),
            group="What goes wrong",
        ),
        Control(
            "cold_read_ms",
            marks=((20.0, "from memory"), (420.0, "from disk"), (3_000.0, "a slow query")),
            group="What goes wrong",
        ),
        Control(
            "reads", marks=((1.0, "one line"), (12.0, "a basket"), (40.0, "a large order")), group="What goes wrong"
        ),
        Control(
            "timeout_ms",
            marks=((200.0, "impatient"), (1_000.0, "a common choice"), (30_000.0, "a default left alone")),
            group="What goes wrong",
        ),
        Control("backoff_ms", group="What goes wrong"),
    ),
    presets=(
        "one-popular-item",
        "after-the-failover",
        "after-the-restart",
        "one-in-two-hundred",
        "the-new-release",
        "a-good-day",
        "far-from-the-api",
        "every-copy",
    ),
    prediction=Prediction(
        id="trace-waterfall-mend",
        prompt="Read the trace. Which span is the one to mend?",
        kind="choice",
        answer=lambda result: result.to_mend,
        options=tuple(GROUPS.items()),
    ),
)
