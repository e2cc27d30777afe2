"""Which stores carry the strategy, and which need does each of them miss?"""

from __future__ import annotations

from dataclasses import dataclass

from lessons.widgets.kit import words
from lessons.widgets.store_chooser.catalogue import CLOUDS, STRATEGIES, Store, stores
from lessons.widgets.store_chooser.scenario import TIERS, Scenario
from lessons.widgets.store_chooser.strategies import choose

LEAVES_OUT = (
    "What is not documented in several regions: prices, speed, limits of size, languages of queries.",
    "Stores that are not on the list. It has what the course has read, with the date.",
    "The law: residency is what you enter here, and no advice on what a rule says.",
    "Data that belongs to two tiers: split it, or take the stricter one.",
    "A figure for loss is what a page documents or your own lag; it is no promise of ours.",
)


@dataclass(frozen=True)
class Row:
    """One store that carries the strategy. `misses` are needs that its pages do not meet; `loses_s` with a region."""

    store: str
    cloud: str
    misses: tuple[str, ...]
    loses_s: float
    conflict: str
    fact: str
    sources: tuple[str, ...]
    seen: str


@dataclass(frozen=True)
class Tier:
    """One tier under the same needs: its strategy, and the stores that meet all of them, by cloud and with sources."""

    tier: str
    strategy: str
    fits: dict[str, tuple[str, ...]]

    @property
    def count(self) -> int:
        """How many stores meet every need."""
        return sum(len(names) for names in self.fits.values())


@dataclass(frozen=True)
class Result:
    """The advice for the chosen tier, and all four tiers beside it. `rule` names what decided."""

    strategy: str
    rule: str
    reason: str
    source: str
    refused: str
    synchronous: bool
    fitting: int
    rows: tuple[Row, ...]
    tiers: tuple[Tier, ...]


def run(scenario: Scenario, *, seed: int) -> Result:
    """Rules, then the list of stores; nothing is left to chance."""
    choice = choose(scenario, scenario.tier)
    rows = _rows(scenario, choice.strategy)
    return Result(
        strategy=choice.strategy,
        rule=choice.rule,
        reason=choice.reason,
        source=choice.source,
        refused=choice.refused,
        synchronous=choice.synchronous,
        fitting=sum(not row.misses for row in rows),
        rows=rows,
        tiers=tuple(_tier(scenario, tier) for tier in TIERS),
    )


def _rows(scenario: Scenario, strategy: str) -> tuple[Row, ...]:
    """Every store that carries the strategy, those that miss least first."""
    rows = [_row(scenario, store) for store in stores() if strategy in store.serves]
    return tuple(sorted(rows, key=lambda row: len(row.misses)))


def _row(scenario: Scenario, store: Store) -> Row:
    return Row(
        store=store.name,
        cloud=CLOUDS[store.cloud],
        misses=misses(scenario, store),
        loses_s=loses_s(scenario, store),
        conflict=store.conflict,
        fact=store.fact,
        sources=store.sources,
        seen=store.seen.isoformat(),
    )


def loses_s(scenario: Scenario, store: Store) -> float:
    """What is lost with a region: the documented bound, or the lag where the copy is asynchronous."""
    return scenario.replication_lag_s if store.rpo_s is None else store.rpo_s


def misses(scenario: Scenario, store: Store) -> tuple[str, ...]:
    """The needs that a store's pages do not meet."""
    too_many = store.regions_max is not None and scenario.regions > store.regions_max
    missed = {
        "loss": loses_s(scenario, store) > scenario.rpo_objective_s,
        "newest reads": scenario.strong_reads and not store.strong_reads,
        "transactions": scenario.transactions and not store.transactions,
        "pause": not scenario.writes_may_pause and not store.writes_survive,
        "regions": scenario.regions < store.regions_min or too_many,
        "residency": scenario.residency == "by_user" and not store.by_user,
    }
    if "log" in store.serves:
        # Logs are kept apart where the law asks for it; the other two are not on offer in any log, and said apart.
        missed |= {"residency": False, "newest reads": False, "transactions": False}
    return tuple(need for need, fails in missed.items() if fails)


def _tier(scenario: Scenario, tier: str) -> Tier:
    strategy = choose(scenario, tier).strategy
    rows = [row for row in _rows(scenario, strategy) if not row.misses]
    fits = {cloud: tuple(_with_source(row) for row in rows if row.cloud == cloud) for cloud in CLOUDS.values()}
    return Tier(tier, strategy, fits)


def _with_source(row: Row) -> str:
    """A store's name with the key of the page that describes it."""
    return f"{row.store} [{row.sources[0]}]"


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core; some rules and a short list."""
    return 1.0


def costly_field(scenario: Scenario) -> str:
    return "regions"


def summary(scenario: Scenario, result: Result) -> str:
    """Strategy, reason and how many stores fit, in one sentence."""
    what = STRATEGIES[result.strategy]
    listed = words.counted(len(result.rows), "listed store meets", "listed stores meet")
    fit = f"{words.count(result.fitting)} of {listed}"
    refused = f"; not on offer: {result.refused}" if result.refused else ""
    return f"{TIERS[scenario.tier]}: {what[0].lower()}{what[1:]} ({fit} every need), because {result.reason}{refused}."
