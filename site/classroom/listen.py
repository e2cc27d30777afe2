"""How does a process hear what was said in another? One connection that listens to PostgreSQL and comes back by itself.

On SQLite there is one process, and nothing to listen to.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from django.db import connection

from classroom.bus import CHANNEL, several_processes
from classroom.news import News, read

AGAIN_S = 1.0
KEPT_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
logger = logging.getLogger(__name__)


@asynccontextmanager
async def listening(hear: Callable[[News], None], hear_all: Callable[[], None]) -> AsyncIterator[None]:
    """Within the block, `hear` is called for every message, and `hear_all` after every time that some may be lost."""
    if not several_processes():
        yield
        return
    task = asyncio.ensure_future(_listen(hear, hear_all))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _listen(hear: Callable[[News], None], hear_all: Callable[[], None]) -> None:
    import psycopg  # only who uses PostgreSQL has it

    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as line:
                await line.execute(f"LISTEN {CHANNEL}")
                hear_all()
                async for message in line.notifies():
                    news = read(message.payload)
                    if not (news.is_own and news.kind == "changed"):  # which this process has heard without a detour
                        hear(news)
        except psycopg.OperationalError as fault:
            logger.warning("The line to PostgreSQL is down, trying again: %s", str(fault).partition("\n")[0])
        await asyncio.sleep(AGAIN_S)


def _parameters() -> dict[str, Any]:
    """How Django connects, without what only its own kind of connection understands."""
    own = ("cursor_factory", "context", "prepare_threshold", "autocommit")
    return {name: value for name, value in connection.get_connection_params().items() if name not in own} | KEPT_ALIVE
