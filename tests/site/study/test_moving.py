"""Does a record move whole, by file and by phrase, and does nothing else open it?"""

import json
import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lessons.widgets.registry import widget
from quizzes.prompts import prompts
from study import phrase
from study.learners import learner_of
from study.models import Answer, Learner, PredictionRecord, ResumePhrase, ReviewLog
from study.phrase import TooManyTries, phrase_find, phrase_make
from study.record import (
    AnswerEntry,
    DoneEntry,
    PlaceEntry,
    PlanEntry,
    PredictionEntry,
    Record,
    ReviewEntry,
    SittingEntry,
    record_of,
    written,
)
from study.record_file import RecordError, read_record
from study.services import practice_begin, review_record, study_plan_set
from study.throttle import Throttle

NOW = datetime.now(UTC)
LESSON = "/lessons/failover-and-failback/"
SAMPLE = written(
    Record(
        answers=(
            AnswerEntry("k1", "a-question", 1, None, {"a": [1, "b"]}, True, "high", "exam", 0, NOW),
            AnswerEntry("k2", "a-question", 2, 7, None, False, "", "page", None, NOW),
        ),
        predictions=(PredictionEntry("a-bet", "failover", "preset=x&seed=1", 140.0, ["b", "a"], False, NOW),),
        reviews=(ReviewEntry("k3", "a-prompt", True, NOW),),
        sittings=(SittingEntry("exam", "mixed", [["a-question", 7]], 1, [0], {"0": "b"}, NOW, None),),
        lessons_done=(DoneEntry("topologies", NOW),),
        place=PlaceEntry("topologies", "", NOW),
        study_plan=PlanEntry(NOW.date(), "the “drill”"),
    )
)


@pytest.fixture(autouse=True)
def fresh_throttles(monkeypatch):
    monkeypatch.setattr(phrase, "TRIES_BY_ADDRESS", Throttle(limit=20, period_s=600))
    monkeypatch.setattr(phrase, "TRIES_BY_ALL", Throttle(limit=2_000, period_s=600))


@pytest.fixture
def other(db) -> Client:
    """A second browser."""
    return Client(headers={"Sec-Fetch-Site": "same-origin"})


def learner_in(client: Client) -> Learner:
    """Whose record this browser leads to."""
    return learner_of(client.get("/progress/").wsgi_request)


def study(client: Client) -> Learner:
    """Answers, a changed mind, a hint, a bet, a skipped bet, recalls, a mark, a place, a plan, a sitting."""
    for form in ({"answer": "promote"}, {"answer": "nothing"}, {"action": "unknown"}, {"answer": "nothing"}):
        client.post("/quiz/failover-blip/", form)
    client.post("/quiz/topologies-lost-writes/", {"answer": "1,000"})
    bet = {"query": "preset=hot-standby", "prediction": "failover-hot-standby-return"}
    client.post("/quiz/predictions/failover/", bet | {"guess": "140"})
    client.post("/quiz/predictions/latency/", {"prediction": widget("latency").prediction.id, "action": "skip"})
    client.post("/progress/done/", {"lesson": "topologies"})
    client.post("/progress/place/", {"lesson": "topologies", "anchor": "check-yourself"})
    learner = learner_in(client)
    for place, name in enumerate(list(prompts())[:12]):
        for days_ago in range(place % 3 + 1):
            review_record(learner=learner, prompt_id=name, held=place % 4 > 0, at=NOW - timedelta(days=9 * days_ago))
    study_plan_set(learner=learner, target_on=(NOW + timedelta(days=40)).date(), target_words="the “drill”")
    sitting = practice_begin(learner=learner, mode="exam", source="mixed", plan=[["failover-blip", None], ["x", 7]])
    Answer.objects.filter(pk=learner.answers.first().pk).update(practice=sitting, seed=7, confidence="high")
    return learner


def kept_of(learner: Learner) -> dict[str, object]:
    """Everything kept, without ids."""
    return {
        "record": written(record_of(learner)),
        "cards": sorted(learner.cards.values_list("prompt_id", "due_on").all()),
        "states": {kept.prompt_id: kept.state for kept in learner.cards.all()},
    }


def send(client: Client, text: str | bytes):
    """The import form with this file."""
    data = text.encode() if isinstance(text, str) else text
    return client.post("/progress/import/", {"file": SimpleUploadedFile("record.json", data)})


def test_a_file_keeps_every_answer_prediction_and_schedule_r21(reader, other):
    learner = study(reader)
    response = reader.get("/progress/export/")
    assert response["Content-Disposition"] == 'attachment; filename="blast-radius-record.json"'
    assert "no-store" in response["Cache-Control"]
    page = send(other, response.content).content.decode()
    assert "Your record is here" in page and "Added: 5 answers" in page
    second = learner_in(other)
    assert second != learner
    assert kept_of(second) == kept_of(learner)
    for path in (LESSON, "/review/"):
        assert other.get(path).content == reader.get(path).content


def test_a_file_that_comes_twice_or_comes_home_adds_nothing_r21(reader, other):
    learner = study(reader)
    before, text = kept_of(learner), reader.get("/progress/export/").content
    for _ in range(2):
        send(other, text)
    assert kept_of(learner_in(other)) == before
    assert "Everything was here already" in send(reader, text).content.decode()
    assert "Everything was here already" in send(reader, other.get("/progress/export/").content).content.decode()
    assert kept_of(learner) == before


def test_two_records_become_one_with_each_event_once_in_time_order(reader, other):
    study(reader)
    other.post("/quiz/failover-blip/", {"answer": "short"})
    other.post("/quiz/failover-fence/", {"action": "unknown"})
    other.post(
        "/quiz/predictions/failover/",
        {"query": "preset=hot-standby", "prediction": "failover-hot-standby-return", "guess": "9000"},
    )
    name = next(iter(prompts()))
    other.post(f"/review/prompts/{name}/", {"recalled": "got-it", "key": "later"})
    mine, theirs = learner_in(reader), learner_in(other)
    tries = ReviewLog.objects.filter(prompt_id=name).count()
    send(other, reader.get("/progress/export/").content)
    assert theirs.answers.count() == 5 + 2
    assert [kept.at for kept in theirs.answers.order_by("at")] == sorted(kept.at for kept in theirs.answers.all())
    assert theirs.predictions.get(prediction_id="failover-hot-standby-return").guess == 140, (
        "the earlier one is the bet"
    )
    assert theirs.reviews.filter(prompt_id=name).count() == tries
    assert mine.answers.count() == 5, "the other browser keeps its own"
    last = other.get("/quiz/failover-blip/").content.decode()
    assert "your answer" in last


def test_tries_stay_bounded_and_the_first_and_the_last_stay_when_records_meet(reader, other):
    for client in (reader, other):
        for _ in range(15):
            client.post("/quiz/failover-blip/", {"answer": "promote"})
    other.post("/quiz/failover-blip/", {"answer": "nothing"})
    send(other, reader.get("/progress/export/").content)
    tries = learner_in(other).answers.order_by("at")
    assert tries.count() == 20
    assert tries.last().given == "nothing"
    assert tries.first().at == learner_in(reader).answers.order_by("at").first().at


TAMPERED = [
    (r'"format": "blast-radius-record"', '"format": "other"', "format is not"),
    (r'"version": 1,$', '"version": 2,', "version is not 1"),
    (r'"right": true', '"right": 1', "allowed: true or false"),
    (r'"right": true', '"right": true, "score": 9', "is no field"),
    (r'"version": 1, "seed"', '"version": 0, "seed"', "whole number from 1"),
    (r'"seed": 7', '"seed": -7', "whole number from 0"),
    (r'"seed": 7', '"seed": 7.5', "whole number from 0"),
    (r'"confidence": "high"', '"confidence": "certain"', "'low', 'middle', 'high'"),
    (r'"asked_in": "page"', '"asked_in": ["page"]', "'page'"),
    (r'"question": "topologies-lost-writes"', '"question": "../../etc"', "small letters"),
    (r'"question": "topologies-lost-writes"', '"question": ""', "small letters"),
    (r'"given": "promote"', '"given": "pro\\\\u0000mote"', "a character that is none"),
    (r'"given": "promote"', '"given": NaN', "no plain JSON"),
    (r'"given": "promote"', '"given": "a", "given": "b"', "given twice"),
    (r'"given": "promote"', f'"given": "{"x" * 9_000}"', "allowed: 8,000"),
    (r'"sitting": 0', '"sitting": 3', "names none of the 1 sittings"),
    (r'"guess": 140.0', '"guess": {"a": 1}', "allowed: null, a number"),
    (r'"guess": 140.0', '"guess": 1e999', "allowed: null, a number"),
    (r'"at": "20\d\d-', '"at": "1999-', "not before 2020"),
    (r'"at": "20\d\d-', '"at": "2999-', "not to come"),
    (r'"held": false', '"held": "no"', "allowed: true or false"),
    (r'"mode": "exam"', '"mode": "race"', "'practice', 'exam'"),
    (r'"flags": \[\]', '"flags": [2]', "beyond its plan of 2"),
    (r'"drafts": \{\}', '"drafts": {"5": 1}', "beyond its plan of 2"),
    (r'\["x", 7\]', '["x"]', "pairs of a question and a seed"),
    (r'"anchor": "check-yourself"', '"anchor": "<script>"', "letters, digits"),
    (r'"target_on": "[^"]+"', '"target_on": "soon"', "a day such as"),
    (r'"lesson": "topologies", "at"', '"lesson": "topologies", "when"', "is no field"),
    (r'"held": false, ', '"held": false ', "this is not JSON: expecting"),
]


@pytest.mark.parametrize(("old", "new", "reason"), TAMPERED)
def test_a_tampered_file_is_refused_with_line_and_reason_and_changes_nothing_r21(reader, other, old, new, reason):
    study(reader)
    text = reader.get("/progress/export/").content.decode()
    found = re.search(old, text, re.M)
    assert found, old
    tampered = text[: found.start()] + new.replace("\\\\", "\\") + text[found.end() :]
    line = text.count("\n", 0, found.start()) + 1
    response = send(other, tampered)
    page = response.content.decode()
    assert response.status_code == 422
    named = int(re.search(r"<strong>Line (\d+):</strong>", page)[1])
    assert named == line, page
    assert reason in re.sub(r"&#x27;", "'", page)
    assert "Nothing was changed" in page
    assert learner_in(other) is None and not response.cookies
    assert Learner.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"[]", "not a table"),
        (b"{}", "has no"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"version": ' + b"9" * 6000 + b"}", "too long"),
        (b" " * 8_000_001, "8,000,000"),
        (b'{"answers": ' * 50_000 + b"}" * 50_000, "nested too deeply"),
    ],
)
def test_what_is_no_record_at_all_is_refused_at_once(other, data, reason):
    response = send(other, data)
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert not Learner.objects.exists()


def test_no_file_at_all_is_asked_for(other):
    response = other.post("/progress/import/", {})
    assert response.status_code == 422 and "Choose a file first" in response.content.decode()


def test_what_a_file_claims_is_never_shown_as_more_than_text(reader, other):
    """Answers and guesses that no page could have sent are kept, and break no page."""
    study(reader)
    found = json.loads(reader.get("/progress/export/").content)
    odd = [None, True, 7, 1e300, "gone", [], [1], ["a", "b"], {}, {"a": {"b": [1]}}, "<b>", {"text": "x", "held": 1}]
    template = found["answers"][0]
    known = ("failover-blip", "failover-fence", "failback-order", "topologies-lost-writes", "no-such-question")
    for place, odd_one in enumerate(odd):
        for question in known:
            found["answers"].append(
                template | {"key": f"odd-{place}-{question}", "question": question, "given": odd_one, "sitting": None}
            )
            other = Client(headers={"Sec-Fetch-Site": "same-origin"})
        assert send(other, json.dumps(found)).status_code == 200
        for path in ("/progress/", LESSON, "/lessons/topologies/", "/review/", *(f"/quiz/{one}/" for one in known[:4])):
            page = other.get(path)
            assert page.status_code == 200, (path, odd_one)
            assert "<b>" not in page.content.decode()


@pytest.mark.parametrize("guess", [None, "gone", ["a"], 7.0, -1.0])
def test_a_guess_that_fits_no_prediction_any_more_breaks_no_page_r24(reader, guess):
    study(reader)
    PredictionRecord.objects.update(guess=guess, answer=guess)
    for path in ("/progress/", LESSON, "/widgets/failover/?preset=hot-standby", "/lessons/topologies/"):
        assert reader.get(path).status_code == 200


def test_reading_the_file_is_quick_when_it_is_full(reader):
    study(reader)
    found = json.loads(reader.get("/progress/export/").content)
    found["reviews"] = [
        {"key": f"k{n}", "prompt": f"p{n % 200}", "held": True, "at": "2026-01-02T03:04:05+00:00"}
        for n in range(40_000)
    ]
    text = json.dumps(found)
    record = read_record(text.encode(), now=NOW)
    assert len(record.reviews) == 40_000
    assert read_record(written(record).encode(), now=NOW) == record


def test_seven_words_open_the_record_elsewhere_r21(reader, other):
    learner = study(reader)
    page = reader.post("/progress/phrase/").content.decode()
    words = re.findall(r"<li>([a-z]+)</li>", page)
    assert len(words) == 7
    response = other.post("/progress/resume/", {"phrase": "  " + " - ".join(words).upper() + " "})
    assert (response.status_code, response["Location"]) == (303, "/progress/")
    assert learner_in(other) == learner
    assert other.get("/progress/").content == reader.get("/progress/").content


def test_the_phrase_is_shown_once_and_only_its_keyed_hash_is_kept(reader, settings):
    learner = study(reader)
    made = phrase_make(learner=learner)
    kept = ResumePhrase.objects.get()
    assert re.fullmatch(r"[0-9a-f]{64}", kept.digest)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # the names are the database's own
            stored = repr(cursor.fetchall())
            assert made not in stored and made.replace(" ", "-") not in stored
    assert not set(made.split()) & set(re.findall(r">([a-z]+)<", reader.get("/progress/phrase/").content.decode()))
    assert phrase_find(made, address="a") == learner
    settings.SECRET_KEY = "another"
    assert phrase_find(made, address="a") is None, "the hash is worth nothing without the key of this server"


def test_the_code_holds_the_words_where_no_log_sees_them(reader):
    study(reader)
    page = reader.post("/progress/phrase/").content.decode()
    link = re.search(r'href="(http://testserver/progress/resume/[^"]*)"', page)[1]
    words = re.findall(r"<li>([a-z]+)</li>", page)
    assert link == f"http://testserver/progress/resume/#{'-'.join(words)}"
    assert "<svg" in page.split('class="phrase__code"')[1]


def test_a_new_phrase_ends_the_old_one(reader):
    learner = study(reader)
    old, new = phrase_make(learner=learner), phrase_make(learner=learner)
    assert phrase_find(old, address="a") is None
    assert phrase_find(new, address="a") == learner


def test_ten_thousand_random_phrases_open_nothing_and_are_throttled(reader, other):
    made = phrase_make(learner=study(reader))
    looked_up = refused = 0
    for number in range(10_000):
        words = " ".join(secrets.choice(phrase.words()) for _ in range(7))
        try:
            assert phrase_find(words, address=f"10.0.0.{number % 250}") is None
            looked_up += 1
        except TooManyTries:
            refused += 1
    assert looked_up <= 2_000, "all addresses together"
    assert looked_up + refused == 10_000
    assert other.post("/progress/resume/", {"phrase": made}).status_code == 429, "even the right one has to wait"


def test_one_address_tries_a_few_phrases_and_then_waits(other):
    answers = [other.post("/progress/resume/", {"phrase": f"wrong {n}"}) for n in range(25)]
    assert [one.status_code for one in answers] == [422] * 20 + [429] * 5
    assert "opens nothing" in answers[0].content.decode()
    assert "wait ten minutes" in answers[-1].content.decode()


@pytest.mark.parametrize("text", ["", " ", "x" * 10_000, "\0", "abacus " * 7, "ábacus", "1 2 3"])
def test_every_text_takes_the_same_way(other, text, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert phrase_find(text, address="a") is None
    assert other.post("/progress/resume/", {"phrase": text}).status_code == 422


def test_the_same_words_delete_everything_after_listing_it(reader, other):
    made = phrase_make(learner=study(reader))
    page = other.post("/progress/resume/", {"phrase": made, "action": "delete"}).content.decode()
    assert "Delete everything under this phrase?" in page and "answers to 2 questions" in page
    assert Learner.objects.count() == 1
    page = other.post("/progress/resume/", {"phrase": made, "action": "delete-for-good"}).content.decode()
    assert "Everything is forgotten" in page
    assert not Learner.objects.exists()
    assert learner_in(reader) is None


def test_opening_a_phrase_leaves_what_somebody_else_did_here_alone_r23(reader, other):
    learner = study(reader)
    other.post("/quiz/failover-fence/", {"action": "unknown"})
    stranger = learner_in(other)
    other.post("/progress/resume/", {"phrase": phrase_make(learner=learner)})
    assert learner_in(other) == learner
    assert not learner.answers.filter(question_id="failover-fence").exists()
    assert Learner.objects.filter(pk=stranger.pk).exists()


def test_opening_a_phrase_takes_along_what_was_done_here_when_asked_to(reader, other):
    learner = study(reader)
    other.post("/quiz/failover-fence/", {"action": "unknown"})
    other.post("/progress/resume/", {"phrase": phrase_make(learner=learner), "along": "1"})
    assert learner_in(other) == learner
    assert learner.answers.filter(question_id="failover-fence").exists()
    assert Learner.objects.count() == 1


def test_a_new_person_sees_nothing_of_the_last_one_who_can_come_back_r23(reader):
    learner = study(reader)
    made = phrase_make(learner=learner)
    assert "Let go of this device" in reader.get("/progress/leave/").content.decode()
    response = reader.post("/progress/leave/")
    assert response.cookies["learner"].value == ""
    for path in ("/progress/", LESSON, "/review/", "/progress/export/", "/"):
        text = reader.get(path, follow=True).content.decode()
        assert "Not yet." not in text and "Continue where you stopped" not in text and "topologies</strong>" not in text
    assert learner_in(reader) is None
    reader.post("/quiz/failover-blip/", {"answer": "nothing"})
    assert learner_in(reader) != learner
    reader.post("/progress/resume/", {"phrase": made})
    assert learner_in(reader) == learner


def test_leaving_without_a_way_back_is_warned_about_r23(reader):
    learner = study(reader)
    assert "There is no way back yet" in reader.get("/progress/leave/").content.decode()
    phrase_make(learner=learner)
    assert "There is no way back yet" not in reader.get("/progress/leave/").content.decode()


def test_forgetting_leaves_no_row_of_the_learner_anywhere_r22(reader):
    learner = study(reader)
    phrase_make(learner=learner)
    tables = [model for model in apps.get_app_config("study").get_models() if model.__name__ != "QuestionFlag"]
    filled = {model.__name__ for model in tables if model.objects.exists()}
    assert filled == {model.__name__ for model in tables}, "the test fills every table"
    page = reader.get("/progress/forget/").content.decode()
    for words in ("answers to 2 questions, 5 tries", "2 predictions", "recalls in review", "1 practice sitting"):
        assert words in page
    assert "the resume phrase" in page and "the day you study for" in page
    reader.post("/progress/forget/")
    assert not [model.__name__ for model in tables if model.objects.exists()]


def test_nothing_of_moving_begins_a_record_before_there_is_something_to_keep_r19(other):
    for path in (
        "/progress/export/",
        "/progress/import/",
        "/progress/phrase/",
        "/progress/resume/",
        "/progress/leave/",
    ):
        assert not other.get(path).cookies
    assert not other.post("/progress/phrase/").cookies
    assert not Learner.objects.exists()


def test_another_site_can_move_or_delete_nothing(reader, stranger):
    made = phrase_make(learner=study(reader))
    stranger.cookies = reader.cookies
    for path in (
        "/progress/import/",
        "/progress/phrase/",
        "/progress/resume/",
        "/progress/leave/",
        "/progress/forget/",
    ):
        assert stranger.post(path, {"phrase": made, "action": "delete-for-good"}).status_code == 403
    assert Learner.objects.count() == 1
    assert phrase_find(made, address="a")


def test_the_words_are_many_short_and_apart():
    words = phrase.words()
    assert len(words) == 2048
    assert phrase.bits(len(words)) == 77
    assert all(re.fullmatch(r"[a-z]{4,8}", word) for word in words)
    assert len({word[:4] for word in words}) == len(words)
    holes = [word[:at] + "_" + word[at + 1 :] for word in words for at in range(len(word))]
    assert len(set(holes)) == len(holes), "two words are one letter apart"
    assert not {word[:at] + word[at + 1 :] for word in words for at in range(len(word))} & set(words)


def test_the_list_of_words_says_where_it_is_from(content):
    head = [line for line in (content / "resume-words.txt").read_text().splitlines() if line.startswith("#")]
    assert "Origin:" in " ".join(head)


@given(cut=st.integers(0, 10_000), length=st.integers(0, 60), put=st.text(max_size=8))
@hypothesis_settings(max_examples=300)
def test_whatever_is_done_to_a_file_it_is_read_or_refused_by_line(cut, length, put):
    at = cut % len(SAMPLE)
    tampered = SAMPLE[:at] + put + SAMPLE[at + length :]
    try:
        record = read_record(tampered.encode(errors="replace"), now=NOW)
    except RecordError as fault:
        assert 1 <= fault.line <= tampered.count("\n") + 1
        assert fault.reason
    else:
        assert read_record(written(record).encode(), now=NOW) == record
