"""Does an exam say nothing of what is right before it is handed in, and everything after?"""

import re
from dataclasses import replace

import pytest
from django.test import Client

from lessons.quizzes.bank import Bank
from lessons.quizzes.kinds import kinds
from lessons.quizzes.marking import answer_form, mark, solution
from quizzes import sitting as sittings
from quizzes.bank import bank
from quizzes.sources import lesson_titles
from study.models import Answer, Learner, Practice
from study.sittings import ExamHandedIn, exam_hand_in, exam_keep
from widgets.reference import misconceptions

LESSON = "failover-and-failback"
HTMX = {"HX-Request": "true"}
EXAMINED = [one for one in bank().questions.values() if one.kind != "short"]


def _text(response) -> str:
    return response.content.decode()


def _main(response) -> str:
    return _text(response).split('id="main"')[1].split("<footer")[0]


def _begin(client, source: str = f"lesson:{LESSON}") -> Practice:
    response = client.post("/practice/exam/", {"source": source})
    exam = Practice.objects.latest("id")
    assert (response.status_code, response["Location"]) == (303, f"/practice/exam/{exam.pk}/0/")
    return exam


def _exam_of(client, *questions) -> Practice:
    """An exam of these questions, for the learner of this client."""
    client.post("/practice/exam/", {"source": "mixed"})
    exam = Practice.objects.latest("id")
    exam.plan = [[one.id, one.seed] for one in questions]
    exam.save()
    return exam


def _asked(exam: Practice, place: int):
    return bank().variant(*exam.plan[place])


def _keep(client, exam: Practice, place: int, form=None, **more):
    question = _asked(exam, place)
    form = answer_form(question, solution(question)) if form is None else form
    return client.post(f"/practice/exam/{exam.pk}/{place}/", form | {"action": "keep"} | more)


def _untold(page: str, question) -> list[str]:
    """What a page says that it should not: reasons, hints, verdicts, misconceptions."""
    told = mark(question, solution(question))
    texts = [*(reason.reason for reason in told.reasons), question.hint, told.model]
    texts += [misconceptions()[name].truth for name in question.misconceptions]
    plain = page.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")
    # A text with directives is compared by its longest part without any.
    parts = [max(re.split(r"\{[^}]*\}", text), key=len).strip() for text in texts if text]
    words = ["Right.", "Not yet", "Here is the answer", 'class="reason', "feedback", "hint", "✓", "✗", "misconception"]
    return [part for part in parts if len(part) > 12 and part in plain] + [word for word in words if word in plain]


@pytest.mark.parametrize("question", EXAMINED, ids=lambda one: one.id)
def test_a_page_before_hand_in_holds_no_reason_and_no_verdict_s16(reader, question):
    exam = _exam_of(reader, question, *EXAMINED[:1])
    address = f"/practice/exam/{exam.pk}/0/"
    pages = [reader.get(address), _keep(reader, exam, 0, follow=True), reader.get(address)]
    pages += [reader.get(f"/practice/exam/{exam.pk}/"), reader.get(address, headers=HTMX)]
    for page in (pages[0], *pages[2:]):
        assert page.status_code == 200
        assert not _untold(_text(page).split("</head>")[-1], question)
    assert not Answer.objects.exists()


def _twin(question):
    """The same question with another right answer and other reasons."""
    options = question.options
    turned = (*options[1:], *options[:1])
    if question.kind == "number":
        return replace(question, answer=question.answer * 3 + 7, tolerance=question.tolerance + 1, options=())
    if question.kind == "order":
        # Any other order but the one the page shows, which is never the solution.
        return replace(question, options=next(one for one in (turned, options[::-1]) if one != question.shown))
    if question.kind == "match":
        return replace(
            question, options=tuple(replace(one, pair=other.pair) for one, other in zip(options, turned, strict=True))
        )
    if question.kind == "set_controls":
        setting = replace(question.setting, solution=kinds()["set_controls"].start(question))
        holds = tuple(replace(one, holds=f"{one.holds}0", reason="Other.") for one in options)
        return replace(question, setting=setting, options=holds)
    return replace(
        question,
        options=tuple(
            replace(one, right=other.right, reason=other.reason, misconception=other.misconception, link=other.link)
            for one, other in zip(options, turned, strict=True)
        ),
    )


def _banked(question) -> Bank:
    variants = {} if question.seed is None else {question.id: lambda seed: question}
    return Bank({question.id: question}, {}, variants)


@pytest.mark.parametrize("question", EXAMINED, ids=lambda one: one.id)
def test_a_page_before_hand_in_is_the_same_whatever_the_right_answer_is_s16(reader, monkeypatch, question):
    twin = _twin(question)
    assert twin != question
    if question.kind not in ("set_controls", "several", "timeline_fault"):
        assert solution(twin) != solution(question)
    exam = _exam_of(reader, question, EXAMINED[0])
    pages = []
    for asked in (question, twin):
        monkeypatch.setattr(sittings, "bank", lambda asked=asked: _banked(asked))
        pages.append(reader.get(f"/practice/exam/{exam.pk}/0/"))
    assert pages[0].content == pages[1].content


def test_no_id_of_an_option_says_what_is_right_s16():
    for question in EXAMINED:
        for option in question.options:
            assert not {"right", "correct", "true", "answer", "wrong", "false"} & set(re.split("[-_]", option.id))


def test_an_answer_of_an_open_exam_shows_nowhere_else_s16(reader):
    exam = _begin(reader)
    for place in range(10):
        _keep(reader, exam, place)
    for place in range(10):
        name = _asked(exam, place).id
        assert "feedback" not in _main(reader.get(f"/quiz/{name}/"))
    assert "feedback" not in _main(reader.get(f"/lessons/{LESSON}/"))
    assert not Answer.objects.exists()
    exam.refresh_from_db()
    assert len(exam.drafts) == 10


def test_every_answer_can_be_changed_until_it_is_handed_in_and_none_after_s16(reader):
    exam = _exam_of(reader, bank().questions["failover-blip"], bank().questions["failback-order"])
    address = f"/practice/exam/{exam.pk}/0/"
    for option in ("promote", "nothing", "promote"):
        _keep(reader, exam, 0, {"answer": [option]})
        assert re.search(rf'value="{option}" checked', _text(reader.get(address)))
    _keep(reader, exam, 0, {}, action="clear")
    assert "checked" not in _main(reader.get(address))
    _keep(reader, exam, 0, {"answer": ["promote"]})
    reader.post(f"/practice/exam/{exam.pk}/hand-in/")
    response = _keep(reader, exam, 0, {"answer": ["nothing"]})
    assert response.status_code == 409
    assert "nothing of it can be changed any more" in _text(response)
    assert [answer.given for answer in Answer.objects.all()] == ["promote"]
    assert reader.get(address)["Location"] == f"/practice/exam/{exam.pk}/"


def test_the_overview_tells_answered_open_and_flagged_apart_s16(reader):
    exam = _begin(reader)
    _keep(reader, exam, 0)
    _keep(reader, exam, 1, flagged="yes")
    _keep(reader, exam, 2, {}, action="skip", flagged="yes")
    page = _text(reader.get(f"/practice/exam/{exam.pk}/"))
    assert "2 of 10 answered" in page and "8 are open." in page and "2 are flagged." in page
    for number, words in (
        (1, "answered"),
        (2, "answered, flagged"),
        (3, "not answered yet, flagged"),
        (4, "not answered yet"),
    ):
        assert re.search(rf"Question {number}: {words}(?=<| <)", page), number
    assert "Hand in with 8 open" in page
    _keep(reader, exam, 1, {}, action="skip")
    assert Practice.objects.get().flags == [2], "a flag is taken back as it was set"
    assert "1" in Practice.objects.get().drafts, "going on keeps the answer"


def test_handing_in_marks_what_was_kept_and_gives_every_reason_s16(reader):
    exam = _begin(reader)
    for place in range(0, 10, 2):
        _keep(reader, exam, place)
    page = _text(reader.post(f"/practice/exam/{exam.pk}/hand-in/", follow=True))
    assert "5 of 10 right" in page and "5 were left open" in page
    reasons = sum(len(mark(_asked(exam, place), solution(_asked(exam, place))).reasons) for place in range(10))
    assert page.count('<li class="reason') == reasons
    assert page.count("Here is the answer.") == 5 and page.count(">Right.<") == 5
    kept = Answer.objects.filter(practice=exam, asked_in="exam")
    assert kept.count() == 5 and all(answer.right for answer in kept)
    assert "To read again" in page


def test_handing_in_twice_marks_once_s16_l4(reader):
    exam = _begin(reader)
    _keep(reader, exam, 0)
    for _ in range(2):
        reader.post(f"/practice/exam/{exam.pk}/hand-in/")
    ended = Practice.objects.get().ended_at
    reader.post(f"/practice/exam/{exam.pk}/hand-in/")
    assert Practice.objects.get().ended_at == ended
    assert Answer.objects.count() == 1


def test_what_is_kept_while_another_tab_hands_in_is_refused_s16(reader):
    exam = _begin(reader)
    exam_hand_in(practice=exam, marked=sittings.drafts_marked)
    with pytest.raises(ExamHandedIn):
        exam_keep(practice=exam, place=0, following=1, flagged=False, given="nothing")
    assert not Answer.objects.exists()


def test_an_exam_goes_on_at_the_exact_question_with_its_answers_s1_s16(reader):
    exam = _begin(reader)
    for place in range(3):
        _keep(reader, exam, place)
    later = Client(headers={"Sec-Fetch-Site": "same-origin"})
    later.cookies["learner"] = reader.cookies["learner"].value
    page = _text(later.get("/practice/exam/"))
    assert f'href="/practice/exam/{exam.pk}/3/">Question 4 of 10, 3 answered</a>' in page
    assert "Keep and go on" in _text(later.get(f"/practice/exam/{exam.pk}/3/"))
    assert "Take the answer back" in _text(later.get(f"/practice/exam/{exam.pk}/2/"))


def test_going_on_leads_to_what_is_still_open_and_then_to_the_overview_s16(reader):
    exam = _begin(reader)
    assert _keep(reader, exam, 4)["Location"].endswith("/5/")
    for place in (5, 6, 7):
        _keep(reader, exam, place)
    assert _keep(reader, exam, 4)["Location"].endswith("/8/")
    assert _keep(reader, exam, 8, {}, action="skip")["Location"].endswith("/9/")
    assert _keep(reader, exam, 9)["Location"] == f"/practice/exam/{exam.pk}/"


def test_an_answer_with_something_missing_is_refused_and_stays_filled_in_s16(reader):
    exam = _exam_of(reader, bank().questions["failback-order"])
    response = _keep(reader, exam, 0, {"place-aside": ["2"]}, flagged="yes")
    assert response.status_code == 422
    page = _text(response)
    assert "Nothing was stored" in page and "<option selected>2</option>" in page
    assert 'name="flagged" value="yes" checked' in page
    exam.refresh_from_db()
    assert exam.drafts == {} and exam.flags == []


def test_an_exam_asks_for_no_confidence_gives_no_hint_and_nothing_the_learner_marks_s16(reader):
    for lesson in lesson_titles():
        exam = _begin(reader, f"lesson:{lesson}")
        for place, (name, _) in enumerate(exam.plan):
            assert bank().questions[name].kind != "short"
            page = _text(reader.get(f"/practice/exam/{exam.pk}/{place}/"))
            assert 'name="confidence"' not in page and 'value="unknown"' not in page


def test_looking_at_an_exam_begins_nothing_and_starting_sets_the_learner_r19(reader):
    assert not reader.get("/practice/exam/").cookies
    assert not Learner.objects.exists()
    assert reader.post("/practice/exam/", {"source": "mixed"}).cookies["learner"]["httponly"]


def test_an_open_exam_moves_with_its_record_to_another_browser_s16_r21(reader):
    from django.utils import timezone

    from study.merge import record_merge
    from study.record import record_of, written
    from study.record_file import read_record

    exam = _begin(reader)
    for place in range(4):
        _keep(reader, exam, place, flagged="yes")
    record = read_record(written(record_of(Learner.objects.get())).encode(), now=timezone.now())
    other = Learner.objects.create()
    record_merge(learner=other, record=record)
    moved = other.practices.get()
    exam.refresh_from_db()
    assert (moved.drafts, moved.flags, moved.place) == (exam.drafts, exam.flags, exam.place)
    exam_hand_in(practice=moved, marked=sittings.drafts_marked)
    assert other.answers.filter(right=True, asked_in="exam").count() == 4


def test_a_draft_whose_question_has_changed_counts_as_open_r24(reader):
    exam = _exam_of(reader, bank().questions["failover-blip"])
    Practice.objects.update(drafts={"0": "an-option-of-yesterday"})
    assert "0 of 1 answered" in _text(reader.get(f"/practice/exam/{exam.pk}/"))
    assert reader.get(f"/practice/exam/{exam.pk}/0/").status_code == 200
    reader.post(f"/practice/exam/{exam.pk}/hand-in/")
    assert not Answer.objects.exists()


def test_a_question_that_the_course_dropped_is_passed_over_in_an_exam_r24(reader):
    exam = _exam_of(reader, bank().questions["failover-blip"])
    Practice.objects.update(plan=[["gone-since", None], *exam.plan])
    assert "no longer asked" in _text(reader.get(f"/practice/exam/{exam.pk}/"))
    assert reader.get(f"/practice/exam/{exam.pk}/0/")["Location"] == f"/practice/exam/{exam.pk}/"
    page = _text(reader.post(f"/practice/exam/{exam.pk}/hand-in/", follow=True))
    assert "0 of 1 right" in page


def test_in_place_the_focus_moves_once_and_the_address_follows_c2(reader):
    exam = _begin(reader)
    question = _asked(exam, 0)
    form = answer_form(question, solution(question)) | {"action": "keep"}
    part = _text(reader.post(f"/practice/exam/{exam.pk}/0/", form, headers=HTMX, follow=True))
    assert "<html" not in part and "Question 2 of 10" in part
    assert part.count("autofocus") == 1 and 'hx-push-url="true"' in part
    refused = _text(reader.post(f"/practice/exam/{exam.pk}/1/", {"action": "keep"}, headers=HTMX))
    assert refused.count("autofocus") == 1 or _asked(exam, 1).kind == "set_controls"
