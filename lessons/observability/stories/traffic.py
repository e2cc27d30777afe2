"""When has an alert on the traffic to ring? By the closed forms of what a rate and its mean do after a step."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lessons.observability.recorded import FIVE_MINUTES_S
from lessons.observability.samples import Samples, counter, rising
from lessons.observability.slo import Slo, TrafficGone, TrafficShift
from lessons.observability.stories.story import JUST, REQUESTS_RPS, Check, Firing, Story, rounded_up, series_name, turns
from lessons.simulator.engine.stats import Array
from lessons.simulator.failover.scenario import PRIMARY_REGION, STANDBY_REGION


def of_traffic_shift(alert: TrafficShift, slo: Slo) -> Iterator[Story]:
    """A share moves at once. Its five-minute rate follows evenly, and the mean of the baseline after it."""
    step_s = slo.evaluation_interval_s
    quiet = round(rounded_up(alert.baseline_s + FIVE_MINUTES_S, step_s) / step_s) + 2
    shape = _shift_shape(alert.baseline_s, step_s)
    moved = min(2 * alert.share_fraction, (1 + alert.share_fraction) / 2)
    held = math.ceil(alert.for_s / step_s - 1e-9)
    beyond = np.flatnonzero(moved * shape > alert.share_fraction)
    fires, resolves = int(beyond[0]) + held, int(beyond[-1]) + 1
    regions = [{"service": slo.service, "region": region} for region in (STANDBY_REGION, PRIMARY_REGION)]
    told = {
        (quiet + at) * step_s: tuple(Firing(labels, float(moved * shape[at])) for labels in regions)
        for at in (fires, resolves - 1)
    }
    checks = turns(alert, step_s, fires_s=(quiet + fires) * step_s, resolves_s=(quiet + resolves) * step_s, firing=told)
    yield Story("rings when it is to, and stops", step_s, _moved(slo, quiet, len(shape), moved), checks)
    slight = alert.share_fraction * (1 - JUST) / float(shape.max())
    never = (Check((quiet + int(shape.argmax()) + held) * step_s, alert.name, ()),)
    yield Story("just below", step_s, _moved(slo, quiet, len(shape), slight), never)


def _shift_shape(baseline_s: float, step_s: float) -> Array:
    """How far the share is from its mean at each evaluation after it moved, as a part of the whole move."""
    window, mean_of = round(FIVE_MINUTES_S / step_s), math.floor(baseline_s / step_s + 1e-9) + 1
    reached = np.minimum(np.arange(mean_of + window) / window, 1.0)
    past = np.concatenate([np.zeros(mean_of), np.cumsum(reached)])
    mean = (past[mean_of:] - past[: len(reached)]) / mean_of
    return np.asarray(reached - mean)


def _moved(slo: Slo, quiet: int, lasts: int, moved: float) -> dict[str, Samples]:
    before = {PRIMARY_REGION: 0.5 + moved / 2, STANDBY_REGION: 0.5 - moved / 2}
    after = {PRIMARY_REGION: before[STANDBY_REGION], STANDBY_REGION: before[PRIMARY_REGION]}
    return {
        _traffic(slo, region): counter([(quiet, REQUESTS_RPS * before[region]), (lasts, REQUESTS_RPS * after[region])])
        for region in before
    }


def of_traffic_gone(alert: TrafficGone, slo: Slo) -> Iterator[Story]:
    """Most users stop to arrive. The five-minute rate falls evenly; or there is nobody left who counts."""
    step_s, window = slo.evaluation_interval_s, round(FIVE_MINUTES_S / slo.evaluation_interval_s)
    quiet, held = window + 4, math.ceil(alert.for_s / slo.evaluation_interval_s - 1e-9)
    left = alert.peak_fraction / 2
    falls = 1 - (1 - left) * np.minimum(np.arange(window + 1) / window, 1.0)
    fires = int(np.flatnonzero(falls < alert.peak_fraction)[0]) + held
    sick = max(fires, window) + 4
    rises = left + (1 - left) * np.arange(window + 1) / window
    resolves = sick + int(np.flatnonzero(rises >= alert.peak_fraction)[0])
    labels, name = {"service": slo.service}, _traffic(slo, PRIMARY_REGION)
    told = {
        (quiet + fires) * step_s: (Firing(labels, float(falls[min(fires, window)])),),
        (quiet + resolves - 1) * step_s: (Firing(labels, float(rises[max(0, resolves - 1 - sick)])),),
    }
    checks = turns(alert, step_s, fires_s=(quiet + fires) * step_s, resolves_s=(quiet + resolves) * step_s, firing=told)
    phases = [(quiet, REQUESTS_RPS), (sick, REQUESTS_RPS * left), (window, REQUESTS_RPS)]
    yield Story("rings when it is to, and stops", step_s, {name: counter(phases)}, checks)
    enough = REQUESTS_RPS * alert.peak_fraction * (1 + JUST)
    never = (Check((quiet + sick) * step_s, alert.name, ()),)
    yield Story("just enough arrives", step_s, {name: counter([(quiet, REQUESTS_RPS), (sick, enough)])}, never)
    yield _uncounted(alert, slo, quiet=quiet, window=window, held=held)


def _uncounted(alert: TrafficGone, slo: Slo, *, quiet: int, window: int, held: int) -> Story:
    """The counters vanish. What is left in the window is stretched by half a sample, until fewer than two are in it."""
    step_s = slo.evaluation_interval_s
    stretched = [(window - gone + (gone if gone < 2 else 0.5)) / window for gone in range(window - 1)]
    pending = next((gone for gone, rate in enumerate(stretched) if rate < alert.peak_fraction), window)
    fires = pending + held
    value = 0.0 if fires >= window else stretched[fires]
    checks = (
        Check((quiet + fires - 1) * step_s, alert.name, ()),
        Check((quiet + fires) * step_s, alert.name, (Firing({"service": slo.service}, value),)),
    )
    samples = rising([(quiet, REQUESTS_RPS)], then_gone=window + held + 4)
    return Story("nobody counts", step_s, {_traffic(slo, PRIMARY_REGION): samples}, checks)


def _traffic(slo: Slo, region: str) -> str:
    labels = {"service": slo.service, "region": region, "endpoint": "/orders", "method": "POST", "code": "200"}
    return series_name("http_requests_total", labels)
