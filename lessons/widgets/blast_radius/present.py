"""What does a blast radius look like? The boundaries with what is broken, six bars, and the things that decide."""

from __future__ import annotations

import dataclasses

from lessons.simulator import blast_radius as lens
from lessons.simulator.blast_radius import Result, Scenario
from lessons.simulator.blast_radius.scenario import BOUNDARIES, DATA, IDENTITY, MOMENTS, WAVES
from lessons.widgets.blast_radius.boundaries import boundaries
from lessons.widgets.kit import Bars, Output, Table, words
from lessons.widgets.kit.roles import Role


def present(scenario: Scenario, result: Result) -> Output:
    """The map, the bars, one sentence and the tables."""
    healthy = dataclasses.replace(scenario, boundary="none")
    return Output(
        situation=boundaries("What runs where, everything healthy", healthy, lens.run(healthy, seed=0), picks=False),
        views=(boundaries("What is broken; choose a boundary to break it", scenario, result), _bars(scenario, result)),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """Who is hit, at which moment, and the smallest set of shared things that decides it."""
    hit = (
        f"{_capital(MOMENTS[scenario.moment])}: {words.percent(result.writes_fraction)} of writes and "
        f"{words.percent(result.reads_fraction)} of reads fail"
    )
    if scenario.boundary == "none":
        return f"{hit}, because nothing is broken."
    load = result.survivor_utilisation_fraction
    full = f", and the survivors run at {words.percent(load)}" if load is not None and load > 1 + 1e-9 else ""
    if not result.shared:
        return f"{hit}{full}: nobody still relies on what is lost."
    return f"{hit}{full}; {lens.decides(result)} that radius."


def _bars(scenario: Scenario, result: Result) -> Bars:
    lost = words.percent(result.data_lost_fraction)
    if 0 < result.data_lost_fraction < 0.001:
        lost = f"{words.duration(result.lost_writes_s)} of writes"
    rows: tuple[tuple[str, float, str, Role], ...] = (
        ("Users who meet a failure", result.users_fraction, "", "a"),
        ("Reads that fail", result.reads_fraction, "", "b"),
        ("Writes that fail", result.writes_fraction, "", "c"),
        ("Data that nobody can read", result.data_unavailable_fraction, "", "d"),
        ("Data lost for good", result.data_lost_fraction, lost, "e"),
        ("Stack broken, or lacking something", result.stack_fraction, "", "ink"),
    )
    return Bars(
        title=f"What it takes with it: {MOMENTS[scenario.moment]}",
        x_title="share of the whole (%)",
        categories=tuple(name for name, _, _, _ in rows),
        values=tuple(100 * share for _, share, _, _ in rows),
        labels=tuple(said or words.percent(share) for _, share, said, _ in rows),
        roles=tuple(role for _, _, _, role in rows),
        most=100.0,
    )


def _table(scenario: Scenario, result: Result) -> Table:
    load = result.survivor_utilisation_fraction
    rows = (
        ("Users who meet a failure", words.percent(result.users_fraction)),
        ("They are at home in", ", ".join(result.affected_homes) or "nobody is hit"),
        ("Reads that fail", words.percent(result.reads_fraction)),
        ("Writes that fail", words.percent(result.writes_fraction)),
        ("Data that nobody can read", words.percent(result.data_unavailable_fraction)),
        ("Data lost for good", words.percent(result.data_lost_fraction)),
        ("Newest writes lost", words.duration(result.lost_writes_s)),
        ("Stack broken, or lacking something", words.percent(result.stack_fraction)),
        ("Fullest survivor runs at", "no survivor" if load is None else words.percent(load)),
        ("Smallest set that decides it", " and ".join(result.shared) or "nothing that is still needed"),
    )
    return Table(f"Who and what is hit: {MOMENTS[scenario.moment]}", ("Outcome", "Value"), rows, ("", ""))


def _data(result: Result) -> Table:
    rows = tuple(
        (
            one.name,
            round(one.users_share_fraction, 6),
            round(one.users_fraction, 6),
            round(one.reads_fraction, 6),
            round(one.writes_fraction, 6),
            None if one.utilisation_fraction is None else round(one.utilisation_fraction, 6),
            one.state,
            one.store or "no store",
        )
        for one in result.regions
    )
    columns = (
        "region",
        "users_share_fraction",
        "users_fraction",
        "reads_fraction",
        "writes_fraction",
        "utilisation_fraction",
        "state",
        "store",
    )
    return Table("Users by home region, and how the region fares", columns, rows, tuple("" for _ in columns))


def _settings(scenario: Scenario) -> str:
    cells = f", {words.counted(scenario.cells, 'cell', 'cells')} in each" if scenario.cells > 1 else ""
    spread = "" if scenario.multi_az else ", all of a region in its first zone"
    deploy = f" ({WAVES[scenario.deploy_wave]})" if scenario.boundary == "deploy" else ""
    identity = f"identity provider: {IDENTITY[scenario.identity]}"
    return (
        f"Built of {words.counted(scenario.regions, 'region', 'regions')} with "
        f"{words.counted(scenario.zones, 'zone', 'zones')} each{cells}{spread}; {DATA[scenario.data]}; {identity}; "
        f"{words.percent(scenario.spare_capacity_fraction)} spare; broken: {BOUNDARIES[scenario.boundary]}{deploy}, "
        f"{MOMENTS[scenario.moment]}."
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
