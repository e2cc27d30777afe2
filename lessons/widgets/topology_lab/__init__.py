"""Which rung of the ladder gives back writes, answers and data soonest, and which loses least?"""

from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.topology_lab.present import present
from lessons.widgets.topology_lab.scenario import (
    BET_STRATEGIES,
    LEAVES_OUT,
    Scenario,
    cost_ms,
    costly_field,
    run,
    summary,
)

WIDGET = Widget(
    name="Topology lab",
    question="The same fault, five topologies. Who is out for how long, and who loses what?",
    description="Backup and restore, pilot light, warm standby, hot standby and active-active meet the same fault.",
    lens="topology-lab",
    scenario=Scenario,
    run=run,
    present=present,
    summary=summary,
    cost_ms=cost_ms,
    costly_field=costly_field,
    leaves_out=LEAVES_OUT,
    controls=(
        Control("fault"),
        Control("replication_lag_s", marks=((0.5, "a healthy link"), (5.0, "busy"), (60.0, "behind"))),
        Control(
            "decision_delay_s", marks=((0.0, "a machine decides"), (900.0, "someone paged"), (3_600.0, "a meeting"))
        ),
        Control(
            "dns_ttl_s", group="Routing", marks=((5.0, "seconds"), (60.0, "a common choice"), (3_600.0, "an hour"))
        ),
        Control("health_check_interval_s", group="Detection"),
        Control(
            "fault_duration_s",
            group="The run",
            marks=((300.0, "five minutes"), (3_600.0, "an hour"), (10_800.0, "three hours")),
        ),
        Control("horizon_s", group="The run"),
        Control("request_rate_rps", group="The run"),
        Control("write_fraction", group="The run"),
    ),
    presets=("region-lost", "five-minutes", "zone-lost"),
    prediction=Prediction(
        id="topology-lab-lost-writes",
        prompt="Which of these loses the most acknowledged writes, which the fewest? Put the most first.",
        kind="order",
        answer=lambda result: [name for name in result.order_by_lost_writes if name in dict(BET_STRATEGIES)],
        options=BET_STRATEGIES,
    ),
)
