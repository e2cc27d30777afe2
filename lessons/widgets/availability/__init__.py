"""What are several nines worth together?"""

from lessons.simulator import availability as lens
from lessons.widgets.availability.present import present
from lessons.widgets.kit import Control, Prediction, Widget

WIDGET = Widget(
    name="Availability",
    question="You know how often each part is up. How often is the whole?",
    description="Parts in series, in parallel or k of n, with a failover that may fail and causes that all share.",
    lens="availability",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control(
            "coverage_fraction",
            marks=((0.0, "never"), (0.5, "every other time"), (0.9, "not rehearsed"), (1.0, "always")),
        ),
        Control(
            "common_cause_fraction", marks=((0.0, "independent"), (0.1, "alike"), (0.5, "half of it"), (1.0, "all"))
        ),
        Control("n", marks=((1, "alone"), (2, "a pair"), (3, "a quorum"), (10, "many"))),
        Control("structure", group="Structure"),
        Control("k", group="Structure"),
        Control("component_availability_fraction", group="Each component"),
        Control(
            "mttr_s",
            group="Each component",
            marks=((300.0, "a restart"), (3_600.0, "an hour"), (86_400.0, "a day")),
        ),
        Control("mtbf_s", group="Each component"),
        Control("slo_target_fraction", group="The run"),
        Control("simulated_years", group="The run"),
    ),
    presets=(
        "two-regions-untested",
        "two-regions-perfect",
        "shared-dependency",
        "three-in-series",
        "azure-platform",
        "two-of-three",
    ),
    prediction=Prediction(
        id="availability-minutes-a-month",
        prompt="For how many minutes in a month of 30 days is the whole down?",
        kind="number",
        answer=lambda result: result.downtime_per_month_s / 60,
        unit="min",
    ),
)
