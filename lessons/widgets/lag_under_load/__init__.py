"""How long does a copy take to come back after a stall, and what is at risk until then?"""

from lessons.simulator import replication_lag as lens
from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.lag_under_load.present import present

WIDGET = Widget(
    name="Lag under load",
    question="A copy stalls for a minute. When has it caught up, and what is at risk until then?",
    description="Writes against what the copy can take in, a stall, a busy time, and the moment the primary is lost.",
    lens="replication-lag",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control("apply_rate_rps", marks=((1_000.0, "none to spare"), (1_100.0, "a tenth"), (2_000.0, "twice"))),
        Control("stall_s", marks=((10.0, "a restart"), (60.0, "a minute"), (600.0, "ten minutes"))),
        Control("write_rate_rps"),
        Control("stall_at_s", group="The stall"),
        Control("burst_factor", marks=((1.0, "none"), (1.15, "a peak"), (3.0, "a sale")), group="A busy time"),
        Control("burst_at_s", group="A busy time"),
        Control("burst_s", group="A busy time"),
        Control(
            "link_delay_s", marks=((0.0, "left out"), (1.0, "a usual day"), (5.0, "a busy link")), group="The link"
        ),
        Control("lost_at_s", group="The run"),
        Control("horizon_s", group="The run"),
    ),
    presets=(
        "sixty-second-stall",
        "double-headroom",
        "no-headroom",
        "peak-arrives",
        "flash-sale",
        "tally-five-seconds",
        "work-piled-up",
    ),
    prediction=Prediction(
        id="lag-under-load-catch-up",
        prompt="How many seconds after the end of the stall has the copy caught up?",
        kind="number",
        answer=lambda result: result.catch_up_s,
        unit="s",
    ),
)
