"""What does an order look like? Messages as two consumers see them, writes by region, partitions, a fault in time."""

from __future__ import annotations

import numpy as np

from lessons.simulator.ordering import Result, Scenario
from lessons.simulator.ordering.scenario import (
    FAULTS,
    PARTITION_KEYS,
    STRATEGIES,
    clocks_of,
    in_partitions,
    lanes_of,
    one_log,
    partitions_after_of,
    regions_of,
    shares_of,
    write_region_of,
)
from lessons.widgets.kit import Bars, Event, Output, Phase, Series, Table, Timeline, View, words
from lessons.widgets.kit.roles import State
from lessons.widgets.ordering.sequences import city, kind, role_of, sequences, situation, told

STATES: dict[str, State] = {"ordered writes wait": "down", "catching up": "degraded", "in step": "healthy"}
PLACES = ("The busiest partition", "The second", "The third", "The fourth", "The fifth")
TOLD_MAX = 6


def present(scenario: Scenario, result: Result) -> Output:
    """The same run in pictures, one sentence and tables. With a fault its course comes first."""
    views: list[View] = [sequences(scenario, result), _latencies(scenario, result)]
    if lanes_of(scenario) > 1:
        views.append(_partitions(scenario, result))
    broken = scenario.fault != "none"
    if broken:
        views.insert(0, _timeline(scenario, result))
    return Output(
        situation=situation(scenario),
        views=tuple(views),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_course(result) if broken else _messages(result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """What the fault costs, or which orders are seen and what that costs."""
    if scenario.fault != "none":
        return _fault_said(scenario, result)
    if result.orders_seen > 1:
        one, other = (city(consumer) for consumer in result.consumers)
        return (
            f"Consumers can see {result.orders_seen} different orders: {one} and {other} disagree about "
            f"{words.percent(result.disagreeing_fraction)} of the messages, and {_worst_said(result)}."
        )
    if max(result.out_of_order_fraction.values()) > 0:
        return f"All consumers see the same order, and it is wrong: {_worst_said(result)}."
    if result.moved_fraction:
        overtaken = max(result.overtaken_at_change.values())
        return (
            f"With {partitions_after_of(scenario)} partitions instead of {scenario.partitions}, "
            f"{words.percent(result.moved_fraction)} of the accounts move, and up to "
            f"{words.counted(overtaken, 'message is', 'messages are')} seen after one written behind the change."
        )
    return f"All consumers see each account's messages in one order; {_far_said(scenario, result)}."


def _worst_said(result: Result) -> str:
    worst = max(result.out_of_order_fraction, key=lambda consumer: result.out_of_order_fraction[consumer])
    share = words.percent(result.out_of_order_fraction[worst])
    return f"in {city(worst)} {share} come after one that followed them"


def _far_said(scenario: Scenario, result: Result) -> str:
    far = max(result.latency_ms, key=lambda region: result.latency_ms[region]["p50"])
    whole = words.number(result.latency_ms[far]["p50"], "ms")
    if not one_log(scenario) or far == write_region_of(scenario):
        return f"half of the writes from {city(far)} take {whole}"
    way = words.number(result.distance_ms[far], "ms")
    return f"half of the writes from {city(far)} take {whole}, {way} of it on the way to {_home(scenario)}"


def _fault_said(scenario: Scenario, result: Result) -> str:
    again = words.counted(result.reread_messages, "message is", "messages are")
    if scenario.fault == "consumer_restart":
        return f"Consumers go on from a position {words.duration(result.checkpoint_age_s)} old: {again} read again."
    share = "Ordered writes" if result.stalled_fraction == 1 else f"{words.percent(result.stalled_fraction)} of writes"
    waiting = result.queued_writes + result.refused_writes
    waited = f"{share} wait for {words.duration(result.stall_s)}, {words.count(waiting)} of them "
    waited += "queued" if scenario.while_stalled == "queue" else "refused"
    if result.failed_over_at_s is None:
        return f"{waited}; the region comes back with everything it had, and nothing is lost."
    lost = words.counted(result.lost_messages, "message is", "messages are")
    return (
        f"{waited}; the mirror takes over, where {lost} missing and {words.count(result.reread_messages)} read again."
    )


def _timeline(scenario: Scenario, result: Result) -> Timeline:
    seconds = result.series["t_s"]
    starts_s, ends_s = float(seconds[0]), float(seconds[-1])
    phases = [Phase("as usual", starts_s, 0.0, "healthy")]
    for one in result.phases:
        phases.append(Phase(one.name, one.starts_s, ends_s if one.ends_s is None else one.ends_s, STATES[one.name]))
    return Timeline(
        title="How far the log is, and how far its consumers are",
        phases=tuple(phases),
        events=tuple(Event(one.at_s, one.kind, one.text) for one in result.events),
        series=(
            Series("Newest in the log", seconds, result.series["newest_message"], "a", "step"),
            Series("Consumers are at", seconds, result.series["consumer_message"], "b"),
        ),
        y_title="messages",
        starts_s=starts_s,
        ends_s=ends_s,
    )


def _latencies(scenario: Scenario, result: Result) -> Bars:
    regions = regions_of(scenario)
    found = [result.latency_ms[region] for region in regions]
    return Bars(
        title="Half of the writes take at most",
        x_title="ms (in brackets: 99 in 100 take at most)",
        categories=tuple(f"from {city(region)}" for region in regions),
        values=tuple(one["p50"] for one in found),
        labels=tuple(f"{words.number(one['p50'], 'ms')} ({words.number(one['p99'])})" for one in found),
        roles=tuple(role_of(scenario, region) for region in regions),
    )


def _partitions(scenario: Scenario, result: Result) -> Bars:
    found = result.partition_rps
    return Bars(
        title="What the busiest partitions have to take",
        x_title=f"messages a second; one takes {words.number(scenario.partition_capacity_rps)}",
        categories=PLACES[: len(found)],
        values=found,
        labels=tuple(f"{words.number(rps)} ({words.percent(rps / scenario.partition_capacity_rps)})" for rps in found),
        roles=tuple("a" for _ in found),
    )


def _table(scenario: Scenario, result: Result) -> Table:
    one, other = (city(consumer) for consumer in result.consumers)
    rows = [("Different orders that consumers can see", words.count(result.orders_seen))]
    if one != other:
        rows.append((f"Messages that {one} and {other} disagree about", words.percent(result.disagreeing_fraction)))
    for consumer, share in result.out_of_order_fraction.items():
        rate = words.number(result.out_of_order_rps[consumer])
        rows.append((f"Too late in {city(consumer)}, same account", f"{words.percent(share)} ({rate} a second)"))
    for consumer, share in result.out_of_order_overall_fraction.items():
        rows.append((f"Too late in {city(consumer)}, any account", words.percent(share)))
    for region, found in result.latency_ms.items():
        said = f"{words.number(found['p50'], 'ms')}, 99 in 100: {words.number(found['p99'], 'ms')}"
        rows.append((f"A write from {city(region)}", said))
    rows.append(("Share of the busiest partition", words.percent(result.hot_partition_share_fraction)))
    rows.append(("It is asked for, of what it takes", words.percent(result.hot_partition_utilisation_fraction)))
    rows += _change_rows(scenario, result) + _fault_rows(scenario, result)
    rows += told(result)[:TOLD_MAX]
    rows += words.numbered([(event.at_s, event.text) for event in result.events])
    return Table("Orders, waits and losses", ("Outcome", "Value"), tuple(_apart(rows)), ("", ""))


def _apart(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same rows, each with a name of its own, so that two runs can be laid beside one another."""
    seen: dict[str, int] = {}
    found = []
    for name, value in rows:
        seen[name] = seen.get(name, 0) + 1
        found.append((name if seen[name] == 1 else f"{name} ({seen[name]})", value))
    return found


def _change_rows(scenario: Scenario, result: Result) -> list[tuple[str, str]]:
    if partitions_after_of(scenario) == scenario.partitions or result.moved_fraction_expected is None:
        return []
    moved = f"{words.percent(result.moved_fraction)} (expected {words.percent(result.moved_fraction_expected)})"
    return [
        ("Accounts in another partition after the change", moved),
        *(
            (f"Overtaken at the change, in {city(consumer)}", words.count(messages))
            for consumer, messages in result.overtaken_at_change.items()
        ),
    ]


def _fault_rows(scenario: Scenario, result: Result) -> list[tuple[str, str]]:
    if scenario.fault == "none":
        return []
    most, mean = words.count(result.reread_messages_max), words.count(result.reread_messages_mean)
    return [
        ("Ordered writes wait", words.duration(result.stall_s)),
        ("Writes refused", words.count(result.refused_writes)),
        ("Writes queued", words.count(result.queued_writes)),
        ("Messages lost", words.count(result.lost_messages)),
        ("Messages read again", f"{words.count(result.reread_messages)} (at most {most}, on average {mean})"),
        ("Consumers have caught up", words.duration(result.caught_up_at_s)),
    ]


def _messages(result: Result) -> Table:
    watched = result.watched
    consumers = tuple(dict.fromkeys(result.consumers))
    late = {(one.consumer, one.earlier) for one in watched.late}
    columns = ("message", "kind", "written_in", "written_at_s", "partition")
    places = tuple(name for consumer in consumers for name in (f"place_{consumer}", f"too_late_{consumer}"))
    rows = []
    for message in watched.messages:
        seen = tuple(
            cell
            for consumer in consumers
            for cell in (
                watched.seen[consumer].index(message.number) + 1,
                "yes" if (consumer, message.number) in late else "no",
            )
        )
        written = (message.number, kind(message.number), message.region, round(message.written_at_s, 3))
        rows.append((*written, message.partition, *seen))
    names = (*columns, *places)
    return Table(f"Messages of account {watched.key}", names, tuple(rows), tuple("" for _ in names))


def _course(result: Result) -> Table:
    names = ("t_s", "newest_message", "consumer_message")
    columns = [np.round(result.series[name], 3).tolist() for name in names]
    return Table("Log and consumers over time", names, tuple(zip(*columns, strict=True)), ("", "", ""))


def _home(scenario: Scenario) -> str:
    return city(write_region_of(scenario))


def _clocks(scenario: Scenario) -> str:
    off = [f"{city(region)}'s {words.number(ahead, 'ms')}" for region, ahead in clocks_of(scenario).items() if ahead]
    return f"clocks are ahead: {', '.join(off)}" if off else "all clocks are right"


def _settings(scenario: Scenario) -> str:
    """The settings that decide, in words."""
    writers = ", ".join(f"{city(region)} {words.percent(share)}" for region, share in shares_of(scenario).items())
    rate = words.number(scenario.write_rate_rps)
    parts = [f"{STRATEGIES[scenario.strategy].capitalize()}: {rate} writes a second from {writers}"]
    if one_log(scenario):
        parts.append(f"the order is made in {_home(scenario)}")
    if in_partitions(scenario):
        parts.append(
            f"{scenario.partitions} partitions, which one follows from {PARTITION_KEYS[scenario.partition_key]}"
        )
    if scenario.strategy == "timestamps":
        parts.append(_clocks(scenario))
    else:
        parts.append(f"copies are {words.duration(scenario.replication_lag_s)} behind")
    parts.append(f"{words.count(scenario.keys)} accounts, {FAULTS[scenario.fault]}")
    return "; ".join(parts) + "."
