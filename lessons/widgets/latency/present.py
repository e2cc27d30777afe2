"""What does waiting look like? A map, bars with light's floor beside them, and every place that could be next."""

from __future__ import annotations

from lessons.simulator.latency import Result, Scenario
from lessons.simulator.latency.placement import Pair
from lessons.simulator.latency.scenario import hedge_of, network_of, shares_of
from lessons.widgets.kit import Bars, Output, Pick, Table, words
from lessons.widgets.kit.roles import Role
from lessons.widgets.latency.places import (
    city,
    closing,
    opening,
    role_of,
    situation,
    slowest_group,
    world,
)

GROUPS_SHOWN, NEXT_SHOWN, PAIRS_SHOWN = 4, 8, 60
MATRICES = {"aws_2019": "AWS round trips of 2019", "azure_2025": "Azure round trips of 2025"}


def present(scenario: Scenario, result: Result) -> Output:
    """The same requests in pictures, one sentence and tables."""
    return Output(
        situation=situation(scenario),
        views=(world(scenario, result), _next(scenario, result), _waits(scenario, result)),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """Who waits longest, how much of it nobody can take away, and what would help: a region, or fewer slow calls."""
    group = slowest_group(result)
    said = f"From {city(group)}, 99 in 100 requests are answered within {_ms(result.by_group[group]['p99'])}"
    floor_ms = result.floor_ms[group]
    if floor_ms:
        trips = "round trip" if scenario.round_trips == 1 else f"{scenario.round_trips} round trips"
        said += f", of which light in fibre needs {_ms(floor_ms * scenario.round_trips)} for the {trips}"
    if scenario.fan_out > 1:
        slow = words.percent(result.slow_fraction)
        return f"{said}; {slow} of all requests take {_ms(scenario.slow_over_ms)} or more."
    if result.best_next_region is None:
        return f"{said}; no further region would shorten the way."
    then, there = result.next_regions[0], city(result.best_next_region)
    if scenario.next_by == "slowest":
        change = f"the slowest group's round trip from {_ms(result.slowest_rtt_ms)} to {_ms(then.slowest_rtt_ms)}"
    else:
        change = f"the average round trip from {_ms(result.mean_rtt_ms)} to {_ms(then.mean_rtt_ms)}"
    return f"{said}; a region in {there} would bring {change}."


def _ms(value: float | None) -> str:
    return "not known" if value is None else words.number(value, "ms")


def _waits(scenario: Scenario, result: Result) -> Bars:
    """Floor, median and p99 of the groups that wait longest, in the order of the scenario."""
    by_p99 = sorted(result.by_group, key=lambda group: -result.by_group[group]["p99"])[:GROUPS_SHOWN]
    rows: list[tuple[str, float, Role]] = []
    for group in (group for group in result.by_group if group in by_p99):
        found, floor_ms = result.by_group[group], result.floor_ms[group]
        role = role_of(scenario, result.nearest[group])
        if floor_ms:
            rows.append((f"{city(group)}: light there and back", floor_ms * scenario.round_trips, "muted"))
        rows.append((f"{city(group)}: half of the requests (p50)", found["p50"], role))
        rows.append((f"{city(group)}: 99 in 100 (p99)", found["p99"], role))
    return Bars(
        title="What users wait, and what light alone needs",
        x_title="answered within (ms)",
        categories=tuple(name for name, _, _ in rows),
        values=tuple(float(value) for _, value, _ in rows),
        labels=tuple(_ms(value) for _, value, _ in rows),
        roles=tuple(role for _, _, role in rows),
    )


def _next(scenario: Scenario, result: Result) -> Bars:
    """The round trip now, with each of the best candidates, and without each region: every row is a choice."""
    slowest = scenario.next_by == "slowest"
    now_ms = result.slowest_rtt_ms if slowest else result.mean_rtt_ms
    rows: list[tuple[str, float, Role, Pick | None]] = [("As it is", now_ms, "ink", None)]
    for one in result.next_regions[:NEXT_SHOWN]:
        then_ms = one.slowest_rtt_ms if slowest else one.mean_rtt_ms
        rows.append((f"+ Open {city(one.region)}", then_ms, "muted", opening(scenario, one.region)))
    for region in scenario.regions if len(scenario.regions) > 1 else ():
        rows.append(
            (
                f"\u2212 Close {city(region)}",
                _without(scenario, region),
                role_of(scenario, region),
                closing(scenario, region),
            )
        )
    return Bars(
        title="Which region next? Choose a row",
        x_title=f"round trip of {'the slowest group' if slowest else 'the average user'} (ms)",
        categories=tuple(name for name, _, _, _ in rows),
        values=tuple(float(value) for _, value, _, _ in rows),
        labels=tuple(_ms(value) for _, value, _, _ in rows),
        roles=tuple(role for _, _, role, _ in rows),
        picks=tuple(pick for _, _, _, pick in rows),
    )


def _without(scenario: Scenario, region: str) -> float:
    """The round trip that `next_by` looks at, once the region is closed."""
    shares = shares_of(scenario)
    left = [name for name in scenario.regions if name != region]
    shortest_ms = network_of(scenario).table_ms(shares, left).min(axis=1)
    if scenario.next_by == "slowest":
        return float(shortest_ms.max())
    return float(sum(share * ms for share, ms in zip(shares.values(), shortest_ms, strict=True)))


def _table(scenario: Scenario, result: Result) -> Table:
    rows = []
    for group, found in result.by_group.items():
        served = f"from {city(result.nearest[group])}: {_ms(found['p50'])}, {_ms(found['p95'])}, {_ms(found['p99'])}"
        rows.append((f"{city(group)}: p50, p95, p99", served))
    overall = result.overall_ms
    rows.append(("Everybody: p50, p95, p99", f"{_ms(overall['p50'])}, {_ms(overall['p95'])}, {_ms(overall['p99'])}"))
    rows.append((f"Requests of {_ms(scenario.slow_over_ms)} or more", words.percent(result.slow_fraction)))
    rows.append(("Round trip of the average user", _ms(result.mean_rtt_ms)))
    rows.append(("Round trip of the slowest group", _ms(result.slowest_rtt_ms)))
    best = result.best_next_region
    rows.append(("Next region that helps most", "none helps" if best is None else f"{city(best)} ({best})"))
    if hedge_of(scenario) is not None:
        rows.append(("Calls sent a second time", words.percent(result.extra_load_fraction)))
    rows += [(f"{city(one.users)} to {city(one.region)}", _pair(one)) for one in result.pairs[:PAIRS_SHOWN]]
    return Table(
        "Waiting, and the way between every group and every region", ("Outcome", "Value"), tuple(rows), ("", "")
    )


def _pair(pair: Pair) -> str:
    if pair.floor_ms is None:
        return _ms(pair.rtt_ms)
    if pair.times_floor is None:
        return f"{_ms(pair.rtt_ms)}, in the same city"
    return f"{_ms(pair.rtt_ms)}, {words.number(pair.times_floor)} times light's {_ms(pair.floor_ms)}"


def _data(result: Result) -> Table:
    names = ("users", "region", "rtt_ms", "floor_ms", "times_floor", "nearest", "p50_ms", "p95_ms", "p99_ms")
    rows = []
    for pair in result.pairs:
        nearest = result.nearest[pair.users] == pair.region
        found = result.by_group[pair.users]
        waits = tuple(round(found[name], 3) if nearest else None for name in ("p50", "p95", "p99"))
        floor_ms = None if pair.floor_ms is None else round(pair.floor_ms, 3)
        times = None if pair.times_floor is None else round(pair.times_floor, 4)
        rows.append((pair.users, pair.region, pair.rtt_ms, floor_ms, times, "yes" if nearest else "no", *waits))
    return Table("Every group and every region", names, tuple(rows), tuple("" for _ in names))


def _settings(scenario: Scenario) -> str:
    served = ", ".join(city(region) for region in scenario.regions)
    if scenario.rtt_ms is not None:
        ways = "round trips of your own"
    else:
        ways = MATRICES.get(scenario.matrix, f"great circles times {words.number(scenario.fibre_factor)}")
    trips = words.counted(scenario.round_trips, "round trip", "round trips")
    calls = words.counted(scenario.fan_out, "call", "parallel calls")
    after_ms = hedge_of(scenario)
    again = "" if after_ms is None else f", asked again after {_ms(after_ms)}"
    return f"Served from {served}; {ways}, {trips} and {calls} for each request{again}."
