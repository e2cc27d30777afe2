"""Is a review one screen, two buttons and an end that says what is held, with and without scripts?"""

import re
from datetime import UTC, datetime, timedelta

import pytest

from quizzes import review, reviewing
from quizzes.bank import bank
from quizzes.prompts import ideas, prompts
from study.models import Answer, Learner, ReviewLog, StudyPlan
from study.services import answer_record, review_record

HTMX = {"HX-Request": "true"}
NOW = datetime.now(UTC)
LESSON = "topologies"


@pytest.fixture
def begun(reader):
    """A reader who marked one lesson, and so may be asked its prompts."""
    reader.post("/progress/done/", {"lesson": LESSON})
    return reader


def _text(response) -> str:
    return response.content.decode()


def _next_id(client) -> str:
    return re.search(r'action="/review/prompts/([^/]+)/"', _text(client.get("/review/next/")))[1]


def test_review_says_how_many_how_long_and_start_s10(begun):
    page = _text(begun.get("/review/"))
    of_lesson = [prompt for prompt in prompts().values() if prompt.lesson == LESSON]
    number = min(20, len(of_lesson))
    assert f"{number} prompts, about {(number + 1) // 2} minutes" in page
    assert 'href="/review/next/">Start</a>' in page


def test_a_prompt_shows_its_answer_only_when_asked_and_then_two_buttons_s10(begun):
    name = _next_id(begun)
    question = _text(begun.get("/review/next/"))
    assert "Show the answer" in question and "Got it" not in question and "recall__answer" not in question
    answer = _text(begun.get(f"/review/prompts/{name}/", {"side": "answer"}))
    form = answer.split('method="post"')[1].split("</form>")[0]
    assert re.findall(r'<button[^>]*value="([^"]+)"', form) == ["missed-it", "got-it"]


def test_a_whole_review_works_as_plain_forms_and_ends_with_what_is_held_s10_s12(begun):
    for _ in range(40):
        page = begun.get("/review/next/")
        if "That is all for today" in _text(page):
            break
        name = _next_id(begun)
        key = re.search(r'name="key" value="(\w+)"', _text(begun.get(f"/review/prompts/{name}/", {"side": "answer"})))
        response = begun.post(f"/review/prompts/{name}/", {"recalled": "got-it", "key": key[1]})
        assert (response.status_code, response["Location"]) == (303, "/review/next/")
    assert "That is all for today" in _text(page)
    assert "shaky: recalled in 1 of 3 sessions" in _text(page)
    assert ReviewLog.objects.count() == min(20, len([one for one in prompts().values() if one.lesson == LESSON]))
    assert "That is all for today" in _text(begun.get("/review/"))


def test_the_same_button_twice_is_one_recall_s14(begun):
    name = _next_id(begun)
    for said in ("got-it", "missed-it"):
        begun.post(f"/review/prompts/{name}/", {"recalled": said, "key": "one-key"})
    assert [log.held for log in ReviewLog.objects.all()] == [True]


def test_a_missed_prompt_returns_later_in_the_same_session_s5(begun):
    first = _next_id(begun)
    begun.post(f"/review/prompts/{first}/", {"recalled": "missed-it"})
    asked = []
    for _ in range(30):
        page = _text(begun.get("/review/next/"))
        if "That is all for today" in page:
            break
        asked.append(_next_id(begun))
        begun.post(f"/review/prompts/{asked[-1]}/", {"recalled": "got-it"})
    assert asked[0] != first
    assert asked.count(first) == 1


def test_a_review_in_place_moves_the_focus_to_the_next_prompt_s10(begun):
    name = _next_id(begun)
    part = _text(begun.post(f"/review/prompts/{name}/", {"recalled": "got-it"}, headers=HTMX))
    assert "<html" not in part
    assert part.count("autofocus") == 1
    assert name not in part


@pytest.mark.parametrize("form", [{}, {"recalled": "maybe"}])
def test_neither_button_keeps_nothing_and_says_so(begun, form):
    response = begun.post(f"/review/prompts/{_next_id(begun)}/", form)
    assert response.status_code == 422
    assert "Nothing was stored" in _text(response)
    assert not ReviewLog.objects.exists()


def test_a_first_recall_begins_a_record_and_looking_does_not_r19(reader):
    name = next(iter(prompts()))
    for path in ("/review/", "/review/next/", f"/review/prompts/{name}/", f"/review/prompts/{name}/?side=answer"):
        assert not reader.get(path).cookies
    assert not Learner.objects.exists()
    response = reader.post(f"/review/prompts/{name}/", {"recalled": "got-it"})
    assert response.cookies["learner"]["httponly"]
    assert reader.get("/review/prompts/no-such/").status_code == 404


def test_a_missed_month_asks_no_more_than_twenty_and_says_nothing_of_the_rest_s11(begun, monkeypatch):
    learner = Learner.objects.get()
    for place, name in enumerate(prompts()):
        review_record(learner=learner, prompt_id=name, held=True, at=NOW - timedelta(days=40, minutes=place))
    assert len(prompts()) > 40
    page = _text(begun.get("/review/"))
    assert "20 prompts, about 10 minutes" in page
    assert str(len(prompts())) not in re.sub(r"<[^>]+>|\s+", " ", page.split('id="main"')[1].split("review__more")[0])
    assert reviewing.review_day(learner, NOW).coming[0] == 20


def test_the_sure_and_wrong_comes_first_in_review_s9(begun):
    learner = Learner.objects.get()
    asked = next(one for one in bank().questions.values() if one.idea and one.lesson != LESSON)
    answer_record(
        learner=learner, question_id=asked.id, version=asked.version, given=None, right=False, confidence="high"
    )
    forms = [prompt.id for prompt in prompts().values() if prompt.idea == asked.idea]
    assert forms
    left = [prompt.id for prompt in reviewing.review_day(learner, NOW).left]
    assert set(left[: len(forms)]) == set(forms)
    for name in forms:
        review_record(learner=learner, prompt_id=name, held=True)
    assert not reviewing._urgent(Answer.objects.all(), reviewing.recalls_of(learner))


def test_an_idea_is_held_after_three_sessions_of_every_form_and_shows_its_evidence_s12(begun):
    learner = Learner.objects.get()
    slug = next(iter(ideas()))
    forms = [prompt.id for prompt in prompts().values() if prompt.idea == slug]
    for days_ago in (30, 27, 2):
        for name in forms:
            review_record(learner=learner, prompt_id=name, held=True, at=NOW - timedelta(days=days_ago))
    held = reviewing.ideas_held(reviewing.recalls_of(learner), reviewing.cards_of(learner), NOW.date())
    assert held[slug].standing.sentence == "held for 4 weeks"
    assert len(held[slug].evidence) == 3 * len(forms)
    assert {one.standing.word for other, one in held.items() if other != slug} == {"new"}


def test_finishing_a_lesson_is_not_called_mastery_s12(begun):
    held = reviewing.ideas_held(reviewing.recalls_of(Learner.objects.get()), {}, NOW.date())
    assert {one.standing.word for one in held.values()} == {"new"}


def test_cards_of_prompts_that_are_gone_are_kept_and_not_asked_r24(begun):
    learner = Learner.objects.get()
    review_record(learner=learner, prompt_id="gone-since", held=False, at=NOW - timedelta(days=9))
    day = reviewing.review_day(learner, NOW)
    assert "gone-since" not in {prompt.id for prompt in day.left}
    assert ReviewLog.objects.filter(prompt_id="gone-since").exists()
    assert begun.get("/review/next/").status_code == 200


def test_a_target_date_is_kept_shown_and_taken_back(begun):
    day = (NOW + timedelta(days=30)).date()
    response = begun.post("/review/plan/", {"target_on": day.isoformat(), "target_words": "  the   drill "})
    assert response.status_code == 303
    plan = StudyPlan.objects.get()
    assert (plan.target_on, plan.target_words) == (day, "the drill")
    assert "the drill" in _text(begun.get("/review/"))
    begun.post("/review/plan/", {"target_on": ""})
    assert not StudyPlan.objects.exists()


@pytest.mark.parametrize("text", ["yesterday", "2020-01-01", "9999-12-31", "2027-02-30", "\0"])
def test_a_target_that_is_no_coming_day_is_refused_in_words(begun, text):
    response = begun.post("/review/plan/", {"target_on": text})
    assert response.status_code == 422
    assert "Nothing was changed" in _text(response)
    assert not StudyPlan.objects.exists()


def test_the_reminder_is_a_calendar_file_at_the_readers_own_time_s13(client, db):
    response = client.get("/review/reminder.ics", {"at": "07:45"})
    assert response["Content-Type"].startswith("text/calendar")
    assert not response.cookies
    lines = _text(response).split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert any(re.fullmatch(r"DTSTART:\d{8}T074500", line) for line in lines), "floating: the reader's own clock"
    assert "RRULE:FREQ=DAILY" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1


@pytest.mark.parametrize("text", ["", "25:00", "noon", "7", "12:00:00+01:00x"])
def test_a_time_that_is_none_is_refused_in_words_s13(client, db, text):
    assert client.get("/review/reminder.ics", {"at": text}).status_code == 422


def test_prompts_leave_for_anki_with_ids_that_stay_s13(client, db):
    text = _text(client.get("/review/anki.tsv"))
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert {"#separator:tab", "#html:true", "#guid column:1", "#tags column:4"} <= set(head)
    rows = [line.split("\t") for line in text.splitlines()[len(head) :]]
    assert [row[0] for row in rows] == [f"blast-radius-{name}" for name in prompts()]
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in rows)
    assert not re.search(r"\{(value|term|source|run|passport):", text)
    assert "<script" not in text


def test_prompts_leave_as_a_text_with_how_firmly_each_is_held_s13(begun):
    name = _next_id(begun)
    begun.post(f"/review/prompts/{name}/", {"recalled": "got-it"})
    text = _text(begun.get("/review/prompts.txt"))
    of_lesson = [prompt for prompt in prompts().values() if prompt.lesson == LESSON]
    assert text.count("  -> ") == len(of_lesson)
    assert text.count("(shaky: recalled in 1 of 3 sessions)") == 1
    assert text.count("(new)") == len(of_lesson) - 1
    assert "&amp;" not in text and "<" not in text
    assert begun.get("/review/prompts.txt", {"lesson": "no-such"}).status_code == 404


def test_too_many_new_readers_are_told_so_and_nothing_is_stored(reader, monkeypatch):
    from study import learners
    from study.throttle import Throttle

    monkeypatch.setattr(learners, "NEW_LEARNERS", Throttle(limit=0, period_s=60))
    name = next(iter(prompts()))
    for response in (
        reader.post(f"/review/prompts/{name}/", {"recalled": "got-it"}),
        reader.post("/review/plan/", {"target_on": (NOW + timedelta(days=9)).date().isoformat()}),
    ):
        assert response.status_code == 429
        assert "try again later" in _text(response)
    assert not ReviewLog.objects.exists()


def test_the_pages_of_review_ask_the_database_a_few_times_whatever_was_done(begun, django_assert_max_num_queries):
    learner = Learner.objects.get()
    for name in prompts():
        review_record(learner=learner, prompt_id=name, held=True, at=NOW - timedelta(days=9))
    for path in ("/review/", "/review/next/"):
        with django_assert_max_num_queries(8):
            begun.get(path)


def test_every_reading_of_the_clock_is_the_sites(begun, monkeypatch):
    """In a week from now other prompts are due: the day comes from outside the plan."""
    learner = Learner.objects.get()
    name = _next_id(begun)
    begun.post(f"/review/prompts/{name}/", {"recalled": "got-it"})
    later = reviewing.review_day(learner, NOW + timedelta(days=7))
    assert later.left[0].id == name
    monkeypatch.setattr(review.timezone, "now", lambda: NOW + timedelta(days=7))
    assert _next_id(begun) == name
