"""What is kept, shown and forgotten."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.core import signing

from courses.progress import next_step
from quizzes import bank as known
from quizzes.prompts import prompts
from study.learners import SALT
from study.models import Answer, Learner, LessonDone
from study.services import answer_record, lesson_done_set, practice_begin, practice_end, review_record
from study.throttle import Throttle


def test_reading_keeps_nothing_r19(reader):
    for path in ("/", "/lessons/topologies/", "/widgets/failover/", "/progress/", "/privacy/", "/search/?q=a"):
        assert not reader.get(path).cookies
    assert not Learner.objects.exists()


def test_forgetting_lists_first_and_then_removes_everything_r22(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    page = reader.get("/progress/forget/").content.decode()
    assert "answers to 1 question" in page and Answer.objects.exists()
    response = reader.post("/progress/forget/")
    assert "Everything is forgotten" in response.content.decode()
    assert not Learner.objects.exists() and not Answer.objects.exists()
    assert response.cookies["learner"].value == ""


def test_a_reader_returns_to_the_section_they_left_r19_r20(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    reader.post("/progress/place/", {"lesson": "topologies", "anchor": "check-yourself"})
    assert 'href="/lessons/topologies/#check-yourself"' in reader.get("/").content.decode()


def test_a_place_without_a_learner_keeps_nothing(reader):
    assert reader.post("/progress/place/", {"lesson": "topologies"}).status_code == 204
    assert not Learner.objects.exists()


def test_a_lesson_is_marked_as_done_and_unmarked_r20(reader):
    reader.post("/progress/done/", {"lesson": "topologies", "action": "done"})
    assert "You marked this lesson as done" in reader.get("/lessons/topologies/").content.decode()
    reader.post("/progress/done/", {"lesson": "topologies", "action": "undo"})
    assert not LessonDone.objects.exists()


def test_answers_of_one_learner_are_not_shown_to_another_r23(reader, client):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    assert "Not yet." in reader.get("/lessons/failover-and-failback/").content.decode()
    assert "Not yet." not in client.get("/lessons/failover-and-failback/").content.decode()


def test_a_throttle_opens_again_after_its_period():
    now = [0.0]
    throttle = Throttle(limit=2, period_s=10, clock=lambda: now[0])
    assert [throttle.allows("a") for _ in range(3)] == [True, True, False]
    assert throttle.allows("b")
    now[0] = 11
    assert throttle.allows("a")


def test_the_record_is_reached_by_a_signed_cookie_that_comes_with_the_first_answer_r19(reader):
    cookie = reader.post("/quiz/failover-blip/", {"answer": "promote"}).cookies["learner"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and int(cookie["max-age"]) > 300 * 86_400
    assert signing.loads(cookie.value, salt=SALT) == str(Learner.objects.get().key)


def test_a_done_lesson_is_marked_in_the_contents_r20(reader):
    reader.post("/progress/done/", {"lesson": "topologies", "action": "done"})
    card = reader.get("/").content.decode().split('href="/lessons/topologies/"')[1].split("</li>")[0]
    assert "<strong>done</strong>" in card


def test_after_a_content_update_answers_stay_and_are_marked_r24(reader, monkeypatch):
    reader.post("/quiz/failover-blip/", {"answer": "nothing"})
    bank = known.bank()
    newer = replace(bank.questions["failover-blip"], version=bank.questions["failover-blip"].version + 1)
    monkeypatch.setitem(bank.questions, "failover-blip", newer)
    assert Answer.objects.get().given == "nothing"
    assert "The question has changed" in reader.get("/quiz/failover-blip/").content.decode()
    assert "the question has changed" in reader.get("/progress/").content.decode()
    monkeypatch.delitem(bank.questions, "failover-blip")
    assert "no longer asked" in reader.get("/progress/").content.decode()
    assert Answer.objects.exists()


def _step(client) -> tuple[str, str]:
    link, words = re.search(
        r'class="button primary" href="([^"]+)">([^<]+)<', client.get("/progress/").content.decode()
    ).groups()
    return words, link


def test_the_next_step_is_what_fades_then_what_was_begun_then_the_next_lesson(reader):
    reader.post("/quiz/failover-blip/", {"action": "unknown"})
    assert _step(reader)[1] == "/review/"
    learner = Learner.objects.get()
    for name, prompt in prompts().items():
        if prompt.lesson == "failover-and-failback":
            review_record(learner=learner, prompt_id=name, held=True)
    sitting = practice_begin(learner=learner, mode="practice", source="mixed", plan=[["failover-blip", None]])
    assert _step(reader) == ("Go on with your practice", f"/practice/{sitting.pk}/")
    practice_end(practice=sitting)
    reader.post("/progress/place/", {"lesson": "topologies", "anchor": "check-yourself"})
    assert _step(reader)[1] == "/lessons/topologies/#check-yourself"
    reader.post("/progress/done/", {"lesson": "topologies"})
    for name, prompt in prompts().items():
        if prompt.lesson == "topologies":
            review_record(learner=learner, prompt_id=name, held=True)
    words, link = _step(reader)
    assert words.startswith("Finish the questions of") and link == "/lessons/failover-and-failback/"
    reader.post("/progress/done/", {"lesson": "failover-and-failback"})
    words, link = _step(reader)
    assert words.startswith("Begin “") and link == "/lessons/why-more-than-one-region/"


def test_whoever_has_done_all_is_sent_to_a_date_or_an_experiment():
    from types import SimpleNamespace

    assert next_step([], SimpleNamespace(left=()), None, None).link == "/review/#plan"


def test_pictures_and_tables_say_the_same_s12(reader):
    reader.post("/quiz/failover-blip/", {"answer": "nothing"})
    learner = Learner.objects.get()
    lesson_done_set(learner=learner, lesson="failover-and-failback", done=True)
    for days_ago in (20, 17, 1):
        at = datetime.now(UTC) - timedelta(days=days_ago)
        review_record(learner=learner, prompt_id=next(iter(prompts())), held=True, at=at)
    page = reader.get("/progress/").content.decode()
    pictures = page.count("<svg class=") + page.count('class="figure-svg')
    assert pictures >= 2
    row = page.split('href="/lessons/failover-and-failback/"')[-1].split("</tr>")[0]
    picture = page.split("</figcaption>")[1].split("</figure>")[0]
    asked = re.search(r"<td>1 of (\d+)</td><td>1</td>", row)[1]
    assert f"1 of {asked} right, marked as done" in picture
    assert "shaky" in page and re.search(r"\d+ \w+ \d{4}: got “", page), "the evidence stands with the state"


def test_an_answer_of_a_variant_leads_back_to_the_same_variant_s7(reader):
    reader.post("/quiz/failover-blip/", {"answer": "nothing"})
    answer_record(
        learner=Learner.objects.get(), question_id="failover-fence", version=1, given=None, right=False, seed=7
    )
    assert 'href="/quiz/failover-fence/?seed=7"' in reader.get("/progress/").content.decode()
