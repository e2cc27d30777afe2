"""What does a poisoned shard look like? The customers it hits, how often shards overlap, and the workers."""

from __future__ import annotations

from lessons.simulator.shuffle_sharding import Result, Scenario
from lessons.widgets.kit import Bars, Boundaries, Boundary, Output, Pick, Table, words
from lessons.widgets.kit.roles import Role, State

SHOWN_MAX = 12
WORKERS_NAMED_MAX = 3
OVERLAPS_SHOWN = 4
# Below this share a bar cannot be seen beside a bar of nearly everything.
LOG_BELOW = 0.001
LARGE = ((1e12, "million million"), (1e9, "billion"), (1e6, "million"))


def present(scenario: Scenario, result: Result) -> Output:
    """The picture, the overlaps, one sentence and tables."""
    return Output(
        situation=_pool(scenario),
        views=(_customers(scenario, result), _overlaps(scenario, result), _workers(scenario, result)),
        sentence=sentence(scenario, result),
        table=_table(scenario, result),
        data=_data(result),
        settings=_settings(scenario),
    )


def sentence(scenario: Scenario, result: Result) -> str:
    """How many shards there are, and the share of customers that one of them takes along."""
    workers = words.counted(scenario.workers, "worker", "workers")
    shards = "there is one shard" if result.shards == 1 else f"there are {large(result.shards)} shards"
    if result.wholly_lost_fraction == 1:
        return f"With {workers}, {scenario.shard_size} for each customer, {shards}: one customer takes all others down."
    lost = f"{share(result.wholly_lost_fraction)} of the other customers lose every worker"
    if result.wholly_lost_fraction == 0:
        lost = "no other customer loses every worker"
    if not scenario.client_retries:
        rest = f"{share(result.hurt_fraction)} meet a dead worker"
    elif scenario.shard_size == 1:
        rest = "the rest meet no dead worker"
    else:
        rest = "the others go on, because their clients try another worker"
    return f"With {workers}, {scenario.shard_size} for each customer, {shards}: {lost}, and {rest}."


def share(fraction: float) -> str:
    """Per cent, or one in so many where per cent would be a row of zeros."""
    if 0 < fraction < LOG_BELOW:
        return f"1 in {large(1 / fraction)}"
    return words.percent(fraction)


def large(number: float) -> str:
    """A count as a person says it: "730,000", "75.3 million", "731 billion"."""
    for size, name in LARGE:
        if number >= size:
            return f"{words.number(number / size)} {name}"
    return words.count(number)


def _pool(scenario: Scenario) -> Boundaries:
    shown = min(scenario.workers, SHOWN_MAX)
    title = f"Workers; every customer is served by {scenario.shard_size} of them"
    if shown < scenario.workers:
        title = (
            f"{shown} of {scenario.workers:,} workers; every customer is served by {scenario.shard_size} of them all"
        )
    return Boundaries(
        title, tuple(Boundary(f"worker-{place}", "cell", f"Worker {place + 1}", "a") for place in range(shown))
    )


def _customers(scenario: Scenario, result: Result) -> Boundaries:
    """Every customer, or the poisoner and those hit hardest; any of them can be the one."""
    poisoned = scenario.poisoned_customer - 1
    numbers = list(range(scenario.customers))
    title = "Customers and their workers; choose the one that poisons its shard"
    if len(numbers) > SHOWN_MAX:
        numbers.sort(key=lambda one: (one != poisoned, -int(result.shared_with_poisoned[one]), one))
        numbers = numbers[:SHOWN_MAX]
        title = f"The customer that poisons its shard, and the {SHOWN_MAX - 1} of the others that share most with it"
    return Boundaries(title, tuple(_customer(scenario, result, one) for one in numbers))


def _customer(scenario: Scenario, result: Result, number: int) -> Boundary:
    shared = int(result.shared_with_poisoned[number])
    poisons = number == scenario.poisoned_customer - 1
    if poisons:
        state, fares = "down", "the poisoner"
    elif shared == scenario.shard_size:
        state, fares = "down", "loses all"
    elif shared:
        state, fares = "degraded", f"shares {shared}"
    else:
        state, fares = "healthy", "untouched"
    workers = _named(result, number)
    note = f"{workers}: {fares}" if workers and not poisons else fares
    pick = Pick((("poisoned_customer", str(number + 1)),), f"Let customer {number + 1} poison its shard")
    name = f"Customer {number + 1}"
    return Boundary(f"customer-{number}", "cell", name, "b", _state(state), note=note, pick=None if poisons else pick)


def _state(name: str) -> State:
    known: dict[str, State] = {"down": "down", "degraded": "degraded", "healthy": "healthy"}
    return known[name]


def _named(result: Result, number: int) -> str:
    workers = [str(worker + 1) for worker in result.assigned_shards[number].tolist()]
    return ", ".join(workers) if len(workers) <= WORKERS_NAMED_MAX else ""


def _overlaps(scenario: Scenario, result: Result) -> Bars:
    """How many workers two customers share: by arithmetic, and among the customers that were dealt shards."""
    rows: list[tuple[str, float, Role]] = []
    for name, expected, found in _grouped(result):
        rows.append((f"{name}: by arithmetic", expected, "a"))
        rows.append((f"{name}: these {words.count(scenario.customers)} customers", found, "b"))
    log = any(0 < value < LOG_BELOW for _, value, _ in rows)
    return Bars(
        title="How many workers two customers share",
        x_title=f"share of all pairs of customers (%{', log' if log else ''})",
        categories=tuple(name for name, _, _ in rows),
        values=tuple(100 * value for _, value, _ in rows),
        labels=tuple(share(value) for _, value, _ in rows),
        roles=tuple(role for _, _, role in rows),
        log=log,
    )


def _grouped(result: Result) -> list[tuple[str, float, float]]:
    """(words, closed form, dealt) for none, one, ... and all shared; what lies between many is one row."""
    both = list(zip(result.overlap_fraction, result.assigned_overlap_fraction, strict=True))
    size = len(both) - 1
    if size <= OVERLAPS_SHOWN:
        return [(_shared(shared, size), *pair) for shared, pair in enumerate(both)]
    between = both[OVERLAPS_SHOWN - 1 : size]
    summed = (sum(one for one, _ in between), sum(other for _, other in between))
    first = [(_shared(shared, size), *both[shared]) for shared in range(OVERLAPS_SHOWN - 1)]
    return [*first, (f"{OVERLAPS_SHOWN - 1} to {size - 1} shared", *summed), (_shared(size, size), *both[size])]


def _shared(shared: int, size: int) -> str:
    return "None shared" if shared == 0 else f"All {size} shared" if shared == size > 1 else f"{shared} shared"


def _workers(scenario: Scenario, result: Result) -> Boundaries:
    """Every worker, or those that are poisoned, with the customers on each."""
    lost = set(result.poisoned_workers)
    everything = scenario.workers <= SHOWN_MAX
    numbers = list(range(scenario.workers)) if everything else sorted(lost)[:SHOWN_MAX]
    title = "Workers and the customers on them"
    if not everything:
        title = f"The {words.counted(len(numbers), 'worker', 'workers')} lost, of {scenario.workers:,}"
    return Boundaries(
        title,
        tuple(
            Boundary(
                f"worker-{number}",
                "cell",
                f"Worker {number + 1}",
                "a",
                "down" if number in lost else "healthy",
                note=words.counted(int((result.assigned_shards == number).sum()), "customer", "customers"),
            )
            for number in numbers
        ),
    )


def _table(scenario: Scenario, result: Result) -> Table:
    rows = (
        ("Shards there are", f"{result.shards:,}" if result.shards < 10**15 else words.count(result.shards)),
        ("Two customers share no worker", share(result.overlap_fraction[0])),
        ("Two customers share every worker", share(result.wholly_lost_fraction)),
        ("Other customers wholly lost, by arithmetic", share(result.wholly_lost_fraction)),
        ("Other customers that notice, by arithmetic", share(result.hurt_fraction)),
        ("Of these customers, wholly lost", f"{result.lost_customers:,} of {scenario.customers - 1:,}"),
        ("Of these customers, notice", f"{result.hurt_customers:,} of {scenario.customers - 1:,}"),
        ("Most workers that any two of them share", words.count(result.assigned_max_overlap)),
        ("Pairs of customers compared", words.count(result.pairs)),
        ("Poisoned workers", _listed(result.poisoned_workers)),
    )
    return Table("What one poisoned shard takes with it", ("Outcome", "Value"), rows, ("", ""))


def _listed(workers: list[int]) -> str:
    named = ", ".join(f"{worker + 1}" for worker in workers[:SHOWN_MAX])
    return named if len(workers) <= SHOWN_MAX else f"{named} and {len(workers) - SHOWN_MAX} more"


def _data(result: Result) -> Table:
    rows = tuple(
        (shared, expected, found)
        for shared, (expected, found) in enumerate(
            zip(result.overlap_fraction, result.assigned_overlap_fraction, strict=True)
        )
    )
    columns = ("shared_workers", "overlap_fraction", "assigned_overlap_fraction")
    return Table("Pairs of customers by the workers they share", columns, rows, ("", "", ""))


def _settings(scenario: Scenario) -> str:
    retries = "clients try another worker" if scenario.client_retries else "clients do not try another worker"
    rule = (
        ""
        if scenario.overlap_max >= scenario.shard_size
        else f", no two of them sharing more than {scenario.overlap_max}"
    )
    return (
        f"Shards of {scenario.shard_size} from {words.counted(scenario.workers, 'worker', 'workers')} for "
        f"{words.count(scenario.customers)} customers{rule}; {retries}; customer {scenario.poisoned_customer} poisons "
        f"its shard."
    )
