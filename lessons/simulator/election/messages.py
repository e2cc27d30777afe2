"""Who stands, who votes, who wins? Raft's election rules for many groups at once, one event of each at a time.

A row is an election, a column of `due_ms` something that may happen in it: a timer that runs out, a message that
arrives. Every step takes the earliest of each row, and rows that are decided leave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lessons.simulator.election.chance import Draws, Indices
from lessons.simulator.election.scenario import Group
from lessons.simulator.engine.distributions import Delay, Uniform
from lessons.simulator.engine.stats import Array

NOBODY = -1
# Rows are taken out once so many of them are decided: copying what is left at every step would cost more.
DECIDED_SHARE = 0.15


@dataclass(frozen=True)
class Rules:
    """What all elections of a run have in common. Times in ms.

    `generations`: how many requests of one server to another can be under way at the same time.
    """

    group: Group
    timeout: Uniform
    one_way: Delay
    vote_disk_ms: float
    heartbeat_ms: float
    last_heartbeat: bool
    until_heartbeat: bool
    horizon_ms: float
    generations: int


@dataclass(frozen=True)
class Decided:
    """One entry for each election. `term` is 0 where nobody had won when the horizon came."""

    election_ms: Array
    term: npt.NDArray[np.int32]


def play(rules: Rules, *, trials: int, seed: int, block: int = 0) -> Decided:
    """So many elections from the loss of the leader to their end, or to the horizon."""
    if not rules.group.can_elect:
        return Decided(np.full(trials, rules.horizon_ms), np.zeros(trials, dtype=np.int32))
    running = _Running(rules, trials, seed, block)
    while len(running.trial):
        running.step()
    return Decided(running.election_ms, running.won_in_term)


class _Running:
    """Elections that are still open. Columns of `due_ms`: timers, requests, replies, heartbeats."""

    def __init__(self, rules: Rules, trials: int, seed: int, block: int) -> None:
        alive, generations = rules.group.available, rules.generations
        self.rules = rules
        self.alive = alive
        self.requests = alive
        self.replies = self.requests + generations * alive * alive
        self.beats = self.replies + generations * alive * alive
        columns = self.beats + (alive * alive if rules.until_heartbeat else 0)
        self.may_win = np.arange(alive) < rules.group.eligible
        # May the voter (column) vote for the candidate (row)? Not when its own log is longer.
        self.log_is_enough = self.may_win[:, None] | ~self.may_win
        self._draws(trials, seed, block)
        self.election_ms = np.full(trials, rules.horizon_ms)
        self.won_in_term = np.zeros(trials, dtype=np.int32)
        self.trial = np.arange(trials)
        self.due_ms = np.full((trials, columns), np.inf)
        self.message_term = np.zeros((trials, columns), dtype=np.int32)
        self.grants = np.zeros((trials, columns), dtype=bool)
        self.term = np.zeros((trials, alive), dtype=np.int32)
        self.voted_for = np.full((trials, alive), NOBODY, dtype=np.int8)
        self.votes = np.zeros((trials, alive), dtype=np.int8)  # 0: no candidate
        self.leads = np.zeros((trials, alive), dtype=bool)
        self.timers_set = np.zeros((trials, alive), dtype=np.intp)
        self.stood = np.zeros((trials, alive), dtype=np.intp)
        self._start_timers(trials)

    def _draws(self, trials: int, seed: int, block: int) -> None:
        def of(delay: Delay, name: str, *places: int) -> Draws:
            return Draws(delay, seed, f"{name} {block}", (trials, *places))

        alive, one_way = self.alive, self.rules.one_way
        self.timeouts = of(self.rules.timeout, "timeouts", alive)
        self.request_delays = of(one_way, "requests", alive, alive)
        self.reply_delays = of(one_way, "replies", alive, alive)
        self.beat_delays = of(one_way, "heartbeats", alive, alive)
        self.last_beats = of(one_way, "last heartbeat", alive)
        self.deaths = of(Uniform(0.0, self.rules.heartbeat_ms), "death")

    def _start_timers(self, trials: int) -> None:
        rows, server = (index.ravel() for index in np.indices((trials, self.alive)))
        heard_ms = np.zeros(len(rows))
        if self.rules.last_heartbeat:
            first = np.zeros(len(rows), dtype=np.intp)
            heard_ms = self.last_beats.take(first, rows, server) - self.deaths.take(first, rows)
        self._set_timer(rows, server, heard_ms)
        # A timer that ran out before the leader died would have been reset: it runs out with the leader.
        np.maximum(self.due_ms, 0.0, out=self.due_ms)

    def step(self) -> None:
        """One event of every open election."""
        rows = np.arange(len(self.trial))
        column = self.due_ms.argmin(axis=1)
        now_ms = self.due_ms[rows, column]
        self.due_ms[rows, column] = np.inf
        # What has its next event at or after the horizon stays open; a decided row has no events left.
        open_rows = now_ms < self.rules.horizon_ms
        self.over = ~open_rows
        for starts, ends, happens in (
            (0, self.requests, self._stand),
            (self.requests, self.replies, self._is_asked),
            (self.replies, self.beats, self._is_answered),
            (self.beats, self.due_ms.shape[1], self._hears_leader),
        ):
            chosen = np.flatnonzero((column >= starts) & (column < ends) & open_rows)
            if len(chosen):
                happens(chosen, column[chosen], now_ms[chosen])
        self._leave()

    def _leave(self) -> None:
        """Take decided rows out, once they are many; until then they are passed over."""
        decided = np.count_nonzero(self.over)
        if decided == 0 or (decided < DECIDED_SHARE * len(self.trial) and decided < len(self.trial)):
            self.due_ms[self.over] = np.inf
            return
        left = np.flatnonzero(~self.over)
        for name in (
            "trial", "due_ms", "message_term", "grants", "term", "voted_for", "votes", "leads", "timers_set", "stood"
        ):  # fmt: skip
            setattr(self, name, getattr(self, name)[left])

    def _decide(self, rows: Indices, term: npt.NDArray[np.int32], now_ms: Array) -> None:
        self.election_ms[self.trial[rows]] = now_ms
        self.won_in_term[self.trial[rows]] = term
        self.over[rows] = True

    def _set_timer(self, rows: Indices, server: Indices, now_ms: Array) -> None:
        turn = self.timers_set[rows, server]
        self.timers_set[rows, server] = turn + 1
        self.due_ms[rows, server] = now_ms + self.timeouts.take(turn, self.trial[rows], server)

    def _stand(self, rows: Indices, server: Indices, now_ms: Array) -> None:
        """A timer runs out: a new term, a vote for oneself, a request to everybody else."""
        self.term[rows, server] += 1
        self.voted_for[rows, server] = server
        self.votes[rows, server] = 1
        self._set_timer(rows, server, now_ms)
        turn = self.stood[rows, server]
        self.stood[rows, server] = turn + 1
        arrives_ms = now_ms[:, None] + self.request_delays.take(turn, self.trial[rows], server)
        first = self.requests + (turn % self.rules.generations * self.alive + server) * self.alive
        self._to_others(rows, server, first, arrives_ms)

    def _to_others(self, rows: Indices, server: Indices, first: Indices, arrives_ms: Array) -> None:
        arrives_ms[np.arange(len(rows)), server] = np.inf
        columns = first[:, None] + np.arange(self.alive)
        self.due_ms[rows[:, None], columns] = arrives_ms
        self.message_term[rows[:, None], columns] = self.term[rows, server][:, None]

    def _learn(self, rows: Indices, server: Indices, term: npt.NDArray[np.int32], now_ms: Array) -> None:
        """A higher term makes a follower of anybody, with a vote to give."""
        newer = np.flatnonzero(term > self.term[rows, server])
        rows, server = rows[newer], server[newer]
        self.term[rows, server] = term[newer]
        self.voted_for[rows, server] = NOBODY
        self.votes[rows, server] = 0
        if self.rules.until_heartbeat:
            deposed = self.leads[rows, server]
            self.leads[rows, server] = False
            self._set_timer(rows[deposed], server[deposed], now_ms[newer[deposed]])

    def _is_asked(self, rows: Indices, column: Indices, now_ms: Array) -> None:
        """A request arrives. The first of a term gets the vote, unless the voter's own log is longer."""
        place = column - self.requests
        generation, candidate, voter = np.unravel_index(place, (self.rules.generations, self.alive, self.alive))
        asked_term = self.message_term[rows, column]
        self._learn(rows, voter, asked_term, now_ms)
        own_term = self.term[rows, voter]
        grants = (asked_term == own_term) & (self.voted_for[rows, voter] == NOBODY)
        grants &= self.log_is_enough[candidate, voter]
        self.voted_for[rows[grants], voter[grants]] = candidate[grants]
        self._set_timer(rows[grants], voter[grants], now_ms[grants])
        # A refusal matters only when it tells of a higher term.
        answers = np.flatnonzero(grants | (asked_term < own_term))
        rows, voter, candidate, generation = rows[answers], voter[answers], candidate[answers], generation[answers]
        sent_ms = now_ms[answers] + np.where(grants[answers], self.rules.vote_disk_ms, 0.0)
        turn = self._turn_of(rows, candidate, generation)
        to = self.replies + (generation * self.alive + voter) * self.alive + candidate
        self.due_ms[rows, to] = sent_ms + self.reply_delays.take(turn, self.trial[rows], voter, candidate)
        self.message_term[rows, to] = own_term[answers]
        self.grants[rows, to] = grants[answers]

    def _turn_of(self, rows: Indices, candidate: Indices, generation: Indices) -> Indices:
        """How often the candidate had stood before it sent the request of this generation: the latest that fits."""
        latest = self.stood[rows, candidate] - 1
        turn: Indices = latest - (latest - generation) % self.rules.generations
        return turn

    def _is_answered(self, rows: Indices, column: Indices, now_ms: Array) -> None:
        """A reply arrives. A majority of votes of the present term makes a leader of who may lead."""
        candidate = (column - self.replies) % self.alive
        term = self.message_term[rows, column]
        self._learn(rows, candidate, term, now_ms)
        counts = self.grants[rows, column] & (term == self.term[rows, candidate]) & (self.votes[rows, candidate] > 0)
        rows, candidate, term, now_ms = rows[counts], candidate[counts], term[counts], now_ms[counts]
        self.votes[rows, candidate] += 1
        wins = (self.votes[rows, candidate] >= self.rules.group.majority) & self.may_win[candidate]
        rows, candidate, term, now_ms = rows[wins], candidate[wins], term[wins], now_ms[wins]
        if not self.rules.until_heartbeat:
            self._decide(rows, term, now_ms)
        elif len(rows):
            self._lead(rows, candidate, now_ms)

    def _lead(self, rows: Indices, leader: Indices, now_ms: Array) -> None:
        """A new leader sends heartbeats at once, and has no election timer."""
        self.leads[rows, leader] = True
        self.votes[rows, leader] = 0
        self.due_ms[rows, leader] = np.inf
        turn = self.stood[rows, leader] - 1
        arrives_ms = now_ms[:, None] + self.beat_delays.take(turn, self.trial[rows], leader)
        self._to_others(rows, leader, self.beats + leader * self.alive, arrives_ms)

    def _hears_leader(self, rows: Indices, column: Indices, now_ms: Array) -> None:
        """A heartbeat arrives. It counts where no higher term has been heard of."""
        server = (column - self.beats) % self.alive
        term = self.message_term[rows, column]
        counts = term >= self.term[rows, server]
        self._decide(rows[counts], term[counts], now_ms[counts])
