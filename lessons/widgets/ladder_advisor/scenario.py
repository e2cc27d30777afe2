"""What does the reader ask for: objectives, users, rules about the data, and how a failover would be run?"""

from __future__ import annotations

from dataclasses import dataclass

from lessons.simulator import cost, failover
from lessons.simulator.engine.geography import Place, known_places
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.simulator.errors import ScenarioError

# One city stands for the users, and for the region, of each continent.
CONTINENTS = {
    "north_america": "North America",
    "south_america": "South America",
    "europe": "Europe",
    "africa": "Africa",
    "asia": "Asia",
    "oceania": "Oceania",
}
CITIES = {
    "north_america": known_places()["us-east-1"],
    "south_america": known_places()["sa-east-1"],
    "europe": known_places()["eu-central-1"],
    "africa": Place("johannesburg", "Johannesburg", -26.2, 28.0),
    "asia": known_places()["ap-southeast-1"],
    "oceania": known_places()["ap-southeast-2"],
}
RESIDENCY = {
    "none": "no rule",
    "jurisdiction": "copies only in one jurisdiction",
    "one_region": "must stay in one region",
}


def _share(continent: str, default: float) -> float:
    made: float = param(
        default,
        label=f"Users in {CONTINENTS[continent]}",
        min=0,
        max=1,
        step=0.05,
        help="Share of all users, relative to the other shares.",
        passport="advisor-users",
    )
    return made


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Objectives hold while a region is lost; the ladder is climbed until they are met."""

    rto_objective_s: float = param(
        86_400.0,
        label="Serve again within (RTO)",
        unit="s",
        min=1,
        max=2_592_000,
        scale="log",
        help="From the loss of the region to users who are served.",
        passport="advisor-rto",
    )
    rpo_objective_s: float = param(
        14_400.0,
        label="Lose at most the last (RPO)",
        unit="s",
        min=0,
        max=604_800,
        scale="log",
        help="Age of the newest write that must survive the loss of the region.",
        passport="advisor-rpo",
    )
    read_p99_objective_ms: float = param(
        500.0,
        label="Reads within (P99)",
        unit="ms",
        min=1,
        max=60_000,
        scale="log",
        help="For 99 % of all users, wherever they are.",
        passport="advisor-read",
    )
    write_p99_objective_ms: float = param(
        1_000.0,
        label="Writes within (P99)",
        unit="ms",
        min=1,
        max=60_000,
        scale="log",
        help="For 99 % of all users, wherever they are.",
        passport="advisor-write",
    )
    availability_objective_fraction: float = param(
        0.999,
        label="Availability objective",
        min=0.9,
        max=0.999999,
        step=0.0001,
        help="Share of requests that has to succeed.",
        passport="advisor-availability",
    )
    home: str = param(
        "north_america",
        label="The first region is in",
        choices=CONTINENTS,
        help="Where the primary is today.",
        passport="advisor-home",
    )
    north_america_fraction: float = _share("north_america", 0.5)
    south_america_fraction: float = _share("south_america", 0.0)
    europe_fraction: float = _share("europe", 0.35)
    africa_fraction: float = _share("africa", 0.0)
    asia_fraction: float = _share("asia", 0.15)
    oceania_fraction: float = _share("oceania", 0.0)
    server_ms: float = param(
        80.0,
        label="Your own work (P99)",
        unit="ms",
        min=0,
        max=60_000,
        step=10,
        help="What a request takes beside its way: 99 % of them take no longer.",
        passport="advisor-server",
    )
    path_factor: float = param(
        1.5,
        label="Real paths against straight fibre",
        min=1,
        max=4,
        step=0.1,
        help="1 is the floor that light in glass sets.",
        passport="advisor-path",
    )
    second_region_km: float = param(
        1_000.0,
        label="The next region is away",
        unit="km",
        min=1,
        max=20_000,
        step=100,
        scale="log",
        help="Distance to the region that would hold the copy; a synchronous write goes there and back.",
        passport="advisor-second-region",
    )
    residency: str = param(
        "none",
        label="Where the data may be",
        choices=RESIDENCY,
        help="One jurisdiction: it has two regions, and no copy may leave it.",
        passport="advisor-residency",
    )
    conflict_rule: bool = param(
        False,
        label="A rule for conflicts exists",
        help="For every kind of record: what counts when two regions have changed it.",
        passport="advisor-conflict-rule",
    )
    home_region_data: bool = param(
        False,
        label="Every record has a home region",
        help="Each belongs to users of one place, and only that place changes it.",
        passport="advisor-home-data",
    )
    cdn_answers_reads: bool = param(
        False,
        label="A cache near users can answer the reads",
        help="The slow reads are the same for many users and may be a little old.",
        passport="advisor-cdn",
    )
    restores_tested: bool = param(
        True,
        label="A restore has been tested",
        help="The last one was timed, from an empty region to users served.",
        passport="advisor-restores",
    )
    outage_usd_per_hour: float = param(
        1_000.0,
        label="An hour of outage costs",
        unit="USD",
        min=0,
        max=100_000_000,
        scale="log",
        help="What the business loses while nobody is served.",
        passport="advisor-outage",
    )
    region_losses_per_year: float = param(
        0.25,
        label="Losses of a region in a year",
        min=0,
        max=12,
        step=0.05,
        help="0.25 is one in four years.",
        passport="advisor-losses",
    )
    request_rate_rps: float = same_as(cost.Scenario, "request_rate_rps")
    write_fraction: float = same_as(cost.Scenario, "write_fraction")
    decision: str = same_as(failover.Scenario, "decision", "manual")
    routing: str = same_as(failover.Scenario, "routing")
    health_check_interval_s: float = same_as(failover.Scenario, "health_check_interval_s")
    dns_ttl_s: float = same_as(failover.Scenario, "dns_ttl_s")
    replication_lag_s: float = same_as(failover.Scenario, "replication_lag_s")
    backup_interval_s: float = same_as(failover.Scenario, "backup_interval_s")

    def resolve(self) -> None:
        """Refuse a shop without users."""
        if sum(self.weights().values()) <= 0:
            raise ScenarioError(
                f"{self.home}_fraction", "leaves no users anywhere", allowed="a share above 0 somewhere"
            )

    def weights(self) -> dict[str, float]:
        """Share of users by continent, as given."""
        return {name: float(getattr(self, f"{name}_fraction")) for name in CONTINENTS}

    def shares(self) -> dict[str, float]:
        """Share of users by continent; they sum to 1, and continents without users are left out."""
        weights = self.weights()
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items() if weight > 0}
