"""Is the end of a line seen without asking? (`make load` ends real connections to a real server.)"""

import socket

import pytest

from config.postgresql.base import DatabaseWrapper, has_come


class Kept:
    """A connection of psycopg, as far as it is looked at."""

    def __init__(self, line: socket.socket) -> None:
        self.line, self.closed = line, False

    def fileno(self) -> int:
        return self.line.fileno()


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def asked(monkeypatch) -> list[bool]:
    """Every question to the server, which answers that nothing works."""
    found = []
    monkeypatch.setattr(DatabaseWrapper.__mro__[1], "is_usable", lambda self: bool(found.append(True)))
    return found


def wrapper(kept) -> DatabaseWrapper:
    made = DatabaseWrapper({"ENGINE": "config.postgresql", "OPTIONS": {}, "TIME_ZONE": None})
    made.connection = kept
    return made


def test_a_quiet_line_is_good_and_nobody_is_asked(ends, asked):
    assert not has_come(ends[0].fileno())
    assert wrapper(Kept(ends[0])).is_usable() and not asked


def test_the_end_of_a_line_or_a_word_out_of_turn_is_seen_and_the_server_asked(ends, asked):
    ours, theirs = ends
    theirs.send(b"N")
    assert not wrapper(Kept(ours)).is_usable() and len(asked) == 1
    ours.recv(1)
    theirs.close()
    assert has_come(ours.fileno())
    assert not wrapper(Kept(ours)).is_usable() and len(asked) == 2


def test_the_server_is_asked_after_an_error_and_of_a_connection_that_was_closed(ends, asked):
    wrong, closed = wrapper(Kept(ends[0])), wrapper(Kept(ends[0]))
    wrong.errors_occurred = closed.connection.closed = True
    assert not wrong.is_usable() and not closed.is_usable() and not wrapper(None).is_usable()
    assert len(asked) == 3
