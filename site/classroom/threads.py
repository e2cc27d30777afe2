"""How does the event loop ask the database? In two threads of its own, so that a slow page never holds a stream up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import close_old_connections

T = TypeVar("T")
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="feed")


async def in_thread(call: Callable[[], T]) -> T:
    """The result of a call that may block. Its database connection stays open for the next one."""

    def called() -> T:
        close_old_connections()
        return call()

    return await asyncio.get_running_loop().run_in_executor(_threads, called)
