"""Has this address asked too often? A fixed window in local memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

ADDRESSES_MAX = 10_000


class Throttle:
    """Allows `limit` calls per address in each window of `period_s` seconds."""

    def __init__(self, *, limit: int, period_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.period_s = period_s
        self.clock = clock
        self._lock = Lock()
        self._window = 0.0
        self._calls: dict[str, int] = {}

    def spent(self, address: str) -> bool:
        """Whether the limit of this window is used up; asking counts nothing."""
        with self._lock:
            return self.clock() - self._window <= self.period_s and self._calls.get(address, 0) >= self.limit

    def allows(self, address: str) -> bool:
        """Counts this call, and says whether it is within the limit."""
        with self._lock:
            if self.clock() - self._window > self.period_s or len(self._calls) > ADDRESSES_MAX:
                self._window = self.clock()
                self._calls.clear()
            self._calls[address] = self._calls.get(address, 0) + 1
            return self._calls[address] <= self.limit
