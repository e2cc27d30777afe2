"""What runs where, what does it need, which boundary breaks, and at which moment do we look?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lessons.simulator.blast_radius.needs import NEEDS_MAX, SCOPES, Need, checked_needs
from lessons.simulator.engine.deployment import Deployment, DeploymentError
from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.errors import ScenarioError

REGIONS_MAX, ZONES_MAX, CELLS_MAX = 9, 6, 200
NAMES = (
    "us-east",
    "eu-central",
    "ap-southeast",
    "us-west",
    "eu-west",
    "ap-northeast",
    "sa-east",
    "af-south",
    "me-central",
)
NAME_LENGTH_MAX = 24
BOUNDARIES = {
    "region": "a region",
    "zone": "a zone",
    "cell": "a cell",
    "dependency": "a dependency",
    "deploy": "a bad deploy",
    "none": "nothing",
}
MOMENTS = {
    "at_once": "right after the break",
    "moved": "users have moved, nothing is promoted",
    "promoted": "after the failover, a copy is promoted",
}
DATA = {
    "one_primary": "one primary, no copy elsewhere",
    "dr_replica": "one primary, a copy that waits",
    "read_replicas": "one primary, a read replica in every region",
    "home_region": "each user's data at home, a copy that waits",
    "active_active": "every region takes writes",
}
IDENTITY = {
    "none": "none that is shared",
    "each_zone": "one in each zone",
    "each_region": "one in each region",
    "first_region": "one for all, in the first region",
    "outside": "one for all, outside our regions",
}
WAVES = {
    "cell": "cell by cell",
    "zone": "zone by zone",
    "region": "region by region",
    "everywhere": "everywhere at once",
}


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """A deployment built from numbers, one broken boundary, and a moment. Regions, zones and cells count from 1."""

    boundary: str = param(
        "region",
        label="What breaks",
        choices=BOUNDARIES,
        help="The boundary that fails, with everything inside it.",
        passport="blast-radius-boundary",
    )
    data: str = param(
        "read_replicas",
        label="Data",
        choices=DATA,
        help="Which regions hold the data. The one primary is in the first region; copies are asynchronous.",
        passport="blast-radius-data",
    )
    identity: str = param(
        "outside",
        label="Identity provider",
        choices=IDENTITY,
        help="Who confirms logins for every request, and what shares it.",
        passport="blast-radius-identity",
    )
    moment: str = param(
        "moved",
        label="At which moment",
        choices=MOMENTS,
        help="A zone is avoided within seconds, users leave a dead region within minutes, and a copy is promoted last.",
        passport="blast-radius-moment",
    )
    regions: int = param(3, label="Regions", min=1, max=REGIONS_MAX, step=1, passport="blast-radius-regions")
    zones: int = param(3, label="Zones in each region", min=1, max=ZONES_MAX, step=1, passport="blast-radius-zones")
    cells: int = param(
        1,
        label="Cells in each zone",
        min=1,
        max=CELLS_MAX,
        step=1,
        scale="log",
        help="Copies of the whole stack, each for some of the users.",
        passport="blast-radius-cells",
    )
    multi_az: bool = param(
        True,
        label="Spread over zones",
        help="On: services and stores of a region run in all its zones, with synchronous copies. "
        "Off: all sit in the first zone.",
        passport="blast-radius-multi-az",
    )
    broken_region: int = param(
        1, label="Which region", min=1, max=REGIONS_MAX, step=1, passport="blast-radius-broken-place"
    )
    broken_zone: int = param(
        1, label="Which zone of it", min=1, max=ZONES_MAX, step=1, passport="blast-radius-broken-place"
    )
    broken_cell: int = param(
        1, label="Which cell of it", min=1, max=CELLS_MAX, step=1, passport="blast-radius-broken-place"
    )
    broken_dependency: int = param(
        1,
        label="Which dependency",
        min=1,
        max=NEEDS_MAX + 1,
        step=1,
        help="In the order of the picture; the identity provider comes first.",
        passport="blast-radius-broken-place",
    )
    destroyed: bool = param(
        False,
        label="The disks do not come back",
        help="On: what only the broken place held is lost for good.",
        passport="blast-radius-destroyed",
    )
    spare_capacity_fraction: float = param(
        0.5,
        label="Spare capacity",
        min=0,
        max=10,
        step=0.05,
        help="What each serving region runs above its own load: 0.5 is half as much again.",
        passport="blast-radius-spare",
    )
    static_stability: bool = param(
        True,
        label="The spare already runs",
        help="Off: the spare has to be started through a control plane first, so it does not count yet.",
        passport="blast-radius-static-stability",
    )
    standby_capacity_fraction: float = param(
        1.0,
        label="Standby capacity",
        min=0,
        max=10,
        step=0.05,
        help="Share of the whole load that a region without users of its own can carry.",
        passport="blast-radius-standby",
    )
    homes: Mapping[str, float] | None = param(
        None,
        label="Homes of the users",
        shape='{"region": share, ...}, one entry per region at most, shares that sum to 1',
        help="Which share of the users each region serves. Equal shares unless you say so; with a copy that waits, all "
        "are served by the first region.",
        passport="blast-radius-homes",
    )
    identity_need: str = param(
        "hard",
        label="Without the identity provider",
        choices={"hard": "requests fail", "soft": "requests go on (cached tokens)"},
        passport="blast-radius-identity-need",
    )
    identity_share_fraction: float = param(
        1.0,
        label="Requests that need it",
        min=0,
        max=1,
        step=0.05,
        help="Share of the requests that ask the identity provider.",
        passport="blast-radius-identity-share",
    )
    dependencies: Sequence[Mapping[str, Any]] | None = param(
        None,
        label="More dependencies",
        shape='[{"name": text, "scope": "zonal", "regional" or "global", "region": where a global one lives, "" for '
        'outside, "need": "hard" or "soft", "share_fraction": 0 to 1}, ...], 5 at most',
        help="What else the requests need.",
        passport="blast-radius-dependencies",
    )
    deploy_wave: str = param(
        "region",
        label="The deploy goes",
        choices=WAVES,
        help="How much it reaches in one step. It starts at the chosen region, zone and cell.",
        passport="blast-radius-deploy-wave",
    )
    deploy_reach_fraction: float = param(
        0.1,
        label="Stopped after",
        min=0,
        max=1,
        step=0.01,
        help="Share of the cells that it had reached when somebody saw the harm; a step once begun is done whole.",
        passport="blast-radius-deploy-reach",
    )
    replication_lag_s: float = param(
        5.0,
        label="Copies are behind by",
        unit="s",
        min=0,
        max=86_400,
        step=1,
        help="Lag of the asynchronous copies between regions.",
        passport="blast-radius-lag",
    )
    data_history_s: float = param(
        31_536_000.0,
        label="Data was written over",
        unit="s",
        min=60,
        max=1_000_000_000,
        step=86_400,
        scale="log",
        help="Evenly over this time, which tells how large a share of the data some seconds of writes are.",
        passport="blast-radius-history",
    )

    def resolve(self) -> None:
        """Fill homes and dependencies, and refuse places that are not there."""
        self._set("homes", _checked_homes(self.homes, regions=self.regions, all_in_first=self.data == "dr_replica"))
        self._set("dependencies", checked_needs(self.dependencies, self.names))
        for field, there in (("broken_region", self.regions), ("broken_zone", self.zones), ("broken_cell", self.cells)):
            if getattr(self, field) > there:
                raise ScenarioError(field, f"is {getattr(self, field)}", allowed=f"1 to {there}")
        if self.boundary == "dependency" and not self.needs:
            raise ScenarioError("boundary", "is a dependency, and there is none", allowed="another boundary")
        if self.boundary == "dependency" and self.broken_dependency > len(self.needs):
            raise ScenarioError("broken_dependency", f"is {self.broken_dependency}", allowed=f"1 to {len(self.needs)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The regions by name, in order."""
        assert self.homes is not None, "resolve fills the homes"
        return tuple(self.homes)

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of the users at home in each region."""
        assert self.homes is not None, "resolve fills the homes"
        return tuple(self.homes.values())

    @property
    def needs(self) -> tuple[Need, ...]:
        """Every dependency, the identity provider first."""
        scopes = {"each_zone": "zonal", "each_region": "regional", "first_region": "global", "outside": "global"}
        shared = []
        if self.identity != "none":
            region = self.names[0] if self.identity == "first_region" else ""
            scope = scopes[self.identity]
            shared = [Need("identity provider", scope, region, self.identity_need, self.identity_share_fraction)]
        return (*shared, *(Need(**table) for table in self.dependencies or ()))


def zone_name(scenario: Scenario, region: int, zone: int) -> str:
    """ "us-east-a"; both count from 0."""
    return f"{scenario.names[region]}-{'abcdef'[zone]}"


def _checked_homes(given: Any, *, regions: int, all_in_first: bool) -> dict[str, float]:
    """A share for each region by name, in order; regions that were not named have no users at home."""
    allowed = f'{{"region": share, ...}}, at most {regions} regions, shares that sum to 1'
    if given is None:
        shares = [1.0] + [0.0] * (regions - 1) if all_in_first else [1 / regions] * regions
        return dict(zip(NAMES, shares, strict=False))
    if not isinstance(given, dict) or not given:
        raise ScenarioError("homes", f"is {repr(given)[:60]}", allowed=allowed)
    if len(given) > regions:
        raise ScenarioError("homes", f"names {len(given)} regions, and there are {regions}", allowed=allowed)
    for name, share in given.items():
        if not isinstance(name, str) or not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
            raise ScenarioError("homes", f"names {repr(name)[:40]}", allowed=f"1 to {NAME_LENGTH_MAX} characters")
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
            raise ScenarioError("homes", f"has the share {repr(share)[:40]}", allowed="shares from 0 to 1")
    total = math.fsum(given.values())
    if abs(total - 1) > 1e-6:
        raise ScenarioError("homes", f"has shares that sum to {total:g}", allowed=allowed)
    exact = 1.0 if abs(total - 1) < 1e-12 else total
    found = {name: float(share) / exact for name, share in given.items()}
    unused = (name for name in NAMES if name not in found)
    while len(found) < regions:
        found[next(unused)] = 0.0
    return found


def from_deployment(deployment: Deployment) -> dict[str, Any]:
    """Counts, homes, data, capacities and dependencies of a deployment. Raises DeploymentError where regions differ in
    their number of zones: this lens builds them alike."""
    store = deployment.stores[0]
    # The lens has its primary in the first region.
    names = sorted((region.id for region in deployment.regions), key=lambda name: name != store.primary)
    zones = {sum(zone.region == name for zone in deployment.zones) for name in names}
    cells = {sum(cell.zone == zone.id for cell in deployment.cells) for zone in deployment.zones}
    if len(zones) > 1 or len(cells) > 1:
        raise DeploymentError(f"{deployment.name}: blast-radius needs as many zones and cells in every region")
    homes = dict.fromkeys(names, 0.0)
    for group in deployment.populations:
        homes[group.home] += group.share_fraction
    serving = [region for region in deployment.regions if homes[region.id] > 0]
    standby = [region.capacity_fraction for region in deployment.regions if homes[region.id] == 0]
    lag = {"replication_lag_s": 0.0} if store.replication == "sync" else {}
    return {
        "regions": len(names),
        "zones": max(1, *zones),
        "cells": max(1, *cells, 0),
        "homes": homes,
        "data": _data_of(store.primary, store.regions, waits=len(serving) == 1),
        "spare_capacity_fraction": max(0.0, min(one.capacity_fraction / homes[one.id] - 1 for one in serving)),
        "standby_capacity_fraction": min(standby, default=0.0),
        "identity": "none",
        "dependencies": [
            {"name": one.name[:NAME_LENGTH_MAX], "scope": one.scope, "region": one.region}
            for one in deployment.dependencies
            if one.scope in SCOPES
        ],
        **lag,
    }


def _data_of(primary: str, regions: tuple[str, ...], *, waits: bool) -> str:
    if not primary:
        return "active_active"
    if len(regions) == 1:
        return "one_primary"
    return "dr_replica" if waits else "read_replicas"
