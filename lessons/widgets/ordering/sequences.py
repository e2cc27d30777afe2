"""How is an order drawn? Columns of messages from top to bottom: as written, and as two consumers see them.

A message seen after one that followed it is crossed; one that only changed places with another that was on its way at
the same time is hatched.
"""

from __future__ import annotations

from lessons.simulator.engine.geography import known_places
from lessons.simulator.ordering import Result, Scenario
from lessons.simulator.ordering.scenario import lanes_of, one_log, regions_of, shares_of, write_region_of
from lessons.widgets.kit import Boundaries, Boundary, words
from lessons.widgets.kit.roles import Role, State

ROLES: tuple[Role, ...] = ("a", "b", "c", "d", "e", "ink")
KINDS = ("order", "payment", "parcel", "refund")


def city(region: str) -> str:
    """The city of a region that a matrix knows; otherwise the name that was given."""
    return known_places()[region].city if region in known_places() else region


def kind(number: int) -> str:
    """What a message is about: the life of an order, over and over."""
    return KINDS[(number - 1) % len(KINDS)]


def role_of(scenario: Scenario, region: str) -> Role:
    """Colour of a region, by its place among the writers."""
    return ROLES[regions_of(scenario).index(region)]


def situation(scenario: Scenario) -> Boundaries:
    """Who writes and reads where, and where the order is made; nothing of what comes of it."""
    parts = []
    for region, share in shares_of(scenario).items():
        role = role_of(scenario, region)
        parts.append(
            Boundary(region, "region", city(region), role, note=f"{words.percent(share)} of writes"),
        )
        parts.append(Boundary(f"{region} store", "store", _kept(scenario, region), role, inside=region))
        parts.append(Boundary(f"{region} reader", "dependency", "consumer", "ink", inside=region))
    return Boundaries("Who writes, what is kept, who reads", tuple(parts))


def _kept(scenario: Scenario, region: str) -> str:
    """What lies in a region, in a few letters."""
    if scenario.strategy == "timestamps":
        return "stamped log"
    if scenario.strategy == "mirrored_logs":
        return "log + mirrors"
    if region != write_region_of(scenario):
        return "copy"
    assert one_log(scenario), "all other strategies are told above"
    lanes = lanes_of(scenario)
    return "the sequence" if lanes == 1 else f"log in {lanes}"


def sequences(scenario: Scenario, result: Result) -> Boundaries:
    """The watched key's messages in three columns, in two where there is only one consumer."""
    watched = result.watched
    parts = [Boundary("written", "region", "As written", "ink", note=f"account {watched.key}")]
    for message in watched.messages:
        role = role_of(scenario, message.region)
        name = f"{message.number} {kind(message.number)}"
        parts.append(
            Boundary(f"w{message.number}", "dependency", name, role, inside="written", note=city(message.region)[:3])
        )
    for consumer in dict.fromkeys(result.consumers):
        parts += _seen(scenario, result, consumer)
    return Boundaries(f"Account {watched.key}, as written and as two consumers see it", tuple(parts))


def _seen(scenario: Scenario, result: Result, consumer: str) -> list[Boundary]:
    watched = result.watched
    late = {one.earlier for one in watched.late if one.consumer == consumer}
    head = f"\u00d7 {len(late)} seen too late" if late else "none too late"
    parts = [Boundary(consumer, "region", f"{city(consumer)} sees", role_of(scenario, consumer), note=head)]
    for place, number in enumerate(watched.seen[consumer]):
        passed = any(other > number for other in watched.seen[consumer][:place])
        state: State = "down" if number in late else "degraded" if passed else "healthy"
        role = role_of(scenario, watched.messages[number - 1].region)
        name = f"{number} {kind(number)}"
        parts.append(Boundary(f"{consumer} {number}", "dependency", name, role, state, inside=consumer))
    return parts


def told(result: Result) -> list[tuple[str, str]]:
    """Every broken order of the two consumers in words."""
    watched = result.watched
    rows = []
    for late in watched.late:
        if late.consumer not in result.consumers:
            continue
        earlier, later = watched.messages[late.earlier - 1], watched.messages[late.later - 1]
        rows.append(
            (
                f"Broken order, {city(late.consumer)}",
                f"saw {kind(later.number)} {later.number} (from {city(later.region)}) before "
                f"{kind(earlier.number)} {earlier.number} (from {city(earlier.region)}), "
                f"written {words.duration(later.written_at_s - earlier.written_at_s)} earlier",
            )
        )
    return rows
