"""How long does one order take, for which span does it wait, and what would it take if that span were mended?

Ways between regions are measured round trips; the copies that a commit waits for are the quorum lens's answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lessons.simulator import quorum_latency
from lessons.simulator.engine.geography import known_places
from lessons.simulator.engine.network import Network, measured, network
from lessons.simulator.engine.params import CheckedScenario, param
from lessons.simulator.errors import ScenarioError
from lessons.widgets.kit import words
from lessons.widgets.trace_waterfall.request import GROUPS, Times, spans_of
from lessons.widgets.trace_waterfall.trace import Stretch, TraceSpan, critical_path, waited_ms

MATRIX = "aws_2019"
COPIES_MAX = 6
CITIES = {name: known_places()[name].city for name in measured(MATRIX)}
FOLLOWERS_SHAPE = f"a list of 1 to {COPIES_MAX} regions of {', '.join(CITIES)}"
FAULTS = {
    "none": "Nothing is wrong",
    "far_primary": "The primary has moved far away",
    "cold_cache": "The cache is empty",
    "lock_wait": "Another transaction holds the row",
    "retry": "The first commit gets no answer",
    "many_reads": "One read for each line, from the primary",
}
MENDS = {"none": "nothing", **GROUPS}
MODES = {
    "async": "nobody",
    "semi_sync": "the first copy that answers",
    "majority": "a majority",
    "sync_all": "every copy",
}
LEAVES_OUT = (
    "Chance: every step takes its one time. Two traces of the same request differ, and the slowest hop of one may not "
    "be the slowest of most.",
    "The way from a person's device to the edge, which no trace of yours has seen.",
    "Clocks that differ: real spans of two regions are shifted against one another by some ms.",
    "What a span costs to record, and sampling: a trace that was not kept cannot be read.",
    "Mending takes away all of a span's own time. A repair leaves some of it, so what is said is the most it can give.",
    "New connections: every hop has one open already, except in the first attempt that gets no answer.",
)


def _region(default: str, label: str, help_: str, passport: str) -> Any:
    return param(default, label=label, choices=CITIES, help=help_, passport=passport)


def _ms(default: float, label: str, help_: str, passport: str, *, most: float, step: float = 1) -> Any:
    return param(default, label=label, unit="ms", min=0, max=most, step=step, help=help_, passport=passport)


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """One order: where its stations are, how long each works, and what is wrong today."""

    fault: str = param(
        "lock_wait", label="What is wrong", choices=FAULTS, help="At most one thing at a time.", passport="trace-fault"
    )
    mend: str = param(
        "none",
        label="Mend",
        choices=MENDS,
        help="Takes all of its own time away, to see what that would give.",
        passport="trace-mend",
    )
    api_region: str = _region(
        "eu-central-1", "The API is in", "It answers the user and asks the others.", "trace-api-region"
    )
    user_region: str = _region("eu-central-1", "The edge is in", "The trace begins there.", "trace-user-region")
    primary_region: str = _region(
        "us-east-1", "The primary is in", "Orders are committed there.", "trace-primary-region"
    )
    far_region: str = _region(
        "us-west-2", "A far primary is in", "Used by the fault that moves it.", "trace-far-region"
    )
    followers: tuple[str, ...] = param(
        ("us-east-2", "us-west-2"),
        label="Copies of the orders in",
        shape=FOLLOWERS_SHAPE,
        help="Besides the primary.",
        passport="trace-followers",
    )
    mode: str = param(
        "majority",
        label="A commit waits for",
        choices=MODES,
        help="Copies that have the order before the user is told.",
        passport="trace-mode",
    )
    same_place_rtt_ms: float = _ms(
        1.0, "Round trip within a region", "Between two machines of one region.", "trace-same-place", most=100, step=0.5
    )
    api_ms: float = _ms(8.0, "The API's own work", "Checks, and the answer it builds.", "trace-api", most=5_000)
    cache_ms: float = _ms(1.0, "Cache look-up", "In the API's region.", "trace-cache", most=1_000, step=0.5)
    cold_read_ms: float = _ms(
        420.0, "Filling an empty cache", "From the replica in the API's region.", "trace-cold-read", most=10_000
    )
    read_ms: float = _ms(2.0, "One read", "What the database works on it.", "trace-read", most=1_000, step=0.5)
    reads: int = param(
        12,
        label="Reads, one for each line",
        min=1,
        max=100,
        step=1,
        help="Used by the fault that reads each line by itself. Without it one read of the replica nearby does.",
        passport="trace-reads",
    )
    write_ms: float = _ms(4.0, "Writing the order", "In the primary.", "trace-write", most=5_000)
    lock_wait_ms: float = _ms(
        900.0, "Waiting for the row", "Until the other transaction lets it go.", "trace-lock-wait", most=60_000
    )
    timeout_ms: float = _ms(
        1_000.0, "Timeout of the commit", "How long the API waits for an answer.", "trace-timeout", most=60_000
    )
    backoff_ms: float = _ms(100.0, "Wait before trying again", "After a timeout.", "trace-backoff", most=60_000)

    def resolve(self) -> None:
        """Make the list of copies plain, checked data."""
        given: Any = self.followers
        if not isinstance(given, (list, tuple)) or not 1 <= len(given) <= COPIES_MAX:
            raise ScenarioError("followers", f"is {str(given)[:60]!r}", allowed=FOLLOWERS_SHAPE)
        for name in given:
            if not isinstance(name, str) or name not in CITIES:
                raise ScenarioError("followers", f"names {str(name)[:60]!r}", allowed=FOLLOWERS_SHAPE)
        self._set("followers", list(given))

    @property
    def leading(self) -> str:
        """Where the primary is today."""
        return self.far_region if self.fault == "far_primary" else self.primary_region

    @property
    def following(self) -> list[str]:
        """Where the other copies are today: a primary that moved to a copy's place leaves a copy at its own."""
        copies = list(self.followers)
        if self.fault == "far_primary" and self.far_region in copies:
            copies[copies.index(self.far_region)] = self.primary_region
        return copies


@dataclass(frozen=True)
class Result:
    """Times in ms. `total_ms` is the request as traced, `shown_ms` with what `mend` takes away.

    By group (the keys of GROUPS): `waited_ms`, its own time on the critical path, which sum to `total_ms`; `gain_ms`,
    what the request would be shorter if the group took no time at all. `to_mend` is the group that gives most, the
    first of equals. `without_fault_ms` is the same request with nothing wrong. `traced` are its spans, `shown` those
    after the mending, `own` the stretches of `shown` that are on the critical path.
    """

    total_ms: float
    shown_ms: float
    without_fault_ms: float
    waited_ms: dict[str, float]
    gain_ms: dict[str, float]
    to_mend: str
    traced: tuple[TraceSpan, ...]
    shown: tuple[TraceSpan, ...]
    own: Mapping[str, tuple[Stretch, ...]]


def run(scenario: Scenario, *, seed: int) -> Result:
    """The trace of one order. Nothing is drawn by chance, so every seed gives the same."""
    times = times_of(scenario)
    traced = spans_of(times)
    total_ms = traced[0].ends_ms
    gain_ms = {group: total_ms - spans_of(times.mended(group))[0].ends_ms for group in GROUPS}
    shown = traced if scenario.mend == "none" else spans_of(times.mended(scenario.mend))
    paths = critical_path(traced)
    waited = dict.fromkeys(GROUPS, 0.0)
    for span in traced:
        waited[span.group] += waited_ms(paths[span.id])
    return Result(
        total_ms=total_ms,
        shown_ms=shown[0].ends_ms,
        without_fault_ms=spans_of(times_of(replace(scenario, fault="none")))[0].ends_ms,
        waited_ms=waited,
        gain_ms=gain_ms,
        to_mend=max(GROUPS, key=lambda group: round(gain_ms[group], 6)),
        traced=traced,
        shown=shown,
        own=critical_path(shown),
    )


def times_of(scenario: Scenario) -> Times:
    """Every step's time from distances and works, with what the fault adds."""
    fault = scenario.fault
    links = network(matrix=MATRIX, same_place_ms=scenario.same_place_rtt_ms)
    way_ms = links.rtt_ms(scenario.api_region, scenario.leading)
    answers, needed = _answers(scenario, links)
    one_by_one = fault == "many_reads"
    return Times(
        user_region=scenario.user_region,
        api_region=scenario.api_region,
        primary_region=scenario.leading,
        read_region=scenario.leading if one_by_one else scenario.api_region,
        edge_way_ms=links.rtt_ms(scenario.user_region, scenario.api_region),
        api_ms=scenario.api_ms,
        cache_ms=scenario.same_place_rtt_ms + scenario.cache_ms,
        fill_ms=scenario.same_place_rtt_ms + scenario.cold_read_ms if fault == "cold_cache" else 0.0,
        reads=scenario.reads if one_by_one else 1,
        read_ms=scenario.read_ms + (way_ms if one_by_one else scenario.same_place_rtt_ms),
        attempt_ms=scenario.timeout_ms if fault == "retry" else 0.0,
        backoff_ms=scenario.backoff_ms if fault == "retry" else 0.0,
        primary_way_ms=way_ms,
        lock_ms=scenario.lock_wait_ms if fault == "lock_wait" else 0.0,
        write_ms=scenario.write_ms,
        answers=answers,
        answers_needed=needed,
    )


def _answers(scenario: Scenario, links: Network) -> tuple[tuple[tuple[str, float], ...], int]:
    """The copies' round trips, and how many of them a commit waits for, as the quorum lens has it."""
    found = quorum_latency.run(
        quorum_latency.Scenario(
            regions=(scenario.leading, *scenario.following),
            mode=scenario.mode,
            matrix=MATRIX,
            same_place_rtt_ms=scenario.same_place_rtt_ms,
            server_ms=0.0,
        ),
        seed=0,
    )
    return tuple((one.region, one.rtt_ms) for one in found.acknowledgements), found.needed


def cost_ms(scenario: Scenario) -> float:
    """Measured on one core: a dozen small traces; each read is one stretch more to draw."""
    return 3.0 + 0.02 * scenario.reads


def costly_field(scenario: Scenario) -> str:
    """The only field that makes a trace longer."""
    return "reads"


def share_of(part_ms: float, total_ms: float) -> str:
    """A part as whole per cent of the request."""
    share = 100 * part_ms / total_ms if total_ms > 0 else 0.0
    return f"{share:.0f}{words.THIN_SPACE}%" if share >= 1 or share == 0 else f"under 1{words.THIN_SPACE}%"


def summary(scenario: Scenario, result: Result) -> str:
    """The whole, and the part of it to mend, in one sentence."""
    total, group = words.milliseconds(result.total_ms), result.to_mend
    if scenario.mend == "none":
        part, share = words.milliseconds(result.gain_ms[group]), share_of(result.gain_ms[group], result.total_ms)
        return f"The order takes {total}; {part} of it, {share}, go to {GROUPS[group]}."
    gain_ms = result.gain_ms[scenario.mend]
    taken = f"With nothing left of {GROUPS[scenario.mend]} the order takes {words.milliseconds(result.shown_ms)}"
    if scenario.mend == group:
        return f"{taken} instead of {total}: no other span would have given more."
    if gain_ms < 1e-6:
        return f"{taken}, as before: nobody waits for it."
    best = words.milliseconds(result.total_ms - result.gain_ms[group])
    return f"{taken} instead of {total}; without {GROUPS[group]} it would take {best}."
