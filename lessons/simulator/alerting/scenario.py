"""What may be asked: an objective, rules that watch it, and the errors that happen from 0 on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from lessons.simulator.engine.fields import Service
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.simulator.errors import ScenarioError

DAY_S = 86_400.0
LONG_S_MAX, FOR_S_MAX = 40 * DAY_S, 7 * DAY_S
BURN_RATE_MIN, BURN_RATE_MAX = 1e-6, 1e6
RULES_MAX, ERRORS_MAX, BURSTS_MAX = 8, 2_000, 40
# Equal up to the rounding of a sum is equal, and what is equal does not exceed.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Rule:
    """Rings when both windows burn faster than `burn_rate` x the rate that just lasts for the period, for `for_s`."""

    burn_rate: float
    long_s: float
    short_s: float | None = None
    for_s: float = 0.0

    def threshold_fraction(self, slo_target_fraction: float) -> float:
        """The share of errors that a window has to exceed."""
        return self.burn_rate * (1.0 - slo_target_fraction)


RULES = (Rule(14.4, 3_600.0, 300.0), Rule(6.0, 21_600.0, 1_800.0), Rule(1.0, 259_200.0, 21_600.0))
_RULES_SHAPE = (
    f'1 to {RULES_MAX} rules such as {{"burn_rate": 14.4, "long_s": 3600, "short_s": 300, "for_s": 0}}; short_s may be '
    f"null, and is at most long_s; windows from 1 s to 40 days, for_s up to 7 days, burn_rate from 0.000001 to 1000000"
)
_ERRORS_SHAPE = (
    f"up to {ERRORS_MAX:,} stretches [starts_s, ends_s, fraction] that do not overlap, such as [[0, 300, 0.1]]; "
    "0 <= starts_s < ends_s <= 31536000, fraction from 0 to 1"
)


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """An objective, rules that watch it, and the errors that happen from 0 on."""

    error_fraction: float = param(
        0.1,
        label="Errors during a burst",
        min=0,
        max=1,
        step=0.01,
        help="Share of the requests that fail, in the region that is sick.",
        passport="alerting-error",
    )
    error_lasts_s: float = param(
        300.0,
        label="A burst lasts",
        unit="s",
        min=1,
        max=30 * DAY_S,
        step=10,
        scale="log",
        passport="alerting-error-lasts",
    )
    region_share_fraction: float = param(
        1.0,
        label="Share of traffic in the sick region",
        min=0.001,
        max=1,
        step=0.01,
        scale="log",
        help="The others answer all their requests and dilute the errors.",
        passport="alerting-region-share",
    )
    measured_on: str = param(
        "service",
        label="Rules look at",
        choices={"service": "the whole service", "region": "the sick region alone"},
        help="Errors, requests and budget are those of what the rules look at.",
        passport="alerting-measured-on",
    )
    bursts: int = param(
        1,
        label="Bursts",
        min=1,
        max=BURSTS_MAX,
        step=1,
        help="How often the same burst comes back.",
        passport="alerting-bursts",
    )
    pause_s: float = param(
        1_200.0,
        label="Pause between bursts",
        unit="s",
        min=1,
        max=7 * DAY_S,
        step=60,
        scale="log",
        passport="alerting-pause",
    )
    errors: tuple[Any, ...] | None = param(
        None,
        label="Errors over time",
        shape=_ERRORS_SHAPE,
        help="Follows from the bursts; given itself, it stands instead of them. Outside of it nothing fails.",
        passport="alerting-errors",
    )
    slo_target_fraction: float = same_as(Service, "slo_target_fraction", passport="alerting-objective")
    period_s: float = param(
        30 * DAY_S,
        label="Period of the objective",
        unit="s",
        min=3_600,
        max=366 * DAY_S,
        step=DAY_S,
        scale="log",
        help="30 days are 2592000 s.",
        passport="alerting-period",
    )
    rules: tuple[Any, ...] = param(
        tuple(asdict(rule) for rule in RULES),
        label="Rules",
        shape=_RULES_SHAPE,
        help="A rule rings when the share of errors exceeds burn_rate x (1 - SLO) in both of its windows, for for_s.",
        passport="alerting-rules",
    )
    eval_interval_s: float | None = param(
        None,
        label="Rules are evaluated every",
        unit="s",
        min=0.1,
        max=3_600,
        step=1,
        scale="log",
        help="Left out: at every step. Prometheus without a setting of its own does it once a minute.",
        passport="alerting-eval-interval",
    )
    step_s: float = param(
        1.0,
        label="Step",
        unit="s",
        min=0.1,
        max=3_600,
        step=1,
        scale="log",
        help="How finely time is looked at; no evaluation comes between two steps.",
        passport="alerting-step",
    )
    horizon_s: float = param(
        21_600.0,
        label="Time looked at",
        unit="s",
        min=60,
        max=90 * DAY_S,
        step=600,
        scale="log",
        passport="alerting-horizon",
    )
    noise: bool = param(
        False,
        label="Requests and errors by chance",
        help="On: Poisson counts, drawn once for each step. Off: their means.",
        passport="alerting-noise",
    )
    request_rate_rps: float = param(
        100.0,
        label="Requests to the whole service",
        unit="rps",
        min=0.0001,
        max=10_000_000,
        step=1,
        scale="log",
        passport="alerting-request-rate",
    )
    base_error_fraction: float = param(
        0.0,
        label="Errors on a good day",
        min=0,
        max=0.5,
        step=0.0001,
        help="Everywhere and at any time, also before 0, on top of the bursts.",
        passport="alerting-base-error",
    )
    minimum_requests: float = param(
        0.0,
        label="Requests a long window must hold",
        min=0,
        max=1e9,
        step=10,
        help="With fewer the rule is silent: a guard against rings that a single failed request sets off.",
        passport="alerting-minimum-requests",
    )

    def resolve(self) -> None:
        """Check both lists, and fill in what follows from other fields. Raises ScenarioError."""
        self._set("rules", _checked_rules(self.rules))
        self._set("errors", self._bursts() if self.errors is None else _checked_errors(self.errors))
        if self.eval_interval_s is None:
            self._set("eval_interval_s", self.step_s)

    def _bursts(self) -> list[list[float]]:
        every_s = self.error_lasts_s + self.pause_s
        return [[n * every_s, n * every_s + self.error_lasts_s, self.error_fraction] for n in range(self.bursts)]


def rules_of(scenario: Scenario) -> tuple[Rule, ...]:
    """The rules of a checked scenario, in their order."""
    return tuple(Rule(**one) for one in scenario.rules)


def errors_of(scenario: Scenario) -> list[list[float]]:
    """The stretches [starts_s, ends_s, fraction] with errors, in the order of time."""
    assert scenario.errors is not None, "resolve fills every optional field"
    return list(scenario.errors)


def interval_s_of(scenario: Scenario) -> float:
    """Time between two evaluations: what was asked for, and at least a step."""
    assert scenario.eval_interval_s is not None, "resolve fills every optional field"
    return max(scenario.eval_interval_s, scenario.step_s)


def stretches(edges_s: Sequence[float], fractions: Sequence[float]) -> list[list[float]]:
    """The `errors` of a scenario from any series: the share that fails between each edge and the next (one edge more
    than shares). Neighbours with the same share become one; where nothing fails there is none."""
    assert len(edges_s) == len(fractions) + 1, "every share has two edges"
    found: list[list[float]] = []
    for starts_s, ends_s, fraction in zip(edges_s[:-1], edges_s[1:], fractions, strict=True):
        if fraction <= 0:
            continue
        if found and found[-1][1:] == [starts_s, fraction]:
            found[-1][1] = float(ends_s)
        else:
            found.append([float(starts_s), float(ends_s), float(fraction)])
    return found


def _checked_rules(value: Any) -> list[dict[str, float | None]]:
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= RULES_MAX:
        raise ScenarioError("rules", f"is {repr(value)[:60]}", allowed=_RULES_SHAPE)
    return [asdict(_checked_rule(one)) for one in value]


def _checked_rule(value: Any) -> Rule:
    known = {"burn_rate", "long_s", "short_s", "for_s"}
    if not isinstance(value, dict) or not {"burn_rate", "long_s"} <= set(value) <= known:
        raise ScenarioError("rules", f"has {repr(value)[:60]}", allowed=_RULES_SHAPE)
    long_s = _number("rules", value["long_s"], _RULES_SHAPE, low=1.0, high=LONG_S_MAX)
    short_s = value.get("short_s")
    return Rule(
        burn_rate=_number("rules", value["burn_rate"], _RULES_SHAPE, low=BURN_RATE_MIN, high=BURN_RATE_MAX),
        long_s=long_s,
        short_s=None if short_s is None else _number("rules", short_s, _RULES_SHAPE, low=1.0, high=long_s),
        for_s=_number("rules", value.get("for_s", 0.0), _RULES_SHAPE, low=0.0, high=FOR_S_MAX),
    )


def _checked_errors(value: Any) -> list[list[float]]:
    if not isinstance(value, (list, tuple)) or len(value) > ERRORS_MAX:
        raise ScenarioError("errors", f"is {repr(value)[:60]}", allowed=_ERRORS_SHAPE)
    found = sorted(_checked_stretch(one) for one in value)
    for (_, ends_s, _), (starts_s, _, _) in pairwise(found):
        if starts_s < ends_s:
            raise ScenarioError("errors", f"has stretches that overlap at {starts_s:,.10g} s", allowed=_ERRORS_SHAPE)
    return found


def _checked_stretch(value: Any) -> list[float]:
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        raise ScenarioError("errors", f"has {repr(value)[:60]}", allowed=_ERRORS_SHAPE)
    starts_s, ends_s = (_number("errors", one, _ERRORS_SHAPE, low=0.0, high=365 * DAY_S) for one in value[:2])
    if starts_s >= ends_s:
        raise ScenarioError("errors", f"has {repr(value)[:60]}, which ends before it starts", allowed=_ERRORS_SHAPE)
    return [starts_s, ends_s, _number("errors", value[2], _ERRORS_SHAPE, low=0.0, high=1.0)]


def _number(field: str, value: Any, allowed: str, *, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ScenarioError(field, f"has {repr(value)[:60]}, which is not a number", allowed=allowed)
    # Compared before it is turned into a float: a whole number may be too large for one.
    if not low <= value <= high:
        raise ScenarioError(field, f"has {str(value)[:60]}", allowed=allowed)
    return float(value)
