"""How many customers share your fate when every customer gets its own few of the workers?

One customer poisons all workers of its shard. The shares are closed forms for a pair of shards drawn at random; the
same rule is then played out: shards are dealt to customers one after the other, and every pair of them is compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array
from lessons.simulator.errors import ScenarioError

LEAVES_OUT = (
    "How long the poison lasts, and whether a worker that is started again is poisoned once more.",
    "Load: every customer weighs the same, and the workers that are left carry the rest without slowing down.",
    "Other failures at the same time: only the workers of one shard are lost.",
    "Customers are dealt their shards once; nobody moves away from a bad neighbour.",
)
WORKERS_MAX, SHARD_SIZE_MAX, CUSTOMERS_MAX = 100_000, 64, 5_000
# Shards drawn for a customer, on average, before the rule counts as impossible to keep; and the least in all.
TRIES_PER_CUSTOMER, TRIES_MIN = 10, 4_000
_BATCH_MIN, _BATCH_MAX = 64, 500
_ELEMENTS_MAX = 400_000
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Workers that all do the same, and customers that are each served by a few of them."""

    workers: int = param(
        8, label="Workers", min=1, max=WORKERS_MAX, step=1, scale="log", passport="shuffle-sharding-workers"
    )
    shard_size: int = param(
        2,
        label="Workers for each customer",
        min=1,
        max=SHARD_SIZE_MAX,
        step=1,
        help="The size of a shard.",
        passport="shuffle-sharding-shard-size",
    )
    client_retries: bool = param(
        True,
        label="Clients try another worker",
        help="A client that meets a dead worker tries the others of its shard.",
        passport="shuffle-sharding-retries",
    )
    customers: int = param(
        8, label="Customers", min=2, max=CUSTOMERS_MAX, step=1, scale="log", passport="shuffle-sharding-customers"
    )
    max_overlap: int | None = param(
        None,
        label="Workers two customers may share, at most",
        min=0,
        max=SHARD_SIZE_MAX,
        step=1,
        help="Shards are dealt at random under this rule. The size of a shard: any two may be the same.",
        passport="shuffle-sharding-max-overlap",
    )
    poisoned_customer: int = param(
        1,
        label="The customer that poisons its shard",
        min=1,
        max=CUSTOMERS_MAX,
        step=1,
        help="Counted in the order in which shards were dealt.",
        passport="shuffle-sharding-poisoned",
    )

    def resolve(self) -> None:
        """Any overlap is allowed unless said otherwise. Raises ScenarioError for a rule that nobody could keep."""
        if self.shard_size > self.workers:
            allowed = f"a whole number from 1 to {min(self.workers, SHARD_SIZE_MAX)}, for {self.workers:,} workers"
            raise ScenarioError("shard_size", f"is {self.shard_size}", allowed=allowed)
        if self.poisoned_customer > self.customers:
            raise ScenarioError(
                "poisoned_customer", f"is {self.poisoned_customer}", allowed=f"from 1 to {self.customers} customers"
            )
        if self.max_overlap is None:
            self._set("max_overlap", self.shard_size)
        most = _customers_max(self.workers, self.shard_size, self.overlap_max)
        if most is not None and self.customers > most:
            raise ScenarioError(
                "max_overlap",
                f"is {self.max_overlap}, but no deal of shards to {self.customers:,} customers keeps to it",
                allowed=f"more, or at most {most:,} customers",
            )

    @property
    def overlap_max(self) -> int:
        """The most workers that two customers can share: never more than a shard has."""
        assert self.max_overlap is not None, "resolved"
        return min(self.max_overlap, self.shard_size)


@dataclass(frozen=True, eq=False)
class Result:
    """Lists hold one share for each number of shared workers, from 0 to the size of a shard.

    `overlap_fraction`, `wholly_lost_fraction` and `hurt_fraction` are closed forms for two customers whose shards were
    drawn at random and do not break `max_overlap`. `assigned_...` is what came of dealing shards to all customers.
    Customers are counted from 0 in the arrays; row i of `assigned_shards` holds the workers of customer i, in order.
    """

    shards: int
    overlap_fraction: list[float]
    wholly_lost_fraction: float
    hurt_fraction: float
    pairs: int
    assigned_overlap_fraction: list[float]
    assigned_max_overlap: int
    assigned_shards: Ints
    shared_with_poisoned: Ints
    poisoned_workers: list[int]
    lost_customers: int
    hurt_customers: int


def run(scenario: Scenario, *, seed: int) -> Result:
    """Deal the shards, poison one. Raises ScenarioError when `max_overlap` could not be kept in so many tries."""
    overlap = _overlap_fractions(scenario.workers, scenario.shard_size, scenario.overlap_max)
    shards = _assign(scenario, stream(seed, "shards"))
    pairs = _pairs_by_overlap(shards, scenario.workers)
    poisoned = scenario.poisoned_customer - 1
    shared = _shared(shards[poisoned : poisoned + 1], shards, scenario.workers)[0]
    others = np.delete(shared, poisoned)
    lost = int((others == scenario.shard_size).sum())
    return Result(
        shards=math.comb(scenario.workers, scenario.shard_size),
        overlap_fraction=overlap,
        wholly_lost_fraction=overlap[-1],
        hurt_fraction=overlap[-1] if scenario.client_retries else 1.0 - overlap[0],
        pairs=int(pairs.sum()),
        assigned_overlap_fraction=(pairs / pairs.sum()).tolist(),
        assigned_max_overlap=int(np.flatnonzero(pairs)[-1]),
        assigned_shards=shards,
        shared_with_poisoned=shared,
        poisoned_workers=shards[poisoned].tolist(),
        lost_customers=lost,
        hurt_customers=lost if scenario.client_retries else int((others > 0).sum()),
    )


def _overlap_fractions(workers: int, size: int, overlap_max: int) -> list[float]:
    """How likely two random shards share 0, 1, ... `size` workers, given that they share at most `overlap_max`.

    Hypergeometric: C(size, j) C(workers - size, size - j) / C(workers, size). Whole numbers until the last step, so
    that a share of 1 in 700 billion is as exact as one half. Exact for any two customers when `overlap_max` is the
    size or one less; under a tighter rule the third customer already knows more than this.
    """
    ways = [
        math.comb(size, j) * math.comb(workers - size, size - j) if j <= overlap_max else 0 for j in range(size + 1)
    ]
    total = sum(ways)
    assert total > 0, "two shards can share so few workers; resolve has refused what they cannot"
    return [float(Fraction(way, total)) for way in ways]


def _customers_max(workers: int, size: int, overlap_max: int) -> int | None:
    """A bound that no deal beats (Johnson's): each set of overlap_max + 1 workers lies in one shard at most."""
    if overlap_max >= size:
        return None
    if 2 * size - workers > overlap_max:
        return 1
    return math.comb(workers, overlap_max + 1) // math.comb(size, overlap_max + 1)


def _assign(scenario: Scenario, chance: np.random.Generator) -> Ints:
    """A shard for each customer, shape (customers, shard_size), dealt one after the other.

    A shard that shares too much with an earlier one is thrown away and drawn again. Shards come in batches, which
    leaves the deal as it is: of a batch, the first that fits is kept, then the next that fits beside it.
    """
    kept = np.empty((0, scenario.shard_size), dtype=np.int64)
    tries, tries_max = 0, _tries_max(scenario.customers)
    while len(kept) < scenario.customers:
        if tries >= tries_max:
            raise ScenarioError(
                "max_overlap",
                f"is {scenario.max_overlap}: after {tries:,} shards drawn at random, {len(kept):,} customers have one"
                f" and none was found for the next",
                allowed=f"more, or fewer than {scenario.customers:,} customers",
            )
        batch = min(_BATCH_MAX, max(_BATCH_MIN, scenario.customers - len(kept)))
        drawn = _draw(chance, batch, scenario.workers, scenario.shard_size)
        tries += batch
        kept = np.concatenate([kept, _fitting(kept, drawn, scenario)])
    return kept[: scenario.customers]


def _tries_max(customers: int) -> int:
    return max(TRIES_MIN, TRIES_PER_CUSTOMER * customers)


def _draw(chance: np.random.Generator, many: int, workers: int, size: int) -> Ints:
    """Random sets of workers, one a row, in ascending order. Floyd's algorithm, for all rows at once.

    R. W. Floyd, in J. Bentley, "Programming pearls: a sample of brilliance", CACM 30(9), 1987.
    """
    chosen = np.empty((many, size), dtype=np.int64)
    for place, last in enumerate(range(workers - size, workers)):
        drawn = chance.integers(0, last + 1, size=many)
        taken = (chosen[:, :place] == drawn[:, None]).any(axis=1)
        chosen[:, place] = np.where(taken, last, drawn)
    return np.sort(chosen, axis=1)


def _fitting(kept: Ints, drawn: Ints, scenario: Scenario) -> Ints:
    """The rows of `drawn` that can stand beside `kept` and beside the earlier rows that were taken."""
    if scenario.overlap_max >= scenario.shard_size:
        return drawn
    for rows in _blocks(len(drawn), len(kept), scenario.shard_size, scenario.workers):
        shared = _shared(drawn[rows], kept, scenario.workers)
        drawn[rows, 0] = np.where((shared > scenario.overlap_max).any(axis=1), -1, drawn[rows, 0])
    drawn = drawn[drawn[:, 0] >= 0]
    taken: list[Ints] = []
    # Rounds, not rows: in each the first row is taken, and with it all whose earlier rivals are gone.
    while len(drawn):
        clash = _shared(drawn, drawn, scenario.workers) > scenario.overlap_max
        free = ~np.tril(clash, -1).any(axis=1)
        taken.append(drawn[free])
        drawn = drawn[~free & ~clash[:, free].any(axis=1)]
    return np.concatenate(taken) if taken else drawn


def _pairs_by_overlap(shards: Ints, workers: int) -> Array:
    """How many pairs of customers share 0, 1, ... workers."""
    customers, size = shards.shape
    counts = np.zeros(size + 1)
    for rows in _blocks(customers, customers, size, workers):
        shared = _shared(shards[rows], shards, workers)
        later = np.arange(customers) > np.arange(rows.start, rows.stop)[:, None]
        counts += np.bincount(shared[later], minlength=size + 1)
    return counts


def _blocks(rows: int, columns: int, size: int, workers: int) -> list[slice]:
    """Stretches of rows whose comparison with all columns keeps to a bounded amount of memory."""
    each = max(1.0, columns * (1.0 + size * size / workers))
    step = max(1, int(_ELEMENTS_MAX / each))
    return [slice(start, end) for start, end in pairwise([*range(0, rows, step), rows])]


def _shared(one: Ints, other: Ints, workers: int) -> Ints:
    """How many workers each row of `one` shares with each row of `other`.

    Only meetings are counted: for each worker of a row, those rows of `other` that have it too.
    """
    members = np.argsort(other, axis=None, kind="stable") // other.shape[1]
    ends = np.cumsum(np.bincount(other.ravel(), minlength=workers))
    starts = np.concatenate([[0], ends[:-1]])
    asked = one.ravel()
    many = (ends - starts)[asked]
    before = np.cumsum(many) - many
    places = np.arange(int(many.sum())) - np.repeat(before - starts[asked], many)
    row = np.repeat(np.repeat(np.arange(len(one)), one.shape[1]), many)
    met = np.bincount(row * len(other) + members[places], minlength=len(one) * len(other))
    return met.reshape(len(one), len(other))


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: every pair of customers, every draw against all customers, every meeting on a worker."""
    crowd = 1.0 + scenario.shard_size**2 / scenario.workers
    compared = scenario.customers * (scenario.customers + _tries_expected(scenario)) * crowd
    return 2.0 + 5e-6 * compared + 2e-4 * scenario.workers


def _tries_expected(scenario: Scenario) -> float:
    """About how many shards are drawn under the rule: as many as one may, once the last customers find few that fit."""
    if scenario.overlap_max >= scenario.shard_size:
        return 0.0
    freely = _overlap_fractions(scenario.workers, scenario.shard_size, scenario.shard_size)
    refused = scenario.customers * sum(freely[scenario.overlap_max + 1 :])
    return scenario.customers / (1 - refused) if refused < 0.5 else float(_tries_max(scenario.customers))


def costly_field(scenario: Scenario) -> str:
    return "customers"


def summary(scenario: Scenario, result: Result) -> str:
    """The size of the pool, and what one poisoned shard takes with it."""
    notice = "notice it" if scenario.client_retries else "meet a dead worker"
    return (
        f"{scenario.shard_size} of {scenario.workers:,} workers for each customer, {result.shards:,} different shards: "
        f"when one customer poisons its own, {_share(result.wholly_lost_fraction)} of the others lose every worker and "
        f"{_share(result.hurt_fraction)} {notice}."
    )


def _share(fraction: float) -> str:
    if 0 < fraction < 0.0001:
        return f"1 in {1 / fraction:,.0f}"
    return f"{100 * fraction:.3g}%"
