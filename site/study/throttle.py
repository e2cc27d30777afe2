"""Has this address asked too often? A fixed window, or an allowance that comes back, in local memory."""

from __future__ import annotations

import time
from collections import OrderedDict
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

    def allows(self, address: str) -> bool:
        """Counts this call, and says whether it is within the limit."""
        with self._lock:
            if self.clock() - self._window > self.period_s or len(self._calls) > ADDRESSES_MAX:
                self._window = self.clock()
                self._calls.clear()
            self._calls[address] = self._calls.get(address, 0) + 1
            return self._calls[address] <= self.limit


class Allowance:
    """So many calls at once for each address. What was used comes back bit by bit: nobody waits out a window."""

    def __init__(self, *, at_once: int, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.at_once = at_once
        self.per_s = per_s
        self.clock = clock
        self._lock = Lock()
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()  # how much was used, and when we last looked

    def left(self, address: str) -> bool:
        """Whether a call is left; asking uses none."""
        with self._lock:
            return self._now_used(address) <= self.at_once - 1

    def take(self, address: str) -> None:
        """Uses one, if there is one."""
        with self._lock:
            used = min(float(self.at_once), self._now_used(address) + 1)
            self._used[address] = used, self.clock()
            self._used.move_to_end(address)
            if len(self._used) > ADDRESSES_MAX:
                self._used.popitem(last=False)

    def _now_used(self, address: str) -> float:
        used, at = self._used.get(address, (0.0, 0.0))
        return max(0.0, used - (self.clock() - at) * self.per_s)
