"""How is a run of the command line looked at: which lens, how long before the fault, how often?"""

from __future__ import annotations

from lessons.observability.runs import NotObservable, observable, signals_of
from lessons.observability.signals import Signals
from lessons.simulator.errors import ScenarioError
from widgets.one_run import Run, number_from

BEFORE_S_MAX = 7 * 86_400.0
STEP_S_MAX = 3_600.0
MOMENTS_MAX = 20_000


def signals_from(run: Run, *, before: str, step: str = "") -> Signals:
    """The signals of a run. Without a step, the finest that keeps to the bound. Raises ScenarioError."""
    before_s = number_from("before", before, low=0, high=BEFORE_S_MAX)
    lasts_s = before_s + getattr(run.scenario, "horizon_s", 0.0)
    finest_s = max(1.0, -(-lasts_s // MOMENTS_MAX))
    step_s = number_from("step", step, low=1, high=STEP_S_MAX) if step else finest_s
    if step_s % 1:
        raise ScenarioError("step", f"is {step[:60]!r}", allowed="a whole number of seconds")
    if step_s < finest_s:
        problem = f"makes {lasts_s / step_s:,.0f} scrapes of the run"
        raise ScenarioError("step", problem, allowed=f"at least {finest_s:g} for so long a run")
    try:
        return signals_of(run.name, run.scenario, run.result, seed=run.seed, before_s=before_s, step_s=step_s)
    except NotObservable:
        raise ScenarioError("lens", f"is {run.name!r}, which has no metrics", allowed=", ".join(observable())) from None
