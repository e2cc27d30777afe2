"""What waits while a step is on its way to the phones? Whoever only reads: a moment, and never longer than that.

A step is a few milliseconds of work, spread over threads that have to take turns with every page being made. Under many
readers each of those turns is lost more than once, and a room of a thousand waits for it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from starlette.types import Scope

PATIENCE_S = 0.25  # the longest that a reader waits, whatever happens
READS = ("GET", "HEAD")
STEP = re.compile(r"/teach/[^/]+/(step|improvise)/")


class Hurry:
    """The steps under way in this process. Lives in the event loop."""

    def __init__(self) -> None:
        self._going = 0
        self._waiting: set[asyncio.Future[None]] = set()

    @contextmanager
    def going(self) -> Iterator[None]:
        """A step is on its way within the block."""
        self._going += 1
        try:
            yield
        finally:
            self._going -= 1
            if not self._going:
                for one in self._waiting:
                    if not one.done():
                        one.set_result(None)

    async def over(self) -> None:
        """Waits until none is on its way."""
        if not self._going:
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await asyncio.wait((waiting,), timeout=PATIENCE_S)
        finally:
            self._waiting.discard(waiting)

    @asynccontextmanager
    async def turn(self, scope: Scope) -> AsyncIterator[None]:
        """Within the block a request may be answered: what an instructor sends goes before what others read."""
        if scope["method"] == "POST" and STEP.fullmatch(scope["path"]):
            with self.going():
                yield
            return
        if scope["method"] in READS:
            await self.over()
        yield


hurry = Hurry()
