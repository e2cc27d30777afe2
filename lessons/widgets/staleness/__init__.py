"""How long after a write do reads see it, and what would it cost to wait for more replicas?"""

from lessons.simulator import staleness as lens
from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.staleness.present import present

WIDGET = Widget(
    name="Staleness",
    question="How long until 99 % of reads are fresh?",
    description="A key on several replicas, a write that waits for some of them and a read that waits for some of "
    "them, and the share of reads that see the write at every moment after it was acknowledged.",
    lens="staleness",
    scenario=lens.Scenario,
    run=lens.run,
    present=present,
    summary=lens.summary,
    cost_ms=lens.cost_ms,
    costly_field=lens.costly_field,
    leaves_out=lens.LEAVES_OUT,
    controls=(
        Control("asked_fraction"),
        Control("r", marks=((1.0, "the first answer"), (2.0, "two"), (3.0, "three"))),
        Control("w", marks=((1.0, "the first acknowledgement"), (2.0, "two"), (3.0, "three"))),
        Control("n", marks=((2.0, "a pair"), (3.0, "the usual"), (5.0, "two may be lost")), group="The replicas"),
        Control("fit", group="The replicas"),
        Control("write_rate_rps", group="The key"),
        Control("client_read_rate_rps", group="The key"),
        Control("versions", group="The key"),
        Control("write_delay", group="Your own delays"),
        Control("ack_delay", group="Your own delays"),
        Control("read_delay", group="Your own delays"),
        Control("response_delay", group="Your own delays"),
        Control("at_ms", group="The run"),
        Control("trials", group="The run"),
    ),
    presets=("disk", "ssd", "wan", "overlap", "two-answers", "ymmr"),
    prediction=Prediction(
        id="staleness-time",
        prompt="A write was just acknowledged. How many ms later do 99 in 100 reads, or the share you set, see it?",
        kind="number",
        answer=lambda result: float(result.t_asked_ms),
        unit="ms",
        tolerance_fraction=0.3,
        axis="x",
    ),
)
