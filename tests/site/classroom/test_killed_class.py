"""Is a vote safe once the phone says that it is in, even if the server is killed in the middle of a burst?"""

import http.client
import json
import re
import sqlite3
import threading
import time
import uuid

import pytest
from django.core import signing

from classroom.rooms import COOKIE, SALT
from config.served import Server
from tests.site.classroom.visitor import Visitor, session_opened

PHONES = 60
KILL_AFTER = 20
SECONDS_MAX = 25.0


class Phone(threading.Thread):
    """Votes, and sends the same vote again until the server says that it is in. Then taps a second time."""

    def __init__(self, visitor: Visitor, path: str, form: dict[str, str], begin: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self.visitor, self.path, self.form, self.begin = visitor, path, form, begin
        self.told_at: float | None = None
        self.tries = self.taps = 0

    def run(self) -> None:
        self.begin.wait(timeout=SECONDS_MAX)
        deadline = time.monotonic() + SECONDS_MAX
        while self.taps < 2:
            while not self._sent():
                assert time.monotonic() < deadline, "the vote was never taken"
                time.sleep(0.05)
            self.taps += 1
            self.told_at = self.told_at or time.monotonic()

    @property
    def key(self) -> str:
        """What its cookie calls it."""
        return uuid.UUID(signing.loads(self.visitor.cookies[COOKIE], salt=SALT)).hex

    def _sent(self) -> bool:
        self.tries += 1
        try:
            status, text = self.visitor.ask("POST", self.path, **self.form)
        except (OSError, http.client.HTTPException):
            return False
        return status == 200 and "Your answer is in" in text


@pytest.fixture
def server(tmp_path):
    made = Server(DATABASE_URL=f"sqlite:///{tmp_path / 'killed.sqlite3'}", DEBUG="1")  # no collected files are needed
    made.migrate()
    made.start()
    yield made
    made.kill()


def _asked(server: Server) -> tuple[str, list[dict[str, str]], list[Visitor]]:
    """A session with a question open, the forms that a phone can send, and the phones that joined."""
    teacher = Visitor(server.port)
    code, _ = session_opened(teacher)
    made = {"kind": "", "number": "0", "prompt": "Which one?", "options": "this\nthat\nneither"}
    assert teacher.ask("POST", f"/teach/{code}/improvise/", **made)[0] == 200
    phones = [Visitor(server.port) for _ in range(PHONES)]
    for phone in phones:
        assert phone.ask("POST", f"/j/{code}/", code=code)[0] == 303
    _, part = phones[0].ask("GET", f"/j/{code}/part/")
    question = re.search(r'name="question" value="([^"]+)"', part)[1]
    values = re.findall(r'type="radio" name="answer" value="([^"]+)"', part)
    assert len(values) == 3
    return code, [{"question": question, "round": "1", "answer": value} for value in values], phones


def _stored(tmp_path) -> dict[str, list[str]]:
    """The votes of each participant in the database, by key; read beside the server, or after its end."""
    asked = (
        "SELECT key, given FROM classroom_vote JOIN classroom_participant ON participant_id = classroom_participant.id"
    )
    connection = sqlite3.connect(tmp_path / "killed.sqlite3")
    try:
        found: dict[str, list[str]] = {}
        for who, given in connection.execute(asked):
            found.setdefault(who, []).append(str(json.loads(given)))
        return found
    finally:
        connection.close()


def test_a_killed_server_loses_no_acknowledged_vote_and_doubles_none_l4(server, tmp_path):
    code, forms, visitors = _asked(server)
    begin = threading.Barrier(PHONES)
    phones = [
        Phone(visitor, f"/j/{code}/vote/", forms[place % len(forms)], begin) for place, visitor in enumerate(visitors)
    ]
    for phone in phones:
        phone.start()
    deadline = time.monotonic() + SECONDS_MAX
    while sum(phone.told_at is not None for phone in phones) < KILL_AFTER:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    server.kill()
    told = {phone.key: [phone.form["answer"]] for phone in phones if phone.told_at is not None}
    assert KILL_AFTER <= len(told) < PHONES, "killed in the middle"
    assert told.items() <= _stored(tmp_path).items(), "a vote that was acknowledged is gone, or another"
    server.start()
    for phone in phones:
        phone.join(timeout=SECONDS_MAX)
        assert phone.taps == 2
    assert sum(phone.tries for phone in phones) > 2 * PHONES, "some had to be sent again"
    assert _stored(tmp_path) == {phone.key: [phone.form["answer"]] for phone in phones}, "each as it was sent, and once"
