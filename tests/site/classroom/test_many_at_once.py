"""L5: do a hundred phones get in at once, and is each of their votes stored? `make load` does it with a thousand."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing

import pytest

from config.served import Server
from tests.load.people import Browser, forms

PEOPLE = 100
JOIN_S, VOTE_S = (
    6.0,
    1.0,
)  # five hundred within half a minute come just as often; five hundred votes take five times this
SECONDS_MAX = 60.0


@pytest.fixture
def server(tmp_path):
    made = Server(DATABASE_URL=f"sqlite:///{tmp_path / 'many.sqlite3'}", DEBUG="1")  # no collected files are needed
    made.migrate()
    made.start()
    yield made
    made.kill()


def test_L5_a_hundred_join_and_vote_in_a_burst_and_every_vote_is_there_once(server, tmp_path):
    sent = asyncio.run(_session(server.port))
    with closing(sqlite3.connect(tmp_path / "many.sqlite3")) as database:
        stored = database.execute("SELECT participant_id, given FROM classroom_vote").fetchall()
        people = database.execute("SELECT COUNT(*) FROM classroom_participant").fetchone()[0]
    assert people == PEOPLE
    assert len({who for who, _ in stored}) == len(stored) == PEOPLE
    assert Counter(str(json.loads(given)) for _, given in stored) == Counter(sent)


async def _session(port: int) -> list[str]:
    """Everybody joins, the instructor asks, everybody votes; what they were told is in."""
    async with asyncio.timeout(SECONDS_MAX):
        teacher = Browser(port)
        choices = forms(await teacher.get("/teach/"))[0][1]
        started = await teacher.post("/teach/", {"lesson": next(text for name, text in choices if name == "lesson")})
        code = re.search(r'href="/teach/([A-Z0-9]{6})/"', started)[1]
        phones = [Browser(port) for _ in range(PEOPLE)]
        await _spread(JOIN_S, [phone.post(f"/j/{code}/", {}) for phone in phones])
        made = {"number": "0", "prompt": "Which one?", "options": "this\nthat\nneither"}
        await teacher.post(f"/teach/{code}/improvise/", made, part=True)
        fields = next(fields for action, fields in forms(await phones[0].get(f"/j/{code}/")) if "/vote/" in action)
        asked = {name: text for name, text in fields if name in ("question", "round")}
        sent = [str(1 + place % 3) for place in range(PEOPLE)]
        path = f"/j/{code}/vote/"
        told = await _spread(
            VOTE_S,
            [phone.post(path, asked | {"answer": one}, part=True) for phone, one in zip(phones, sent, strict=True)],
        )
        assert all("Your answer is in" in text for text in told)
        screen = await teacher.get(f"/teach/{code}/part/")
        assert f'data-count="voted">{PEOPLE}<' in screen and f'data-count="joined">{PEOPLE}<' in screen
        for one in (teacher, *phones):
            one.close()
        return sent


async def _spread(seconds: float, calls: list) -> list[str]:
    """The answers to calls that begin evenly over so many seconds."""

    async def one(place: int, call) -> str:
        await asyncio.sleep(seconds * place / len(calls))
        return await call

    return list(await asyncio.gather(*(one(place, call) for place, call in enumerate(calls))))
