"""Which of two versions has seen the other, and which were written without knowing of each other?

A version vector counts, for each node, how many of its writes a version has seen. One version comes before another
when it has seen no more of any node and less of some. When each has seen what the other has not, they are concurrent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from lessons.simulator.engine.distributions import quoted
from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.errors import ScenarioError

LEAVES_OUT = (
    "What the versions hold, and how an application merges two of them.",
    "Pruning: a real store drops entries of nodes that are long gone, and may then call an old version concurrent.",
    "How the vectors travel, and what they weigh.",
)
VERSIONS_MAX, NODES_MAX, COUNTER_MAX, NAME_LENGTH_MAX = 40, 40, 2**53, 40
VERSIONS_SHAPE = (
    f"{{name: {{node: counter}}}} with 1 to {VERSIONS_MAX} versions, up to {NODES_MAX} nodes each and whole numbers, "
    'for example {"D3": {"Sx": 2, "Sy": 1}, "D4": {"Sx": 2, "Sz": 1}}'
)
# Figure 3 of the Dynamo paper (passport version-vectors-versions).
_VERSIONS = {"D2": {"Sx": 2}, "D3": {"Sx": 2, "Sy": 1}, "D4": {"Sx": 2, "Sz": 1}}


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Versions of one item, each with what it has seen of every node."""

    versions: Mapping[str, Mapping[str, int]] | None = param(
        None,
        label="Versions",
        shape=VERSIONS_SHAPE,
        help="A node that a version does not name counts as 0. Left out: figure 3 of the Dynamo paper.",
        passport="version-vectors-versions",
    )

    def resolve(self) -> None:
        """Bring the versions to plain tables of whole numbers. Raises ScenarioError."""
        self._set("versions", _read_versions(_VERSIONS if self.versions is None else self.versions))


@dataclass(frozen=True)
class Relation:
    """How version `a` stands to version `b`: `before`, `after`, `concurrent` or `equal`."""

    a: str
    b: str
    relation: str


@dataclass(frozen=True)
class Result:
    """`relations` has every pair once, in the order given. `merged` has seen whatever any of them has seen.

    `siblings` are the versions that no other one comes after: a store that drops nothing has to keep them all.
    """

    relations: tuple[Relation, ...]
    merged: dict[str, int]
    siblings: tuple[str, ...]
    concurrent: int


def run(scenario: Scenario, *, seed: int) -> Result:
    """Every pair compared; nothing is left to chance."""
    versions = _versions_of(scenario)
    relations = tuple(Relation(a, b, relation(versions[a], versions[b])) for a, b in combinations(versions, 2))
    nodes = dict.fromkeys(node for vector in versions.values() for node in vector)
    older = {pair.a for pair in relations if pair.relation == "before"}
    # Of equal versions the first one stands for all.
    older |= {pair.b for pair in relations if pair.relation in ("after", "equal")}
    return Result(
        relations=relations,
        merged={node: max(vector.get(node, 0) for vector in versions.values()) for node in nodes},
        siblings=tuple(name for name in versions if name not in older),
        concurrent=sum(pair.relation == "concurrent" for pair in relations),
    )


def relation(a: Mapping[str, int], b: Mapping[str, int]) -> str:
    """How `a` stands to `b`. A node that a vector does not name counts as 0."""
    a_lacks = any(a.get(node, 0) < count for node, count in b.items())
    b_lacks = any(b.get(node, 0) < count for node, count in a.items())
    return {(False, False): "equal", (True, False): "before", (False, True): "after", (True, True): "concurrent"}[
        a_lacks, b_lacks
    ]


def _versions_of(scenario: Scenario) -> Mapping[str, Mapping[str, int]]:
    assert scenario.versions is not None, "resolve fills every optional field"
    return scenario.versions


def _read_versions(value: Any) -> dict[str, dict[str, int]]:
    if not isinstance(value, Mapping) or not 1 <= len(value) <= VERSIONS_MAX:
        raise ScenarioError("versions", f"is {quoted(value)}", allowed=VERSIONS_SHAPE)
    return {_name(name): _read_vector(name, vector) for name, vector in value.items()}


def _read_vector(name: str, value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping) or len(value) > NODES_MAX:
        raise ScenarioError("versions", f"has {quoted(value)} for {quoted(name)}", allowed=VERSIONS_SHAPE)
    return {_name(node): _counter(counter) for node, counter in value.items()}


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= NAME_LENGTH_MAX or not value.isprintable():
        raise ScenarioError("versions", f"has the name {quoted(value)}", allowed=VERSIONS_SHAPE)
    return value


def _counter(value: Any) -> int:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not 0 <= value <= COUNTER_MAX:
        raise ScenarioError("versions", f"has the counter {quoted(value)}", allowed=VERSIONS_SHAPE)
    return int(value)


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: a fixed part, and every pair of versions."""
    versions = len(_versions_of(scenario))
    return 0.1 + versions * (versions - 1) * 0.01


def costly_field(scenario: Scenario) -> str:
    return "versions"


def summary(scenario: Scenario, result: Result) -> str:
    """How many pairs did not know of each other, and what a store has to keep, in one sentence."""
    if not result.relations:
        return "There is 1 version, and so nothing to compare."
    if not result.concurrent:
        return f"None of the {len(result.relations)} pairs is concurrent: {result.siblings[0]} has seen all the others."
    pairs = "pair is" if result.concurrent == 1 else "pairs are"
    return f"{result.concurrent} {pairs} concurrent; a store has to keep {', '.join(result.siblings)} side by side."
