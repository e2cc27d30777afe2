"""How long do users keep going to a region that is gone: by DNS, by DNS that is obeyed, by anycast?"""

from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.traffic_steering.present import present
from lessons.widgets.traffic_steering.scenario import LEAVES_OUT, Scenario, cost_ms, costly_field, run, summary

WIDGET = Widget(
    name="Traffic steering",
    question="A region is gone. When do its users notice that they should go elsewhere?",
    description="Health checks, time to live and disobedient resolvers against anycast: how a dead region empties.",
    lens="traffic-steering",
    scenario=Scenario,
    run=run,
    present=present,
    summary=summary,
    cost_ms=cost_ms,
    costly_field=costly_field,
    leaves_out=LEAVES_OUT,
    controls=(
        Control(
            "health_check_interval_s", marks=((1.0, "a global balancer"), (10.0, "fast"), (30.0, "a common default"))
        ),
        Control("dns_ttl_s", marks=((5.0, "seconds"), (60.0, "a common choice"), (3_600.0, "an hour"))),
        Control(
            "stale_resolver_fraction", marks=((0.0, "all obey"), (0.05, "one in twenty"), (0.0874, "seen in 2023"))
        ),
        Control("stale_resolver_ttl_s", group="Resolvers"),
        Control("failure_threshold", group="Detection"),
        Control("probe_timeout_s", group="Detection"),
        Control(
            "decision_delay_s",
            group="Detection",
            marks=((0.0, "a machine decides"), (900.0, "someone paged"), (3_600.0, "a meeting")),
        ),
        Control("routing_shift_s", group="Anycast"),
        Control(
            "affected_user_fraction",
            group="The other side",
            marks=((0.25, "one of four"), (0.333, "one of three"), (0.5, "one of two")),
        ),
        Control("standby_capacity_fraction", group="The other side"),
        Control("scale_up_s", group="The other side"),
        Control("request_rate_rps", group="The run"),
        Control("horizon_s", group="The run"),
    ),
    presets=(
        "thirty-three-sixty",
        "fast-checks",
        "long-ttl",
        "all-obey",
        "people-decide",
        "traffic-manager",
        "survivors-drown",
    ),
    prediction=Prediction(
        id="traffic-steering-99",
        prompt="After how many seconds have 99 % of the dead region's users moved, by DNS?",
        kind="number",
        answer=lambda result: None if result.moved_s["dns"] is None else float(result.moved_s["dns"]["p99"]),
        unit="s",
        axis="x",
    ),
)
