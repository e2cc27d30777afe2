"""How long are users without answers when a region goes, and what is gone for ever?"""

from lessons.simulator import failover as lens
from lessons.widgets.failover.present import present
from lessons.widgets.kit import Control, Prediction, Widget

_MANUAL_MARKS = ((0.0, "a machine decides"), (300.0, "someone awake"), (900.0, "someone paged"), (3_600.0, "a meeting"))

WIDGET = Widget(
    name="Failover",
    question="A region is lost. How long until users get answers again, and what is gone?",
    description="Health checks, a decision, a promotion and cached DNS records, second by second.",
    lens="failover",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control(
            "dns_ttl_s",
            marks=((5.0, "seconds"), (60.0, "a common choice"), (300.0, "five minutes"), (3_600.0, "an hour")),
        ),
        Control("decision_delay_s", marks=_MANUAL_MARKS),
        Control(
            "replication_lag_s",
            marks=((0.5, "a healthy link"), (5.0, "busy"), (60.0, "behind"), (900.0, "far behind")),
        ),
        Control("strategy", group="The run"),
        Control("fault", group="The run"),
        Control(
            "fault_duration_s", group="The run", marks=((60.0, "a blip"), (600.0, "ten minutes"), (14_400.0, "hours"))
        ),
        Control("horizon_s", group="The run"),
        Control("request_rate_rps", group="The run"),
        Control("write_fraction", group="The run"),
        Control("affected_user_fraction", group="The run"),
        Control(
            "slo_target_fraction", group="The run", marks=((0.99, "two nines"), (0.999, "three"), (0.9999, "four"))
        ),
        Control("runs", group="The run"),
        Control(
            "health_check_interval_s", group="Detection", marks=((5.0, "eager"), (10.0, "fast"), (30.0, "standard"))
        ),
        Control("failure_threshold", group="Detection"),
        Control("probe_timeout_s", group="Detection"),
        Control("interval_counted_from", group="Detection"),
        Control("checkers", group="Detection"),
        Control("healthy_fraction_limit", group="Detection"),
        Control("fault_seen_fraction", group="Detection"),
        Control("gray_error_fraction", group="Detection"),
        Control("decision", group="Decision"),
        Control("routing", group="Routing"),
        Control("stale_resolver_fraction", group="Routing"),
        Control("stale_resolver_ttl_s", group="Routing"),
        Control("routing_shift_s", group="Routing"),
        Control("replication", group="Data"),
        Control(
            "backup_interval_s", group="Data", marks=((300.0, "log shipping"), (3_600.0, "hourly"), (86_400.0, "daily"))
        ),
        Control("restore_s", group="Data"),
        Control("promotion_s", group="Data"),
        Control("standby_capacity_fraction", group="Capacity"),
        Control("scale_up_s", group="Capacity"),
        Control("cache_warm_s", group="Capacity"),
        Control("cold_cache_capacity_fraction", group="Capacity"),
        Control("timeout_ms", group="Clients"),
        Control("retries", group="Clients"),
        Control("failback", group="Failback"),
        Control("failback_after_s", group="Failback"),
        Control("resync_s", group="Failback"),
        Control("failback_pause_s", group="Failback"),
    ),
    presets=(
        "hot-standby",
        "warm-standby",
        "pilot-light",
        "backup-and-restore",
        "active-active",
        "zone-lost",
        "slow-not-dead",
        "planned-switchover",
        "long-ttl",
        "stubborn-resolvers",
        "manual-decision",
        "failback-later",
    ),
    prediction=Prediction(
        id="failover-recovery",
        prompt="How many seconds after the fault do users get answers again?",
        kind="number",
        answer=lambda result: result.rto_s,
        unit="s",
        axis="x",
    ),
)
