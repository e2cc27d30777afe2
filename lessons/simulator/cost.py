"""What does a rung of the ladder cost in a month, and how many times one region is that?

List prices times amounts: nothing is drawn. A month has 730 hours. The single region is the same system with nothing
elsewhere, zone headroom and backups included; whatever stands by comes on top of it.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.deployment import Deployment
from lessons.simulator.engine.fields import Service
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.simulator.engine.strategies import STANDBY_CAPACITY_FRACTIONS, STRATEGIES

LEAVES_OUT = (
    "Discounts, taxes and licences: prices are list prices paid by the hour.",
    "Load balancers, gateways, monitoring, and traffic out to users, which one region pays as well.",
    "What an outage costs, and machines that are started only when it comes.",
    "Differences between regions: every region is paid at the price of the first.",
    "Building it: the months of work before the first rehearsal.",
)
HOURS_A_MONTH = 730.0
_SECONDS_A_MONTH = HOURS_A_MONTH * 3_600
_BYTES_A_GB = 1e9
# Hours a month that each further region takes: restore drills, replicas to watch, rehearsals, two of everything.
EXTRA_HOURS = {
    "backup_restore": 4.0,
    "pilot_light": 10.0,
    "warm_standby": 20.0,
    "hot_standby": 24.0,
    "active_active": 60.0,
}


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """One system in so many regions, and what each thing costs."""

    strategy: str = same_as(
        Service,
        "strategy",
        "warm_standby",
        help="What stands by. It sets the share of capacity and the hours, unless you give them.",
        passport="cost-strategy",
    )
    regions: int = param(
        2,
        label="Regions",
        min=1,
        max=10,
        step=1,
        help="With one, nothing stands by.",
        passport="cost-regions",
    )
    standby_capacity_fraction: float | None = same_as(
        Service,
        "standby_capacity_fraction",
        help="As a share of the whole load, in each further region. Active-active: what every region can carry.",
        passport="cost-standby-capacity",
    )
    request_rate_rps: float = same_as(Service, "request_rate_rps", help="All users together, averaged over the month.")
    write_fraction: float = same_as(
        Service, "write_fraction", help="The rest are reads. Every write is sent to each copy."
    )
    write_bytes: float = param(
        4_096.0,
        label="Sent for each write",
        unit="B",
        min=1,
        max=100_000_000,
        scale="log",
        help="Bytes that cross to each copy, indexes and log overhead included.",
        passport="cost-write-bytes",
    )
    instances: int = param(
        12,
        label="Machines for the whole load",
        min=1,
        max=100_000,
        step=1,
        scale="log",
        help="In one region, with the headroom to lose a zone.",
        passport="cost-instances",
    )
    instance_usd_per_hour: float = param(
        0.302,
        label="Price of a machine",
        unit="USD/h",
        min=0.001,
        max=1_000,
        step=0.001,
        scale="log",
        help="Eight processors and 32 GB, paid by the hour.",
        passport="cost-instance-price",
    )
    storage_gb: float = param(
        2_000.0,
        label="Live data",
        unit="GB",
        min=0,
        max=10_000_000,
        step=100,
        help="One copy of it; each region that can take over has one.",
        passport="cost-storage",
    )
    storage_usd_per_gb_month: float = param(
        0.22,
        label="Price of storage",
        unit="USD/GB",
        min=0,
        max=10,
        step=0.01,
        help="A month, on disks that are kept in two zones.",
        passport="cost-storage-price",
    )
    backup_gb_per_gb: float = param(
        2.0,
        label="Backups for each GB of data",
        min=0,
        max=100,
        step=0.5,
        help="One full copy, and the changes that are kept beside it.",
        passport="cost-backup-size",
    )
    backup_usd_per_gb_month: float = param(
        0.023,
        label="Price of backup storage",
        unit="USD/GB",
        min=0,
        max=10,
        step=0.001,
        help="A month, in object storage.",
        passport="cost-backup-price",
    )
    transfer_usd_per_gb: float = param(
        0.02,
        label="Price between regions",
        unit="USD/GB",
        min=0,
        max=1,
        step=0.005,
        help="Paid by the side that sends.",
        passport="cost-transfer-price",
    )
    health_checks_per_region: int = param(
        2,
        label="Health checks of each region",
        min=0,
        max=1_000,
        step=1,
        help="Used with two regions or more.",
        passport="cost-health-checks",
    )
    health_check_usd_per_month: float = param(
        1.5,
        label="Price of a health check",
        unit="USD",
        min=0,
        max=1_000,
        step=0.5,
        help="A month, with one option such as the short interval.",
        passport="cost-health-check-price",
    )
    dns_queries_per_request: float = param(
        0.01,
        label="DNS queries for each request",
        min=0,
        max=10,
        step=0.01,
        help="Those that reach your name servers; resolvers answer the rest. A short time to live means more.",
        passport="cost-dns-queries",
    )
    dns_usd_per_million: float = param(
        0.4,
        label="Price of a million DNS queries",
        unit="USD",
        min=0,
        max=100,
        step=0.1,
        help="Plain ones, answered alike for everybody.",
        passport="cost-dns-price",
    )
    steering_usd_per_million: float = param(
        0.2,
        label="More for a million steered queries",
        unit="USD",
        min=0,
        max=100,
        step=0.1,
        help="On top, with two regions or more, where the answer depends on who asks.",
        passport="cost-steering-price",
    )
    base_hours_per_month: float = param(
        40.0,
        label="Operating one region",
        unit="h",
        min=0,
        max=100_000,
        step=4,
        help="Hours of people a month.",
        passport="cost-base-hours",
    )
    extra_hours_per_month: float | None = param(
        None,
        label="For each further region",
        unit="h",
        min=0,
        max=100_000,
        step=4,
        help="Hours of people a month to keep it ready and rehearse it.",
        passport="cost-extra-hours",
    )
    hour_usd: float = param(
        100.0,
        label="An hour of a person",
        unit="USD",
        min=0,
        max=10_000,
        step=10,
        help="Everything included: salary, taxes, a desk.",
        passport="cost-hour",
    )

    def resolve(self) -> None:
        """Fill what the strategy leaves open."""
        if self.standby_capacity_fraction is None:
            self._set("standby_capacity_fraction", self._usual_standby())
        if self.extra_hours_per_month is None:
            self._set("extra_hours_per_month", EXTRA_HOURS[self.strategy])

    def _usual_standby(self) -> float:
        """Active-active: so much that the others carry everything when one is lost."""
        if self.strategy == "active_active":
            return 1.0 / max(1, self.regions - 1)
        return STANDBY_CAPACITY_FRACTIONS[self.strategy]


@dataclass(frozen=True)
class Result:
    """USD a month. `capacity_fraction` is all capacity over the load, before machines are rounded up;
    `by_strategy_usd` has the same system under each strategy, with what that strategy has ready by default."""

    monthly_usd: float
    parts_usd: dict[str, float]
    single_region_usd: float
    single_region_parts_usd: dict[str, float]
    multiple_of_single_region: float
    capacity_fraction: float
    machines: int
    replicated_gb_per_month: float
    by_strategy_usd: dict[str, float]


def run(scenario: Scenario, *, seed: int) -> Result:
    """The bill of this system, of one region alone, and of every other strategy. Nothing depends on the seed."""
    parts = _parts(scenario)
    single = _parts(dataclasses.replace(scenario, regions=1))
    total, single_total = sum(parts.values()), sum(single.values())
    return Result(
        monthly_usd=total,
        parts_usd=parts,
        single_region_usd=single_total,
        single_region_parts_usd=single,
        multiple_of_single_region=total / single_total,
        capacity_fraction=sum(_capacities(scenario)),
        machines=_machines(scenario),
        replicated_gb_per_month=_replicated_gb(scenario),
        by_strategy_usd={name: _usual_usd(scenario, name) for name in STRATEGIES},
    )


def _usual_usd(scenario: Scenario, strategy: str) -> float:
    """The chosen strategy as it was given, the others with their defaults."""
    if strategy == scenario.strategy:
        return sum(_parts(scenario).values())
    usual = dataclasses.replace(scenario, strategy=strategy, standby_capacity_fraction=None, extra_hours_per_month=None)
    return sum(_parts(usual).values())


def _parts(scenario: Scenario) -> dict[str, float]:
    several = scenario.regions > 1
    # A replica is not a backup: both are paid. With several regions the backups are kept in two of them.
    backup_places = 2 if several else 1
    hours = scenario.base_hours_per_month + (scenario.regions - 1) * _given(scenario.extra_hours_per_month)
    return {
        "compute": _machines(scenario) * scenario.instance_usd_per_hour * HOURS_A_MONTH,
        "storage": _live_copies(scenario) * scenario.storage_gb * scenario.storage_usd_per_gb_month,
        "backups": backup_places * scenario.storage_gb * scenario.backup_gb_per_gb * scenario.backup_usd_per_gb_month,
        "replication": _replicated_gb(scenario) * scenario.transfer_usd_per_gb,
        "routing": _routing_usd(scenario),
        "people": hours * scenario.hour_usd,
    }


def _capacities(scenario: Scenario) -> list[float]:
    """Per region, the share of the whole load that it can carry without scaling up."""
    standby = _given(scenario.standby_capacity_fraction)
    if scenario.strategy == "active_active":
        # Every region has to carry at least its own users.
        return [max(standby, 1.0 / scenario.regions)] * scenario.regions if scenario.regions > 1 else [1.0]
    return [1.0] + [standby] * (scenario.regions - 1)


def _machines(scenario: Scenario) -> int:
    # 1e-9: a third of twelve machines is four, not five.
    return sum(math.ceil(share * scenario.instances - 1e-9) for share in _capacities(scenario))


def _live_copies(scenario: Scenario) -> int:
    return 1 if scenario.strategy == "backup_restore" else scenario.regions


def _replicated_gb(scenario: Scenario) -> float:
    """What crosses between regions in a month: every write once for each copy elsewhere, or once for the backups."""
    sent_to = min(scenario.regions - 1, 1) if scenario.strategy == "backup_restore" else scenario.regions - 1
    writes = scenario.request_rate_rps * scenario.write_fraction * _SECONDS_A_MONTH
    return sent_to * writes * scenario.write_bytes / _BYTES_A_GB


def _routing_usd(scenario: Scenario) -> float:
    million_queries = scenario.request_rate_rps * scenario.dns_queries_per_request * _SECONDS_A_MONTH / 1e6
    plain = million_queries * scenario.dns_usd_per_million
    if scenario.regions == 1:
        return plain
    checks = scenario.regions * scenario.health_checks_per_region
    return plain + million_queries * scenario.steering_usd_per_million + checks * scenario.health_check_usd_per_month


def _given(value: float | None) -> float:
    assert value is not None, "resolve fills every optional field"
    return value


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: a few sums, whatever the numbers."""
    return 1.0


def costly_field(scenario: Scenario) -> str:
    """No field makes it dearer; the one that comes nearest."""
    return "regions"


def summary(scenario: Scenario, result: Result) -> str:
    """The bill and the multiple in one sentence."""
    if scenario.regions == 1:
        return f"One region costs {result.monthly_usd:,.0f} USD a month, and nothing stands by."
    return (
        f"{STRATEGIES[scenario.strategy]} in {scenario.regions} regions costs {result.monthly_usd:,.0f} USD a month, "
        f"{result.multiple_of_single_region:.2f} times one region."
    )


def from_deployment(deployment: Deployment) -> dict[str, Any]:
    """Number of regions, strategy, and what stands by: the mean of the regions without the primary, or of all."""
    strategy = deployment.scenario.get("strategy", "hot_standby")
    fields: dict[str, Any] = {"strategy": strategy, "regions": len(deployment.regions)}
    primaries = {store.primary for store in deployment.stores if store.primary}
    counted = [
        region.capacity_fraction
        for region in deployment.regions
        if strategy == "active_active" or region.id not in primaries
    ]
    if counted and len(deployment.regions) > 1:
        fields["standby_capacity_fraction"] = sum(counted) / len(counted)
    return fields
