"""What does a standby cost in a month, beside one region and beside the other strategies?"""

from lessons.simulator import cost as lens
from lessons.widgets.cost.present import present
from lessons.widgets.kit import Control, Prediction, Widget

WIDGET = Widget(
    name="Cost",
    question="How many times one region does it cost to survive the loss of one?",
    description="Machines, storage, backups, copies, routing and people, for five strategies and several regions.",
    lens="cost",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control("strategy"),
        Control("regions", marks=((1, "no standby"), (2, "a pair"), (3, "a majority"), (4, "a third more"))),
        Control(
            "standby_capacity_fraction", marks=((0.0, "nothing"), (0.3, "warm"), (0.5, "half"), (1.0, "all of it"))
        ),
        Control("request_rate_rps", group="Traffic"),
        Control("write_fraction", group="Traffic"),
        Control("write_bytes", group="Traffic"),
        Control("instances", group="Machines"),
        Control("instance_usd_per_hour", group="Machines"),
        Control("storage_gb", group="Data"),
        Control("storage_usd_per_gb_month", group="Data"),
        Control("backup_gb_per_gb", group="Data"),
        Control("backup_usd_per_gb_month", group="Data"),
        Control("transfer_usd_per_gb", group="Between regions"),
        Control("health_checks_per_region", group="Routing"),
        Control("health_check_usd_per_month", group="Routing"),
        Control("dns_queries_per_request", group="Routing"),
        Control("dns_usd_per_million", group="Routing"),
        Control("steering_usd_per_million", group="Routing"),
        Control("base_hours_per_month", group="People"),
        Control("extra_hours_per_month", group="People"),
        Control("hour_usd", group="People", marks=((50.0, "low"), (100.0, "the example"), (200.0, "high"))),
    ),
    presets=(
        "warm-standby",
        "backup-and-restore",
        "pilot-light",
        "hot-standby",
        "active-active",
        "three-regions",
        "writes-galore",
    ),
    prediction=Prediction(
        id="cost-multiple",
        prompt="How many times as much as one region does it cost?",
        kind="number",
        answer=lambda result: float(result.multiple_of_single_region),
        unit="times",
        tolerance_fraction=0.1,
    ),
)
