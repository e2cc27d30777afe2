"""What runs where? Regions, zones, cells, stores, routing, dependencies, users: content/deployments."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

PARTS_MAX = 200
SCOPES = {"zonal", "regional", "global"}


class DeploymentError(ValueError):
    """A deployment file is wrong; the message names file, part and key."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A copy of the stack that serves some of the users of its zone."""

    id: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class Zone:
    """One failure domain inside a region."""

    id: str
    region: str


@dataclass(frozen=True, kw_only=True)
class Region:
    """`capacity_fraction` is the share of the whole load that it can carry without scaling up.

    `place` is its name in the round-trip matrices of content/rtt.
    """

    id: str
    name: str
    capacity_fraction: float
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Store:
    """A database with one primary region, or with none when all its regions take writes."""

    id: str
    name: str
    regions: tuple[str, ...]
    replication: str
    primary: str = ""


@dataclass(frozen=True, kw_only=True)
class Routing:
    """How users find a region."""

    id: str
    kind: str
    ttl_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """Something that all who need it share. `scope` is zonal, regional or global; a global one may live in one `region`
    and fall with it ("" = outside all of them).
    """

    id: str
    name: str
    scope: str
    region: str = ""


@dataclass(frozen=True, kw_only=True)
class Population:
    """A group of users with a home region; `share_fraction` of all requests is theirs.

    `place` is the name, in the round-trip matrices of content/rtt, of where they sit.
    """

    id: str
    name: str
    home: str
    share_fraction: float
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """Everything that runs, by kind. `scenario` holds fields that a failover scenario takes from it."""

    name: str
    title: str
    regions: tuple[Region, ...]
    zones: tuple[Zone, ...]
    cells: tuple[Cell, ...]
    stores: tuple[Store, ...]
    routing: tuple[Routing, ...]
    dependencies: tuple[Dependency, ...]
    populations: tuple[Population, ...]
    scenario: Mapping[str, Any]


Part = TypeVar("Part", Region, Zone, Cell, Store, Routing, Dependency, Population)
_PARTS: dict[str, tuple[str, type[Any]]] = {
    "region": ("regions", Region),
    "zone": ("zones", Zone),
    "cell": ("cells", Cell),
    "store": ("stores", Store),
    "routing": ("routing", Routing),
    "dependency": ("dependencies", Dependency),
    "population": ("populations", Population),
}


def read_deployment(path: Path) -> Deployment:
    """The deployment in a TOML file. Raises DeploymentError."""
    try:
        table = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DeploymentError(f"{path}: {error}") from error
    known = {"title", "scenario", *_PARTS}
    for key in table:
        if key not in known:
            raise DeploymentError(f"{path}: {key} is not a part (known: {', '.join(sorted(known))})")
    if not isinstance(table.get("title"), str):
        raise DeploymentError(f"{path}: title is missing")
    parts = {plural: _read_parts(path, key, kind, table.get(key, [])) for key, (plural, kind) in _PARTS.items()}
    made = Deployment(name=path.stem, title=table["title"], scenario=dict(table.get("scenario", {})), **parts)
    _check(path, made)
    return made


def _read_parts(path: Path, key: str, kind: type[Part], tables: Any) -> tuple[Part, ...]:
    if not isinstance(tables, list) or len(tables) > PARTS_MAX:
        raise DeploymentError(f"{path}: {key} must be a list of at most {PARTS_MAX} tables, written [[{key}]]")
    return tuple(_read_part(path, f"{key} {place}", kind, table) for place, table in enumerate(tables, start=1))


def _read_part(path: Path, place: str, kind: type[Part], table: Mapping[str, Any]) -> Part:
    names = {field.name: field for field in fields(kind)}
    for key in table:
        if key not in names:
            raise DeploymentError(f"{path}: {place}: {key} is not a key (known: {', '.join(names)})")
    for name, field in names.items():
        if name not in table and field.default is MISSING:
            raise DeploymentError(f"{path}: {place}: {name} is missing")
    values = {key: _typed(path, f"{place}: {key}", key, value) for key, value in table.items()}
    return kind(**values)


def _typed(path: Path, place: str, key: str, value: Any) -> Any:
    """A number, a list of texts or a text, by what the name of the key says."""
    if key.endswith(("_fraction", "_s")):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1e9:
            raise DeploymentError(f"{path}: {place} is {value!r}; it must be a number from 0")
        return float(value)
    if key == "regions":
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise DeploymentError(f"{path}: {place} is {value!r}; it must be a list of region ids")
        return tuple(value)
    if not isinstance(value, str):
        raise DeploymentError(f"{path}: {place} is {value!r}; it must be text")
    return value


def _check(path: Path, made: Deployment) -> None:
    """Every name refers to something, ids are unique, and the shares of users sum to 1."""
    regions = {region.id for region in made.regions}
    zones = {zone.id for zone in made.zones}
    for plural, _ in _PARTS.values():
        ids = [part.id for part in getattr(made, plural)]
        if len(ids) != len(set(ids)):
            raise DeploymentError(f"{path}: {plural} has the same id twice: {', '.join(sorted(ids))}")
    uses = [(f"zone {zone.id}", zone.region, regions) for zone in made.zones]
    uses += [(f"cell {cell.id}", cell.zone, zones) for cell in made.cells]
    uses += [(f"population {group.id}", group.home, regions) for group in made.populations]
    uses += [(f"store {store.id}", region, regions) for store in made.stores for region in store.regions]
    uses += [(f"store {store.id}", store.primary, regions) for store in made.stores if store.primary]
    uses += [(f"dependency {need.id}", need.region, regions) for need in made.dependencies if need.region]
    uses += [(f"dependency {need.id}", need.scope, SCOPES) for need in made.dependencies]
    for user, name, known in uses:
        if name not in known:
            raise DeploymentError(f"{path}: {user} names {name!r}; there are {', '.join(sorted(known))}")
    total = sum(group.share_fraction for group in made.populations)
    if made.populations and abs(total - 1) > 1e-6:
        raise DeploymentError(f"{path}: the shares of the populations sum to {total:g}; they must sum to 1")
