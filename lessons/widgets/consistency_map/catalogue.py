"""Which consistency models are there, what implies what, and who documents which? content/consistency.toml, checked."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, cast

from lessons.simulator.checkers import MODELS, Operation, check
from lessons.simulator.engine.geography import CONTENT

Availability = Literal["none", "sticky", "total"]
AVAILABILITY: Final[Mapping[str, str]] = {
    "none": "No: one side must refuse",
    "sticky": "Yes, for clients that stay with their copy",
    "total": "Yes, at any copy that is up",
}
_MODEL_KEYS: Final = {"name": str, "row": int, "promise": str, "implies": list, "availability": str}
_MODEL_OPTIONAL: Final = {"lab": str, "forbids": list}
_STORE_KEYS: Final = {"name": str, "gives": list, "setting": str, "sources": list, "seen": datetime.date}


class ConsistencyError(ValueError):
    """A fact about models that cannot stand; the message names file, entry and key."""


@dataclass(frozen=True)
class Model:
    """One model. `implies` are the direct ones; `forbids` is a history that breaks it, where one can be judged."""

    id: str
    name: str
    row: int
    promise: str
    implies: tuple[str, ...]
    availability: Availability
    lab: str
    forbids: tuple[Operation, ...]

    @property
    def judged(self) -> str:
        """Its name in the checkers ("" = they do not know it)."""
        name = self.id.replace("-", "_")
        return name if name in MODELS else ""


@dataclass(frozen=True)
class Store:
    """A store and the setting that gives models, as its pages say."""

    id: str
    name: str
    gives: tuple[str, ...]
    setting: str
    sources: tuple[str, ...]
    seen: datetime.date


@dataclass(frozen=True)
class Catalogue:
    """Every model from the strongest down, and every store, in file order."""

    models: Mapping[str, Model]
    stores: tuple[Store, ...]

    def weaker(self, model: str) -> tuple[str, ...]:
        """What holds wherever this one does, in the order of the map."""
        found: set[str] = set()
        ahead = [*self.models[model].implies]
        while ahead:
            one = ahead.pop()
            if one not in found:
                found.add(one)
                ahead += self.models[one].implies
        return tuple(name for name in self.models if name in found)

    def stronger(self, model: str) -> tuple[str, ...]:
        """Where this one holds, in the order of the map."""
        return tuple(name for name in self.models if model in self.weaker(name))

    def stores_with(self, model: str) -> tuple[Store, ...]:
        """Stores that document this model or a stronger one."""
        enough = {model, *self.stronger(model)}
        return tuple(store for store in self.stores if enough & set(store.gives))


@cache
def catalogue() -> Catalogue:
    """The course's facts about models."""
    return read_catalogue(CONTENT / "consistency.toml", known_sources=_source_keys(CONTENT / "sources.toml"))


def read_catalogue(path: Path, *, known_sources: frozenset[str]) -> Catalogue:
    """Every model and store of a file. Raises ConsistencyError for what is missing, unknown or wrong."""
    with path.open("rb") as file:
        tables = tomllib.load(file)
    for name in tables:
        if name not in ("model", "store"):
            raise ConsistencyError(f"{path}: [{name}] is neither a model nor a store")
    models = {key: _model(path, key, table) for key, table in tables.get("model", {}).items()}
    for model in models.values():
        _check_model(path, model, models)
    made = Catalogue(models, tuple(_store(path, key, table) for key, table in tables.get("store", {}).items()))
    for store in made.stores:
        _check_names(path, f"store.{store.id}", "gives", store.gives, frozenset(models))
        _check_names(path, f"store.{store.id}", "sources", store.sources, known_sources)
    for model in models.values():
        _check_history(path, model, made)
    return made


def history_of(lines: tuple[str, ...]) -> tuple[Operation, ...]:
    """Operations from "client r|w key value", one after the other, a second each."""
    made = []
    for place, line in enumerate(lines):
        client, verb, key, *value = line.split()
        kind: Literal["read", "write"] = "write" if verb == "w" else "read"
        made.append(Operation(client, kind, key, int(value[0]) if value else None, place * 1_000, place * 1_000 + 600))
    return tuple(made)


def _model(path: Path, key: str, table: Mapping[str, Any]) -> Model:
    _check_keys(path, f"model.{key}", table, _MODEL_KEYS, _MODEL_OPTIONAL)
    if table["availability"] not in AVAILABILITY:
        raise ConsistencyError(
            f"{path}: [model.{key}] availability is {table['availability']!r}; there are {', '.join(AVAILABILITY)}"
        )
    try:
        forbids = history_of(tuple(table.get("forbids", ())))
    except (ValueError, AttributeError):
        raise ConsistencyError(f"{path}: [model.{key}] forbids holds a line that is not CLIENT r|w KEY VALUE") from None
    return Model(
        id=key,
        name=table["name"],
        row=table["row"],
        promise=table["promise"],
        implies=tuple(table["implies"]),
        availability=cast(Availability, table["availability"]),
        lab=table.get("lab", ""),
        forbids=forbids,
    )


def _store(path: Path, key: str, table: Mapping[str, Any]) -> Store:
    _check_keys(path, f"store.{key}", table, _STORE_KEYS, {})
    return Store(key, table["name"], tuple(table["gives"]), table["setting"], tuple(table["sources"]), table["seen"])


def _check_keys(
    path: Path, where: str, table: Mapping[str, Any], needed: Mapping[str, type], optional: Mapping[str, type]
) -> None:
    for key, kind in needed.items():
        if not isinstance(table.get(key), kind) or isinstance(table[key], bool):
            raise ConsistencyError(f"{path}: [{where}] {key} is {table.get(key)!r}; it must be a {kind.__name__}")
    for key, value in table.items():
        if key not in needed and not (key in optional and isinstance(value, optional[key])):
            raise ConsistencyError(f"{path}: [{where}] {key} is {value!r}, which is not expected")


def _check_names(path: Path, where: str, key: str, names: tuple[str, ...], known: frozenset[str]) -> None:
    for name in names:
        if name not in known:
            raise ConsistencyError(f"{path}: [{where}] {key} names {name!r}, which is not there")


def _check_model(path: Path, model: Model, models: Mapping[str, Model]) -> None:
    """Lines go one row down, and who promises more is never more available."""
    _check_names(path, f"model.{model.id}", "implies", model.implies, frozenset(models))
    order = list(AVAILABILITY)
    for weaker in (models[name] for name in model.implies):
        if weaker.row != model.row + 1:
            raise ConsistencyError(f"{path}: [model.{model.id}] implies {weaker.id}, which is not one row below")
        if order.index(model.availability) > order.index(weaker.availability):
            raise ConsistencyError(f"{path}: [model.{model.id}] is more available than {weaker.id}, which it implies")


def _check_history(path: Path, model: Model, made: Catalogue) -> None:
    """The checkers agree that a history breaks its model, and keeps the weaker ones that are judged."""
    if bool(model.forbids) != bool(model.judged):
        raise ConsistencyError(
            f"{path}: [model.{model.id}] forbids is for the models of the checkers, and for all of them"
        )
    if not model.forbids:
        return
    if check(model.forbids, model.judged).answer != "no":
        raise ConsistencyError(f"{path}: [model.{model.id}] forbids keeps the model")
    for weaker in (made.models[name] for name in made.weaker(model.id)):
        if weaker.judged and check(model.forbids, weaker.judged).answer != "yes":
            raise ConsistencyError(f"{path}: [model.{model.id}] forbids breaks {weaker.id} as well")


def _source_keys(path: Path) -> frozenset[str]:
    with path.open("rb") as file:
        return frozenset(tomllib.load(file))
