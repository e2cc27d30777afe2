"""What is refused, and is nothing counted then?"""

from __future__ import annotations

import json

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from classroom import gate
from classroom.models import ClassSession, Participant, Vote
from lessons.classroom.joining import CODE_LETTERS
from study.throttle import Throttle

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


def test_ten_thousand_guessed_codes_open_nothing(room_of_people, monkeypatch):
    """A guesser is stopped after a hundred; from then on even the right code opens nothing from there."""
    monkeypatch.setattr(gate, "WRONG_CODES", Throttle(limit=100, period_s=3600))
    guesser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    base = len(CODE_LETTERS)
    answers = []
    for number in range(10_000):
        letters = [CODE_LETTERS[(number * 7919 // base**place) % base] for place in range(6)]
        code = "".join(letters)
        if code != room_of_people.code:
            answers.append(guesser.get(f"/j/{code}/").status_code)
    assert answers.count(404) == 100 and set(answers[100:]) == {429}
    assert guesser.post("/join/", {"code": room_of_people.code}).status_code == 429
    assert not Participant.objects.exists()


def test_those_who_have_joined_stay_in_while_somebody_guesses_beside_them(room_of_people, monkeypatch):
    phone = room_of_people.phone()
    monkeypatch.setattr(gate, "WRONG_CODES", Throttle(limit=0, period_s=3600))
    gate.WRONG_CODES.allows("127.0.0.1")
    room_of_people.step("ask", question=QUESTION)
    assert room_of_people.vote(phone, "promote").status_code == 303
    assert Client().get(f"/j/{room_of_people.code}/").status_code == 429


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
