"""What is refused, and is nothing counted then?"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from classroom import gate, rooms
from classroom.guesses import Guesses
from classroom.models import ClassEvent, ClassSession, Participant, Vote
from lessons.classroom.joining import CODE_LETTERS
from lessons.classroom.phases import GRACE_S

QUESTION = "failover-blip"


def test_a_vote_for_another_question_or_round_is_refused(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    assert room_of_people.vote(phone, ["message"], question="failover-fence").status_code == 409
    assert room_of_people.vote(phone, "promote", round=2).status_code == 409
    assert room_of_people.vote(phone, "promote", question="no-such-question").status_code == 422
    assert room_of_people.vote(phone, "promote", round="first").status_code == 422
    assert room_of_people.vote(phone, "no-such-option").status_code == 422
    assert not Vote.objects.exists()


def test_the_clock_of_the_client_decides_nothing(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    room_of_people.vote(phone, "promote", at="1999-01-01T00:00:00Z", seconds="0.001", right="true", attempt="7")
    vote = Vote.objects.get()
    assert vote.at.year > 2000 and vote.right is False and vote.attempt == 1


def test_a_vote_after_the_close_is_refused_whatever_time_the_phone_says_it_was_cast(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    room_of_people.vote(phone, "promote")
    room_of_people.step("close")
    closing = ClassEvent.objects.get(kind="close")
    closing.at -= timedelta(seconds=GRACE_S + 0.1)
    closing.save()
    rooms._rooms.clear()
    in_time = (closing.at - timedelta(seconds=60)).isoformat()
    answer = room_of_people.vote(phone, "nothing", at=in_time, cast=in_time)
    assert answer.status_code == 409 and "Your earlier vote, if any, still counts" in answer.content.decode()
    assert [vote.given for vote in Vote.objects.all()] == ["promote"]


def test_a_double_tap_on_an_answer_is_one_vote(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    for _ in range(5):
        assert room_of_people.vote(phone, "promote").status_code == 303
    assert Vote.objects.count() == 1 and 'data-count="voted">1<' in room_of_people.on_screen()


def test_nobody_votes_without_having_joined(room_of_people):
    room_of_people.step("ask", question=QUESTION)
    assert room_of_people.vote(Client(headers={"Sec-Fetch-Site": "same-origin"}), "promote").status_code == 404
    assert not Vote.objects.exists()


def test_another_site_cannot_make_a_phone_vote(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    answer = phone.post(
        f"/j/{room_of_people.code}/vote/",
        {"question": QUESTION, "round": 1, "answer": "promote"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403 and not Vote.objects.exists()


def test_cookies_of_another_session_open_nothing(room_of_people, another_room):
    phone = another_room.phone()
    room_of_people.step("ask", question=QUESTION)
    assert room_of_people.vote(phone, "promote").status_code == 404
    code = room_of_people.code
    for path in (f"/teach/{code}/", f"/teach/{code}/part/", f"/teach/{code}/results/", f"/teach/{code}/results.csv"):
        assert another_room.teacher.get(path).status_code == 404
        assert another_room.screen.get(path).status_code == 404
    assert another_room.screen.get(f"/teach/{code}/screen/").status_code == 404
    assert another_room.teacher.post(f"/teach/{code}/delete/").status_code == 404
    assert not Vote.objects.exists() and ClassSession.objects.count() == 2


def test_the_screen_and_a_phone_lead_nothing(room_of_people):
    phone = room_of_people.phone()
    for who in (room_of_people.screen, phone):
        posted = {"kind": "ask", "question": QUESTION, "number": 0}
        answer = who.post(f"/teach/{room_of_people.code}/step/", posted, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 404
    assert room_of_people.room.state.number == 0


@pytest.mark.parametrize("token", ["", "x", "0" * 32, "\x00", "ü"])
def test_a_forged_token_opens_nothing_and_sets_no_cookie(room_of_people, token):
    for path in (f"/teach/{room_of_people.code}/", f"/teach/{room_of_people.code}/screen/"):
        answer = Client().get(path, {"token": token})
        assert answer.status_code == 404 and not answer.cookies


def test_the_token_of_the_screen_opens_no_console(room_of_people):
    token = room_of_people.screen_link.partition("token=")[2]
    assert Client().get(f"/teach/{room_of_people.code}/", {"token": token}).status_code == 404


def test_a_link_leaves_a_cookie_for_its_session_and_no_token_in_the_address(room_of_people):
    fresh = Client()
    answer = fresh.get(room_of_people.teacher_link)
    assert answer.status_code == 303 and answer["Location"] == f"/teach/{room_of_people.code}/"
    (cookie,) = answer.cookies.values()
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert fresh.get(f"/teach/{room_of_people.code}/").status_code == 200


def test_a_cookie_that_was_not_signed_here_is_none(room_of_people):
    room_of_people.phone()
    person = Participant.objects.get()
    room_of_people.step("ask", question=QUESTION)
    for text in (str(person.key), signing.dumps(str(person.key), salt="another.salt"), "x:y:z"):
        forged = Client(headers={"Sec-Fetch-Site": "same-origin"})
        forged.cookies["classroom"] = text
        assert room_of_people.vote(forged, "promote").status_code == 404
    assert not Vote.objects.exists()


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(room_of_people, monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(gate, "GUESSES", Guesses(made))
    return made


def guessed(client: Client, count: int, right: str, first: int = 0, **request: str) -> list[int]:
    """Tries so many codes one after the other, none of them the right one; what was answered."""
    base = len(CODE_LETTERS)
    answers = []
    for number in range(first, first + count):
        code = "".join(CODE_LETTERS[(number * 7919 // base**place) % base] for place in range(6))
        if code != right:
            answers.append(client.get(f"/j/{code}/", **request).status_code)
    return answers


def test_ten_thousand_guessed_codes_open_nothing(room_of_people, clock):
    """A guesser is stopped after a thousand; from then on even the right code opens nothing from there."""
    guesser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    answers = guessed(guesser, 10_000, room_of_people.code)
    assert answers.count(404) == 1_000 and set(answers[1_000:]) == {429}
    assert guesser.post("/join/", {"code": room_of_people.code}).status_code == 429
    clock.now += 60
    assert guessed(guesser, 200, room_of_people.code, first=20_000).count(404) == 100, "a hundred a minute come back"
    assert not Participant.objects.exists() and not Vote.objects.exists()


def test_a_hall_behind_one_address_mistypes_and_still_gets_in(room_of_people, clock):
    """Five hundred wrong codes within a moment, then the right one from the same address."""
    assert set(guessed(Client(), 500, room_of_people.code)) == {404}
    assert room_of_people.phone().get(f"/j/{room_of_people.code}/").status_code == 200
    guessed(Client(), 600, room_of_people.code, first=20_000)
    assert Client().get(f"/j/{room_of_people.code}/").status_code == 429
    clock.now += 0.7
    assert Client().get(f"/j/{room_of_people.code}/").status_code == 200, "nobody waits out a window"


def test_guesses_from_many_addresses_run_dry_together_and_lock_out_nobody_who_only_mistypes(room_of_people, clock):
    for number in range(11_000):
        gate.GUESSES.wrong(f"198.51.100.{number % 11}")
    late = {"REMOTE_ADDR": "198.51.100.99"}
    answers = guessed(Client(), 100, room_of_people.code, first=200_000, **late)
    assert answers.count(404) == 20 and set(answers[20:]) == {429}
    honest = {"REMOTE_ADDR": "203.0.113.5"}
    guessed(Client(), 5, room_of_people.code, first=300_000, **honest)
    assert Client().get(f"/j/{room_of_people.code}/", **honest).status_code == 200


def test_all_addresses_of_a_newer_network_are_one_guesser(room_of_people, clock):
    guessed(Client(), 1_000, room_of_people.code, REMOTE_ADDR="2001:db8:1:2::1")
    assert Client().get(f"/j/{room_of_people.code}/", REMOTE_ADDR="2001:db8:1:2:ffff::9").status_code == 429
    assert Client().get(f"/j/{room_of_people.code}/", REMOTE_ADDR="2001:db8:1:3::1").status_code == 200


def test_those_who_have_joined_stay_in_while_somebody_guesses_beside_them(room_of_people, clock):
    phone = room_of_people.phone()
    guessed(Client(), 1_000, room_of_people.code)
    room_of_people.step("ask", question=QUESTION)
    assert room_of_people.vote(phone, "promote").status_code == 303
    assert Client().get(f"/j/{room_of_people.code}/").status_code == 429


def test_addresses_that_join_and_vote_say_the_same_for_no_room_and_for_another_room(room_of_people, another_room):
    """Only the two places that count guesses tell whether a code is right."""
    outsider = another_room.phone()
    for code in (room_of_people.code, "A" * 6):
        for path in ("part/", "mine/", "lesson/"):
            assert outsider.get(f"/j/{code}/{path}").status_code == 404
        for path in ("vote/", "signal/", "ask/", "mine/"):
            assert outsider.post(f"/j/{code}/{path}").status_code == 404


def test_a_second_tap_on_a_step_is_refused_and_done_once(room_of_people):
    room_of_people.step("ask", question=QUESTION)
    answer = room_of_people.step("ask", question="failover-fence", number=0, status=409)
    assert "Something else has happened since" in answer.content.decode()
    assert room_of_people.room.state.question_id == QUESTION


def test_a_step_that_does_not_fit_says_so(room_of_people):
    assert "does not fit" in room_of_people.step("vote_again", status=409).content.decode()
    for kind, data in [
        ("ask", {"question": "x"}),
        ("read", {"section": "x"}),
        ("run", {"anchor": "x"}),
        ("dance", {}),
        ("set_shares", {"low": 90, "high": 10}),
        ("ask_several", {"question": [QUESTION]}),
        ("ask_several", {}),
    ]:
        room_of_people.step(kind, status=409, **data)
    assert room_of_people.room.state.number == 0


@pytest.mark.parametrize(
    "posted",
    [
        {"prompt": "Tea?", "options": "Tea"},
        {"prompt": "", "options": "Tea\nCoffee"},
        {"prompt": "Tea?", "options": "\n".join("abcdefg")},
        {"prompt": "Tea?", "options": "Tea\n" + "x" * 121},
        {"planned": "1"},
        {"planned": "-1"},
        {"anchor": "no-such-experiment"},
    ],
)
def test_a_question_made_up_badly_is_refused_with_words(room_of_people, posted):
    answer = room_of_people.teacher.post(f"/teach/{room_of_people.code}/improvise/", {"number": 0, **posted})
    assert answer.status_code == 409 and 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 19_000,
        json.dumps({"format": "blast-radius-class-plan", "version": 1, "lesson": "x"}).encode(),
        json.dumps({"format": "blast-radius-class-plan", "version": 1, "lesson": ["x"]}).encode(),
        json.dumps(
            {"format": "blast-radius-class-plan", "version": 1, "lesson": "failover-and-failback", "shares": [1, 0]}
        ).encode(),
        json.dumps(
            {"format": "blast-radius-class-plan", "version": 1, "lesson": "failover-and-failback", "shares": "ab"}
        ).encode(),
        json.dumps(
            {"format": "blast-radius-class-plan", "version": 1, "lesson": "failover-and-failback", "improvised": [7]}
        ).encode(),
        b" " * 30_000,
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_words(room_of_people, body):
    answer = room_of_people.teacher.post("/teach/", {"plan": SimpleUploadedFile("plan.json", body)})
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert ClassSession.objects.count() == 1
