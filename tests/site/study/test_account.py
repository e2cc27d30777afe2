"""Does an account hold on to a record, and does nothing need one?"""

import re

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from study.learners import learner_of
from study.models import Learner

UP, IN, OUT = "/account/sign-up/", "/account/sign-in/", "/account/sign-out/"
FORM = {"email": "reader@example.org", "password1": "tally-three-regions"}
CREDENTIALS = {"login": "reader@example.org", "password": "tally-three-regions"}


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()  # the limits of tries are counted in it


@pytest.fixture
def other(db) -> Client:
    """A second browser."""
    return Client(headers={"Sec-Fetch-Site": "same-origin"})


def learner_in(client: Client) -> Learner | None:
    return learner_of(client.get("/progress/").wsgi_request)


def test_signing_up_adopts_what_was_done_on_this_device(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    before = learner_in(reader)
    assert "1 question answered" in reader.get(UP).content.decode()
    response = reader.post(UP, FORM | {"along": "1"})
    assert (response.status_code, response["Location"]) == (302, "/progress/")
    assert learner_in(reader) == before
    before.refresh_from_db()
    assert before.user == User.objects.get(email="reader@example.org")
    assert "reader@example.org" in reader.get("/progress/").content.decode()


def test_signing_in_elsewhere_opens_the_record_and_puts_both_together(reader, other):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    reader.post(UP, FORM | {"along": "1"})
    other.post("/quiz/failover-fence/", {"action": "unknown"})
    other.post(IN, CREDENTIALS | {"along": "1"})
    assert learner_in(other) == learner_in(reader)
    assert {kept.question_id for kept in learner_in(other).answers.all()} == {"failover-blip", "failover-fence"}
    assert Learner.objects.count() == 1


def test_what_somebody_else_did_on_this_device_stays_theirs_r23(reader, other):
    reader.post(UP, FORM)
    other.post("/quiz/failover-fence/", {"action": "unknown"})
    stranger = learner_in(other)
    other.post(IN, CREDENTIALS)
    assert learner_in(other) == learner_in(reader)
    assert not learner_in(other).answers.exists()
    assert stranger.answers.count() == 1


def test_the_record_of_another_account_is_never_taken_along(reader, other):
    reader.post(UP, FORM)
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    other.post(UP, FORM | {"email": "second@example.org"})
    del reader.cookies["sessionid"]  # signed out by time; the cookie of the record is still there
    reader.post(IN, {"login": "second@example.org", "password": FORM["password1"], "along": "1"})
    assert learner_in(reader) == learner_in(other)
    assert not learner_in(other).answers.exists()
    assert Learner.objects.get(user__email="reader@example.org").answers.count() == 1


def test_an_account_that_was_made_first_keeps_the_first_answer(reader, other):
    reader.post(UP, FORM)
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    other.post(IN, CREDENTIALS)
    assert "Not yet." in other.get("/quiz/failover-blip/").content.decode()


def test_signing_out_lets_go_of_the_device_and_deletes_nothing_r23(reader):
    reader.post(UP, FORM)
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    assert reader.get(OUT).status_code == 200 and learner_in(reader), "looking signs nobody out"
    response = reader.post(OUT)
    assert response.cookies["learner"].value == "" and response.cookies["sessionid"].value == ""
    assert not Session.objects.exists()
    assert learner_in(reader) is None
    assert "Not yet." not in reader.get("/quiz/failover-blip/").content.decode()
    reader.post(IN, CREDENTIALS)
    assert "Not yet." in reader.get("/quiz/failover-blip/").content.decode()


def test_there_is_a_session_only_for_who_signed_in_r19(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    for path in (UP, IN, "/", "/progress/", "/review/"):
        assert "sessionid" not in reader.get(path).cookies
    reader.post(IN, CREDENTIALS)
    assert set(reader.cookies) == {"learner"} and not Session.objects.exists()
    cookie = reader.post(UP, FORM).cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_forgetting_everything_forgets_the_account_r22(reader, other):
    reader.post(UP, FORM)
    other.post(IN, CREDENTIALS)
    assert "the account reader@example.org" in reader.get("/progress/forget/").content.decode()
    reader.post("/progress/forget/")
    assert not User.objects.exists() and not Learner.objects.exists()
    assert learner_in(other) is None
    assert "not correct" in other.post(IN, CREDENTIALS).content.decode()


def test_no_form_of_an_account_carries_a_token_and_another_site_can_send_none(reader, stranger):
    for path in (UP, IN):
        assert "csrf" not in reader.get(path).content.decode().lower()
    assert stranger.post(UP, FORM).status_code == 403
    reader.post(UP, FORM)
    stranger.cookies = reader.cookies
    assert stranger.post(OUT).status_code == 403
    assert stranger.post("/account/password/", {}).status_code == 403
    assert stranger.post(IN, CREDENTIALS).status_code == 403


def test_the_pages_of_an_account_keep_the_strict_policy(client, db):
    for path in (UP, IN):
        response = client.get(path)
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", response.content.decode())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password1": "short"}, "at least 10 characters"),
        ({"password1": "password1234"}, "too common"),
        ({"password1": "reader@example.org"}, "too similar"),
        ({"email": "no address"}, "valid email address"),
        ({"email": ""}, "required"),
    ],
)
def test_an_account_that_cannot_be_made_says_why_and_keeps_nothing(reader, change, words):
    response = reader.post(UP, FORM | change)
    assert words in response.content.decode()
    assert not User.objects.exists() and not response.cookies


def test_an_address_has_one_account_and_no_mail_is_ever_sent(reader, other, settings):
    assert settings.ACCOUNT_EMAIL_VERIFICATION == "none"
    reader.post(UP, FORM)
    assert "already registered" in other.post(UP, FORM | {"email": "READER@example.org"}).content.decode()
    assert User.objects.count() == 1
    assert mail.outbox == []


def test_guessing_a_password_is_stopped_soon(reader, other):
    reader.post(UP, FORM)
    answers = [other.post(IN, CREDENTIALS | {"password": f"wrong-{n}"}) for n in range(8)]
    assert "not correct" in answers[0].content.decode()
    assert "Too many failed login attempts" in answers[-1].content.decode()
    assert "Too many failed" in other.post(IN, CREDENTIALS).content.decode(), "even the right one has to wait"


def test_too_many_accounts_from_one_address_are_told_to_wait(reader):
    answers = [reader.post(UP, FORM | {"email": "no address"}) for _ in range(22)]
    assert [one.status_code for one in answers[-2:]] == [429, 429]
    assert "Wait a minute" in answers[-1].content.decode()


def test_a_password_is_changed(reader, other):
    reader.post(UP, FORM)
    form = {"oldpassword": FORM["password1"], "password1": "two-regions-are-not-three"}
    form["password2"] = form["password1"]
    assert "Change your password" in reader.get("/account/password/").content.decode()
    assert "current password" in reader.post("/account/password/", form | {"oldpassword": "x"}).content.decode()
    assert reader.post("/account/password/", form).status_code == 302
    assert "not correct" in other.post(IN, CREDENTIALS).content.decode()
    other.post(IN, CREDENTIALS | {"password": "two-regions-are-not-three"})
    assert learner_in(other) == learner_in(reader)


def test_nothing_of_an_account_leads_to_a_page_that_is_not_there(client, db):
    for path in ("/account/", "/account/email/", "/account/password/reset/", "/account/confirm-email/"):
        assert client.get(path).status_code == 404
    assert client.get("/account/password/").status_code == 302
