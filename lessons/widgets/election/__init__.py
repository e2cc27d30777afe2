"""How long is a group without a leader, and how much of that do its timers decide?"""

from lessons.simulator import election as lens
from lessons.widgets.election.present import present
from lessons.widgets.kit import Control, Prediction, Widget

WIDGET = Widget(
    name="Election",
    question="The leader is gone. How long until the others have a new one, and how often do they have to vote again?",
    description="Raft elections, message by message: timers that run out, votes that are split, and the closed forms "
    "of theory beside them.",
    lens="election",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control(
            "election_timeout_min_ms",
            marks=(
                (12.0, "the boldest measured"),
                (150.0, "a local network"),
                (300.0, "a continent"),
                (1_000.0, "etcd"),
            ),
        ),
        Control(
            "election_timeout_max_ms",
            marks=((155.0, "hardly any room"), (300.0, "a local network"), (600.0, "a continent"), (2_000.0, "etcd")),
        ),
        Control("one_way"),
        Control("servers", marks=((3.0, "one may be lost"), (5.0, "two"), (7.0, "three")), group="The group"),
        Control("available", group="The group"),
        Control("eligible", group="The group"),
        Control("vote_disk_ms", group="The group"),
        Control("timers", group="The loss"),
        Control("heartbeat_ms", group="The loss"),
        Control("until", group="The loss"),
        Control("trials", group="The run"),
        Control("horizon_s", group="The run"),
    ),
    presets=("lan-narrow", "lan-wide", "wan", "etcd", "etcd-continent", "no-randomness", "ocean-on-lan-timers"),
    prediction=Prediction(
        id="election-median",
        prompt="How many ms until half of the elections are over?",
        kind="number",
        answer=lambda result: float(result.election_ms["p50"]),
        unit="ms",
        axis="x",
    ),
)
