"""Answers that waited in a browser: merged once, checked one by one, taken from nobody else."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from lessons.quizzes.marking import answer_form, solution
from quizzes import offline
from quizzes.bank import bank
from study.learners import NEW_LEARNERS
from study.models import Answer, Learner

CHOICE = bank().questions["failover-blip"]
VARIED = next(bank().variant(name, 7) for name in bank().variants)


def waiting(asked=CHOICE, /, **changes):
    """An answer as the browser keeps it: a right one, unless said otherwise."""
    return {
        "key": uuid.uuid4().hex,
        "question": asked.id,
        "version": asked.version,
        "seed": asked.seed,
        "fields": answer_form(asked, solution(asked)),
        "at": int((timezone.now() - timedelta(hours=2)).timestamp() * 1000),
    } | changes


def send(client, *answers, **headers):
    """What the server says of each."""
    response = client.post(
        "/quiz/offline/", json.dumps({"answers": answers}), content_type="application/json", **headers
    )
    assert response.status_code == 200, response.content
    results = response.json()["answers"]
    assert len(results) == len(answers)
    return results


@pytest.mark.parametrize("question", bank().questions.values(), ids=lambda question: question.id)
def test_every_question_can_wait_and_is_marked_when_it_arrives(reader, question):
    (result,) = send(reader, waiting(question))
    assert result == {"key": Answer.objects.get().key, "kept": True, "right": True, "message": "Right."} | {
        "link": f"/quiz/{question.id}/" + (f"?seed={question.seed}" if question.seed is not None else "")
    }
    kept = Answer.objects.get()
    assert (kept.asked_in, kept.seed, kept.version) == ("offline", question.seed, question.version)
    assert reader.get(result["link"]).content.decode().count("feedback__verdict--right") == 1


def test_S14_the_same_key_twice_is_one_answer_whatever_comes_with_it(reader):
    first = waiting()
    (said,) = send(reader, first)
    again = send(reader, first, first | {"fields": {"answer": ["promote"]}}, first | {"version": 99})
    assert again == [said] * 3
    assert Answer.objects.count() == 1 and Answer.objects.get().right


def test_S14_a_key_twice_in_one_batch_is_one_answer(reader):
    first = waiting()
    assert [one["kept"] for one in send(reader, first, first)] == [True, True]
    assert Answer.objects.count() == 1


def test_an_answer_that_was_posted_and_then_waited_all_the_same_is_one_answer(reader):
    first = waiting()
    reader.post(f"/quiz/{CHOICE.id}/", first["fields"] | {"key": first["key"]})
    assert send(reader, first)[0]["kept"]
    assert Answer.objects.count() == 1 and Answer.objects.get().asked_in == "page"


def test_a_posted_answer_that_is_tried_again_is_one_answer(reader):
    for _ in range(3):
        reader.post(f"/quiz/{CHOICE.id}/", {"answer": "promote", "key": "a" * 32})
    reader.post(f"/quiz/{CHOICE.id}/", {"answer": "promote", "key": "b" * 32})
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("key", ["", "a" * 41, "no spaces", "é"])
def test_a_key_that_is_none_does_not_lose_a_posted_answer(reader, key):
    assert reader.post(f"/quiz/{CHOICE.id}/", {"answer": "promote", "key": key}).status_code == 303
    assert Answer.objects.get().key is None


def test_the_keys_of_one_learner_are_nothing_to_another(reader, client):
    first = waiting()
    send(reader, first)
    client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    send(client, first | {"fields": {"answer": ["promote"]}})
    assert sorted(Answer.objects.values_list("right", flat=True)) == [False, True]
    assert Learner.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"question": "no-such-question"}, "does not ask this question any more"),
        ({"question": None}, "does not ask this question any more"),
        ({"version": CHOICE.version + 1}, "has changed since"),
        ({"version": None}, "has changed since"),
        ({"seed": 3}, "has changed since"),
        ({"fields": {"answer": ["nonsense"]}}, "not one of the options"),
        ({"fields": {}}, "Choose one option first"),
        ({"fields": {"answer": "promote"}}, "not an answer"),
        ({"fields": {"answer": [7]}}, "not an answer"),
        ({"fields": {"answer": ["x" * 2_001]}}, "not an answer"),
        ({"fields": {f"f{number}": ["x"] for number in range(41)}}, "not an answer"),
        ({"fields": None}, "not an answer"),
        ({"key": "no spaces"}, "not an answer"),
        ({"key": None}, "not an answer"),
        ({"at": "yesterday"}, "not an answer"),
        ({"at": True}, "not an answer"),
    ],
)
def test_a_wrong_answer_is_refused_by_itself_with_its_reason_and_the_others_are_kept(reader, changes, words):
    before, refused, after = send(reader, waiting(), waiting(**changes), waiting())
    assert before["kept"] and after["kept"] and not refused["kept"]
    assert words in refused["message"] and refused["link"].startswith("/")
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("seed", [None, -1, 2**40, "7", 7.0, True])
def test_a_variant_that_does_not_exist_is_refused(reader, seed):
    assert not send(reader, waiting(VARIED, seed=seed))[0]["kept"]
    assert not Answer.objects.exists()


@pytest.mark.parametrize("nothing", [None, 7, "text", [], {}])
def test_what_is_no_answer_begins_no_learner_and_sets_no_cookie(reader, nothing):
    response = reader.post("/quiz/offline/", json.dumps({"answers": [nothing]}), content_type="application/json")
    assert not response.json()["answers"][0]["kept"]
    assert not response.cookies and not Learner.objects.exists()


def test_not_knowing_can_wait_too(reader):
    (result,) = send(reader, waiting(fields={"action": ["unknown"]}))
    assert result["kept"] and not result["right"] and "hint" in result["message"]
    assert Answer.objects.get().given is None


def test_how_sure_the_reader_was_comes_along(reader):
    send(reader, waiting(fields={"answer": ["promote"], "confidence": ["high"]}))
    assert Answer.objects.get().confidence == "high"


def test_the_time_is_the_browsers_unless_its_clock_cannot_be_right(reader):
    then = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
    for at in (then, then - timedelta(days=10_000), then + timedelta(days=2)):
        send(reader, waiting(at=int(at.timestamp() * 1000)))
    given, early, late = Answer.objects.order_by("id").values_list("at", flat=True)
    assert given == then
    assert abs(early - timezone.now()) < timedelta(minutes=1) and abs(late - timezone.now()) < timedelta(minutes=1)


def test_an_answer_that_arrives_late_does_not_take_the_place_of_a_later_one(reader):
    reader.post(f"/quiz/{CHOICE.id}/", answer_form(CHOICE, solution(CHOICE)))
    send(reader, waiting(fields={"answer": ["promote"]}))
    for path in (f"/quiz/{CHOICE.id}/", "/lessons/failover-and-failback/"):
        page = reader.get(path).content.decode()
        assert page.count("feedback__verdict--right") == 1 and "feedback__verdict--wrong" not in page


def test_another_site_cannot_merge_anything(stranger):
    response = stranger.post("/quiz/offline/", json.dumps({"answers": [waiting()]}), content_type="application/json")
    assert response.status_code == 403
    assert not Answer.objects.exists()


def test_too_much_at_once_is_refused_with_the_limit(reader):
    many = json.dumps({"answers": [waiting(fields={"answer": ["promote"]})] * (offline.ANSWERS_MAX + 1)})
    heavy = json.dumps({"answers": [], "more": "x" * offline.BODY_BYTES_MAX})
    for body, words in ((many, f"allowed: {offline.ANSWERS_MAX}"), (heavy, "64 KiB")):
        response = reader.post("/quiz/offline/", body, content_type="application/json")
        assert response.status_code == 413 and words in response.json()["problem"]
    assert not Answer.objects.exists()


def test_as_many_answers_as_are_allowed_fit_in_one_request(reader):
    longest = max(bank().questions.values(), key=lambda one: len(json.dumps(answer_form(one, solution(one)))))
    results = send(reader, *(waiting(longest) for _ in range(offline.ANSWERS_MAX)))
    assert all(one["kept"] for one in results)


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"answers": {}}', '{"answers": NaN}', "[" * 5_000, "\x00"])
def test_a_body_that_holds_no_answers_is_refused(reader, body):
    response = reader.post("/quiz/offline/", body, content_type="application/json")
    assert response.status_code == 400 and response.json()["problem"]


def test_nothing_is_lost_when_too_many_learners_come_from_one_address(reader, monkeypatch):
    monkeypatch.setattr(NEW_LEARNERS, "limit", 0)
    response = reader.post("/quiz/offline/", json.dumps({"answers": [waiting()]}), content_type="application/json")
    assert response.status_code == 429  # the browser keeps what waits, and tries again
    assert not Learner.objects.exists()


def test_only_a_post_merges(reader):
    assert reader.get("/quiz/offline/").status_code == 405


def test_an_answer_of_a_practice_does_not_wait_because_its_place_would_not_move(reader):
    page = reader.post("/practice/", {"source": "lesson:failover-and-failback"}, follow=True)
    assert b"data-answer=" in page.content and b" data-connected" in page.content
    assert b" data-connected" not in reader.get(f"/quiz/{CHOICE.id}/").content
