"""What do four rules make of the same writes? The conflicts lens, for two changes that meet and for a long stretch."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.simulator import conflicts as lens
from lessons.simulator.engine.params import CheckedScenario, param, same_as
from lessons.widgets.conflicts.cart import Cart, Moment, moments, outcomes, said
from lessons.widgets.kit import words

REGIONS = ("us-east", "eu-central")
RULES = {
    "last_write_wins": "Last write wins",
    "version_vectors": "Version vectors",
    "crdt": "CRDT",
    "home_region": "Home region",
}
BOTH, ONLY_FIRST, ONLY_SECOND = "B", "A and B", "empty"
WATCH = {"meeting": "two changes to a cart", "stretch": "a long stretch of writes"}
LEAVES_OUT = (
    "The cart: two regions, one item added and one removed, once each. The long stretch only adds.",
    *lens.LEAVES_OUT,
)


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Two regions, two clocks: first two changes to one cart, then many writes to the same keys."""

    ahead_ms: float = param(
        400.0,
        label="The clock of us-east is ahead by",
        unit="ms",
        min=-10_000,
        max=10_000,
        step=50,
        help="Negative: behind the clock of eu-central, which is right.",
        passport="conflict-lab-ahead",
    )
    gap_ms: float = param(
        300.0,
        label="eu-central changes the cart later by",
        unit="ms",
        min=0,
        max=10_000,
        step=50,
        help="us-east adds B at 0; so much later eu-central removes A.",
        passport="conflict-lab-gap",
    )
    watch: str = param(
        "meeting",
        label="Look at",
        choices=WATCH,
        help="Both are run; this one is told first.",
        passport="conflict-lab-watch",
    )
    replication_lag_s: float = same_as(lens.Scenario, "replication_lag_s", 1.0)
    partition_s: float = same_as(lens.Scenario, "partition_s")
    write_rate_rps: float = same_as(lens.Scenario, "write_rate_rps", 0.01)
    keys: int = same_as(lens.Scenario, "keys")
    horizon_s: float = same_as(lens.Scenario, "horizon_s", 86_400.0)

    def resolve(self) -> None:
        """Refuse what the lens would refuse."""
        meeting(self, "crdt")


@dataclass(frozen=True)
class Result:
    """What each rule makes of the two changes (`carts`, `refused_changes`) and of the stretch (the other counts).

    `cart` is what last write wins leaves, in words, and `items` how much that is. `wrong_winner`: the earlier change
    won over the later one.
    """

    cart: str
    items: int
    wrong_winner: bool
    concurrent: bool
    agreed_at_s: float
    carts: dict[str, tuple[Cart, ...]]
    refused_changes: dict[str, int]
    moments: tuple[Moment, ...]
    writes: int
    conflicts: int
    expected_conflicts: float
    conflicts_at_home: int
    lost_updates: dict[str, int]
    surfaced_conflicts: dict[str, int]
    refused_writes: dict[str, int]
    forwarded_fraction: float
    dropped_fraction_by_region: tuple[float, ...]


def meeting(scenario: Scenario, rule: str) -> lens.Scenario:
    """The two changes to one cart, as the lens takes them."""
    gap_s = scenario.gap_ms / 1_000
    return lens.Scenario(
        replication_lag_s=scenario.replication_lag_s,
        partition_s=scenario.partition_s,
        horizon_s=max(1.0, gap_s),
        clock_skew_ms=(scenario.ahead_ms, 0.0),
        schedule=((0.0, 0), (gap_s, 1)),
        merge=rule,
    )


def stretch(scenario: Scenario, rule: str) -> lens.Scenario:
    """The long stretch of writes, as the lens takes it."""
    return lens.Scenario(
        write_rate_rps=scenario.write_rate_rps,
        keys=scenario.keys,
        replication_lag_s=scenario.replication_lag_s,
        partition_s=scenario.partition_s,
        horizon_s=scenario.horizon_s,
        clock_skew_ms=(scenario.ahead_ms, 0.0),
        merge=rule,
    )


def run(scenario: Scenario, *, seed: int) -> Result:
    """Both, under every rule. The same seed gives all rules the same writes."""
    met = {rule: lens.run(meeting(scenario, rule), seed=seed) for rule in RULES}
    long = {rule: lens.run(stretch(scenario, rule), seed=seed) for rule in RULES}
    carts = {rule: outcomes(rule, result) for rule, result in met.items()}
    wins, plain = met["last_write_wins"], long["last_write_wins"]
    return Result(
        cart=said(carts["last_write_wins"][0]),
        items=len(carts["last_write_wins"][0]),
        wrong_winner=not wins.history[1].kept,
        concurrent=wins.conflicts > 0,
        agreed_at_s=wins.history[1].at_s + wins.convergence_s,
        carts=carts,
        refused_changes={rule: result.refused_writes for rule, result in met.items()},
        moments=moments(wins),
        writes=plain.writes,
        conflicts=plain.conflicts,
        expected_conflicts=plain.expected_conflicts,
        conflicts_at_home=long["home_region"].conflicts,
        lost_updates={rule: result.lost_updates for rule, result in long.items()},
        surfaced_conflicts={rule: result.surfaced_conflicts for rule, result in long.items()},
        refused_writes={rule: result.refused_writes for rule, result in long.items()},
        forwarded_fraction=long["home_region"].forwarded_fraction,
        dropped_fraction_by_region=plain.dropped_fraction_by_writer,
    )


def cost_ms(scenario: Scenario) -> float:
    """Two runs of the lens for each rule."""
    return sum(lens.cost_ms(stretch(scenario, rule)) + lens.cost_ms(meeting(scenario, rule)) for rule in RULES)


def costly_field(scenario: Scenario) -> str:
    """The field to lower first."""
    return lens.costly_field(stretch(scenario, "crdt"))


def summary(scenario: Scenario, result: Result) -> str:
    """The cart and what the stretch lost, in one sentence; what is looked at comes first."""
    lost, writes = words.count(result.lost_updates["last_write_wins"]), words.count(result.writes)
    span = words.duration(scenario.horizon_s)
    if scenario.watch == "meeting":
        return f"Last write wins leaves {_cart(result)}; of {writes} writes in {span} it loses {lost}."
    times = words.counted(result.conflicts, "time", "times")
    return (
        f"In {span} two of {writes} writes meet {times}, and last write wins loses {lost}; version vectors show "
        f"{words.count(result.surfaced_conflicts['version_vectors'])}, a home region has "
        f"{words.count(result.conflicts_at_home)}."
    )


def _cart(result: Result) -> str:
    """The cart of the last write wins, and what that means."""
    if result.cart == BOTH:
        return "B in the cart, as both changes asked"
    if result.wrong_winner:
        return "A and B in the cart, because the earlier change has the later stamp"
    return "an empty cart, and the added B is lost"
