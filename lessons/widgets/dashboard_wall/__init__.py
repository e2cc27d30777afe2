"""A region breaks. Which panel of the wall turns red first, and which alert rings when?"""

from lessons.widgets.dashboard_wall.present import present
from lessons.widgets.dashboard_wall.scenario import (
    BET_PANELS,
    LEAVES_OUT,
    Scenario,
    cost_ms,
    costly_field,
    run,
    summary,
)
from lessons.widgets.kit import Control, Prediction, Widget

WIDGET = Widget(
    name="Dashboard wall",
    question="Something breaks. Which panel turns red first, and which alert rings when?",
    description="The dashboards of the course, layer by layer, drawn from a simulated incident: what you would see, "
    "and when.",
    lens="dashboard-wall",
    scenario=Scenario,
    run=run,
    present=present,
    summary=summary,
    cost_ms=cost_ms,
    costly_field=costly_field,
    leaves_out=LEAVES_OUT,
    controls=(
        Control("layer"),
        Control("fault"),
        Control(
            "affected_user_fraction",
            label="Share of users in the region that breaks",
            marks=((0.02, "a small region"), (0.5, "one of two"), (1.0, "everybody")),
        ),
        Control("phase", group="The wall"),
        Control("scrape_s", marks=((5, "eager"), (15, "common"), (60, "the default")), group="The wall"),
        Control(
            "horizon_s", group="The wall", marks=((300.0, "five minutes"), (900.0, "a quarter"), (3_600.0, "an hour"))
        ),
        Control("strategy", group="The incident"),
        Control(
            "fault_duration_s",
            group="The incident",
            marks=((60.0, "a blip"), (600.0, "ten minutes"), (14_400.0, "hours")),
        ),
        Control("gray_error_fraction", group="The incident"),
        Control("fault_seen_fraction", group="The incident"),
        Control("health_check_interval_s", group="The incident"),
        Control("decision_delay_s", group="The incident"),
        Control("dns_ttl_s", group="The incident"),
        Control("replication_lag_s", group="The incident"),
        Control("standby_capacity_fraction", group="Capacity"),
        Control("scale_up_s", group="Capacity"),
        Control("cache_warm_s", group="Capacity"),
        Control("request_rate_rps", group="Traffic"),
        Control("write_fraction", group="Traffic"),
    ),
    presets=(
        "region-dead",
        "slow-not-dead",
        "bad-deploy",
        "small-region",
        "link-cut",
        "zone-lost",
        "survivor-drowns",
        "cold-caches",
        "switchover",
        "first-day",
    ),
    prediction=Prediction(
        id="dashboard-wall-order",
        prompt="In which order do these four panels turn red? Those that never do come last, in this order.",
        kind="order",
        answer=lambda result: list(result.order),
        options=BET_PANELS,
    ),
)
