"""What would commits and reads take if every message were sent on its own? A slow SimPy model of the same scenario.

Written from the description of the lens, not from its code: it shares nothing with it but the scenario's fields. Each
server is a mailbox, each message travels half a round trip and its own jitter, and whoever coordinates counts answers.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

import simpy

RTT = Path(__file__).resolve().parents[2] / "content" / "rtt"


def play(scenario, *, requests, seed):
    """Two lists of ms: what so many commits and so many reads of the scenario's client took."""
    world = World(scenario, seed)
    return [world.request(commit=True) for _ in range(requests)], [world.request(commit=False) for _ in range(requests)]


class World:
    """Servers that answer messages. A new simulation for each request: requests do not meet one another."""

    def __init__(self, scenario, seed):
        self.scenario = scenario
        self.chance = random.Random(seed)
        self.table = self.read_table()
        self.replicas = scenario.regions[: scenario.n]

    def read_table(self):
        if self.scenario.rtt_ms is not None:
            return self.scenario.rtt_ms
        with (RTT / f"{self.scenario.matrix}.csv").open(newline="") as file:
            head, *rows = csv.reader(file)
        return {row[0]: dict(zip(head[1:], map(float, row[1:]), strict=True)) for row in rows}

    def request(self, *, commit):
        """How many ms one request took."""
        self.env = simpy.Environment()
        done = self.env.process(self.without_leader(commit) if self.scenario.mode == "quorum" else self.led(commit))
        self.env.run(until=done)
        return self.env.now

    def led(self, commit):
        """The client writes to the leader; the leader asks its followers and counts."""
        scenario = self.scenario
        client, leader = scenario.client_region, scenario.leader
        asked_of = client, leader
        yield self.env.process(self.message(asked_of))
        yield self.env.process(self.work(scenario.participants if commit else 1))
        if commit:
            followers = list(self.replicas)
            followers.remove(leader)
            wanted = {
                "async": 0,
                "semi_sync": min(1, len(followers)),
                "sync_all": len(followers),
                "majority": len(self.replicas) // 2 + 1 - 1,
            }[scenario.mode]
            yield from self.gather(leader, followers, wanted)
            yield self.env.timeout(scenario.commit_wait_ms)
        yield self.env.process(self.message(asked_of))

    def without_leader(self, commit):
        """The client asks every copy itself."""
        scenario = self.scenario
        yield from self.gather(scenario.client_region, list(self.replicas), scenario.w if commit else scenario.r)
        yield self.env.process(self.work(scenario.participants if commit else 1))
        if commit:
            yield self.env.timeout(scenario.commit_wait_ms)

    def gather(self, asker, asked, wanted):
        """Ask everybody at once and go on when so many have answered."""
        enough, counted = self.env.event(), [0]
        if wanted == 0:
            return

        def ask(other):
            yield self.env.process(self.message((asker, other)))
            yield self.env.process(self.message((asker, other)))
            counted[0] += 1
            if counted[0] == wanted:
                enough.succeed()

        for other in asked:
            self.env.process(ask(other))
        yield enough

    def message(self, way):
        """One way of a round trip that `way[0]` began: half of what its row of the table says, and jitter."""
        one, other = way
        rtt_ms = self.scenario.same_place_rtt_ms
        if one != other:
            rtt_ms = self.table if isinstance(self.table, float) else self.table[one][other]
        yield self.env.timeout(rtt_ms / 2 + self.draw(self.scenario.jitter))

    def work(self, groups):
        """Each group of data takes its time; the slowest decides."""
        spent = [self.env.timeout(self.draw(self.scenario.server_ms)) for _ in range(groups)]
        yield self.env.all_of(spent)

    def draw(self, delay):
        """One draw of a delay as the scenario writes it."""
        if isinstance(delay, (int, float)):
            return delay
        kind = delay["kind"]
        if kind == "exponential":
            return self.chance.expovariate(delay["rate_per_ms"])
        if kind == "uniform":
            return self.chance.uniform(delay["min_ms"], delay["max_ms"])
        if kind == "pareto":
            return delay["min_ms"] * self.chance.paretovariate(delay["alpha"])
        assert kind == "mixture", f"the reference does not know {kind}"
        weights, parts = zip(*delay["parts"], strict=True)
        return self.draw(self.chance.choices(parts, weights)[0])
