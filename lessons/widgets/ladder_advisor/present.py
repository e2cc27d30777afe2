"""What does the advice look like? The ladder with its rungs judged, then what each design reaches and costs."""

from __future__ import annotations

from lessons.widgets.kit import Bars, Boundaries, Boundary, Output, Table, words
from lessons.widgets.kit.roles import Role
from lessons.widgets.ladder_advisor.ladder import RUNGS
from lessons.widgets.ladder_advisor.run import Result, Row, summary
from lessons.widgets.ladder_advisor.scenario import CONTINENTS, RESIDENCY, Scenario

ROLES: tuple[Role, ...] = ("e", "d", "c", "c", "b", "a")
RUNG_ROLES: dict[int, Role] = {1: "e", 2: "d", 3: "c", 4: "b", 5: "a"}
# From the top, as one looks at a ladder.
FROM_THE_TOP = tuple(sorted(RUNGS, reverse=True))


def present(scenario: Scenario, result: Result) -> Output:
    """The advice in pictures, one sentence and tables."""
    return Output(
        situation=_wishes(scenario),
        views=(_ladder(result), _rto(scenario, result), _rpo(scenario, result), _bills(result)),
        sentence=f"{summary(scenario, result)} {result.reason}",
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def _wishes(scenario: Scenario) -> Boundaries:
    """What is asked for, before any answer."""
    places = sorted(scenario.shares().items(), key=lambda one: -one[1])
    users = ", ".join(f"{CONTINENTS[name]} {words.percent(share)}" for name, share in places)
    loss = words.duration(scenario.rpo_objective_s)
    read, write = (words.number(ms, "ms") for ms in (scenario.read_p99_objective_ms, scenario.write_p99_objective_ms))
    decides = "People decide" if scenario.decision == "manual" else "A machine decides"
    lines = (
        f"Users are served again within {words.duration(scenario.rto_objective_s)}",
        f"The last {loss} of writes may be lost" if scenario.rpo_objective_s else "No acknowledged write may be lost",
        f"99 % of reads in {read}, writes in {write}",
        f"{words.percent(scenario.availability_objective_fraction)} of requests succeed",
        f"First region: {CONTINENTS[scenario.home]}",
        f"Users: {users}",
        f"Data: {RESIDENCY[scenario.residency]}",
        f"Conflict rule: {_yes(scenario.conflict_rule)}; home regions: {_yes(scenario.home_region_data)}",
        f"Restore tested: {_yes(scenario.restores_tested)}. {decides}",
    )
    rows = tuple(
        Boundary(f"wish-{place}", "dependency", line, "ink", inside="wishes") for place, line in enumerate(lines)
    )
    return Boundaries(
        "What is asked", (Boundary("wishes", "region", "What is asked", "ink", note="Which rung?"), *rows)
    )


def _yes(given: bool) -> str:
    return "yes" if given else "no"


def _ladder(result: Result) -> Bars:
    """How many objectives each rung misses; an open bar is forbidden."""
    rows = {rung: _of_rung(result, rung) for rung in FROM_THE_TOP}
    return Bars(
        title="The ladder: what each rung misses",
        x_title="objectives missed; an open bar is forbidden",
        categories=tuple(f"{rung}  {RUNGS[rung]}{' ◀ here' if rung == result.rung else ''}" for rung in FROM_THE_TOP),
        values=tuple(None if row.barred else float(len(row.misses)) for row in rows.values()),
        labels=tuple(row.barred or ", ".join(row.misses) or "none" for row in rows.values()),
        roles=tuple(RUNG_ROLES[rung] for rung in FROM_THE_TOP),
    )


def _of_rung(result: Result, rung: int) -> Row:
    """The chosen design where it stands on this rung, else the one of the rung that misses least."""
    rows = [row for row in result.rows if row.rung == rung]
    chosen = [row for row in rows if row.name == result.design]
    return chosen[0] if chosen else min(rows, key=lambda row: len(row.misses))


def _rto(scenario: Scenario, result: Result) -> Bars:
    values = (scenario.rto_objective_s, *(row.rto_s for row in result.rows))
    return _bars(
        result,
        "Until users are served again, asked and reached",
        "seconds (log)",
        values,
        tuple(words.duration(value) for value in values),
    )


def _rpo(scenario: Scenario, result: Result) -> Bars:
    values = (scenario.rpo_objective_s, *(row.rpo_s for row in result.rows))
    return _bars(
        result,
        "Writes lost at the worst moment, asked and reached",
        "seconds (log)",
        values,
        tuple(words.duration(value) for value in values),
    )


def _bars(result: Result, title: str, x_title: str, values: tuple[float | None, ...], labels: tuple[str, ...]) -> Bars:
    return Bars(
        title=title,
        x_title=x_title,
        categories=("What you ask", *(_name(row) for row in result.rows)),
        values=values,
        labels=labels,
        roles=("ink", *ROLES),
        log=True,
    )


def _bills(result: Result) -> Bars:
    return Bars(
        title="What each costs in a month",
        x_title="USD a month",
        categories=tuple(_name(row) for row in result.rows),
        values=tuple(row.monthly_usd for row in result.rows),
        labels=tuple(words.count(row.monthly_usd, "USD") for row in result.rows),
        roles=ROLES,
    )


def _name(row: Row) -> str:
    return f"{row.rung}  {row.name}"


def _table(scenario: Scenario, result: Result) -> Table:
    rows = [
        ("Rung", f"{result.rung}, {RUNGS[result.rung].lower()}"),
        ("Why", result.reason),
        *(("Not on offer", refused) for refused in result.refusals),
        ("Design", _design(result)),
        ("Serves users from", ", ".join(result.serving)),
        ("Users served again within", _reached(result.rto_s, scenario.rto_objective_s)),
        ("Writes lost, at the worst moment", _reached(result.rpo_s, scenario.rpo_objective_s)),
        ("Reads, 99 % of users", _waited(result.read_p99_ms, scenario.read_p99_objective_ms)),
        ("Writes, 99 % of users", _waited(result.write_p99_ms, scenario.write_p99_objective_ms)),
        *(
            (f"Light in fibre, {place} to the first region", words.number(floor_ms, "ms"))
            for place, floor_ms in result.floor_ms.items()
            if place != CONTINENTS[scenario.home]
        ),
        ("Costs in a month", words.count(result.monthly_usd, "USD")),
        ("Against one region", f"{result.multiple_of_single_region:.2f} times"),
        *(("What would change it", f"{change.words}: rung {change.rung}") for change in result.changes),
        ("Next", result.next_step),
    ]
    return Table("The advice", ("Question", "Answer"), tuple(rows), ("", ""))


def _design(result: Result) -> str:
    copies = ", synchronous copy" if result.synchronous else ""
    if result.rung == 1:
        return result.design + (", 1 region" if result.regions == 1 else ", 1 region and backups in another")
    places = f"{result.regions} regions"
    return f"{result.design}, {places}{copies}"


def _reached(reached_s: float | None, objective_s: float) -> str:
    if reached_s is None:
        return f"no promise; {words.duration(objective_s)} asked"
    return f"{words.duration(reached_s)}; {words.duration(objective_s)} asked"


def _waited(reached_ms: float, objective_ms: float) -> str:
    return f"{words.number(reached_ms, 'ms')}; {words.number(objective_ms, 'ms')} asked"


def _data(result: Result) -> Table:
    rows = tuple(
        (
            row.rung,
            row.name,
            row.rto_s,
            row.rpo_s,
            round(row.read_p99_ms, 1),
            round(row.write_p99_ms, 1),
            round(row.monthly_usd, 2),
            ", ".join(row.misses),
            row.barred,
        )
        for row in result.rows
    )
    names = ("rung", "design", "rto_s", "rpo_s", "read_p99_ms", "write_p99_ms", "monthly_usd", "misses", "barred")
    return Table("One row for each design of the ladder", names, rows, tuple("" for _ in names))


def _settings(scenario: Scenario) -> str:
    places = ", ".join(
        f"{words.percent(share)} of users in {CONTINENTS[name]}" for name, share in scenario.shares().items()
    )
    return (
        f"Served again within {words.duration(scenario.rto_objective_s)}, at most "
        f"{words.duration(scenario.rpo_objective_s)} of writes lost, reads within "
        f"{words.number(scenario.read_p99_objective_ms, 'ms')}, writes within "
        f"{words.number(scenario.write_p99_objective_ms, 'ms')}; {places}; residency: {RESIDENCY[scenario.residency]}."
    )
