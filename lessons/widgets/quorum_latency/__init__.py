"""Where are the copies, who leads, and which answer does a commit wait for?"""

from lessons.simulator import quorum_latency as lens
from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.quorum_latency.present import present

WIDGET = Widget(
    name="Quorum latency",
    question="A commit waits for the k-th nearest copy. Where do the copies have to be, and who should lead?",
    description="Copies on a map, a leader or none, and measured round trips. Choose a place on the map to put a copy "
    "there, once more to make it lead, once more to take it away.",
    lens="quorum-latency",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control("mode"),
        Control("leader"),
        Control("client_region"),
        Control("regions", group="Copies"),
        Control("n", group="Copies"),
        Control("w", group="Copies"),
        Control("r", group="Copies"),
        Control("matrix", group="Distances"),
        Control("jitter", group="Distances"),
        Control(
            "same_place_rtt_ms",
            marks=((0.0, "left out"), (1.0, "two zones"), (3.0, "a large region")),
            group="Distances",
        ),
        Control("rtt_ms", group="Distances"),
        Control("fibre_factor", marks=((1.0, "straight"), (1.7, "the median"), (3.0, "a detour")), group="Distances"),
        Control("server_ms", group="Behind the request"),
        Control(
            "commit_wait_ms",
            marks=((0.0, "none"), (5.0, "Spanner, 2012"), (250.0, "loose clocks")),
            group="Behind the request",
        ),
        Control("participants", marks=((1.0, "one"), (5.0, "five"), (50.0, "fifty")), group="Behind the request"),
        Control("trials", group="Behind the request"),
        Control(
            "replication_lag_s",
            marks=((0.5, "a healthy link"), (5.0, "busy"), (60.0, "behind")),
            group="What a loss costs",
        ),
        Control("write_rate_rps", group="What a loss costs"),
    ),
    presets=(
        "virginia-leads",
        "frankfurt-leads",
        "three-us",
        "three-continents",
        "sync-all",
        "five-2-2-1",
        "five-regions",
        "asynchronous",
        "semi-sync",
        "semi-sync-neighbour",
        "leaderless",
        "leaderless-one",
        "late-messages",
    ),
    prediction=Prediction(
        id="quorum-latency-commit",
        prompt="How many ms does a commit of this client take, in the middle (p50)?",
        kind="number",
        answer=lambda result: float(result.commit_ms["p50"]),
        unit="ms",
    ),
)
