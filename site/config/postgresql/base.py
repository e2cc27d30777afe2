"""Is a connection that was kept still good? Django asks the server, a round trip before each page and each vote.

A server that has gone has closed its end, and that can be seen here without asking.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own in everything else."""

    def is_usable(self) -> bool:
        """Whether the connection works. It does when nothing went wrong on it, and nothing has come that was not asked
        for: the end of the line comes like that, and then the server is asked after all."""
        kept = self.connection
        if kept is not None and not kept.closed and not self.errors_occurred and not has_come(kept.fileno()):
            return True
        return bool(super().is_usable())


def has_come(file: int) -> bool:
    """Whether something of the other end of a socket, or its end, waits to be read; true where that cannot be seen."""
    if not hasattr(select, "poll"):  # Windows
        return True
    line = select.poll()
    line.register(file, select.POLLIN)
    return bool(line.poll(0))
