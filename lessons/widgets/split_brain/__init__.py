"""What do two primaries write that the other never sees, and what stops it?"""

from lessons.simulator import split_brain as lens
from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.split_brain.present import present

WIDGET = Widget(
    name="Split-brain",
    question="The link is cut and both sides think they are in charge. How much do they write apart?",
    description="Two primaries, a cut link, patience and fencing, and what has to be put together afterwards.",
    lens="split-brain",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control(
            "partition_s",
            marks=((5.0, "a hiccup"), (43.0, "GitHub, 2018"), (600.0, "ten minutes"), (3_600.0, "an hour")),
        ),
        Control(
            "promote_after_s", marks=((0.0, "at once"), (30.0, "half a minute"), (60.0, "a minute"), (600.0, "patient"))
        ),
        Control("fencing"),
        Control("detect_s", group="The cut"),
        Control("lease_s", group="Fencing"),
        Control("groups", group="Fencing"),
        Control("write_rate_rps", group="Writes"),
        Control("shared_key_fraction", group="Writes"),
        Control("merge", group="The way back"),
        Control("clock_skew_ms", group="The way back"),
    ),
    presets=("forty-three-seconds", "patient", "lease", "token", "github-2018"),
    prediction=Prediction(
        id="split-brain-unique-writes",
        prompt="How many writes exist on one side only when the link is back?",
        kind="number",
        answer=lambda result: float(result.unique_writes["old"] + result.unique_writes["new"]),
        unit="writes",
    ),
)
