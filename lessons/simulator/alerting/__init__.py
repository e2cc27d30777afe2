"""When does the pager ring, when does it stop, and what has been spent by then?

Burn-rate rules over one or two sliding windows, as in chapter 5 of Google's SRE Workbook, evaluated and held back
(`for`) as Prometheus does it. Errors add up to one curve and every window is a difference of two of its points, so a
run costs the same at any request rate.
"""

from lessons.simulator.alerting.counted import measured_fraction
from lessons.simulator.alerting.lens import (
    LEAVES_OUT,
    Alert,
    Result,
    cost_ms,
    costly_field,
    detection_s,
    run,
    summary,
)
from lessons.simulator.alerting.scenario import Rule, Scenario, errors_of, rules_of, stretches

__all__ = [
    "LEAVES_OUT",
    "Alert",
    "Result",
    "Rule",
    "Scenario",
    "cost_ms",
    "costly_field",
    "detection_s",
    "errors_of",
    "measured_fraction",
    "rules_of",
    "run",
    "stretches",
    "summary",
]
