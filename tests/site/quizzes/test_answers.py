"""Answers and predictions, with and without a page that updates itself."""

import pytest
from django.test import Client

from lessons.quizzes.marking import answer_form, solution
from quizzes.bank import bank
from study.models import Answer, Learner, PredictionRecord

CHOICE = "failover-blip"


@pytest.mark.parametrize("question", bank().questions.values(), ids=lambda q: q.id)
def test_every_question_takes_its_right_answer_and_shows_every_reason(reader, question):
    assert reader.get(f"/quiz/{question.id}/").status_code == 200
    response = reader.post(f"/quiz/{question.id}/", answer_form(question, solution(question)))
    assert response.status_code == 303
    assert Answer.objects.get().right
    page = reader.get(f"/quiz/{question.id}/").content.decode()
    assert "Right." in page
    assert page.count('class="reason') >= max(1, len(question.options))


@pytest.mark.parametrize("question", bank().questions.values(), ids=lambda q: q.id)
def test_an_empty_answer_is_refused_and_nothing_is_kept(reader, question):
    response = reader.post(f"/quiz/{question.id}/", {})
    assert response.status_code == 422
    assert "Nothing was stored" in response.content.decode()
    assert not Answer.objects.exists() and not Learner.objects.exists()
    assert not response.cookies


@pytest.mark.parametrize("text", ["NaN", "1e999", "many", ""])
def test_a_number_that_is_none_is_named(reader, text):
    response = reader.post("/quiz/topologies-lost-writes/", {"answer": text})
    assert response.status_code == 422


def test_not_knowing_gives_a_hint_and_no_penalty(reader):
    reader.post(f"/quiz/{CHOICE}/", {"action": "unknown"})
    page = reader.get(f"/quiz/{CHOICE}/").content.decode()
    assert "Hint." in page and "Not yet." not in page


def test_the_first_answer_sets_a_signed_cookie_that_scripts_cannot_read(reader):
    assert not reader.get(f"/quiz/{CHOICE}/").cookies
    cookie = reader.post(f"/quiz/{CHOICE}/", {"answer": "promote"}).cookies["learner"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    forged = Client(headers={"Sec-Fetch-Site": "same-origin"})
    forged.cookies["learner"] = str(Learner.objects.get().key)
    assert "Not yet." not in forged.get(f"/quiz/{CHOICE}/").content.decode()


def test_another_site_cannot_answer_for_a_reader(stranger):
    response = stranger.post(f"/quiz/{CHOICE}/", {"answer": "promote"})
    assert response.status_code == 403
    assert "did not come from a page of this site" in response.content.decode()


def test_a_request_without_any_word_of_its_origin_is_refused(client, db):
    assert client.post(f"/quiz/{CHOICE}/", {"answer": "promote"}).status_code == 403
    assert (
        client.post(f"/quiz/{CHOICE}/", {"answer": "promote"}, headers={"Origin": "http://testserver"}).status_code
        == 303
    )


def test_an_answer_to_an_older_version_is_kept_and_marked(reader):
    reader.post(f"/quiz/{CHOICE}/", {"answer": "promote"})
    Answer.objects.update(version=0)
    assert "The question has changed" in reader.get(f"/quiz/{CHOICE}/").content.decode()


def test_an_answer_goes_back_to_its_place_and_nowhere_else(reader):
    form = {"answer": "promote", "back": "/lessons/failover-and-failback/"}
    assert reader.post(f"/quiz/{CHOICE}/", form)["Location"] == f"/lessons/failover-and-failback/#question-{CHOICE}"
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert reader.post(f"/quiz/{CHOICE}/", form | {"back": elsewhere})["Location"].startswith("/quiz/")


def test_a_prediction_is_kept_once_with_the_answer_of_its_run(reader):
    form = {
        "prediction": "failover-hot-standby-return",
        "query": "preset=hot-standby",
        "guess": "60",
        "action": "predict",
    }
    assert reader.post("/quiz/predictions/failover/", form).status_code == 303
    reader.post("/quiz/predictions/failover/", form | {"guess": "142"})
    kept = PredictionRecord.objects.get()
    assert kept.guess == 60 and kept.answer > 100 and not kept.near


def test_just_running_it_is_kept_as_skipped(reader):
    form = {"prediction": "failover-hot-standby-return", "query": "preset=hot-standby", "action": "skip"}
    reader.post("/quiz/predictions/failover/", form)
    assert PredictionRecord.objects.get().guess is None


@pytest.mark.parametrize("guess", ["", "NaN", "soon"])
def test_a_prediction_that_is_none_is_refused_in_words(reader, guess):
    form = {"prediction": "failover-hot-standby-return", "query": "preset=hot-standby", "guess": guess}
    assert reader.post("/quiz/predictions/failover/", form).status_code == 422
    assert not PredictionRecord.objects.exists()


def test_an_order_is_predicted_by_places(reader):
    values = ["backup_restore", "pilot_light", "warm_standby", "hot_standby", "active_active"]
    form = {f"guess-{value}": str(place) for place, value in enumerate(values, 1)}
    form |= {"prediction": "topologies-order-of-return", "query": "preset=region-lost", "action": "predict"}
    reader.post("/quiz/predictions/topology-lab/", form)
    assert PredictionRecord.objects.get().near
