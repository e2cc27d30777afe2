"""In which order would consumers see messages if each one were sent, appended, copied and read on its own?

Written from the description of the lens, not from its code: it shares nothing with it but the scenario's fields and, as
a table, how far each reader is behind. Logs are lists, copies keep their order, and every pair of messages of a key is
looked at. Delays are the scenario's numbers; jitter is left out, as the lens leaves it out of the order.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path

RTT = Path(__file__).resolve().parents[2] / "content" / "rtt"


@dataclass
class Message:
    """One write. `stamp` is what its region's clock said; `seen` is when each consumer sees it."""

    key: int
    region: str
    written: float
    acknowledged: float
    stamp: float
    partition: int
    seen: dict


@dataclass
class Counts:
    """Shares of all messages that were looked at, by consumer, and for the first two consumers together."""

    out_of_order: dict
    overall: dict
    disagreeing: float
    overtaken_at_change: dict
    messages: int


def play(scenario, *, seconds, seed, readers, change_at=None, overall=False):
    """Everything written in so many seconds. `readers[log, partition, consumer]`: seconds that a reader is behind."""
    world = World(scenario, seed, readers, change_at)
    messages = world.written(seconds)
    world.delivered(messages)
    return world.counted(messages, seconds, overall)


class World:
    """Regions that write at random, and consumers that see what logs give them."""

    def __init__(self, scenario, seed, readers, change_at):
        self.scenario, self.readers, self.change_at = scenario, readers, change_at
        self.chance = random.Random(seed)
        self.regions = list(scenario.writers)
        self.hash_of_key = [self.chance.randrange(2**40) for _ in range(scenario.keys)]
        self.hash_of_region = {region: self.chance.randrange(2**40) for region in self.regions}
        self.table = self.read_table()

    def read_table(self):
        if self.scenario.rtt_ms is not None:
            return self.scenario.rtt_ms
        with (RTT / f"{self.scenario.matrix}.csv").open(newline="") as file:
            head, *rows = csv.reader(file)
        return {row[0]: dict(zip(head[1:], map(float, row[1:]), strict=True)) for row in rows}

    def rtt(self, one, other):
        if one == other:
            return self.scenario.same_place_rtt_ms / 1000
        table = self.table
        return (table if isinstance(table, float) else table[one][other]) / 1000

    def log_of(self, region):
        return self.scenario.write_region if self.scenario.strategy in ("sequencer", "partitioned_log") else region

    def written(self, seconds):
        """Messages of all regions in the order written; keys by Zipf's law."""
        scenario = self.scenario
        popularity = [(rank + 1) ** -scenario.zipf_exponent for rank in range(scenario.keys)]
        found = []
        for region, share in scenario.writers.items():
            now = self.chance.expovariate(scenario.write_rate_rps * share)
            times = []
            while now < seconds:
                times.append(now)
                now += self.chance.expovariate(scenario.write_rate_rps * share)
            trip = self.rtt(region, self.log_of(region))
            answer = scenario.round_trips * trip + scenario.append_ms / 1000
            ahead = scenario.own_clocks_ms[region] / 1000
            for at, key in zip(times, self.chance.choices(range(scenario.keys), popularity, k=len(times)), strict=True):
                partition = self.partition(key, region, at)
                found.append(Message(key, region, at, at + answer, at + ahead, partition, {}))
        return sorted(found, key=lambda message: message.written)

    def partition(self, key, region, at):
        scenario = self.scenario
        if scenario.strategy in ("sequencer", "timestamps"):
            return 0
        changed = self.change_at is not None and at >= self.change_at
        count = scenario.partitions_after if changed else scenario.partitions
        if scenario.partition_key == "none":
            return self.chance.randrange(count)
        return (self.hash_of_key[key] if scenario.partition_key == "entity" else self.hash_of_region[region]) % count

    def delivered(self, messages):
        """Append every message to its log's partition as it arrives, then let each consumer read partition by
        partition, never one message before the one in front of it."""
        logs = {}
        for message in messages:
            trip = self.rtt(message.region, self.log_of(message.region))
            appended = message.acknowledged - trip / 2
            logs.setdefault((self.log_of(message.region), message.partition), []).append((appended, message))
        for (log, partition), entries in logs.items():
            entries.sort(key=lambda entry: entry[0])
            for consumer in self.regions:
                way = 0.0 if consumer == log else self.rtt(log, consumer) / 2 + self.scenario.replication_lag_s
                behind = self.readers[self.regions.index(log), partition, self.regions.index(consumer)]
                last = 0.0
                for appended, message in entries:
                    last = max(last, appended + way + behind)
                    message.seen[consumer] = message.stamp if self.scenario.strategy == "timestamps" else last

    def follows(self, earlier, later):
        if later.written <= earlier.written:
            return False
        return earlier.region == later.region or later.written >= earlier.acknowledged

    def counted(self, messages, seconds, overall):
        """Look at every message far enough from both ends, and at every other one of its key."""
        slack = 2 * self.scenario.replication_lag_s + 2
        by_key = {}
        for message in messages:
            by_key.setdefault(message.key, []).append(message)
        looked_at = [one for one in messages if slack <= one.written <= seconds - slack]
        late = dict.fromkeys(self.regions, 0)
        late_overall = dict.fromkeys(self.regions, 0)
        at_change = dict.fromkeys(self.regions, 0)
        apart = 0
        first, second = self.regions[0], self.regions[1 % len(self.regions)]
        for one in looked_at:
            others = by_key[one.key]
            followers = [other for other in others if self.follows(one, other)]
            for consumer in self.regions:
                overtaking = [other for other in followers if other.seen[consumer] < one.seen[consumer]]
                late[consumer] += bool(overtaking)
                if self.change_at is not None and one.written < self.change_at:
                    at_change[consumer] += any(other.written >= self.change_at for other in overtaking)
                if overall:
                    late_overall[consumer] += any(
                        other.seen[consumer] < one.seen[consumer] and self.follows(one, other) for other in messages
                    )
            apart += any(
                (other.seen[first] < one.seen[first]) != (other.seen[second] < one.seen[second])
                for other in others
                if other is not one
            )
        count = len(looked_at)
        return Counts(
            {consumer: number / count for consumer, number in late.items()},
            {consumer: number / count for consumer, number in late_overall.items()},
            apart / count,
            at_change,
            count,
        )
