"""What does a bill look like? Its parts, the same parts of one region, and every strategy beside it."""

from __future__ import annotations

from lessons.simulator.cost import Result, Scenario, summary
from lessons.simulator.engine.strategies import STRATEGIES
from lessons.widgets.kit import Bars, Boundaries, Boundary, Output, Table, words
from lessons.widgets.kit.roles import Role

PARTS: dict[str, tuple[str, Role]] = {
    "compute": ("Machines", "a"),
    "storage": ("Live data", "b"),
    "backups": ("Backups", "c"),
    "replication": ("Copying between regions", "d"),
    "routing": ("Health checks and DNS", "e"),
    "people": ("People", "ink"),
}
ROLES: tuple[Role, ...] = ("e", "d", "c", "b", "a")


def present(scenario: Scenario, result: Result) -> Output:
    """The bill in pictures, one sentence and tables."""
    return Output(
        situation=_regions(scenario),
        views=(
            _parts("What the bill is made of", result.parts_usd),
            _strategies(scenario, result),
            _parts("What one region alone pays", result.single_region_parts_usd),
        ),
        sentence=summary(scenario, result),
        table=_table(result),
        data=_data(result),
        settings=_settings(scenario),
    )


def _regions(scenario: Scenario) -> Boundaries:
    """The regions before any price."""
    boxes = [Boundary("region-1", "region", "Region 1", "a", note="serves users")]
    others = "serves users" if scenario.strategy == "active_active" else "stands by"
    boxes += [
        Boundary(f"region-{place}", "region", f"Region {place}", "b", note=others)
        for place in range(2, scenario.regions + 1)
    ]
    return Boundaries("What is paid for", tuple(boxes))


def _parts(title: str, parts_usd: dict[str, float]) -> Bars:
    return Bars(
        title=title,
        x_title="USD a month",
        categories=tuple(PARTS[name][0] for name in parts_usd),
        values=tuple(parts_usd.values()),
        labels=tuple(words.count(usd, "USD") for usd in parts_usd.values()),
        roles=tuple(PARTS[name][1] for name in parts_usd),
    )


def _strategies(scenario: Scenario, result: Result) -> Bars:
    regions = words.counted(scenario.regions, "region", "regions")
    bills = result.by_strategy_usd
    return Bars(
        title=f"The five strategies in {regions}",
        x_title="USD a month",
        categories=("One region", *(STRATEGIES[name] for name in bills)),
        values=(result.single_region_usd, *bills.values()),
        labels=tuple(words.count(usd, "USD") for usd in (result.single_region_usd, *bills.values())),
        roles=("ink", *ROLES),
    )


def _table(result: Result) -> Table:
    rows = [(PARTS[name][0], words.count(usd, "USD")) for name, usd in result.parts_usd.items()]
    rows += [
        ("Together", words.count(result.monthly_usd, "USD")),
        ("One region alone", words.count(result.single_region_usd, "USD")),
        ("Times one region", f"{result.multiple_of_single_region:.2f}"),
        ("Machines that run", words.count(result.machines)),
        ("All capacity against the load", words.percent(result.capacity_fraction)),
        ("Sent between regions", words.number(result.replicated_gb_per_month, "GB")),
    ]
    return Table("The bill of a month", ("Part", "Value"), tuple(rows), ("", ""))


def _data(result: Result) -> Table:
    rows = tuple(
        (name, round(usd, 2), round(result.single_region_parts_usd[name], 2)) for name, usd in result.parts_usd.items()
    )
    return Table("Parts of the bill", ("part", "usd", "single_region_usd"), rows, ("", "", ""))


def _settings(scenario: Scenario) -> str:
    regions = words.counted(scenario.regions, "region", "regions")
    return (
        f"{STRATEGIES[scenario.strategy]} in {regions}; {words.number(scenario.request_rate_rps)} requests a second, "
        f"{words.percent(scenario.write_fraction)} writes, {scenario.instances} machines for the whole load, "
        f"{words.number(scenario.storage_gb, 'GB')} of data."
    )
