"""What do clients do, and what do they learn? One history: operations with the times of call and answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from lessons.simulator.checkers import Operation
from lessons.simulator.histories.anywhere import AnywhereStore
from lessons.simulator.histories.leader import LeaderStore
from lessons.simulator.histories.quorum import QuorumStore
from lessons.simulator.histories.scenario import WITH_LEADER, Scenario
from lessons.simulator.histories.world import Call, World

KEYS = ("x", "y", "z", "u", "v")


class Store(Protocol):
    """What every mode offers. `lost` counts acknowledged writes that are gone."""

    lost: int

    def call(self, call: Call) -> None: ...


@dataclass(frozen=True)
class Played:
    """One history and how many acknowledged writes it lost."""

    operations: tuple[Operation, ...]
    lost_writes: int


def play(scenario: Scenario, seed: int, attempt: int) -> Played:
    """One history, from the first call to the last answer or the last client's patience."""
    world = World(scenario, seed, attempt)
    clients = _Clients(world, _store(scenario, world))
    for client in range(scenario.clients):
        clients.think(client)
    world.clock.run(float("inf"))
    ordered = sorted(clients.done, key=lambda one: (one.called_ms, one.client))
    return Played(tuple(ordered), clients.store.lost)


def _store(scenario: Scenario, world: World) -> Store:
    if scenario.mode in WITH_LEADER:
        return LeaderStore(world)
    return QuorumStore(world) if scenario.mode == "quorum" else AnywhereStore(world)


class _Clients:
    """Clients that think, call, wait, and go on. Each value is written once, so that a read tells where it is from."""

    def __init__(self, world: World, store: Store) -> None:
        self.world = world
        self.store = store
        self.made = [0] * world.scenario.clients
        self.regions = [client % world.scenario.n for client in range(world.scenario.clients)]
        self.seen: list[dict[int, Any]] = [{} for _ in self.made]
        self.written = 0
        self.done: list[Operation] = []

    def think(self, client: int) -> None:
        """Plan the next call, if there is one left."""
        number = self.made[client]
        if number < self.world.scenario.operations:
            self.world.at(self.world.now_ms + self.world.thinks_ms[client][number], lambda: self._call(client, number))

    def _call(self, client: int, number: int) -> None:
        scenario, world = self.world.scenario, self.world
        chance = world.chances[client][number]
        self.made[client] += 1
        self._move(client, chance[3], chance[4])
        key = int(chance[0] * scenario.keys)
        kind, value = self._asked(client, key, chance[1], chance[2])
        called_ms = world.now_ms
        half_way = kind != "read" and scenario.fault == "half_writes" and world.struck(called_ms)
        open_call = [True]

        def finish(found: Any, ok: bool, *, unknown: bool = False) -> None:
            if not open_call or (half_way and not unknown):
                return
            open_call.clear()
            said = found if kind == "read" else value
            if kind == "read" and not unknown:
                self.seen[client][key] = found
            elif kind == "write" and not unknown:
                self.seen[client][key] = value
            elif kind == "cas" and ok and not unknown:
                self.seen[client][key] = value[1]
            returned = None if unknown else round(world.now_ms, 3)
            self.done.append(
                Operation(str(client + 1), kind, KEYS[key], said, round(called_ms, 3), returned, ok)  # type: ignore[arg-type]
            )
            self.think(client)

        self.store.call(Call(client, number, kind, key, value, self.regions[client], finish, half_way))
        world.at(called_ms + scenario.timeout_ms, lambda: finish(None, True, unknown=True))

    def _move(self, client: int, chance: float, where: float) -> None:
        scenario = self.world.scenario
        if scenario.mode != "causal_session" and chance < scenario.reroute_fraction:
            steps = 1 + int(where * (scenario.n - 1))
            self.regions[client] = (self.regions[client] + steps) % scenario.n

    def _asked(self, client: int, key: int, chance: float, other: float) -> tuple[str, Any]:
        scenario = self.world.scenario
        if chance >= scenario.write_fraction:
            return "read", None
        self.written += 1
        if other < scenario.cas_fraction:
            return "cas", (self.seen[client].get(key), self.written)
        return "write", self.written
