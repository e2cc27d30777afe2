"""A session with its instructor, its screen and phones, as Django clients."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from classroom import gate
from classroom.guesses import Guesses
from classroom.models import ClassSession
from classroom.rooms import Room, room_of
from study.throttle import Throttle

LESSON = "failover-and-failback"
QUESTION = "failover-blip"
SAME = {"Sec-Fetch-Site": "same-origin"}


class Class:
    """One session, and everybody in it."""

    def __init__(self, lesson: str = LESSON, **plan: Any) -> None:
        self.teacher = Client(headers=SAME)
        page = self.teacher.post("/teach/", plan or {"lesson": lesson})
        assert page.status_code == 200, page.content.decode()
        text = page.content.decode()
        self.code = re.search(r"/teach/(\w{6})/\?token=", text)[1]
        self.teacher_link = re.search(rf"/teach/{self.code}/\?token=[\w-]+", text)[0]
        self.screen_link = re.search(rf"/teach/{self.code}/screen/\?token=[\w-]+", text)[0]
        self.screen = Client()
        assert self.screen.get(self.screen_link).status_code == 303

    @property
    def room(self) -> Room:
        room = room_of(self.code)
        assert room is not None
        return room

    @property
    def session(self) -> ClassSession:
        return self.room.session

    def phone(self) -> Client:
        client = Client(headers=SAME)
        assert client.post(f"/j/{self.code}/").status_code == 303
        return client

    def step(self, kind: str, *, status: int = 303, number: int | None = None, **data: Any) -> Any:
        number = self.room.state.number if number is None else number
        answer = self.teacher.post(f"/teach/{self.code}/step/", {"kind": kind, "number": number, **data})
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer

    def vote(self, phone: Client, answer: Any, *, question: str = QUESTION, round: int = 1, **more: Any) -> Any:
        return phone.post(f"/j/{self.code}/vote/", {"question": question, "round": round, "answer": answer, **more})

    def seen(self, who: Client, path: str = "") -> str:
        answer = who.get(f"/{path or f'j/{self.code}/'}")
        assert answer.status_code == 200
        return answer.content.decode()

    def on_screen(self) -> str:
        return self.seen(self.screen, f"teach/{self.code}/screen/")

    def on_console(self) -> str:
        return self.seen(self.teacher, f"teach/{self.code}/")


@pytest.fixture
def room_of_people(db, monkeypatch) -> Class:
    """A session that has just been opened."""
    monkeypatch.setattr(gate, "GUESSES", Guesses())
    monkeypatch.setattr("classroom.views_teach.NEW_SESSIONS", Throttle(limit=60, period_s=3600))
    return Class()


@pytest.fixture
def another_room(room_of_people) -> Class:
    """A second session, for what must not reach over."""
    return Class()
