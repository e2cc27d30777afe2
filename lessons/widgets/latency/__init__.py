"""How long do users wait for a region that is far away, and where would the next one help most?"""

from lessons.simulator import latency as lens
from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.latency.present import present

WIDGET = Widget(
    name="Latency",
    question="How long do far users wait, how much of it is the speed of light, and where should the next region be?",
    description="Users and regions on a map, measured round trips, light's floor beside them, and the tail of the "
    "calls behind a request. Choose a place on the map to open or close a region there.",
    lens="latency",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control("regions"),
        Control("round_trips", marks=((1.0, "an open connection"), (3.0, "a fresh one"), (10.0, "a chatty page"))),
        Control("next_by"),
        Control("users", group="Users"),
        Control("matrix", group="Distances"),
        Control("same_place_rtt_ms", group="Distances"),
        Control("jitter", group="Distances"),
        Control("rtt_ms", group="Distances"),
        Control("places", group="Distances"),
        Control("fibre_factor", marks=((1.0, "straight"), (1.7, "the median"), (3.0, "a detour")), group="Distances"),
        Control("server_ms", group="Behind the request"),
        Control("fan_out", marks=((1.0, "one"), (10.0, "ten"), (100.0, "a hundred")), group="Behind the request"),
        Control("hedge_after_ms", group="Behind the request"),
        Control(
            "slow_over_ms",
            marks=((100.0, "feels instant"), (200.0, "a usual aim"), (1_000.0, "noticed")),
            group="The run",
        ),
        Control("trials", group="The run"),
    ),
    presets=(
        "tally-one-region",
        "tally-two-regions",
        "tally-three-regions",
        "fresh-connections",
        "azure-four-continents",
        "tail-at-scale",
        "hedged",
    ),
    prediction=Prediction(
        id="latency-slowest-p99",
        prompt="Take the group that waits longest. How many ms do 99 in 100 of its requests stay below (p99)?",
        kind="number",
        answer=lambda result: max(float(found["p99"]) for found in result.by_group.values()),
        unit="ms",
    ),
)
