"""What would a failover look like if every request were played one by one? A slow SimPy model of the same scenario.

Written from the description of the lens, not from its code: it shares nothing with it but the scenario's fields. Covers
the loss of a region under a hot standby with DNS routing: a process for each checker, resolver and request.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import simpy

USERS = 400


@dataclass
class Reference:
    """What one played run saw."""

    detected_at_s: float | None = None
    promoted_at_s: float | None = None
    offered: int = 0
    failed: int = 0
    lost_writes: int = 0
    client_moved_at_s: list[float] = field(default_factory=list)
    write_times_s: list[float] = field(default_factory=list)


class Play:
    """One run of the world. A user is a resolver cache: it learns the new address when its record runs out."""

    def __init__(self, scenario, seed):
        self.scenario = scenario
        self.chance = random.Random(seed)
        self.world = simpy.Environment()
        self.seen = Reference()
        self.address_is_new = False
        self.votes = 0

    def run(self):
        scenario = self.scenario
        for _ in range(scenario.checkers):
            self.world.process(self.checker())
        self.users = [False] * USERS
        for number in range(USERS):
            self.world.process(self.resolver(number))
        self.world.process(self.arrivals())
        self.world.run(until=scenario.horizon_s)
        if self.seen.promoted_at_s is not None and scenario.replication == "async":
            self.seen.lost_writes = self.writes_not_shipped()
        return self.seen

    def checker(self):
        scenario, failed = self.scenario, 0
        yield self.world.timeout(self.chance.uniform(0, scenario.health_check_interval_s))
        while True:
            sent_s = self.world.now
            alive = sent_s >= scenario.fault_duration_s
            yield self.world.timeout(0 if alive else scenario.probe_timeout_s)
            failed = 0 if alive else failed + 1
            if failed == scenario.failure_threshold:
                self.votes += 1
                healthy = (scenario.checkers - self.votes) / scenario.checkers
                if healthy <= scenario.healthy_fraction_limit + 1e-9 and self.seen.detected_at_s is None:
                    self.seen.detected_at_s = self.world.now
                    self.world.process(self.fail_over())
            waited_s = 0 if scenario.interval_counted_from == "answer" else self.world.now - sent_s
            yield self.world.timeout(max(0.0, scenario.health_check_interval_s - waited_s))

    def fail_over(self):
        yield self.world.timeout(self.scenario.decision_delay_s + self.scenario.restore_s)
        yield self.world.timeout(self.scenario.promotion_s)
        self.seen.promoted_at_s = self.world.now
        self.address_is_new = True

    def resolver(self, number):
        """Asks again whenever its copy has run out; the first copy is of any age."""
        scenario = self.scenario
        stale = self.chance.random() < scenario.stale_resolver_fraction
        ttl_s = scenario.stale_resolver_ttl_s if stale else scenario.dns_ttl_s
        yield self.world.timeout(self.chance.uniform(0, ttl_s))
        while not self.address_is_new:
            yield self.world.timeout(ttl_s)
        self.users[number] = True
        self.seen.client_moved_at_s.append(self.world.now)

    def arrivals(self):
        while True:
            yield self.world.timeout(self.chance.expovariate(self.scenario.request_rate_rps))
            self.world.process(self.request())

    def request(self):
        """Tries, waits for the timeout, tries again; the fault outlasts the run, so that a lost side stays lost."""
        scenario = self.scenario
        self.seen.offered += 1
        user = self.chance.randrange(USERS)
        for _ in range(scenario.retries + 1):
            if self.users[user] or self.world.now >= scenario.fault_duration_s:
                yield self.world.timeout(0.04)
                return
            yield self.world.timeout(scenario.timeout_ms / 1_000)
        self.seen.failed += 1

    def writes_not_shipped(self):
        """Plays the writes of the time before the fault; those younger than the lag had not been shipped."""
        scenario, age_s, lost = self.scenario, 0.0, 0
        rate = scenario.request_rate_rps * scenario.write_fraction
        while True:
            age_s += self.chance.expovariate(rate)
            if age_s > scenario.replication_lag_s:
                return lost
            lost += 1


def play(scenario, *, seed):
    """One run of the reference."""
    return Play(scenario, seed).run()
