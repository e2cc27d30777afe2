"""L15: is a countdown off by default, announced, extendable by each, decided by the server, and never a score?"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from classroom import rooms
from classroom.models import ClassEvent, MoreTime, Vote
from lessons.classroom.phases import GRACE_S

QUESTION = "failover-blip"


def counted_down(led, seconds: int = 60) -> None:
    led.step("ask", question=QUESTION)
    led.step("countdown", seconds=seconds)


def let_pass(led, seconds: float) -> None:
    """Moves everything that has happened back by so much."""
    for event in ClassEvent.objects.filter(session=led.session):
        event.at -= timedelta(seconds=seconds)
        event.save()
    rooms._rooms.clear()


def more(led, phone):
    return phone.post(f"/j/{led.code}/more-time/")


def test_L15_there_is_none_unless_the_instructor_starts_one(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    for page in (room_of_people.seen(phone), room_of_people.on_screen(), room_of_people.on_console()):
        assert "<time-left" not in page
    assert "Start a countdown" in room_of_people.on_console()
    assert more(room_of_people, phone).status_code == 409 and not MoreTime.objects.exists()


def test_L15_it_is_announced_on_all_three_views_with_the_servers_time(room_of_people):
    phone = room_of_people.phone()
    counted_down(room_of_people, 90)
    ends_s = room_of_people.room.state.countdown.ends_s
    for page in (room_of_people.seen(phone), room_of_people.on_screen(), room_of_people.on_console()):
        assert f'data-ends="{ends_s:.3f}"' in page
        left = int(re.search(r"(\d+) s left when this page was made", page)[1])
        assert 85 <= left <= 90
    assert "90 s more for me" in room_of_people.seen(phone)
    assert "for me" not in room_of_people.on_screen()


def test_L15_a_vote_after_the_end_is_refused_and_the_vote_stays_open_for_who_took_more(room_of_people):
    quick, slow = room_of_people.phone(), room_of_people.phone()
    counted_down(room_of_people)
    assert room_of_people.vote(quick, "promote").status_code == 303
    assert more(room_of_people, slow).status_code == 200
    let_pass(room_of_people, 60 + GRACE_S + 1)
    answer = room_of_people.vote(quick, "nothing")
    assert answer.status_code == 409 and "Your earlier vote, if any, still counts" in answer.content.decode()
    assert room_of_people.vote(slow, "nothing").status_code == 303
    let_pass(room_of_people, 60)
    assert room_of_people.vote(slow, "promote").status_code == 409
    assert sorted(one.given for one in Vote.objects.all()) == ["nothing", "promote"]
    assert room_of_people.room.state.open_ballots


def test_L15_a_vote_within_the_grace_of_the_end_counts(room_of_people):
    phone = room_of_people.phone()
    counted_down(room_of_people)
    let_pass(room_of_people, 60 + GRACE_S / 2)
    assert room_of_people.vote(phone, "promote").status_code == 303


def test_L15_more_time_is_taken_once_in_each_countdown_also_after_ones_own_is_up(room_of_people):
    phone = room_of_people.phone()
    counted_down(room_of_people)
    let_pass(room_of_people, 70)
    assert "Your time is up" in room_of_people.seen(phone) and "for me" in room_of_people.seen(phone)
    for _ in range(2):
        assert more(room_of_people, phone).status_code == 200
    assert MoreTime.objects.count() == 1
    page = room_of_people.seen(phone)
    assert "You took more time" in page and "for me" not in page and "Send my answer" in page
    assert room_of_people.vote(phone, "promote").status_code == 303
    let_pass(room_of_people, 60)
    late = room_of_people.phone()
    assert more(room_of_people, late).status_code == 409
    room_of_people.step("countdown", seconds=30)
    assert "30 s more for me" in room_of_people.seen(phone), "another countdown, another time"


def test_L15_who_took_more_time_is_a_number_on_the_console_alone(room_of_people):
    phones = [room_of_people.phone() for _ in range(2)]
    counted_down(room_of_people)
    more(room_of_people, phones[0])
    assert "1 took 60 s more for themselves" in room_of_people.on_console()
    assert "more for themselves" not in room_of_people.on_screen() + room_of_people.seen(phones[1])


def test_L15_screen_phone_and_report_are_the_same_for_the_quick_and_the_slow(room_of_people, another_room):
    made = []
    for led, late_s in ((room_of_people, 0), (another_room, 90)):
        phones = [led.phone() for _ in range(2)]
        counted_down(led)
        if late_s:
            assert [more(led, phone).status_code for phone in phones] == [200, 200]
            let_pass(led, late_s)
        for phone in phones:
            assert led.vote(phone, "promote").status_code == 303
        led.step("reveal")
        pages = [led.seen(led.screen, f"teach/{led.code}/screen/part/"), led.seen(phones[0], f"j/{led.code}/part/")]
        pages.append(led.seen(led.teacher, f"teach/{led.code}/results/"))
        made.append([re.sub(r"\d\d:\d\d UTC", "", page.replace(led.code, "CODE")) for page in pages])
    assert Vote.objects.order_by("seconds").last().seconds > 80, "the second room was slow"
    assert made[0] == made[1]


def test_L15_the_instructor_gives_everybody_more_or_stops_it(room_of_people):
    phone = room_of_people.phone()
    counted_down(room_of_people)
    before = room_of_people.room.state.countdown.ends_s
    room_of_people.step("extend")
    assert room_of_people.room.state.countdown.ends_s == before + 30
    room_of_people.step("countdown", seconds=0)
    let_pass(room_of_people, 3600)
    assert "<time-left" not in room_of_people.seen(phone)
    assert room_of_people.vote(phone, "promote").status_code == 303


@pytest.mark.parametrize("seconds", ["", "-5", "1e9", "soon"])
def test_L15_rubbish_starts_none(room_of_people, seconds):
    room_of_people.step("ask", question=QUESTION)
    room_of_people.step("countdown", seconds=seconds)
    assert room_of_people.room.state.countdown is None


def test_L15_printed_cards_and_a_rehearsal_have_no_clock(room_of_people):
    counted_down(room_of_people)
    let_pass(room_of_people, 300)
    path = f"/teach/{room_of_people.code}/"
    assert room_of_people.teacher.post(f"{path}cards/", {"card-nothing": 3}).status_code == 303
    assert room_of_people.teacher.post(f"{path}rehearsal/").status_code == 303
    assert Vote.objects.count() == 33


def test_L27_more_time_goes_with_everything_else_that_a_participant_gave(room_of_people):
    phone = room_of_people.phone()
    counted_down(room_of_people)
    more(room_of_people, phone)
    phone.post(f"/j/{room_of_people.code}/mine/")
    assert not MoreTime.objects.exists()


def test_nobody_takes_more_time_from_outside(room_of_people, another_room, reader):
    counted_down(room_of_people)
    assert more(room_of_people, reader).status_code == 404
    assert more(room_of_people, another_room.phone()).status_code == 404
