"""Metrics, logs and traces of one incident: which of them answers which question?"""

from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.three_signals.present import present
from lessons.widgets.three_signals.scenario import (
    LEAVES_OUT,
    SIGNALS,
    Scenario,
    cost_ms,
    costly_field,
    run,
    summary,
)

WIDGET = Widget(
    name="Three signals",
    question="Metrics, logs and traces of one incident: which of them answers which question?",
    description="One failover, counted, written and traced. Choose a line of the log to see where its request went.",
    lens="three-signals",
    scenario=Scenario,
    run=run,
    present=present,
    summary=summary,
    cost_ms=cost_ms,
    costly_field=costly_field,
    leaves_out=LEAVES_OUT,
    controls=(
        Control("moment_s", marks=((30.0, "the first minute"), (120.0, "users move"), (300.0, "afterwards"))),
        Control("region"),
        Control("fault"),
        Control("line", group="What is looked at"),
        Control("window_s", group="What is looked at"),
        Control(
            "trace_kept_fraction",
            group="What is looked at",
            marks=((0.01, "one in a hundred"), (0.1, "one in ten"), (1.0, "every one")),
        ),
        Control("strategy", group="The incident"),
        Control(
            "affected_user_fraction",
            group="The incident",
            marks=((0.02, "a small region"), (0.5, "one of two"), (1.0, "everybody")),
        ),
        Control("fault_duration_s", group="The incident"),
        Control("horizon_s", group="The incident"),
        Control("gray_error_fraction", group="The incident"),
        Control("fault_seen_fraction", group="The incident"),
        Control("health_check_interval_s", group="The incident"),
        Control("dns_ttl_s", group="The incident"),
        Control("standby_capacity_fraction", group="Capacity"),
        Control("scale_up_s", group="Capacity"),
        Control("request_rate_rps", group="Traffic"),
        Control("write_fraction", group="Traffic"),
        Control("timeout_ms", group="Traffic"),
        Control("retries", group="Traffic"),
    ),
    presets=("region-dead", "slow-not-dead", "bad-deploy", "survivor-full", "too-few-traces", "planned"),
    prediction=Prediction(
        id="three-signals-order",
        prompt="How many requests failed? Which ones? Where did their time go, and why? "
        "Put the signals in the order in which they answer these three.",
        kind="order",
        answer=lambda result: list(result.order),
        options=SIGNALS,
    ),
)
