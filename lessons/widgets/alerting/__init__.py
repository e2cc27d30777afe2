"""When does the pager ring, what has been spent by then, and when does it stop?"""

from lessons.simulator import alerting as lens
from lessons.widgets.alerting.present import fastest, present
from lessons.widgets.kit import Control, Prediction, Widget

WIDGET = Widget(
    name="Burn-rate lab",
    question="Errors come, and go. Which rule rings, what has been spent by then, and when does it stop?",
    description="The share of errors in a long and a short window, against the threshold of each rule. A rule rings "
    "while both windows are above it.",
    lens="alerting",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control(
            "error_fraction",
            marks=((0.001, "what 99.9 % allows"), (0.02, "one in fifty"), (0.1, "one in ten"), (1.0, "an outage")),
        ),
        Control(
            "error_lasts_s",
            marks=((60.0, "a minute"), (300.0, "five minutes"), (1_800.0, "half an hour"), (86_400.0, "a day")),
        ),
        Control(
            "region_share_fraction",
            marks=((0.01, "a small region"), (0.1, "a tenth"), (0.5, "one of two"), (1.0, "everybody")),
        ),
        Control("measured_on", group="What the rules see"),
        Control("bursts", group="Errors over time"),
        Control("pause_s", group="Errors over time"),
        Control("errors", group="Errors over time"),
        Control("slo_target_fraction", group="Objective and rules"),
        Control("period_s", group="Objective and rules"),
        Control("rules", group="Objective and rules"),
        Control("minimum_requests", group="Objective and rules"),
        Control(
            "eval_interval_s",
            group="Objective and rules",
            marks=((1.0, "at every step"), (15.0, "often"), (60.0, "Prometheus, unless told")),
        ),
        Control("noise", group="Chance"),
        Control(
            "request_rate_rps",
            group="Chance",
            marks=((0.01, "36 an hour"), (1.0, "a quiet service"), (100.0, "a busy one"), (10_000.0, "a large one")),
        ),
        Control("base_error_fraction", group="Chance"),
        Control("horizon_s", group="The run", marks=((3_600.0, "an hour"), (86_400.0, "a day"), (604_800.0, "a week"))),
        Control("step_s", group="The run"),
    ),
    presets=(
        "ten-percent-five-minutes",
        "total-outage",
        "slow-burn",
        "small-region",
        "small-region-own-rules",
        "flapping",
        "flapping-held-back",
        "few-requests",
        "few-requests-guarded",
    ),
    prediction=Prediction(
        id="alerting-fastest-rule",
        prompt="Both windows of the rule with the highest burn rate must exceed the dashed line. Does it ring?",
        kind="choice",
        answer=lambda result: (
            "none" if result.fired_at_s is None else "slower" if fastest(result).fired_at_s is None else "fastest"
        ),
        options=(
            ("fastest", "Yes, it rings"),
            ("slower", "No, but a slower rule does"),
            ("none", "No, no rule rings"),
        ),
    ),
)
