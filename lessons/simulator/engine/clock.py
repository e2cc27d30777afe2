"""What happens next? Events in the order of their time, with a limit on how many."""

from __future__ import annotations

import heapq
from collections.abc import Callable

EVENTS_MAX = 100_000


class TooManyEvents(RuntimeError):
    """A run planned more events than any scenario may have."""


class Clock:
    """Plans calls and makes them in time order. Ties run in the order planned, so a seed gives one history."""

    def __init__(self, *, events_max: int = EVENTS_MAX) -> None:
        self.now_s = 0.0
        self._events_max = events_max
        self._planned = 0
        self._queue: list[tuple[float, int, Callable[[], None]]] = []

    def at(self, at_s: float, call: Callable[[], None]) -> None:
        """Plan a call. An event never lies in the past."""
        assert at_s >= self.now_s, "events never run backwards"
        self._planned += 1
        if self._planned > self._events_max:
            raise TooManyEvents(f"more than {self._events_max} events")
        heapq.heappush(self._queue, (at_s, self._planned, call))

    def run(self, until_s: float) -> None:
        """Make every planned call up to and including `until_s`."""
        while self._queue and self._queue[0][0] <= until_s:
            self.now_s, _, call = heapq.heappop(self._queue)
            call()
