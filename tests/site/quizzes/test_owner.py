"""Does the owner see how the questions are answered, and nobody else?"""

import io

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from quizzes import items
from study.models import Answer, Learner, QuestionFlag
from study.services import answer_record
from study.throttle import Throttle

PAGE = "/owner/questions/"
TOKEN = "an owner's token with ünïcode"


@pytest.fixture(autouse=True)
def fresh_tries(monkeypatch):
    monkeypatch.setattr(items, "TRIES", Throttle(limit=60, period_s=900))


@pytest.fixture
def token(settings):
    settings.OWNER_TOKEN = TOKEN
    return TOKEN


@pytest.fixture
def answered(db):
    """Forty readers: 26 right, 10 who promote (8 of them sure), 4 who do not know."""
    for place in range(40):
        given = "nothing" if place < 26 else "promote" if place < 36 else None
        sure = "high" if 26 <= place < 34 else "low"
        answer_record(
            learner=Learner.objects.create(),
            question_id="failover-blip",
            version=1,
            given=given,
            right=given == "nothing",
            confidence=sure,
        )


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_token_of_its_own_the_site_has_no_such_page_and_says_why(reader, settings, method):
    settings.OWNER_TOKEN = ""
    response = getattr(reader, method)(PAGE, {"token": ""})
    assert response.status_code == 404
    assert "OWNER_TOKEN" in response.content.decode()
    assert getattr(reader, method)(PAGE, headers={"Authorization": "Bearer "}).status_code == 404


def test_the_door_shows_nothing_and_a_wrong_token_opens_nothing(reader, token, answered):
    assert "failover-blip" not in reader.get(PAGE).content.decode()
    for wrong in ("x", token[:-1], token + "x", token.upper()):
        response = reader.post(PAGE, {"token": wrong})
        assert response.status_code == 403 and "failover-blip" not in response.content.decode()
    assert "failover-blip" not in reader.get(PAGE, {"token": token}).content.decode(), "an address is no place for it"


def test_the_token_shows_the_page_in_a_form_and_in_a_header(reader, settings, token, answered):
    settings.OWNER_TOKEN = "plain-letters"  # a header holds no others
    by_header = reader.get(PAGE, headers={"Authorization": "Bearer plain-letters"})
    assert by_header.status_code == 200 and "failover-blip" in by_header.content.decode()
    settings.OWNER_TOKEN = token
    response = reader.post(PAGE, {"token": token})
    page = response.content.decode()
    assert "no-store" in response["Cache-Control"] and "noindex" in page
    assert "40 answers, 26 right (65%)" in page.replace("\n", " ")
    assert "Sure: 8; sure and wrong: 8." in page
    assert not reader.cookies, "the page is shown once; nothing is remembered"


def test_a_few_readers_are_not_counted_and_a_lure_that_nobody_picks_is_named(reader, token, answered):
    page = reader.post(PAGE, {"token": token}).content.decode()
    assert "Nobody picks “Promote: 20 s are too short for split brain.”: replace it." in page
    assert "<td>4</td>" not in page and "under 5" in page


def test_tries_are_bounded_for_the_right_token_too(reader, token, monkeypatch):
    monkeypatch.setattr(items, "TRIES", Throttle(limit=2, period_s=900))
    statuses = [reader.post(PAGE, {"token": text}).status_code for text in ("x", "y", token)]
    assert statuses == [403, 403, 429]


def test_another_site_cannot_send_the_token(stranger, token):
    assert stranger.post(PAGE, {"token": token}).status_code == 403


@pytest.mark.parametrize(("staff", "status"), [(True, 200), (False, 404)])
def test_a_staff_account_needs_no_token(rf, settings, db, staff, status):
    from types import SimpleNamespace

    from quizzes.views import owner_questions

    settings.OWNER_TOKEN = ""
    request = rf.get(PAGE)
    request.user = SimpleNamespace(is_active=True, is_staff=staff)
    assert owner_questions(request).status_code == status


def test_the_command_writes_the_same(answered):
    QuestionFlag.objects.create(question_id="slo-minutes-drawn", version=1, seed=17, given=21.6, kind="wrong")
    out = io.StringIO()
    call_command("item_statistics", stdout=out)
    text = out.getvalue()
    assert "failover-blip (version 1): 40 answers, right 65%" in text
    assert "picked by nobody: replace it" in text
    assert "called wrong 1 times: slo-minutes-drawn (version 1, variant 17)" in text


def test_the_command_says_so_when_there_is_nothing(db):
    out = io.StringIO()
    call_command("item_statistics", stdout=out)
    assert out.getvalue() == "No question has been answered yet.\n"


def test_a_page_of_many_answers_takes_few_queries(reader, token, answered, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        reader.post(PAGE, {"token": token})


def test_answers_that_no_question_of_today_explains_are_shown_as_such(reader, token):
    learners = [Learner.objects.create() for _ in range(6)]
    Answer.objects.bulk_create(
        Answer(learner=one, question_id=name, version=version, given="x", right=False, at=timezone.now())
        for one in learners
        for name, version in (("gone-for-ever", 1), ("failover-blip", 0))
    )
    page = Client(headers={"Sec-Fetch-Site": "same-origin"}).post(PAGE, {"token": token}).content.decode()
    assert page.count("(no longer asked)") == 2
