"""How long until a new leader, how often is a vote split, and what does theory say of it?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lessons.simulator.election.closed_form import closed_form, split_fraction
from lessons.simulator.election.messages import Decided, Rules, play
from lessons.simulator.election.scenario import Scenario, group_of, heartbeat_of
from lessons.simulator.engine.distributions import Delay, Uniform, read_delay
from lessons.simulator.engine.stats import Array, distribution

LEAVES_OUT = (
    "Lost messages, and servers that stop or come back during the election.",
    "A check before standing (pre-vote) and leases on leadership, which several implementations add.",
    "Time to process a message, and clocks that run at different rates.",
    "Writing a candidate's own vote to disk, which goes on while its requests travel.",
    "A message that is still under way after its sender has stood eight more times.",
)
# Trials are played in blocks of about 20 MiB, so that memory has a bound whatever `trials` says. Their size depends on
# nothing but the servers alive: another delay or timeout meets the same dice.
BLOCK_TRIALS_MAX, BLOCK_PAIRS = 5_000, 80_000
GENERATIONS_MAX = 8
_POINTS = 200


@dataclass(frozen=True, eq=False)
class Result:
    """`election_ms` is a distribution, in ms from the loss of the leader (or from the start of fresh timers).

    `p_split_fraction`: nobody won the first term. The closed forms are None where theory has none: delays that vary,
    logs that differ, no range of timeouts, no majority alive. `expected_election_ms` is Ongaro's, from the death of a
    leader to the deciding vote; `expected_as_set_ms` the same for the timers and the end that the scenario has.
    """

    election_ms: dict[str, float]
    p_split_fraction: float
    unfinished_fraction: float
    terms_mean: float | None
    p_split_closed_form_fraction: float | None
    expected_election_ms: float | None
    expected_as_set_ms: float | None
    majority: int
    series: dict[str, Array]


def run(scenario: Scenario, *, seed: int) -> Result:
    """So many elections, block by block."""
    decided = _play(scenario, seed)
    election_ms = distribution(decided.election_ms)
    assert election_ms is not None, "there is at least one trial"
    theory = closed_form(scenario)
    won = decided.term > 0
    return Result(
        election_ms=election_ms,
        p_split_fraction=float((decided.term != 1).mean()),
        unfinished_fraction=float((~won).mean()),
        terms_mean=float(decided.term[won].mean()) if won.any() else None,
        p_split_closed_form_fraction=theory.split_fraction if theory else None,
        expected_election_ms=theory.mean_ms if theory else None,
        expected_as_set_ms=theory.mean_as_set_ms if theory else None,
        majority=group_of(scenario).majority,
        series=_series(decided, scenario.horizon_s * 1_000),
    )


def _play(scenario: Scenario, seed: int) -> Decided:
    rules = rules_of(scenario)
    most = _block_trials(rules.group.available)
    blocks = []
    for number, starts in enumerate(range(0, scenario.trials, most)):
        size = min(most, scenario.trials - starts)
        blocks.append(play(rules, trials=size, seed=seed, block=number))
    return Decided(
        np.concatenate([block.election_ms for block in blocks]), np.concatenate([block.term for block in blocks])
    )


def _block_trials(alive: int) -> int:
    return min(BLOCK_PAIRS // alive**2, BLOCK_TRIALS_MAX)


def rules_of(scenario: Scenario) -> Rules:
    """What the elections of this scenario have in common."""
    one_way = read_delay("one_way", scenario.one_way)
    return Rules(
        group=group_of(scenario),
        timeout=Uniform(scenario.election_timeout_min_ms, scenario.election_timeout_max_ms),
        one_way=one_way,
        vote_disk_ms=scenario.vote_disk_ms,
        heartbeat_ms=heartbeat_of(scenario),
        last_heartbeat=scenario.timers == "heartbeat",
        until_heartbeat=scenario.until == "first_heartbeat",
        horizon_ms=scenario.horizon_s * 1_000,
        generations=_generations(scenario, one_way),
    )


def _generations(scenario: Scenario, one_way: Delay) -> int:
    """How many times a server may have stood before its first request is answered."""
    longest_ms = 2 * float(_spread(one_way).max()) + scenario.vote_disk_ms
    return min(1 + int(longest_ms / scenario.election_timeout_min_ms), GENERATIONS_MAX)


def _spread(delay: Delay) -> Array:
    """A thousand delays, evenly over all there are; the last stands for one in two thousand."""
    return delay.at((np.arange(1_000) + 0.5) / 1_000)


def _series(decided: Decided, horizon_ms: float) -> dict[str, Array]:
    """The share of elections decided by each moment, up to the slowest one in a thousand."""
    sorted_ms = np.sort(decided.election_ms[decided.term > 0])
    ends_ms = min(float(np.quantile(decided.election_ms, 0.999)) * 1.02, horizon_ms)
    at_ms = np.linspace(0.0, max(ends_ms, 1e-3), _POINTS)
    return {
        "t_ms": at_ms,
        "decided_fraction": np.searchsorted(sorted_ms, at_ms, side="right") / len(decided.term),
    }


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: draws, events, and the steps in which all open elections advance.

    How many terms an election needs is guessed from above: by delays that three in four do not exceed, and with no term
    won by a server that cannot win or that stands again before its votes are back.
    """
    group = group_of(scenario)
    if not group.can_elect:
        return 3.0 + scenario.trials * 1e-4
    alive, rules = group.available, rules_of(scenario)
    lost, block = _lost_fraction(scenario), _block_trials(alive)
    terms_most = max(scenario.horizon_s * 1_000 / scenario.election_timeout_min_ms, 1.0)
    terms_mean = min(1 / (1 - lost), terms_most)
    terms_last = min(1 + math.log(min(scenario.trials, block)) / -math.log(lost), terms_most)
    events = 2 * alive + lost * alive * alive
    columns = alive + (2 * rules.generations + rules.until_heartbeat) * alive * alive
    drawn = 2 * (alive + 3 * alive * alive) * rules.one_way.work * 3e-6
    played = terms_mean * events * (8e-5 + columns * 6e-7)
    steps = math.ceil(scenario.trials / block) * terms_last * events
    return 3.0 + scenario.trials * (drawn + played + columns * 1e-5) + steps * 0.09


def _lost_fraction(scenario: Scenario) -> float:
    """A guess, rather too high than too low, of how often a term ends without a leader; never quite 0 or 1."""
    group = group_of(scenario)
    low_ms, high_ms = scenario.election_timeout_min_ms, scenario.election_timeout_max_ms
    delays_ms = np.sort(_spread(read_delay("one_way", scenario.one_way)))
    range_ms = max(high_ms - low_ms, 1e-9)
    split = split_fraction(group, float(delays_ms[3 * len(delays_ms) // 4]) / range_ms)
    answered_ms = 2 * float(delays_ms[len(delays_ms) // 2]) + scenario.vote_disk_ms
    in_time = min(max((high_ms - answered_ms) / range_ms, 0.0), 1.0)
    # Where short logs stand first, their terms are lost, and each is one more.
    able = (group.eligible + 1) / (group.available + 1)
    return min(max(1 - (1 - split) * in_time * able, 1e-6), 1 - 1e-9)


def costly_field(scenario: Scenario) -> str:
    """The field to lower first: elections that may never end cost by the horizon, others by their number."""
    return "trials" if scenario.trials > 1_000 else "horizon_s"


def summary(scenario: Scenario, result: Result) -> str:
    """How long without a leader, and how often the first vote is split, in one sentence."""
    group = group_of(scenario)
    if not group.can_elect:
        return f"Nobody is elected: {group.available} servers of {group.servers} are no majority."
    if result.unfinished_fraction >= 0.5:
        most = "No election is" if result.unfinished_fraction == 1 else "Fewer than half of the elections are"
        return f"{most} decided within {scenario.horizon_s:g} s: votes are split, or come too late."
    found, split = result.election_ms, 100 * result.p_split_fraction
    again = f"{split:.3g} % of them need more than one term" if split else "none of them needs more than one term"
    if result.unfinished_fraction:
        still_open = f"{100 * result.unfinished_fraction:.3g} % are still open after {scenario.horizon_s:g} s"
        return f"Half of the elections are over after {found['p50']:,.0f} ms, {still_open}; {again}."
    return (
        f"Half of the elections are over after {found['p50']:,.0f} ms, 99 in 100 after {found['p99']:,.0f} ms; {again}."
    )
