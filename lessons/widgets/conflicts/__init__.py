"""What becomes of two changes that meet: dropped, shown, merged, or kept from meeting?"""

from lessons.widgets.conflicts.present import present
from lessons.widgets.conflicts.scenario import (
    BOTH,
    LEAVES_OUT,
    ONLY_FIRST,
    ONLY_SECOND,
    Scenario,
    cost_ms,
    costly_field,
    run,
    summary,
)
from lessons.widgets.kit import Control, Prediction, Widget

WIDGET = Widget(
    name="Conflict lab",
    question="Two regions change the same thing without seeing each other. What is left of it, under which rule?",
    description="Two clocks, one cart, four rules: what each drops, shows, merges or avoids, and how often it happens.",
    lens="conflict-lab",
    scenario=Scenario,
    run=run,
    present=present,
    summary=summary,
    cost_ms=cost_ms,
    costly_field=costly_field,
    leaves_out=LEAVES_OUT,
    controls=(
        Control(
            "ahead_ms", marks=((-1_000.0, "a second behind"), (0.0, "right"), (50.0, "NTP, far"), (1_000.0, "a second"))
        ),
        Control(
            "gap_ms", marks=((50.0, "a blink"), (300.0, "a click"), (1_000.0, "the lag"), (5_000.0, "a moment later"))
        ),
        Control(
            "replication_lag_s", marks=((0.1, "a near copy"), (1.0, "usual"), (5.0, "behind"), (60.0, "far behind"))
        ),
        Control("watch", group="The long stretch"),
        Control(
            "write_rate_rps",
            group="The long stretch",
            marks=((0.001, "four an hour"), (0.01, "one in 100 s"), (1.0, "one a second")),
        ),
        Control(
            "keys", group="The long stretch", marks=((1.0, "one record"), (100.0, "a shelf"), (10_000.0, "a shop"))
        ),
        Control(
            "horizon_s",
            group="The long stretch",
            marks=((600.0, "ten minutes"), (3_600.0, "an hour"), (86_400.0, "a day"), (604_800.0, "a week")),
        ),
        Control(
            "partition_s",
            group="The link",
            marks=((0.0, "never cut"), (43.0, "GitHub, 2018"), (600.0, "ten minutes")),
        ),
    ),
    presets=("cart-fast-clock", "clocks-agree", "one-key-a-day", "hot-counter", "link-cut", "seen-and-refused"),
    prediction=Prediction(
        id="conflicts-cart",
        prompt="Both copies hold A. us-east adds B, then eu-central removes A, and the last write wins. What do both "
        "hold in the end?",
        kind="choice",
        answer=lambda result: str(result.cart),
        options=(
            (BOTH, "B: both changes count"),
            (ONLY_FIRST, "A and B: the removal is lost"),
            (ONLY_SECOND, "nothing: the added B is lost"),
        ),
    ),
)
