"""Can a practice be begun by anybody, left at any question, and ended by everybody?"""

import re
from collections import Counter
from itertools import pairwise

import pytest
from django.test import Client

from lessons.quizzes.bank import Bank
from lessons.quizzes.feedback import AnswerError
from lessons.quizzes.kinds import kinds
from lessons.quizzes.marking import answer_form, mark, read_answer, solution
from lessons.quizzes.practice import LENGTH_MAX, asks_confidence
from quizzes import sitting as sittings
from quizzes.bank import bank
from quizzes.sitting import Sitting
from quizzes.sources import lesson_titles
from study.models import Answer, Learner, Practice
from study.record import record_of, written
from study.record_file import read_record

HTMX = {"HX-Request": "true"}
LESSON = "topologies"


def _text(response) -> str:
    return response.content.decode()


def _begin(client, source: str = f"lesson:{LESSON}") -> Practice:
    response = client.post("/practice/", {"source": source})
    assert response.status_code == 303, _text(response)
    practice = Practice.objects.latest("id")
    assert response["Location"] == f"/practice/{practice.pk}/0/"
    return practice


def _asked(practice: Practice, place: int):
    practice.refresh_from_db()
    return bank().variant(*practice.plan[place])


def right_form(question) -> dict[str, list[str]]:
    return answer_form(question, solution(question))


def wrong_form(question) -> dict[str, list[str]]:
    """A form that this question takes and does not call right."""
    if question.kind == "set_controls":
        return answer_form(question, kinds()[question.kind].start(question))
    if question.kind == "short":
        return {"answer": ["It depends."], "held": ["no"]}
    fields = right_form(question)
    values = [*fields.values(), *([option.id] for option in question.options), ["999999"]]
    turned = dict(zip(fields, reversed(fields.values()), strict=True))
    for form in (turned, *(fields | {name: texts} for name in fields for texts in values)):
        try:
            if not mark(question, read_answer(question, form)).right:
                return form
        except AnswerError:
            continue
    raise AssertionError(f"no wrong answer to {question.id}")


def _answer(client, practice: Practice, place: int, *, right: bool, **more):
    question = _asked(practice, place)
    form = right_form(question) if right else wrong_form(question)
    return client.post(f"/practice/{practice.pk}/{place}/", form | more)


def _walk(client, practice: Practice, is_right) -> None:
    """Answers one question after another, as the pages lead."""
    for _ in range(LENGTH_MAX + 1):
        response = client.get(f"/practice/{practice.pk}/")
        if response.status_code == 200:
            return
        place = int(response["Location"].rstrip("/").split("/")[-1])
        assert _answer(client, practice, place, right=is_right(place)).status_code == 303
    raise AssertionError("a practice that does not end")


@pytest.mark.parametrize("lesson", lesson_titles())
def test_a_practice_starts_from_any_lesson_without_an_account_s1(reader, lesson):
    assert f'href="/practice/?source=lesson:{lesson}"' in _text(reader.get(f"/lessons/{lesson}/"))
    page = reader.get("/practice/", {"source": f"lesson:{lesson}"})
    assert page.status_code == 200 and not page.cookies and not Learner.objects.exists()
    assert re.search(rf'value="lesson:{lesson}" checked', _text(page))
    assert "about 1" in _text(page)
    response = reader.post("/practice/", {"source": f"lesson:{lesson}"}, follow=True)
    assert "Question 1 of" in _text(response)
    assert reader.cookies["learner"]["httponly"]
    assert Answer.objects.count() == 0


def test_looking_sets_no_cookie_and_begins_nothing_r19(reader):
    for path in ("/practice/", "/practice/exam/", "/practice/?source=misconception:dns-is-instant"):
        assert not reader.get(path).cookies
    assert not Learner.objects.exists() and not Practice.objects.exists()


def test_it_goes_on_at_the_exact_question_wherever_it_was_left_s1(reader):
    practice = _begin(reader)
    for place in range(4):
        later = Client(headers={"Sec-Fetch-Site": "same-origin"})
        later.cookies["learner"] = reader.cookies["learner"].value
        page = _text(later.get("/practice/"))
        assert f'href="/practice/{practice.pk}/{place}/">Question {place + 1} of 10</a>' in page
        assert later.get(f"/practice/{practice.pk}/")["Location"] == f"/practice/{practice.pk}/{place}/"
        shown = later.get(f"/practice/{practice.pk}/{place}/")
        assert _asked(practice, place).id in _text(shown)
        assert 'class="feedback' not in _text(shown)
        _answer(reader, practice, place, right=True)
    assert Answer.objects.filter(practice=practice, asked_in="practice").count() == 4


def test_leaving_after_a_verdict_loses_neither_the_answer_nor_the_place_s1(reader):
    practice = _begin(reader)
    _answer(reader, practice, 0, right=False)
    page = _text(reader.get(f"/practice/{practice.pk}/0/"))
    assert 'class="feedback__verdict' in page
    assert f'href="/practice/{practice.pk}/1/"' in page
    assert reader.get(f"/practice/{practice.pk}/")["Location"] == f"/practice/{practice.pk}/1/"


def test_a_practice_moves_with_its_record_to_another_browser_s1_r21(reader, django_user_model):
    from django.utils import timezone

    from study.merge import record_merge

    practice = _begin(reader)
    _answer(reader, practice, 0, right=False)
    reader.post(f"/practice/{practice.pk}/1/", {"action": "unknown"})
    record = read_record(written(record_of(Learner.objects.get())).encode(), now=timezone.now())
    other = Learner.objects.create()
    record_merge(learner=other, record=record)
    moved = Sitting(other.practices.get())
    assert moved.practice.pk != practice.pk
    assert moved.current == 1
    assert [step.missed for step in moved.steps[:3]] == [True, True, False]
    assert moved.steps[0].answer and not moved.steps[0].answer.right
    assert moved.steps[1].hinted and not moved.steps[1].settled


def test_an_answer_counts_once_however_often_it_is_sent_l4(reader):
    practice = _begin(reader)
    for right in (False, True, True):
        _answer(reader, practice, 0, right=right)
    assert [kept.right for kept in Answer.objects.all()] == [False]
    practice.refresh_from_db()
    assert practice.place == 1


def test_a_place_ahead_cannot_be_answered_and_leads_back(reader):
    practice = _begin(reader)
    response = _answer(reader, practice, 5, right=True)
    assert response["Location"] == f"/practice/{practice.pk}/"
    assert reader.get(f"/practice/{practice.pk}/99/")["Location"] == f"/practice/{practice.pk}/"
    assert not Answer.objects.exists()


def test_nobody_else_finds_a_practice_r23(reader):
    practice = _begin(reader)
    other = Client(headers={"Sec-Fetch-Site": "same-origin"})
    other.post("/practice/", {"source": "mixed"})
    for path in (f"/practice/{practice.pk}/", f"/practice/{practice.pk}/0/", f"/practice/exam/{practice.pk}/"):
        assert other.get(path).status_code == 404
        assert Client().get(path).status_code == 404
    assert other.post(f"/practice/{practice.pk}/end/").status_code == 404


def test_a_hint_keeps_the_question_and_is_no_penalty_s2(reader):
    practice = _begin(reader)
    response = reader.post(f"/practice/{practice.pk}/0/", {"action": "unknown"}, follow=True)
    page = _text(response)
    assert _asked(practice, 0).hint[:30].split("{")[0] in page.replace("&#x27;", "'")
    assert 'class="feedback' not in page and "Not yet" not in page
    assert reader.get(f"/practice/{practice.pk}/")["Location"].endswith("/0/")
    _answer(reader, practice, 0, right=True)
    assert "right with a hint" not in page
    assert Sitting(practice).steps[0].words == "right with a hint"


def test_the_answer_can_be_shown_after_the_hint_so_nobody_is_stuck_s4(reader):
    practice = _begin(reader)
    address = f"/practice/{practice.pk}/0/"
    assert 'value="show"' not in _text(reader.get(address))
    reader.post(address, {"action": "show"})
    assert 'value="show"' in _text(reader.get(address)), "without a hint before, the hint comes first"
    page = _text(reader.post(address, {"action": "show"}, follow=True))
    assert "Here is the answer." in page
    assert page.count('class="reason"') == len(mark(_asked(practice, 0), solution(_asked(practice, 0))).reasons)
    assert "your answer" not in page
    assert reader.get(f"/practice/{practice.pk}/")["Location"].endswith("/1/")


@pytest.mark.parametrize("source", ["mixed", "lesson:failover-and-failback", "misconception:dns-is-instant"])
def test_the_worst_learner_sees_every_right_answer_and_gets_to_the_end_s4(reader, source):
    practice = _begin(reader, source)
    _walk(reader, practice, lambda place: False)
    practice.refresh_from_db()
    assert practice.ended_at and practice.place == len(practice.plan) <= LENGTH_MAX
    for place in range(len(practice.plan)):
        page = _text(reader.get(f"/practice/{practice.pk}/{place}/"))
        returns_later = Sitting(practice).comes_back(place)
        assert ("This idea comes back later" in page) == returns_later
        assert ("This idea is left for another day" in page) != returns_later
        assert ("Stop here" in page) == (place + 1 < len(practice.plan)), "what is over does not go on"
        told = mark(_asked(practice, place), solution(_asked(practice, place)))
        assert page.count('class="reason') >= len(told.reasons)
        assert "See it" in page
    page = _text(reader.get(f"/practice/{practice.pk}/"))
    assert "0 of" in page and "Left for another day" in page


def test_the_best_learner_answers_what_was_planned_and_no_more(reader):
    practice = _begin(reader)
    _walk(reader, practice, lambda place: True)
    page = _text(reader.get(f"/practice/{practice.pk}/"))
    assert "10 of 10 right at once" in page and "Nothing is left over" in page
    assert Practice.objects.get().ended_at


def test_what_was_missed_returns_later_in_another_form_and_the_page_says_so_s5(reader):
    practice = _begin(reader)
    missed = _asked(practice, 0)
    _answer(reader, practice, 0, right=False)
    assert "This idea comes back later" in _text(reader.get(f"/practice/{practice.pk}/0/"))
    _walk(reader, practice, lambda place: True)
    practice.refresh_from_db()
    again = [place for place in range(1, len(practice.plan)) if _asked(practice, place).idea == missed.idea]
    assert again and min(again) > 1
    assert all(practice.plan[place] != practice.plan[0] for place in again)
    page = _text(reader.get(f"/practice/{practice.pk}/{again[0]}/"))
    assert "An idea you missed, in another form" in page
    end = _text(reader.get(f"/practice/{practice.pk}/"))
    assert "came back and was right then" in end and "Right when it came back" in end


def test_a_hint_brings_the_idea_back_once_though_a_wrong_answer_follows_s5(reader):
    practice = _begin(reader)
    planned = len(practice.plan)
    reader.post(f"/practice/{practice.pk}/0/", {"action": "unknown"})
    _answer(reader, practice, 0, right=False)
    practice.refresh_from_db()
    assert len(practice.plan) - planned <= 1
    assert Sitting(practice).comes_back(0)


def test_a_question_without_another_form_comes_again_with_its_hint_s5(reader, monkeypatch):
    chosen = [one for one in bank().questions.values() if one.kind == "choice" and one.seed is None][:3]
    alone = Bank({one.id: one for one in chosen}, {})
    monkeypatch.setattr(sittings, "bank", lambda: alone)
    learner = Learner.objects.create()
    plan = [[one.id, None] for one in chosen]
    practice = Practice.objects.create(learner=learner, mode="practice", source="mixed", plan=plan)
    reader.cookies["learner"] = _cookie(learner)
    monkeypatch.setattr(sittings, "pool_of", lambda *_: ())
    _answer(reader, practice, 0, right=False)
    practice.refresh_from_db()
    assert practice.plan == [*plan, plan[0]]
    for place in (1, 2):
        _answer(reader, practice, place, right=True)
    page = _text(reader.get(f"/practice/{practice.pk}/3/"))
    assert "The same question again, with its hint" in page and "question__hint" in page


def _cookie(learner: Learner) -> str:
    from django.core import signing

    from study.learners import SALT

    return signing.dumps(str(learner.key), salt=SALT)


def test_sets_are_mixed_by_default_once_two_lessons_are_done_and_one_lesson_stays_a_choice_s6(reader):
    address = f"/practice/?source=lesson:{LESSON}"
    assert f'value="lesson:{LESSON}" checked' in _text(reader.get(address))
    reader.post("/progress/done/", {"lesson": "failure-domains"})
    assert f'value="lesson:{LESSON}" checked' in _text(reader.get(address))
    reader.post("/progress/done/", {"lesson": "slo-rto-rpo"})
    page = _text(reader.get(address))
    assert f'value="mixed:{LESSON}" checked' in page
    assert f'value="lesson:{LESSON}"' in page
    assert 'value="mixed" checked' in _text(reader.get("/practice/"))


def test_a_mixed_set_draws_from_the_lessons_done_and_changes_lesson_with_every_question_s6(reader):
    done = ["failure-domains", "slo-rto-rpo", "traffic-steering"]
    for lesson in done:
        reader.post("/progress/done/", {"lesson": lesson})
    practice = _begin(reader, "mixed")
    lessons = [_asked(practice, place).lesson for place in range(10)]
    assert set(lessons) == set(done)
    assert all(one != other for one, other in pairwise(lessons))
    practice = _begin(reader, f"mixed:{LESSON}")
    lessons = Counter(_asked(practice, place).lesson for place in range(10))
    assert lessons[LESSON] == 5 and set(lessons) <= {*done, LESSON}


def test_only_lessons_of_the_course_are_practised(reader):
    practice = _begin(reader, "mixed")
    assert {_asked(practice, place).lesson for place in range(10)} <= set(lesson_titles())


def test_confidence_is_asked_on_at_most_every_third_and_kept_with_the_answer_s9(reader):
    practice = _begin(reader)
    asked = []
    for place in range(10):
        page = _text(reader.get(f"/practice/{practice.pk}/{place}/"))
        asked.append('name="confidence"' in page)
        _answer(reader, practice, place, right=True, confidence="high")
    assert asked == [asks_confidence(place) for place in range(10)]
    assert max(sum(asked[place : place + 3]) for place in range(8)) == 1
    kept = [answer.confidence for answer in Answer.objects.order_by("id")]
    assert kept == ["high" if one else "" for one in asked], "what was not asked is not kept"


def test_what_was_sure_and_wrong_is_asked_first_in_the_next_practice_and_in_review_s9(reader):
    practice = _begin(reader)
    question = _asked(practice, 0)
    _answer(reader, practice, 0, right=False, confidence="high")
    _answer(reader, practice, 1, right=True)
    page = _text(reader.post(f"/practice/{practice.pk}/end/", follow=True))
    assert "You were sure about 1 answer that was wrong" in page
    for _ in range(3):
        following = _begin(reader)
        assert following.plan[0][0] == question.id
        assert 'name="confidence"' in _text(reader.get(f"/practice/{following.pk}/0/"))


def test_an_empty_answer_is_refused_in_words_and_what_was_given_stays_s1(reader):
    practice = _begin(reader, "lesson:failover-and-failback")
    response = reader.post(f"/practice/{practice.pk}/0/", {})
    assert response.status_code == 422
    assert "Nothing was stored" in _text(response)
    assert not Answer.objects.exists()
    assert f'action="/practice/{practice.pk}/0/"' in _text(response)


def test_a_short_answer_is_compared_before_it_is_marked(reader):
    asked = next(one for one in bank().questions.values() if one.kind == "short")
    learner = Learner.objects.create()
    practice = Practice.objects.create(learner=learner, mode="practice", source="mixed", plan=[[asked.id, None]])
    reader.cookies["learner"] = _cookie(learner)
    address = f"/practice/{practice.pk}/0/"
    page = _text(reader.post(address, {"answer": "Somebody has to decide.", "action": "answer"}))
    assert "I had it" in page and "Somebody has to decide." in page
    assert not Answer.objects.exists()
    reader.post(address, {"answer": "Somebody has to decide.", "held": "yes"})
    assert Answer.objects.get().right


def test_in_place_the_focus_moves_to_verdict_hint_and_next_question_once_c2(reader):
    practice = _begin(reader)
    address = f"/practice/{practice.pk}/0/"
    hint = _text(reader.post(address, {"action": "unknown"}, headers=HTMX, follow=True))
    wrong = wrong_form(_asked(practice, 0))
    verdict = _text(reader.post(address, wrong, headers=HTMX, follow=True))
    following = _text(reader.get(f"/practice/{practice.pk}/1/", headers=HTMX))
    refused = _text(reader.post(f"/practice/{practice.pk}/1/", {}, headers=HTMX))
    for part, where in ((hint, "question__hint"), (verdict, "feedback__verdict"), (following, "practice__count")):
        assert "<html" not in part
        assert part.count("autofocus") == 1
        assert where in re.search(r"<[^>]*autofocus", part)[0]
    assert refused.count("autofocus") == 1
    whole = _text(reader.get(address, headers=HTMX | {"HX-History-Restore-Request": "true"}))
    assert "<html" in whole, "a browser that goes back wants the page"


def test_a_practice_can_be_ended_early_and_says_how_far_it_went(reader):
    practice = _begin(reader)
    assert "Ended before the first answer" in _text(reader.post(f"/practice/{practice.pk}/end/", follow=True))
    practice = _begin(reader)
    _answer(reader, practice, 0, right=True)
    page = _text(reader.post(f"/practice/{practice.pk}/end/", follow=True))
    assert "1 of 1 right at once" in page
    assert "Go on where you stopped" not in _text(reader.get("/practice/"))
    assert reader.get(f"/practice/{practice.pk}/1/")["Location"] == f"/practice/{practice.pk}/"
    _answer(reader, practice, 1, right=True)
    assert Answer.objects.count() == 1


def test_the_end_leads_to_the_sections_that_teach_what_was_missed(reader):
    practice = _begin(reader)
    missed = _asked(practice, 0)
    _answer(reader, practice, 0, right=False)
    page = _text(reader.post(f"/practice/{practice.pk}/end/", follow=True))
    assert f'href="/lessons/{missed.lesson}/#{missed.section}">Read it again</a>' in page
    assert 'href="/review/"' in page
    assert f'href="/practice/{practice.pk}/0/"' in page


def test_a_question_that_the_course_dropped_is_passed_over_r24(reader):
    practice = _begin(reader)
    Practice.objects.update(plan=[["gone-since", None], *practice.plan[1:3], ["gone-too", 7]])
    assert reader.get(f"/practice/{practice.pk}/")["Location"].endswith("/1/")
    _answer(reader, practice, 1, right=True)
    _answer(reader, practice, 2, right=True)
    assert "2 of 2 right at once" in _text(reader.get(f"/practice/{practice.pk}/"))
    assert "Go on where" not in _text(reader.get("/practice/"))


def test_an_answer_to_an_older_version_is_kept_and_said_to_be_so_r24(reader):
    practice = _begin(reader)
    _answer(reader, practice, 0, right=True)
    Answer.objects.update(version=0)
    page = _text(reader.get(f"/practice/{practice.pk}/0/"))
    assert "The question has changed" in page and "Here is the answer." in page


@pytest.mark.parametrize("source", ["", "lesson:no-such", "misconception:no-such", "everything", "mixed:no-such", "\0"])
def test_a_source_that_there_is_none_of_is_refused_in_words(reader, source):
    response = reader.post("/practice/", {"source": source})
    assert response.status_code == 422
    assert "Nothing was stored" in _text(response)
    assert not Learner.objects.exists()


def test_a_misconception_can_be_practised_from_where_it_is_named(reader):
    choice = next(one for one in bank().questions.values() if one.id == "failover-blip")
    wrong = next(option for option in choice.options if option.misconception)
    page = _text(reader.post(f"/quiz/{choice.id}/", {"answer": wrong.id}, follow=True))
    address = f"/practice/?source=misconception:{wrong.misconception}"
    assert f'href="{address}">Practise this</a>' in page
    assert f'value="misconception:{wrong.misconception}" checked' in _text(reader.get(address))
    practice = _begin(reader, f"misconception:{wrong.misconception}")
    for place in range(len(practice.plan)):
        assert wrong.misconception in _asked(practice, place).misconceptions


def test_too_many_new_readers_are_told_so_and_nothing_is_stored(reader, monkeypatch):
    from study import learners
    from study.throttle import Throttle

    monkeypatch.setattr(learners, "NEW_LEARNERS", Throttle(limit=0, period_s=60))
    response = reader.post("/practice/", {"source": "mixed"})
    assert response.status_code == 429 and "try again later" in _text(response)
    assert not Practice.objects.exists()


def test_another_site_cannot_begin_or_answer_a_practice(reader, stranger):
    practice = _begin(reader)
    stranger.cookies["learner"] = reader.cookies["learner"].value
    assert stranger.post("/practice/", {"source": "mixed"}).status_code == 403
    assert _answer(stranger, practice, 0, right=True).status_code == 403
    assert Practice.objects.count() == 1 and not Answer.objects.exists()


def test_the_pages_ask_the_database_a_few_times_whatever_was_done(reader, django_assert_max_num_queries):
    practice = _begin(reader, "mixed")
    _walk(reader, practice, lambda place: place % 2 == 0)
    going = _begin(reader, "mixed")
    for path in ("/practice/", f"/practice/{practice.pk}/", f"/practice/{going.pk}/0/"):
        with django_assert_max_num_queries(12):
            reader.get(path)
    with django_assert_max_num_queries(30):
        _answer(reader, going, 0, right=False)
