"""Is anything lost when a form cannot be taken, or when a question is shown away from its lesson?"""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from courses.catalogue import catalogue
from lessons.widgets.registry import widget
from quizzes.bank import bank
from study.models import Answer, Learner, PredictionRecord
from widgets.reference import misconceptions


def _prediction_id(shown) -> str:
    return shown.prediction or widget(shown.slug).prediction.id


LESSON = "/lessons/failover-and-failback/"
HTMX = {"HX-Request": "true"}


def test_a_refused_order_keeps_the_places_that_were_given(reader):
    page = reader.post("/quiz/failback-order/", {"place-aside": "2", "back": LESSON}).content.decode()
    assert page.count("<option selected>2</option>") == 1
    assert f'name="back" value="{LESSON}"' in page


def test_a_refused_number_keeps_what_was_written(reader):
    response = reader.post("/quiz/topologies-lost-writes/", {"answer": 'a "lot"'})
    assert response.status_code == 422
    assert 'value="a &quot;lot&quot;"' in response.content.decode()


def test_a_thousand_may_be_written_with_its_comma(reader):
    reader.post("/quiz/topologies-lost-writes/", {"answer": "1,000"})
    assert Answer.objects.get().right


def test_no_link_of_a_question_alone_points_into_the_page_it_is_not_on(reader):
    reader.post("/quiz/failover-blip/", {"answer": "short"})
    feedback = reader.get("/quiz/failover-blip/").content.decode().split('class="feedback"')[1]
    assert 'href="#' not in feedback
    assert f'href="{LESSON}#' in feedback


def test_every_question_and_misconception_leads_somewhere():
    known = catalogue().lessons
    for question in bank().questions.values():
        html = " ".join(getattr(block, "html", "") for block in known[question.lesson].blocks)
        assert f'id="{question.section}"' in html, question.id
        sides = (question.misconception_low, question.misconception_high)
        for key in filter(None, (*sides, *(option.misconception for option in question.options))):
            assert key in misconceptions(), (question.id, key)
        start = f"/lessons/{question.lesson}/#"
        for link in filter(None, (question.link, *(option.link for option in question.options))):
            assert not link.startswith(start) or f'id="{link.removeprefix(start)}"' in html, (question.id, link)


def test_trying_again_shows_the_question_in_place_and_keeps_the_first_answer(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    part = reader.get("/quiz/failover-blip/", {"again": "1", "back": LESSON}, headers=HTMX).content.decode()
    assert "<html" not in part and 'class="feedback"' not in part and f'value="{LESSON}"' in part
    reader.post("/quiz/failover-blip/", {"answer": "nothing"})
    assert [kept.given for kept in Answer.objects.order_by("id")] == ["promote", "nothing"]


def test_a_lesson_is_where_trying_again_leads_back_to(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    page = reader.get(LESSON).content.decode().split('id="question-failover-blip"')[1].split("</section>")[0]
    again = unescape(re.search(r'href="(/quiz/failover-blip/[^"]*)"', page).group(1))
    assert f'name="back" value="{LESSON}"' in reader.get(again).content.decode()


def test_tries_of_one_question_are_bounded_and_the_first_and_last_are_kept(reader):
    for _ in range(25):
        reader.post("/quiz/failover-blip/", {"answer": "promote"})
    first = Answer.objects.order_by("id").first()
    reader.post("/quiz/failover-blip/", {"answer": "nothing"})
    assert Answer.objects.count() == 20
    assert Answer.objects.order_by("id").first() == first
    assert Answer.objects.order_by("id").last().given == "nothing"


@pytest.mark.parametrize("form", [{"answer": "promote"}, {"action": "unknown"}, {}])
def test_a_part_of_a_page_takes_the_focus_to_what_it_says(reader, form):
    part = reader.post("/quiz/failover-blip/", form, headers=HTMX).content.decode()
    assert part.count('tabindex="-1" autofocus') == 1
    assert "<html" not in part
    assert "autofocus" not in reader.get("/quiz/failover-blip/").content.decode()


def test_an_answer_that_no_longer_fits_its_question_is_kept_and_marked(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    Answer.objects.update(given="an-option-of-yesterday")
    assert "The question has changed" in reader.get("/quiz/failover-blip/").content.decode()
    assert "The question has changed" in reader.get(LESSON).content.decode()
    assert "the question has changed" in reader.get("/progress/").content.decode()


def test_a_prediction_of_another_experiment_is_not_found(reader):
    form = {"prediction": "failover-split-old-writes", "query": "", "guess": "3"}
    assert reader.post("/quiz/predictions/failover/", form).status_code == 404
    assert reader.post("/quiz/predictions/no-such/", form).status_code == 404
    assert not Learner.objects.exists()


@pytest.mark.parametrize("htmx", [True, False])
def test_every_experiment_of_every_lesson_takes_its_prediction(reader, htmx):
    for lesson in catalogue().lessons.values():
        for shown in lesson.experiments:
            query = urlencode({"preset": shown.preset, **shown.settings})
            form = {"prediction": _prediction_id(shown), "query": query, "action": "skip", "anchor": shown.anchor}
            response = reader.post(f"/quiz/predictions/{shown.slug}/", form, headers=HTMX if htmx else {})
            assert response.status_code == (200 if htmx else 303), shown.anchor
    assert PredictionRecord.objects.count() == len(
        {_prediction_id(shown) for lesson in catalogue().lessons.values() for shown in lesson.experiments}
    )


def test_a_tampered_cookie_is_as_good_as_none(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    signed = reader.cookies["learner"].value
    for wrong in (signed[:-1] + ("a" if signed[-1] != "a" else "b"), "x", "", signed * 20):
        other = Client(headers={"Sec-Fetch-Site": "same-origin"})
        other.cookies["learner"] = wrong
        assert "Not yet." not in other.get("/quiz/failover-blip/").content.decode()


def test_pages_about_one_learner_are_kept_by_no_cache(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    for path in ("/progress/", "/progress/forget/", "/quiz/failover-blip/"):
        assert "no-store" in reader.get(path)["Cache-Control"]


def test_too_many_new_readers_from_one_address_are_told_so_and_known_ones_go_on(reader, monkeypatch):
    from study import learners
    from study.throttle import Throttle

    monkeypatch.setattr(learners, "NEW_LEARNERS", Throttle(limit=1, period_s=60))
    assert reader.post("/quiz/failover-blip/", {"answer": "promote"}).status_code == 303
    second = Client(headers={"Sec-Fetch-Site": "same-origin"})
    response = second.post("/quiz/failover-blip/", {"answer": "promote"})
    assert response.status_code == 429
    assert "try again later" in response.content.decode() and "checked" in response.content.decode()
    assert reader.post("/quiz/failover-blip/", {"answer": "nothing"}).status_code == 303
