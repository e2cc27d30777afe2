"""What do histories look like? One of them as bars side by side, the share that breaks each promise, and the shop."""

from __future__ import annotations

from typing import Final

from lessons.simulator.checkers import MODELS
from lessons.simulator.histories import FAULTS, MODES, Result, Scenario
from lessons.widgets.histories.diagram import diagram, witness_numbers
from lessons.widgets.histories.shop import capital, told
from lessons.widgets.kit import Bars, Frame, Link, Output, Pick, Place, Table, Topology, words
from lessons.widgets.kit.roles import Role

REGIONS: Final = ("us-east", "eu-west", "asia", "us-west", "brazil")
ROLES: Final[tuple[Role, ...]] = ("a", "b", "c", "d", "e")
WITH_LEADER: Final = ("leader", "follower_reads")
STORY_MAX = 4  # operations that one sentence can hold


def present(scenario: Scenario, result: Result) -> Output:
    """The history that shows it, all models, one sentence and two tables."""
    return Output(
        situation=_situation(scenario),
        views=(diagram(scenario, result), _bars(scenario, result)),
        sentence=sentence(scenario, result),
        table=_table(result),
        data=_data(result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """How often the promise is broken and what that is to a customer, or within which bounds it never is."""
    name = MODELS[scenario.check]
    broken = round(result.broken_fraction[scenario.check] * result.tried)
    refused = ""
    if result.unanswered_fraction > 0:
        refused = f"; {words.percent(result.unanswered_fraction)} of all calls got no answer"
    if result.witness is None:
        tried = words.counted(result.tried, "history", "histories")
        open_ends = f", and {result.undecided} could not be decided" if result.undecided else ""
        each = words.counted(result.counts["operations"], "operation", "operations")
        return f"{name}: no history among {tried} of {each} breaks the promise{open_ends}{refused}."
    shown = [result.operations[place] for place in result.witness.operations]
    start = f"{name}: broken in {broken} of {words.counted(result.tried, 'history', 'histories')}"
    if len(shown) > STORY_MAX:
        return f"{start}; in number {result.shown}, {len(shown)} operations show it{refused}."
    return f"{start}; in number {result.shown}, {', then '.join(told(one) for one in shown)}{refused}."


def _bars(scenario: Scenario, result: Result) -> Bars:
    shares = list(result.broken_fraction.items())
    return Bars(
        title="How often each promise breaks; choose one to check it",
        x_title="share of the histories that break it (%)",
        categories=tuple(f"{'▸ ' if model == scenario.check else ''}{MODELS[model]}" for model, _ in shares),
        values=tuple(100 * share for _, share in shares),
        labels=tuple(f"{round(share * result.tried)} of {result.tried}" if share else "kept" for _, share in shares),
        roles=tuple("bad" if share else "good" for _, share in shares),
        most=100.0,
        picks=tuple(Pick((("check", model),), f"Check {MODELS[model].lower()}") for model, _ in shares),
    )


def _table(result: Result) -> Table:
    numbers = witness_numbers(result)
    rows = tuple(
        (
            str(numbers.get(place, "")),
            f"{one.called_ms:,.0f} to {'?' if one.returned_ms is None else f'{one.returned_ms:,.0f}'}",
            capital(told(one)),
        )
        for place, one in enumerate(result.operations)
    )
    caption = "What happened in the shop, in the order of the calls; numbered is what shows it"
    return Table(caption, ("No.", "From, to (ms)", "In the shop"), rows, ("", "", ""))


def _data(result: Result) -> Table:
    numbers = witness_numbers(result)
    rows = tuple(
        (
            one.client,
            one.op,
            one.key,
            " to ".join(map(str, one.value)) if one.op == "cas" else one.value,
            one.called_ms,
            one.returned_ms,
            "true" if one.ok else "false",
            numbers.get(place, 0),
        )
        for place, one in enumerate(result.operations)
    )
    columns = ("client", "op", "key", "value", "called_ms", "returned_ms", "ok", "witness")
    return Table("One row for each operation of the history", columns, rows, tuple("" for _ in columns))


def _settings(scenario: Scenario) -> str:
    quorum = f" (r = {scenario.r}, w = {scenario.w})" if scenario.mode == "quorum" else ""
    extra = [
        text
        for text, on in (
            ("with a session token", scenario.session_token and scenario.mode in ("follower_reads", "eventual")),
            ("with read repair", scenario.read_repair and scenario.mode == "quorum"),
        )
        if on
    ]
    fault = f"fault: {FAULTS[scenario.fault]}"
    if scenario.fault != "none":
        starts, lasts = (words.duration(one / 1_000) for one in (scenario.fault_at_ms, scenario.fault_duration_ms))
        fault += f", from {starts} on for {lasts}"
    how = ", ".join([MODES[scenario.mode] + quorum, *extra])
    return (
        f"A store with {words.count(scenario.n)} copies; {how}; {fault}; "
        f"{words.counted(scenario.clients, 'client', 'clients')} with {scenario.operations} operations each on "
        f"{words.counted(scenario.keys, 'key', 'keys')}; {words.counted(scenario.tries, 'history', 'histories')} tried."
    )


def _situation(scenario: Scenario) -> Topology:
    """Copies, clients, and where reads and writes go: the same whatever the dice say."""
    places, links = [], []
    for number in range(scenario.n):
        x = (number + 0.5) / scenario.n
        places.append(Place(f"copy-{number}", "store", REGIONS[number], x, 0.3, ROLES[number]))
        places.append(Place(f"clients-{number}", "users", "clients", x, 0.82, "ink"))
        links.append(Link(f"calls-{number}", f"clients-{number}", f"copy-{number}", "traffic"))
        if number:
            links.append(Link(f"copies-{number}", f"copy-{number - 1}", f"copy-{number}", "replication"))
    leads = scenario.mode in WITH_LEADER
    notes = {f"copy-{number}": "copy" if number or not leads else "leader" for number in range(scenario.n)}
    flows = {link.id: 1.0 for link in links}
    frame = Frame(-1.0, "Before the first call: all copies are empty.", {}, flows, notes)
    return Topology(f"One copy in each region; {MODES[scenario.mode]}", tuple(places), tuple(links), (frame,))
