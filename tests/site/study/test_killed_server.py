"""Is an answer safe once the server has said so, even if it is killed in the middle of a thousand?"""

import http.client
import sqlite3
import threading
import time
from collections import Counter
from urllib.parse import urlencode

import pytest

from config.served import Server
from quizzes.bank import bank

CLIENTS, ANSWERS_EACH = 50, 20
KILL_AFTER = 300
SECONDS_MAX = 60.0
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


class Reader(threading.Thread):
    """One browser: sends each answer with a key of its own until it is told that the answer is in."""

    def __init__(self, number: int, port: int, deadline: float) -> None:
        super().__init__(daemon=True)
        self.number, self.port, self.deadline = number, port, deadline
        self.cookie = ""
        self.told: list[str] = []
        self.tries = 0

    def begin(self) -> None:
        """Marks a lesson, and so has a cookie before the first answer."""
        while not self.cookie:
            self._send("/progress/done/", {"lesson": "topologies"})

    def run(self) -> None:
        for place, (path, answer) in enumerate(questions()):
            key = f"reader-{self.number}-answer-{place}"
            while not self._send(path, {"answer": answer, "key": key}):
                assert time.monotonic() < self.deadline, f"{key} was never taken"
                time.sleep(0.1)
            self.told.append(key)

    def _send(self, path: str, form: dict[str, str]) -> bool:
        self.tries += 1
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", path, urlencode(form), FORM | ({"Cookie": self.cookie} if self.cookie else {}))
            answer = connection.getresponse()
            answer.read()
            self.cookie = (answer.getheader("Set-Cookie") or self.cookie).split(";")[0]
            return answer.status == 303
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def questions() -> list[tuple[str, str]]:
    """Questions of the course with one choice, and one of their options."""
    asked = [one for one in bank().questions.values() if one.kind == "choice" and one.seed is None]
    return [(f"/quiz/{one.id}/", one.options[place % 2].id) for place, one in enumerate(asked[:ANSWERS_EACH])]


@pytest.fixture
def server(tmp_path):
    made = Server(DATABASE_URL=f"sqlite:///{tmp_path / 'killed.sqlite3'}", DEBUG="")
    made.migrate()
    made.start()
    yield made
    made.kill()


def test_a_killed_server_loses_no_acknowledged_answer_and_doubles_none_l4_s14(server, tmp_path):
    assert len(questions()) == ANSWERS_EACH
    readers = [Reader(number, server.port, time.monotonic() + SECONDS_MAX) for number in range(CLIENTS)]
    for reader in readers:
        reader.begin()
    for reader in readers:
        reader.start()
    while sum(len(reader.told) for reader in readers) < KILL_AFTER:
        time.sleep(0.005)
    server.kill()
    told_before = {key for reader in readers for key in list(reader.told)}
    kept_before = _keys(tmp_path)
    assert KILL_AFTER <= len(told_before) < CLIENTS * ANSWERS_EACH, "killed in the middle"
    assert told_before <= set(kept_before), "an answer that was acknowledged is gone"
    server.start()
    for reader in readers:
        reader.join(timeout=SECONDS_MAX)
        assert len(reader.told) == ANSWERS_EACH
    kept = _keys(tmp_path)
    assert sum(reader.tries for reader in readers) > CLIENTS * (ANSWERS_EACH + 1), "some had to be sent again"
    assert max(kept.values()) == 1, "an answer is there twice"
    assert set(kept) == {key for reader in readers for key in reader.told}
    assert len(kept) == CLIENTS * ANSWERS_EACH


def _keys(folder) -> Counter:
    """How often each key is in the database; read beside the server, or after its end."""
    connection = sqlite3.connect(folder / "killed.sqlite3")
    try:
        return Counter(key for (key,) in connection.execute("SELECT key FROM study_answer"))
    finally:
        connection.close()
