"""What does waiting for copies look like? A map, bars for every client, and what other leaders would cost."""

from __future__ import annotations

import dataclasses

from lessons.simulator.quorum_latency import Result, Scenario, run
from lessons.simulator.quorum_latency.lens import Pair
from lessons.simulator.quorum_latency.scenario import (
    MODES,
    answers,
    client_of,
    copies_of,
    leader_of,
    network_of,
    replicas_of,
    rtt_between,
)
from lessons.widgets.kit import Bars, Output, Pick, Table, words
from lessons.widgets.kit.output import Cell
from lessons.widgets.kit.roles import Role
from lessons.widgets.quorum_latency.geography import asking, needed_regions, role_of, situation, world
from lessons.widgets.quorum_latency.placing import city, leading, moving_client, waiting_for

CLIENTS_SHOWN = 5
MATRICES = {"aws_2019": "AWS round trips of 2019", "azure_2025": "Azure round trips of 2025"}
SHARES = ("p50", "p95", "p99")


def present(scenario: Scenario, result: Result) -> Output:
    """The same commits and reads in pictures, one sentence and tables."""
    return Output(
        situation=situation(scenario),
        views=(
            world(scenario, result),
            _by_client(scenario, result, "commit_ms", "Commits, by where the client is. Choose a row to move it"),
            _by_client(scenario, result, "read_ms", "Reads, by where the client is. Choose a row to move it"),
            _by_w(scenario) if scenario.mode == "quorum" else _by_leader(scenario),
        ),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_data(scenario, result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """How long a commit takes, for whom it waits, and what that leaves at risk."""
    client, commit = client_of(scenario), result.commit_ms
    said = f"From {city(client)} a commit takes {_ms(commit['p50'])} (p50) because it waits for "
    if result.slowest_needed is None:
        said += "no other copy"
    else:
        said += _waited_for(scenario, result, result.slowest_needed)
    if scenario.mode != "quorum" and client != leader_of(scenario):
        way_ms = rtt_between(scenario, network_of(scenario), client, leader_of(scenario))
        said += f", after {_ms(way_ms)} to the leader in {city(leader_of(scenario))} and back"
    said += f"; 99 in 100 take at most {_ms(commit['p99'])}"
    if result.worst_case_lost_writes is None:
        return f"{said}, and the loss of its only region takes everything."
    if result.worst_case_lost_writes:
        lost = words.counted(result.worst_case_lost_writes, "acknowledged write", "acknowledged writes")
        return f"{said}, and the loss of one region takes up to {lost}."
    return f"{said}."


def _waited_for(scenario: Scenario, result: Result, region: str) -> str:
    far_ms = min(one.rtt_ms for one in result.acknowledgements if one.region == region)
    here = "the same region" if region == asking(scenario) else f"a round trip of {_ms(far_ms)}"
    return f"{city(region)}, {here}" if scenario.mode != "quorum" else f"the copy in {city(region)}, {here}"


def _ms(value: float | None) -> str:
    return "not known" if value is None else words.number(value, "ms")


def _by_client(scenario: Scenario, result: Result, kind: str, title: str) -> Bars:
    """Median and p99 of the client of the run and of clients in the first regions."""
    rows: list[tuple[str, float, Role, Pick | None]] = []
    for client, found in list(result.by_client_region.items())[:CLIENTS_SHOWN]:
        role = role_of(scenario, client)
        here = client == client_of(scenario)
        pick = None if here else moving_client(client)
        name = f"{city(client)}{' (the client)' if here else ''}"
        rows.append((f"{name}: half (p50)", found[kind]["p50"], role, pick))
        rows.append((f"{name}: 99 in 100 (p99)", found[kind]["p99"], role, None))
    return Bars(
        title=title,
        x_title="answered within (ms)",
        categories=tuple(name for name, _, _, _ in rows),
        values=tuple(value for _, value, _, _ in rows),
        labels=tuple(_ms(value) for _, value, _, _ in rows),
        roles=tuple(role for _, _, role, _ in rows),
        picks=tuple(pick for _, _, _, pick in rows),
    )


def distance_ms(scenario: Scenario) -> float:
    """A commit of this client by distance alone: no work, no jitter, no commit wait."""
    alone = dataclasses.replace(scenario, jitter=0.0, server_ms=0.0, commit_wait_ms=0.0)
    return run(alone, seed=0).commit_ms["p50"]


def _by_leader(scenario: Scenario) -> Bars:
    """The same copies and the same client, with each of them leading."""
    regions = list(dict.fromkeys(replicas_of(scenario)))
    values = [distance_ms(dataclasses.replace(scenario, leader=region)) for region in regions]
    return Bars(
        title="Who should lead? Distance alone. Choose a row",
        x_title=f"commit from {city(client_of(scenario))} (ms)",
        categories=tuple(
            f"{city(region)} leads{' (now)' if region == leader_of(scenario) else ''}" for region in regions
        ),
        values=tuple(values),
        labels=tuple(_ms(value) for value in values),
        roles=tuple(role_of(scenario, region) for region in regions),
        picks=tuple(leading(scenario, region) for region in regions),
    )


def _by_w(scenario: Scenario) -> Bars:
    """The same copies and the same client, waiting for more or fewer answers."""
    copies, r = copies_of(scenario), answers(scenario, "r")
    sizes = range(1, copies + 1)
    values = [distance_ms(dataclasses.replace(scenario, w=w)) for w in sizes]
    return Bars(
        title="How many answers? Distance alone. Choose a row",
        x_title=f"commit from {city(client_of(scenario))} (ms)",
        categories=tuple(
            f"w = {w} of {copies}, r = {r}: reads {'meet every write' if r + w > copies else 'may be stale'}"
            for w in sizes
        ),
        values=tuple(values),
        labels=tuple(_ms(value) for value in values),
        roles=tuple("a" if w == answers(scenario, "w") else "muted" for w in sizes),
        picks=tuple(None if w == answers(scenario, "w") else waiting_for(w, copies) for w in sizes),
    )


def _table(scenario: Scenario, result: Result) -> Table:
    rows = [
        ("Commit: p50, p95, p99", ", ".join(_ms(result.commit_ms[share]) for share in SHARES)),
        ("Read: p50, p95, p99", ", ".join(_ms(result.read_ms[share]) for share in SHARES)),
        ("Answers waited for", _needed(scenario, result)),
        ("Last of them", _last(result)),
        ("Regions that may be lost with nothing gone and all going on", str(result.regions_may_be_lost)),
        ("Regions that may be lost with no acknowledged write gone", str(result.regions_may_be_lost_keeping_data)),
        ("Regions that may be lost with writes going on", str(result.regions_may_be_lost_keeping_writes)),
        ("Acknowledged writes gone with one region, at worst", _lost(scenario, result)),
    ]
    for client, found in result.by_client_region.items():
        both = f"commit {_ms(found['commit_ms']['p50'])}, read {_ms(found['read_ms']['p50'])}"
        rows.append((f"From {city(client)} (p50)", both))
    ways = {(pair.starts, pair.ends): pair for pair in result.pairs}
    for pair in result.pairs:
        back = ways.pop((pair.ends, pair.starts), None)
        if back is not None and (pair.starts, pair.ends) in ways:
            rows.append((f"{city(pair.starts)} and {city(pair.ends)}", _pair(pair, back.rtt_ms)))
    return Table("Waiting, losses, and every pair of regions", ("Outcome", "Value"), tuple(rows), ("", ""))


def _needed(scenario: Scenario, result: Result) -> str:
    if scenario.mode == "quorum":
        return f"{result.needed} of {copies_of(scenario)} copies"
    return f"{result.needed} of {words.counted(copies_of(scenario) - 1, 'other copy', 'other copies')}"


def _last(result: Result) -> str:
    if result.slowest_needed is None:
        return "nobody"
    share = sum(one.decides_fraction for one in result.acknowledgements if one.region == result.slowest_needed)
    return f"{city(result.slowest_needed)}, in {words.percent(share)} of the commits"


def _lost(scenario: Scenario, result: Result) -> str:
    lost = result.worst_case_lost_writes
    if lost is None:
        return "all of them: no other region has a copy"
    if lost == 0:
        return "0"
    lag, rate = words.duration(scenario.replication_lag_s), words.number(scenario.write_rate_rps)
    return f"{words.count(lost)} ({lag} behind, {rate} a second)"


def _pair(pair: Pair, back_ms: float) -> str:
    ways = _ms(pair.rtt_ms)
    if back_ms != pair.rtt_ms:
        ways = f"{ways} from {city(pair.starts)}, {_ms(back_ms)} from {city(pair.ends)}"
    return ways if pair.floor_ms is None else f"{ways}; light needs {_ms(pair.floor_ms)}"


def _data(scenario: Scenario, result: Result) -> Table:
    """Every pair in both directions, and what the answers of that way mean for a commit."""
    names = ("from", "to", "rtt_ms", "floor_ms", "commit_waits", "decides_fraction")
    rows: list[tuple[Cell, ...]] = []
    for pair in result.pairs:
        asked = [one for one in result.acknowledgements if one.region == pair.ends]
        counts = bool(asked) and pair.starts == asking(scenario)
        waits = ("yes" if pair.ends in needed_regions(result) else "no") if counts else ""
        share = round(sum(one.decides_fraction for one in asked), 4) if counts else None
        floor_ms = None if pair.floor_ms is None else round(pair.floor_ms, 3)
        rows.append((pair.starts, pair.ends, pair.rtt_ms, floor_ms, waits, share))
    if not rows:
        rows.append((asking(scenario), asking(scenario), scenario.same_place_rtt_ms, 0.0, "", None))
    return Table("Every way between two regions", names, tuple(rows), tuple("" for _ in names))


def _settings(scenario: Scenario) -> str:
    copies = ", ".join(city(region) for region in replicas_of(scenario))
    if scenario.rtt_ms is not None:
        ways = "round trips of your own"
    else:
        ways = MATRICES.get(scenario.matrix, f"great circles times {words.number(scenario.fibre_factor)}")
    if scenario.mode == "quorum":
        waits = f"no leader, w = {answers(scenario, 'w')}, r = {answers(scenario, 'r')}"
    else:
        waits = f"{city(leader_of(scenario))} leads, a commit waits for {MODES[scenario.mode]}"
    return f"Copies in {copies}; {waits}; client in {city(client_of(scenario))}; {ways}."
