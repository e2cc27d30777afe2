"""Which promise does this store break, and what does one customer see of it?"""

from lessons.simulator import histories as lens
from lessons.simulator.checkers import MODELS
from lessons.widgets.histories.present import present
from lessons.widgets.kit import Control, Prediction, Widget

WEAK_FIRST = tuple(reversed(MODELS.items()))

WIDGET = Widget(
    name="Histories",
    question="Clients read and write while copies lag, links break and leaders change. Which promise breaks, and how?",
    description="A simulated store, its faults, and one concrete bad history to step through, if there is one.",
    lens="histories",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control("mode"),
        Control("fault"),
        Control("check"),
        Control("session_token", group="Mending it"),
        Control("read_repair", group="Mending it"),
        Control("n", group="Copies"),
        Control("r", group="Copies"),
        Control("w", group="Copies"),
        Control("lag_ms", group="Copies"),
        Control(
            "clock_skew_ms",
            marks=((-300.0, "behind"), (0.0, "in step"), (300.0, "ahead by a wink")),
            group="Copies",
        ),
        Control("clients", group="Clients"),
        Control("operations", group="Clients"),
        Control("keys", group="Clients"),
        Control("write_fraction", group="Clients"),
        Control("cas_fraction", group="Clients"),
        Control("think_ms", marks=((0.0, "a machine"), (100.0, "quick"), (2_000.0, "a person")), group="Clients"),
        Control("reroute_fraction", group="Clients"),
        Control("timeout_ms", group="Clients"),
        Control("between_ms", group="Distance"),
        Control("local_ms", group="Distance"),
        Control("fault_at_ms", group="The fault"),
        Control("fault_duration_ms", group="The fault"),
        Control("failover_after_ms", group="The fault"),
        Control("slow_by_ms", group="The fault"),
        Control("tries", group="The search"),
    ),
    presets=(
        "follower-reads-stale",
        "session-kept",
        "eventual-lost-write",
        "quorum-half-write",
        "leader-clean",
        "failover-without-fencing",
    ),
    prediction=Prediction(
        id="histories-first-broken",
        prompt="Go up from the weakest promise, in this order. Which is the first that the history shown breaks?",
        kind="choice",
        answer=lambda result: str(result.first_broken),
        options=(*WEAK_FIRST, (lens.BREAKS_NOTHING, "None of them")),
    ),
)
