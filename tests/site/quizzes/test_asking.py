"""What does a learner get to see, and when? Statements S2, S3, S4, S7, S8 and S15, for every question of the course."""

import json
import re
from html import unescape

import pytest
from django.test import Client

from lessons.quizzes.kinds import kinds
from lessons.quizzes.marking import answer_form, mark, solution
from quizzes import views
from quizzes.asked import own_seed, question_context
from quizzes.bank import bank
from study.models import Answer, Learner, QuestionFlag
from study.throttle import Throttle

QUESTIONS = list(bank().questions.values())
DRAWN = "slo-minutes-drawn"
HTMX = {"HX-Request": "true"}
by_id = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)


@pytest.fixture(autouse=True)
def fresh_flags(monkeypatch):
    monkeypatch.setattr(views, "FLAGS", Throttle(limit=120, period_s=3600))


def visible(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def plain(text: str) -> str:
    """A text of the content without directives and marks, as far as its first one."""
    return re.split(r"[{*`_\[]", text)[0].strip()


def wrong_form(question) -> dict[str, list[str]]:
    """A form that answers wrongly, for any kind."""
    form = answer_form(question, solution(question))
    texts = [["987654321"], ["no"], *([option.id] for option in question.options)]
    for name in form:
        for text in [*texts, *form.values()]:
            changed = form | {name: text}
            if question.kind == "order":
                other = next(key for key in form if form[key] == text) if text in form.values() else name
                changed = form | {name: text, other: form[name]}
            try:
                given = kinds()[question.kind].read(question, changed)
            except ValueError:
                continue
            if not mark(question, given).right:
                return changed
    start = {dial.field: [dial.start] for dial in question.setting.dials}
    return form | start


@by_id
def test_s2_a_question_shows_nothing_before_it_was_answered(reader, question):
    page = visible(reader.get(f"/quiz/{question.id}/").content.decode())
    told = mark(question, solution(question))
    for reason in told.reasons:
        assert plain(reason.reason) and plain(reason.reason) not in page, reason.id
    assert not told.model or plain(told.model) not in page
    assert "Hint." not in page and plain(question.hint) not in page


@by_id
def test_s2_not_knowing_is_an_answer_that_leads_to_a_hint_and_not_to_a_penalty(reader, question):
    page = f"/quiz/{question.id}/"
    reader.post(page, {"action": "unknown"})
    kept = Answer.objects.get()
    assert kept.given is None and not kept.right
    shown = visible(reader.get(page).content.decode())
    assert "Hint." in shown and "Not yet" not in shown
    assert reader.get(page).content.decode().count("<form") == 1, "the question is still to be answered"


@by_id
def test_s3_every_option_has_its_own_reason_and_a_link_to_what_shows_it(reader, question):
    reader.post(f"/quiz/{question.id}/", answer_form(question, solution(question)))
    page = reader.get(f"/quiz/{question.id}/").content.decode()
    reasons = re.findall(r'<li class="reason.*?</li>', page, re.S)
    assert len(reasons) == len(mark(question, solution(question)).reasons)
    for reason in reasons:
        assert re.search(
            r'<a href="/((?:lessons|incidents)/[a-z0-9-]+/#|widgets/[a-z0-9-]+/\?)[^"]+">See it</a>', reason
        ), reason
    assert len(set(reasons)) == len(reasons)


@by_id
def test_s4_after_a_wrong_answer_the_right_one_is_shown_and_the_way_back_is_open(reader, question):
    address = f"/quiz/{question.id}/"
    assert reader.post(address, wrong_form(question)).status_code == 303
    kept = Answer.objects.get()
    assert not kept.right
    page = reader.get(address).content.decode()
    shown = visible(page)
    for reason in mark(question, solution(question)).reasons:
        if reason.right:
            assert plain(reason.reason) in shown
    again = unescape(re.search(r'href="([^"]*again=1[^"]*)"', page).group(1))
    assert 'class="feedback"' not in reader.get(again).content.decode()
    assert reader.post(address, answer_form(question, solution(question))).status_code == 303
    assert Answer.objects.last().right


def test_s7_the_seed_stands_in_the_link_and_beside_the_answer(reader):
    page = reader.get(f"/quiz/{DRAWN}/", {"seed": 17}).content.decode()
    asked = bank().variant(DRAWN, 17)
    assert "variant 17" in page and plain(asked.prompt) in visible(page)
    assert '<input type="hidden" name="seed" value="17">' in page
    response = reader.post(f"/quiz/{DRAWN}/", {"seed": "17", "answer": str(asked.answer)})
    assert response["Location"] == f"/quiz/{DRAWN}/?seed=17#question-{DRAWN}"
    kept = Answer.objects.get()
    assert (kept.seed, kept.right) == (17, True)
    assert "Right." in reader.get(f"/quiz/{DRAWN}/", {"seed": 17}).content.decode()
    assert "Right." not in reader.get(f"/quiz/{DRAWN}/", {"seed": 18}).content.decode()


def test_s7_a_link_with_a_seed_is_the_same_question_for_everybody(reader):
    reader.post("/quiz/failover-blip/", {"answer": "nothing"})
    other = Client()
    for seed in (3, 999_999_999):
        pages = [client.get(f"/quiz/{DRAWN}/", {"seed": seed}).content for client in (reader, other)]
        assert pages[0] == pages[1]


def test_s7_without_a_seed_each_learner_has_a_variant_of_their_own_and_keeps_it(reader):
    assert "variant 1<" in reader.get(f"/quiz/{DRAWN}/").content.decode()
    reader.post("/quiz/failover-blip/", {"answer": "nothing"})
    seed = own_seed(Learner.objects.get(), DRAWN)
    assert f"variant {seed}<" in reader.get(f"/quiz/{DRAWN}/").content.decode()
    assert f"variant {seed}<" in reader.get(f"/quiz/{DRAWN}/").content.decode()
    assert len({own_seed(Learner.objects.create(), DRAWN) for _ in range(30)}) > 20
    reader.post(f"/quiz/{DRAWN}/", {"seed": "23", "answer": "1"})
    assert "variant 23<" in reader.get(f"/quiz/{DRAWN}/").content.decode(), "the one that was answered last"


def test_s7_an_answer_is_marked_by_the_numbers_that_were_shown(reader):
    one, other = (bank().variant(DRAWN, seed) for seed in (1, 2))
    assert one.answer != other.answer
    reader.post(f"/quiz/{DRAWN}/", {"seed": "2", "answer": str(one.answer)})
    reader.post(f"/quiz/{DRAWN}/", {"seed": "2", "answer": str(other.answer)})
    assert list(Answer.objects.order_by("id").values_list("right", flat=True)) == [False, True]


def test_s7_an_answer_shown_elsewhere_is_shown_with_its_own_numbers(reader):
    reader.post(f"/quiz/{DRAWN}/", {"seed": "31", "answer": "1"})
    context = question_context(bank().questions[DRAWN], Answer.objects.get())
    assert context["question"] == bank().variant(DRAWN, 31)
    assert plain(bank().variant(DRAWN, 31).prompt) in visible(reader.get("/progress/").content.decode())


@pytest.mark.parametrize("seed", ["-1", "1.5", "x", "²", "1" * 10, "0x1"])
def test_s7_a_seed_that_is_none_is_not_found(reader, seed):
    assert reader.get(f"/quiz/{DRAWN}/", {"seed": seed}).status_code == 404
    assert reader.post(f"/quiz/{DRAWN}/", {"seed": seed, "answer": "1"}).status_code == 404
    assert not Answer.objects.exists()


def test_s8_all_eight_kinds_are_asked():
    wanted = {"choice", "several", "number", "order", "match", "timeline_fault", "set_controls", "short"}
    assert wanted == set(kinds()) == {question.kind for question in QUESTIONS}


def test_s8_a_short_answer_shows_the_model_only_after_it_was_written_and_is_kept_with_its_verdict(reader):
    question = bank().questions["failover-why-a-fence"]
    address = f"/quiz/{question.id}/"
    step = reader.post(address, {"answer": "It <b>lives</b>.\r\nA lease.", "action": "answer"})
    assert step.status_code == 200 and not Answer.objects.exists() and not step.cookies
    page = step.content.decode()
    assert plain(question.model) in visible(page)
    assert "It &lt;b&gt;lives&lt;/b&gt;." in page and "<b>lives" not in page
    assert 'value="It &lt;b&gt;lives' in page, "the text goes along to the second step"
    assert reader.post(address, {"answer": "It <b>lives</b>.\r\nA lease.", "held": "no"}).status_code == 303
    kept = Answer.objects.get()
    assert (kept.given, kept.right) == ({"text": "It <b>lives</b>.\nA lease.", "held": False}, False)
    assert "<b>lives" not in reader.get(address).content.decode()


@pytest.mark.parametrize(("text", "words"), [("", "first"), ("  ", "first"), ("x" * 501, "501 characters")])
def test_s8_a_short_answer_that_cannot_be_kept_is_refused_and_stays_in_its_field(reader, text, words):
    response = reader.post("/quiz/failover-why-a-fence/", {"answer": text, "held": "yes"})
    page = response.content.decode()
    assert response.status_code == 422 and words in page and "Nothing was stored" in page
    assert text.strip() in page
    assert not Answer.objects.exists()


def test_s8_what_was_matched_marked_and_set_stays_when_the_form_is_refused(reader):
    match = bank().questions["failover-what-shortens-what"]
    form = answer_form(match, solution(match))
    left = next(iter(form))
    page = reader.post(f"/quiz/{match.id}/", form | {left: ""}).content.decode()
    assert "Nothing was stored" in page and page.count(" selected>") == len(form) - 1
    asked = bank().questions["failover-set-ninety-seconds"]
    form = answer_form(asked, solution(asked)) | {"set-dns_ttl_s": ["7,5 or so"], "set-failure_threshold": ["4"]}
    page = reader.post(f"/quiz/{asked.id}/", form).content.decode()
    assert "is not a number" in page and 'value="7,5 or so"' in page and 'value="4"' in page
    assert '<option value="sync" selected>' in page


def test_s8_a_setting_is_told_which_condition_failed_and_links_its_run(reader):
    asked = bank().questions["failover-set-ninety-seconds"]
    form = answer_form(asked, solution(asked)) | {"set-replication": ["async"]}
    reader.post(f"/quiz/{asked.id}/", form)
    page = reader.get(f"/quiz/{asked.id}/").content.decode()
    assert "one condition does not hold" in page and "✗ does not hold" in page and "✓ holds" in page
    run = unescape(re.search(r'href="(/widgets/failover/\?[^"]*)">See this run', page).group(1))
    assert reader.get(run).status_code == 200


def flag_of(reader, question, **form):
    reader.post(f"/quiz/{question.id}/", {"seed": question.seed or "", **form})
    page = reader.get(f"/quiz/{question.id}/").content.decode()
    part = re.search(r'<form action="[^"]*/flag/".*?</form>', page, re.S).group()
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', part)}


@pytest.mark.parametrize("kind", ["wrong", "unclear"])
def test_s15_a_flag_carries_id_version_seed_and_what_was_chosen_and_no_identity(reader, kind):
    question = bank().variant("traffic-dns-drain-drawn", 17)
    sent = flag_of(reader, question, answer="whole")
    assert sent == {"version": "1", "seed": "17", "given": '"whole"'}
    response = reader.post(f"/quiz/{question.id}/flag/", sent | {"kind": kind})
    assert response.status_code == 200 and f"Noted as {kind}" in response.content.decode()
    kept = QuestionFlag.objects.get()
    assert (kept.question_id, kept.version, kept.seed, kept.given, kept.kind) == (question.id, 1, 17, "whole", kind)
    assert not {field.name for field in QuestionFlag._meta.get_fields()} & {"learner", "user", "address"}


def test_s15_two_taps_after_an_answer_one_to_open_and_one_to_say(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    page = reader.get("/quiz/failover-blip/").content.decode()
    flag = re.search(r'<div class="flag".*?</details>', page, re.S).group()
    assert flag.count("<summary>") == 1 and flag.count("<button") == 2
    assert "flag" not in reader.get("/quiz/failback-when/").content.decode(), "there is nothing to say before an answer"


def test_s15_a_flag_needs_no_cookie_and_sets_none(db):
    stranger = Client(headers={"Sec-Fetch-Site": "same-origin"})
    response = stranger.post("/quiz/failover-blip/flag/", {"version": "1", "kind": "wrong", "given": '"promote"'})
    assert response.status_code == 200 and not response.cookies
    assert QuestionFlag.objects.get().given == "promote" and not Learner.objects.exists()


def test_s15_words_of_a_learner_never_go_along(reader):
    question = bank().questions["failover-why-a-fence"]
    sent = flag_of(reader, question, answer="I am Ada from Bern", held="yes")
    assert "Ada" not in json.dumps(sent)
    forged = json.dumps({"text": "I am Ada from Bern", "held": True})
    reader.post(f"/quiz/{question.id}/flag/", sent | {"kind": "wrong", "given": forged})
    assert QuestionFlag.objects.get().given is None


@pytest.mark.parametrize(
    "given", ["", "{", "[" * 5_000, '"gone"', "NaN", "1e999", '{"a": 1}', '"promote', '"' + "x" * 3_000 + '"', "null"]
)
def test_s15_a_flag_keeps_nothing_that_is_no_answer(reader, given):
    response = reader.post("/quiz/failover-blip/flag/", {"version": "1", "kind": "wrong", "given": given})
    assert response.status_code == 200
    assert QuestionFlag.objects.get().given is None


@pytest.mark.parametrize(
    "form", [{"version": "1"}, {"kind": "wrong"}, {"version": "1", "kind": "silly"}, {"version": "-1", "kind": "wrong"}]
)
def test_s15_a_flag_that_says_nothing_is_not_kept(reader, form):
    assert reader.post("/quiz/failover-blip/flag/", form).status_code == 404
    assert reader.post("/quiz/no-such-question/flag/", {"version": "1", "kind": "wrong"}).status_code == 404
    assert not QuestionFlag.objects.exists()


def test_s15_flags_from_one_address_are_bounded(reader, monkeypatch):
    monkeypatch.setattr(views, "FLAGS", Throttle(limit=1, period_s=60))
    form = {"version": "1", "kind": "wrong"}
    assert [reader.post("/quiz/failover-blip/flag/", form).status_code for _ in range(2)] == [200, 429]
    assert QuestionFlag.objects.count() == 1


def test_s15_a_part_of_a_page_takes_the_focus_to_what_it_says(reader):
    part = reader.post("/quiz/failover-blip/flag/", {"version": "1", "kind": "wrong"}, headers=HTMX).content.decode()
    assert "<html" not in part and part.count('tabindex="-1" autofocus') == 1


def test_a_form_of_another_page_posts_there_and_carries_its_own_fields(reader):
    from django.template.loader import render_to_string

    question = bank().variant(DRAWN, 5)
    context = question_context(
        question, None, action="/elsewhere/", carried={"place": "3"}, ask_confidence=True, can_retry=False
    )
    page = render_to_string("quizzes/_question.html", context)
    assert re.search(r'<form action="/elsewhere/" method="post"[^>]* hx-post="/elsewhere/"', page)
    assert (
        '<input type="hidden" name="place" value="3">' in page and '<input type="hidden" name="seed" value="5">' in page
    )
    assert page.count('name="confidence"') == 3


def test_how_sure_a_learner_was_is_kept_with_the_answer(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote", "confidence": "high"})
    reader.post("/quiz/failover-blip/", {"answer": "promote", "confidence": "enormous"})
    assert [kept.confidence for kept in Answer.objects.order_by("id")] == ["high", ""]
