"""How do two changes meet? Their story on a timeline, then the same stretch of writes under four rules."""

from __future__ import annotations

from itertools import pairwise

from lessons.widgets.conflicts.cart import START, Cart, said
from lessons.widgets.conflicts.scenario import BOTH, REGIONS, RULES, Result, Scenario, summary
from lessons.widgets.kit import (
    Bars,
    Event,
    Frame,
    Link,
    Output,
    Phase,
    Place,
    Series,
    Table,
    Timeline,
    Topology,
    words,
)
from lessons.widgets.kit.roles import Role, State

ROLES: tuple[Role, ...] = ("d", "c", "b", "a")
IN_A_SENTENCE = {
    "last_write_wins": "last write wins",
    "version_vectors": "version vectors",
    "crdt": "a CRDT",
    "home_region": "a home region",
}
LINKS = (Link("copies", "east-store", "central-store", "replication"),)


def present(scenario: Scenario, result: Result) -> Output:
    """The meeting and the stretch in pictures, one sentence and tables; what is looked at comes first."""
    meeting, stretch = (_timeline(scenario, result),), (_lost(result), _dropped(result))
    watched = scenario.watch == "meeting"
    return Output(
        situation=_situation(scenario),
        views=(*meeting, *stretch) if watched else (*stretch, *meeting),
        sentence=summary(scenario, result),
        table=_table(scenario, result),
        data=_moments(result) if watched else _rules(result),
        settings=_settings(scenario),
    )


def _situation(scenario: Scenario) -> Topology:
    """Two copies and their clocks, before anything is written."""
    if scenario.watch == "meeting":
        title, held, note = "One cart, two copies, two clocks", "cart", said(START)
        text = f"Before the changes both copies hold {note}."
    else:
        title, held = "Two copies, two clocks", "key" if scenario.keys == 1 else "keys"
        note = f"{words.number(scenario.write_rate_rps)}/s"
        text = f"Each region writes {words.counted(scenario.keys, 'key', 'keys')}, so many times a second."
    places = (
        Place("east", "region", REGIONS[0], 0.25, 0.52, "a"),
        Place("central", "region", REGIONS[1], 0.75, 0.52, "b"),
        Place("east-clock", "service", "clock", 0.15, 0.52, "a", inside="east"),
        Place("east-store", "store", held, 0.34, 0.52, "a", inside="east"),
        Place("central-store", "store", held, 0.66, 0.52, "b", inside="central"),
        Place("central-clock", "service", "clock", 0.85, 0.52, "b", inside="central"),
    )
    notes = {
        "east-store": note,
        "central-store": note,
        "east-clock": _ahead(scenario),
        "central-clock": "right",
    }
    frame = Frame(-1.0, f"{text} The clock of {REGIONS[0]}: {_ahead(scenario)}.", {}, {"copies": 1.0}, notes)
    return Topology(title, places, LINKS, (frame,))


def _ahead(scenario: Scenario) -> str:
    if scenario.ahead_ms == 0:
        return "right"
    ahead = words.number(scenario.ahead_ms, "ms")
    if abs(scenario.ahead_ms) >= 1_000:
        ahead = words.number(scenario.ahead_ms / 1_000, "s")
    return f"+{ahead}" if scenario.ahead_ms > 0 else ahead


def _timeline(scenario: Scenario, result: Result) -> Timeline:
    times = [moment.at_s for moment in result.moments]
    ends_s = max(times[-1] * 1.25, 0.1)
    starts_s = -ends_s / 6
    steps = [(starts_s, (START, START)), *((moment.at_s, moment.carts) for moment in result.moments)]
    at_s = [moment for moment, _ in steps] + [ends_s]
    items = [[float(len(carts[region])) for _, carts in steps] for region in (0, 1)]
    return Timeline(
        title="Two changes meet, and the last write wins",
        phases=_phases(steps, ends_s),
        events=tuple(Event(moment, "write", text) for moment, text in _told(scenario, result)),
        series=(
            Series(REGIONS[0], at_s, [*items[0], items[0][-1]], "a", "step"),
            Series(REGIONS[1], at_s, [*items[1], items[1][-1]], "b", "step"),
        ),
        y_title="items in the cart",
        starts_s=starts_s,
        ends_s=ends_s,
        x_title="time since the first change",
    )


def _phases(steps: list[tuple[float, tuple[Cart, Cart]]], ends_s: float) -> tuple[Phase, ...]:
    """Stretches in which the copies agree, with what they hold, and those in which they do not."""
    phases: list[Phase] = []
    for (starts_s, carts), (stops_s, _) in pairwise([*steps, (ends_s, steps[-1][1])]):
        name, state = _agreement(carts)
        if phases and phases[-1].name == name:
            phases[-1] = Phase(name, phases[-1].starts_s, stops_s, state)
        else:
            phases.append(Phase(name, starts_s, stops_s, state))
    return tuple(phases)


def _agreement(carts: tuple[Cart, Cart]) -> tuple[str, State]:
    """What both copies hold; a cart in which a change is missing is degraded, two carts are nobody's truth."""
    if carts[0] != carts[1]:
        return "they differ", "unknown"
    lost = carts[0] not in (START, (BOTH,))
    return said(carts[0]), "degraded" if lost else "healthy"


def _told(scenario: Scenario, result: Result) -> list[tuple[float, str]]:
    """What happens at each moment, in the order in which it does."""
    told = []
    before = (START, START)
    for moment in result.moments:
        texts = (
            [_written(scenario, 0, moment.carts)] if moment.at_s == 0 else [],
            [_written(scenario, 1, moment.carts)] if moment.at_s == scenario.gap_ms / 1_000 else [],
            _arrivals(moment.arrivals, before, moment.carts),
        )
        told.append((moment.at_s, " ".join(f"{text}." for part in texts for text in part)))
        before = moment.carts
    return told


def _written(scenario: Scenario, region: int, carts: tuple[Cart, Cart]) -> str:
    stamp_ms = (scenario.ahead_ms, scenario.gap_ms)[region]
    what = ("adds B", "removes A")[region]
    return f"{REGIONS[region]} {what}, stamped {words.number(stamp_ms, 'ms')}, and holds {_holds(carts[region])}"


def _arrivals(regions: tuple[int, ...], before: tuple[Cart, Cart], after: tuple[Cart, Cart]) -> list[str]:
    """What a change does to the copies that it reaches."""
    texts = []
    for region in regions:
        does = "replaces what is there" if before[region] != after[region] else "changes nothing"
        texts.append(f"The change of {REGIONS[1 - region]} reaches {REGIONS[region]} and {does}")
    return texts


def _holds(cart: Cart) -> str:
    return " and ".join(cart) or "nothing"


def _lost(result: Result) -> Bars:
    lost = [result.lost_updates[rule] for rule in RULES]
    return Bars(
        title="Updates lost in the long stretch: the same writes, four rules",
        x_title=f"updates lost, of {words.count(result.writes)}",
        categories=tuple(RULES.values()),
        values=tuple(float(value) for value in lost),
        labels=tuple(_label(result, rule) for rule in RULES),
        roles=ROLES,
    )


def _label(result: Result, rule: str) -> str:
    """What was lost, or what is done instead."""
    lost = words.count(result.lost_updates[rule])
    if rule == "version_vectors":
        return f"{lost}; {words.count(result.surfaced_conflicts[rule])} conflicts shown"
    if rule == "crdt":
        return f"{lost}; {words.count(result.conflicts)} merged"
    if rule == "home_region":
        travel = f"{lost}; {words.percent(result.forwarded_fraction)} travel"
        refused = result.refused_writes[rule]
        return f"{travel}, {words.count(refused)} refused" if refused else travel
    return lost


def _dropped(result: Result) -> Bars:
    shares = result.dropped_fraction_by_region
    return Bars(
        title="The newest write, refused for its stamp",
        x_title="per cent of each region's writes; last write wins",
        categories=REGIONS,
        values=tuple(100 * share for share in shares),
        labels=tuple(words.percent(share) for share in shares),
        roles=("a", "b"),
    )


def _table(scenario: Scenario, result: Result) -> Table:
    rows = (
        *((f"In the cart: {name}", _carts(result, rule)) for rule, name in IN_A_SENTENCE.items()),
        ("Copies of the cart agree after", words.duration(result.agreed_at_s)),
        ("Conflicts in the long stretch, expected", words.number(result.expected_conflicts)),
        ("Conflicts drawn", f"{words.count(result.conflicts)} among {words.count(result.writes)} writes"),
        ("Updates lost: last write wins", words.count(result.lost_updates["last_write_wins"])),
        ("Conflicts shown: version vectors", words.count(result.surfaced_conflicts["version_vectors"])),
        ("Writes that travel: home region", words.percent(result.forwarded_fraction)),
        ("Writes refused in the cut: home region", words.count(result.refused_writes["home_region"])),
    )
    events = words.numbered([(at_s, text.removesuffix(".")) for at_s, text in _told(scenario, result)])
    return Table("The cart, and the long stretch", ("Outcome", "Value"), (*rows, *events), ("", ""))


def _carts(result: Result, rule: str) -> str:
    carts = result.carts[rule]
    if len(carts) > 1:
        return "two versions: " + "; ".join(said(cart) for cart in carts)
    refused = ", the removal refused" if result.refused_changes[rule] else ""
    return said(carts[0]) + refused


def _rules(result: Result) -> Table:
    rows = tuple(
        (name, result.lost_updates[rule], result.surfaced_conflicts[rule], result.refused_writes[rule], result.writes)
        for rule, name in RULES.items()
    )
    columns = ("rule", "lost_updates", "conflicts_shown", "refused_writes", "writes_sent")
    return Table("The same writes under four rules", columns, rows, tuple("" for _ in columns))


def _moments(result: Result) -> Table:
    rows = tuple((moment.at_s, said(moment.carts[0]), said(moment.carts[1])) for moment in result.moments)
    columns = ("at_s", f"cart in {REGIONS[0]}", f"cart in {REGIONS[1]}")
    return Table("What each copy holds when the last write wins", columns, rows, ("s", "", ""))


def _settings(scenario: Scenario) -> str:
    cut = f", the link cut for {words.duration(scenario.partition_s)}" if scenario.partition_s else ""
    keys = words.counted(scenario.keys, "key", "keys")
    return (
        f"The clock of {REGIONS[0]} ahead by {words.number(scenario.ahead_ms, 'ms')}, the second change after "
        f"{words.number(scenario.gap_ms, 'ms')}, copies {words.duration(scenario.replication_lag_s)} behind{cut}; then "
        f"{words.number(scenario.write_rate_rps)} writes a second in each region on {keys} for "
        f"{words.duration(scenario.horizon_s)}."
    )
