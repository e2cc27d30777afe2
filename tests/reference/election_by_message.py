"""How would one election go if every message were an event on one queue? A slow, plain model of the same scenario.

Written from the description of the lens and the rules of Raft, not from the lens's code: it shares nothing with it but
the scenario's fields. Delays may be a number, uniform or exponential.
"""

from __future__ import annotations

import heapq
import itertools
import random
from dataclasses import dataclass


@dataclass
class Server:
    """What one server knows."""

    has_full_log: bool
    term: int = 0
    voted_for: int | None = None
    role: str = "follower"
    votes: int = 0
    alarm: int = 0  # number of the timer that counts; older ones ring in vain


@dataclass
class Outcome:
    """When there was a leader, and in which term it won (None: not before the horizon)."""

    election_ms: float
    term: int | None


class Play:
    """One election. Events are (time, order, action), the action a function of the time."""

    def __init__(self, scenario, seed):
        self.scenario = scenario
        self.chance = random.Random(seed)
        self.queue, self.order = [], itertools.count()
        self.servers = [Server(number < scenario.eligible) for number in range(scenario.available)]
        self.majority = scenario.servers // 2 + 1
        self.outcome = None

    def run(self):
        self.start_timers()
        horizon_ms = self.scenario.horizon_s * 1_000
        while self.outcome is None:
            at_ms, _, action = heapq.heappop(self.queue)
            if at_ms >= horizon_ms:
                return Outcome(horizon_ms, None)
            action(at_ms)
        return self.outcome

    def at(self, at_ms, action):
        heapq.heappush(self.queue, (at_ms, next(self.order), action))

    def delay_ms(self):
        one_way = self.scenario.one_way
        if not isinstance(one_way, dict):
            return one_way
        if one_way["kind"] == "uniform":
            return self.chance.uniform(one_way["min_ms"], one_way["max_ms"])
        assert one_way["kind"] == "exponential"
        return self.chance.expovariate(one_way["rate_per_ms"])

    def start_timers(self):
        heard_ms = 0.0
        if self.scenario.timers == "heartbeat":
            heard_ms = -self.chance.random() * self.scenario.heartbeat_ms
        for number in range(len(self.servers)):
            arrives_ms = heard_ms + self.delay_ms() if self.scenario.timers == "heartbeat" else 0.0
            self.set_timer(number, arrives_ms)

    def set_timer(self, number, now_ms):
        server = self.servers[number]
        server.alarm += 1
        alarm = server.alarm
        low, high = self.scenario.election_timeout_min_ms, self.scenario.election_timeout_max_ms
        rings_ms = max(0.0, now_ms + self.chance.uniform(low, high))

        def ring(at_ms):
            if server.alarm == alarm and server.role != "leader":
                self.stand(number, at_ms)

        self.at(rings_ms, ring)

    def stand(self, number, now_ms):
        server = self.servers[number]
        server.term += 1
        server.voted_for, server.role, server.votes = number, "candidate", 1
        self.set_timer(number, now_ms)
        self.to_all_others(number, now_ms, self.asked)

    def to_all_others(self, number, now_ms, handler):
        term = self.servers[number].term
        for other in range(len(self.servers)):
            if other != number:
                self.at(now_ms + self.delay_ms(), lambda at_ms, other=other: handler(number, other, term, at_ms))

    def learn(self, number, term, now_ms):
        server = self.servers[number]
        if term > server.term:
            was_leader = server.role == "leader"
            server.term, server.voted_for, server.role = term, None, "follower"
            if was_leader:
                self.set_timer(number, now_ms)

    def asked(self, candidate, number, term, now_ms):
        server = self.servers[number]
        self.learn(number, term, now_ms)
        log_is_enough = self.servers[candidate].has_full_log or not server.has_full_log
        if term == server.term and server.voted_for is None and log_is_enough:
            server.voted_for = candidate
            self.set_timer(number, now_ms)
            self.reply(number, candidate, True, now_ms + self.scenario.vote_disk_ms)
        else:
            self.reply(number, candidate, False, now_ms)

    def reply(self, number, candidate, granted, sent_ms):
        term = self.servers[number].term
        self.at(sent_ms + self.delay_ms(), lambda at_ms: self.answered(candidate, term, granted, at_ms))

    def answered(self, number, term, granted, now_ms):
        server = self.servers[number]
        self.learn(number, term, now_ms)
        if not granted or term != server.term or server.role != "candidate":
            return
        server.votes += 1
        if server.votes < self.majority or not server.has_full_log:
            return
        if self.scenario.until == "majority":
            self.outcome = Outcome(now_ms, term)
            return
        server.role = "leader"
        self.to_all_others(number, now_ms, self.beaten)

    def beaten(self, leader, number, term, now_ms):
        if term >= self.servers[number].term and self.outcome is None:
            self.outcome = Outcome(now_ms, term)


def play(scenario, *, seed):
    """One election of this scenario."""
    return Play(scenario, seed).run()
