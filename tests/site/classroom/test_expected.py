"""N13: does the instructor see how earlier rooms split, and nobody else, and never a few people?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from classroom import expected
from classroom.models import ClassSession, Participant, Vote
from classroom.services import session_open

LESSON, QUESTION = "failover-and-failback", "failover-blip"


@pytest.fixture(autouse=True)
def nothing_kept():
    expected._kept.clear()
    yield
    expected._kept.clear()


def earlier(right: int, wrong: int, *, simulated: bool = False, over: bool = True, version: int = 1, **more) -> None:
    """A session that was led before, with so many first votes."""
    session, _, _ = session_open(lesson=LESSON, **more)
    for place in range(right + wrong):
        person = Participant.objects.create(session=session, pseudonym="grey heron", simulated=simulated)
        votes = ((1, place < right), (2, True))
        for number, is_right in votes:
            Vote.objects.create(
                participant=person,
                question_id=QUESTION,
                round=number,
                version=version,
                given="nothing" if is_right else "promote",
                right=is_right,
                at=timezone.now(),
            )
    if over:
        ClassSession.objects.filter(pk=session.pk).update(ended_at=timezone.now())


def seen(led) -> str:
    expected._kept.clear()
    return led.on_console()


def test_N13_the_first_votes_of_earlier_rooms_stand_with_the_question_before_it_is_asked(room_of_people):
    for right, wrong in ((6, 14), (10, 10), (5, 5)):
        earlier(right, wrong)
    page = seen(room_of_people)
    assert "In 3 earlier sessions 42\u2009% were right at first." in page, "21 of 50, and the second votes do not count"
    assert room_of_people.room.state.phase == "lobby"


def test_N13_neither_screen_nor_phone_is_told(room_of_people):
    earlier(10, 10)
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    assert "earlier session" in seen(room_of_people)
    pages = [
        room_of_people.on_screen(),
        room_of_people.seen(phone),
        room_of_people.seen(phone, f"j/{room_of_people.code}/mine/"),
    ]
    assert not [page for page in pages if "earlier session" in page or "at first" in page]


@pytest.mark.parametrize(("right", "wrong"), [(4, 20), (20, 4), (2, 2), (1, 0)])
def test_N13_a_room_with_a_few_people_on_a_side_counts_not_even_in_a_sum(room_of_people, right, wrong):
    earlier(right, wrong)
    assert "earlier session" not in seen(room_of_people)
    earlier(10, 10)
    assert "In 1 earlier session 50\u2009% were right at first." in seen(room_of_people)


def test_N13_rehearsals_open_sessions_and_those_kept_apart_do_not_count(room_of_people):
    earlier(10, 10, simulated=True)
    earlier(10, 10, over=False)
    earlier(10, 10, lends_shares=False)
    earlier(10, 10, version=99)
    assert "earlier session" not in seen(room_of_people)
    ClassSession.objects.filter(ended_at=None).update(made_at=timezone.now() - timedelta(days=2))
    assert "In 1 earlier session" in seen(room_of_people), "a session that nobody ended is over the day after"


def test_N13_a_room_is_not_told_of_itself(room_of_people):
    phones = [room_of_people.phone() for _ in range(10)]
    room_of_people.step("ask", question=QUESTION)
    for place, phone in enumerate(phones):
        room_of_people.vote(phone, "nothing" if place < 5 else "promote")
    room_of_people.step("end")
    assert "earlier session" not in seen(room_of_people)
    again = type(room_of_people)()
    assert "In 1 earlier session 50\u2009% were right at first." in seen(again)


def test_N13_the_instructor_keeps_the_numbers_to_the_session_when_it_begins_or_later(room_of_people):
    assert ClassSession.objects.get().lends_shares
    page = room_of_people.teacher.post("/teach/", {"lesson": LESSON, "apart": "yes"})
    apart = ClassSession.objects.exclude(code=room_of_people.code).get()
    assert page.status_code == 200 and not apart.lends_shares
    for say, lends, words in (
        ("yes", True, "Keep these numbers to this session"),
        ("no", False, "No other session is told"),
    ):
        assert room_of_people.teacher.post(f"/teach/{apart.code}/lend/", {"lend": say}).status_code == 303
        assert ClassSession.objects.get(code=apart.code).lends_shares is lends
        assert words in room_of_people.seen(room_of_people.teacher, f"teach/{apart.code}/results/")
    said = room_of_people.screen.post(
        f"/teach/{room_of_people.code}/lend/", {}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert said.status_code == 404
