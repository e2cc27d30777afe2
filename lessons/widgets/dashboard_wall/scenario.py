"""Which panel turns red when, and which alert rings when? One failover, watched as a Prometheus would watch it.

Panels, thresholds and alerts are those of the dashboards and rules that the course hands out; here they are computed
from the samples of a simulated incident.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lessons.observability.panel import Layer, Panel, gaps_as_none
from lessons.observability.panels import PHASES, layers, panels
from lessons.observability.ringing import LEAVES_OUT as RINGING_LEAVES_OUT
from lessons.observability.ringing import Ring, rings
from lessons.observability.runs import signals_of
from lessons.observability.signals import Signals
from lessons.observability.slo_file import read_slo
from lessons.simulator import failover
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.simulator.engine.stats import Array
from lessons.widgets.kit import words

LAYERS = {layer.slug: layer.title for layer in layers()}
# Four that differ in kind: what users meet, what wakes people, what the entry believes, what routing has done.
BET_PANELS = tuple(
    (slug, panels()[slug].title) for slug in ("success-rate", "burn-rate", "regions-healthy", "traffic-shift")
)
LEAVES_OUT = (
    "Noise of a good day: before the fault every request succeeds, so nothing is red that is not red always.",
    "Dashboards that fall with the region: all is scraped and kept outside.",
    "What people do: no alert changes the run, and nobody mends anything.",
    *RINGING_LEAVES_OUT,
    *failover.LEAVES_OUT,
)
HORIZON_S_MAX = 7_200.0
QUIET_S = 60.0  # a run for the view before the fault is as short as the lens lets it be


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """One incident, and which part of the wall is looked at."""

    fault: str = same_as(failover.Scenario, "fault")
    layer: str = param(
        "executive-slo",
        label="Layer",
        choices=LAYERS,
        help="Which dashboard is on the wall: the first says that something is wrong, the next ones where.",
        passport="wall-layer",
    )
    phase: str = param(
        "later",
        label="Panels",
        choices={"early": "those of the first day", "later": "all of the layer"},
        help="A system needs a few panels from its first day, on one wall; the layers come once several regions serve.",
        passport="wall-phase",
    )
    affected_user_fraction: float | None = same_as(failover.Scenario, "affected_user_fraction")
    strategy: str = same_as(failover.Scenario, "strategy")
    fault_duration_s: float = same_as(failover.Scenario, "fault_duration_s")
    horizon_s: float = same_as(
        failover.Scenario,
        "horizon_s",
        900.0,
        min=120,
        max=HORIZON_S_MAX,
        step=60,
        help="How long the wall is watched after the fault.",
        passport="wall-horizon",
    )
    scrape_s: int = param(
        15,
        label="Scrape every",
        unit="s",
        min=5,
        max=60,
        step=5,
        help="Time between two samples. Rules are evaluated every 30 s.",
        passport="scrape-interval",
    )
    request_rate_rps: float = same_as(failover.Scenario, "request_rate_rps")
    write_fraction: float = same_as(failover.Scenario, "write_fraction")
    gray_error_fraction: float = same_as(failover.Scenario, "gray_error_fraction")
    fault_seen_fraction: float | None = same_as(failover.Scenario, "fault_seen_fraction")
    health_check_interval_s: float = same_as(failover.Scenario, "health_check_interval_s")
    decision_delay_s: float | None = same_as(failover.Scenario, "decision_delay_s")
    dns_ttl_s: float = same_as(failover.Scenario, "dns_ttl_s")
    replication_lag_s: float = same_as(failover.Scenario, "replication_lag_s")
    standby_capacity_fraction: float | None = same_as(failover.Scenario, "standby_capacity_fraction")
    scale_up_s: float | None = same_as(failover.Scenario, "scale_up_s")
    cache_warm_s: float = same_as(failover.Scenario, "cache_warm_s")

    def resolve(self) -> None:
        """Fill what follows from strategy and fault, and refuse what the failover lens would refuse."""
        self._take(self.incident)

    @property
    def incident(self) -> failover.Scenario:
        """The failover that is watched."""
        return failover.Scenario(**self.shared_with(failover.Scenario))

    @property
    def shown_layer(self) -> Layer:
        """The layer on the wall."""
        return next(layer for layer in layers() if layer.slug == self.layer)

    @property
    def shown_panels(self) -> tuple[Panel, ...]:
        """The panels of the layer; on the first day one wall with those that cannot wait, whatever the layer."""
        if self.phase == "later":
            return self.shown_layer.panels
        return tuple(panel for layer in layers() for panel in layer.of_phase("early"))

    @property
    def shown_title(self) -> str:
        """What the wall is called, with its question."""
        if self.phase == "early":
            return f"{PHASES['early']}: are users served, and is there a copy?"
        return f"{self.shown_layer.title}: {self.shown_layer.question}"


@dataclass(frozen=True, eq=False)
class Watched:
    """A panel over the run. `red` holds the stretches in which a line is beyond the threshold that was not so just
    before the fault; `red_before` says whether a line was so then. `lines` (of panels that are shown) has a value for
    each of the run's times, None without data."""

    slug: str
    red: tuple[tuple[float, float], ...]
    red_before: bool
    lines: tuple[tuple[str, list[float | None]], ...]

    @property
    def panel(self) -> Panel:
        """What the dashboards say of it."""
        return panels()[self.slug]

    @property
    def red_s(self) -> float | None:
        """When it first turns red, in seconds from the fault."""
        return self.red[0][0] if self.red else None


@dataclass(frozen=True, eq=False)
class Result:
    """Times in seconds from the fault. `panels` has every panel of every layer by slug, in their order; `quiet`
    those shown as they are before the fault, from dice of their own. `order` are the panels of the bet, the first to
    turn red first; those that never do come last, in the order asked. `rings` are all rings after the fault."""

    times_s: Array
    panels: dict[str, Watched]
    quiet_times_s: Array
    quiet: dict[str, Watched]
    rings: tuple[Ring, ...]
    incident: failover.Result
    order: tuple[str, ...]
    red_s: dict[str, float | None]
    first_page_s: float | None


def run(scenario: Scenario, *, seed: int) -> Result:
    """The incident, scraped; then every panel and every alert over the samples."""
    incident = scenario.incident
    found = failover.run(incident, seed=seed)
    signals = signals_of("failover", incident, found, seed=seed, step_s=float(scenario.scrape_s))
    shown = {panel.slug for panel in scenario.shown_panels}
    every = {slug: watched(panel, signals, shown=slug in shown) for slug, panel in panels().items()}
    rung = tuple(ring for ring in rings(signals, read_slo()) if ring.fired_s > 0)
    red_s = {slug: one.red_s for slug, one in every.items()}
    quiet_times_s, quiet = _quiet(scenario)
    return Result(
        times_s=signals.times_s,
        panels=every,
        quiet_times_s=quiet_times_s,
        quiet=quiet,
        rings=rung,
        incident=found,
        order=tuple(sorted((slug for slug, _ in BET_PANELS), key=lambda slug: _or_never(red_s[slug]))),
        red_s=red_s,
        first_page_s=min((ring.fired_s for ring in rung if ring.severity == "page"), default=None),
    )


def watched(panel: Panel, signals: Signals, *, shown: bool) -> Watched:
    """A panel over these samples."""
    answer = panel.value(signals)
    last_before = int(np.flatnonzero(signals.times_s < 0)[-1])
    crossed = [panel.threshold.crossed(values) for _, values in answer]
    turned = [one for one in crossed if not one[last_before]]
    red = np.max(turned, axis=0) > 0 if turned else np.zeros(signals.times_s.shape, dtype=np.bool_)
    return Watched(
        slug=panel.slug,
        red=_stretches(red, signals.times_s),
        red_before=len(turned) < len(crossed),
        lines=tuple((label, gaps_as_none(values)) for label, values in answer) if shown else (),
    )


def _stretches(red: Any, times_s: Array) -> tuple[tuple[float, float], ...]:
    """From the first red sample to the first that is not, after the fault."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], red & (times_s >= 0), [False]]).astype(np.int8)))
    last = len(times_s) - 1
    return tuple(
        (float(times_s[start]), float(times_s[min(end, last)]))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    )


def _quiet(scenario: Scenario) -> tuple[Array, dict[str, Watched]]:
    """The panels shown, before the fault: the same whatever the dice of the run say."""
    incident = replace(scenario.incident, horizon_s=QUIET_S)
    found = failover.run(incident, seed=0)
    signals = signals_of("failover", incident, found, seed=0, step_s=float(scenario.scrape_s))
    return signals.times_s, {panel.slug: watched(panel, signals, shown=True) for panel in scenario.shown_panels}


def _or_never(at_s: float | None) -> float:
    return float("inf") if at_s is None else at_s


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: the run, its requests second by second, and every panel and alert at every sample."""
    samples = (3_600.0 + scenario.horizon_s) / scenario.scrape_s
    return failover.cost_ms(scenario.incident) + 30.0 + 0.004 * scenario.horizon_s + 0.09 * samples


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    return "horizon_s"


def first_red(scenario: Scenario, result: Result) -> tuple[str, ...]:
    """Those of the panels shown that turn red first: one, or several at the same sample."""
    shown = {panel.slug: result.red_s[panel.slug] for panel in scenario.shown_panels}
    first_s = min((at_s for at_s in shown.values() if at_s is not None), default=None)
    return tuple(slug for slug, at_s in shown.items() if at_s is not None and at_s == first_s)


def summary(scenario: Scenario, result: Result) -> str:
    """The first panel to turn red and the first page, in one sentence."""
    first = first_red(scenario, result)
    pages = [ring for ring in result.rings if ring.severity == "page"]
    rang = (
        f"the first page is {pages[0].words}, after {words.duration(pages[0].fired_s)}"
        if pages
        else f"no page rings within {words.duration(scenario.horizon_s)}"
    )
    if not first:
        return f"No panel on this wall turns red; {rang}."
    titles = [f"\u201c{result.panels[slug].panel.title}\u201d" for slug in first]
    said = titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
    at_s = result.red_s[first[0]]
    when = "in the scrape of the fault itself" if at_s == 0 else f"{words.duration(at_s)} after the fault"
    return f"First on this wall to turn red: {said}, {when}; {rang}."


__all__ = [
    "BET_PANELS",
    "LAYERS",
    "LEAVES_OUT",
    "PHASES",
    "Result",
    "Scenario",
    "Watched",
    "cost_ms",
    "costly_field",
    "first_red",
    "run",
    "summary",
    "watched",
]
