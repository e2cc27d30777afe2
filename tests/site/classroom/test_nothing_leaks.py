"""L6, L7, L17: is there anything in what phone and screen are sent from which an answer follows before its reveal?"""

from __future__ import annotations

import re
from html import unescape

import pytest

from classroom.asked import VOTABLE, Asked, asked_of
from classroom.ballots import ballot_form
from classroom.desk import counts_message, part_message
from classroom.models import Vote
from courses.catalogue import catalogue
from lessons.quizzes.marking import answer_form, solution
from lessons.quizzes.question import Question
from quizzes.bank import bank

SHORT, SETTING = "failover-why-a-fence", "failover-set-the-fence"
QUESTIONS = ["failover-blip", "failover-fence", "failover-mean-detection", "failback-order", SHORT, SETTING]
# The shortest way into each phase in which the result is not on show yet.
WAYS = {
    "vote_1": ["ask"],
    "closed": ["ask", "close"],
    "discuss": ["ask", "discuss"],
    "vote_2": ["ask", "discuss", "vote_again"],
    "counting down": ["ask", "countdown"],
    "asked for more time": ["ask", "countdown", "extend"],
    "words hidden": ["ask", "close", "hide_text"],
    "pause": ["ask", "pause"],
    "reading": ["ask", "read"],
    "reset": ["ask", "reveal", "reset"],
    "again": ["ask", "reveal", "vote_again"],
    "asked anew": ["ask", "reveal", "ask"],
    "ended": ["ask", "end"],
}


def words_of(html: str) -> str:
    """The text of a page as a reader meets it, and its source."""
    return unescape(html) + " " + " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def secrets_of(question: Question) -> list[str]:
    """Texts that say, or help to say, what is right."""
    reasons = [option.reason for option in question.options] + [
        question.reason_right,
        question.reason_low,
        question.reason_high,
        question.hint,
        *(option.misconception for option in question.options),
        question.model,
    ]
    if question.kind == "short":
        reasons += [option.text for option in question.options]
    if question.setting is not None:
        reasons += [question.setting.words(question.setting.solution), question.setting.link(question.setting.solution)]
    return [text for text in reasons if len(text) > 12]


def step_data(name: str, kind: str) -> dict[str, object]:
    """What the form of a step holds."""
    if kind == "hide_text":
        return {"vote": Vote.objects.filter(question_id=name).latest("pk").pk}
    return {"ask": {"question": name}, "countdown": {"seconds": 60}}.get(kind, {})


def every_response(led, phone) -> dict[str, str]:
    code = led.code
    return {
        "phone": led.seen(phone),
        "phone part": led.seen(phone, f"j/{code}/part/"),
        "receipt": led.seen(phone, f"j/{code}/mine/"),
        "screen": led.on_screen(),
        "screen part": led.seen(led.screen, f"teach/{code}/screen/part/"),
        "stream of the phones": part_message(code, "phone")[1].decode(),
        "stream of the screen": part_message(code, "screen")[1].decode(),
        "counts": counts_message(code).decode(),
        "after a vote": led.vote(phone, "", question=led.room.state.question_id).content.decode(),
    }


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_L7_before_the_reveal_no_response_holds_a_reason_a_right_flag_or_a_distribution(room_of_people, name, way):
    led, question = room_of_people, bank().questions[name]
    phones = [led.phone() for _ in range(3)]
    for place, kind in enumerate(WAYS[way]):
        if kind == "hide_text" and name != SHORT:
            continue
        led.step(kind, **step_data(name, kind))
        if place == 0:
            for number, phone in enumerate(phones):
                assert _voted(led, phone, question, number)
        if kind == "countdown":
            assert phones[1].post(f"/j/{led.code}/more-time/").status_code == 200
    others = [f"in words of phone {number}" for number in (1, 2)]
    for where, text in every_response(led, phones[0]).items():
        said = words_of(text)
        for secret in secrets_of(question) + others:
            assert secret not in said, f"{where} in {way}: {secret}"
        for sign in ("figure-svg", "result__", "✓", "✗", "data-right", "misconception", "Sure and wrong", "Suggestion"):
            assert sign not in text, f"{where} in {way}: {sign}"
        assert not re.search(r"\b\d+\s?%", said), f"{where} in {way}: a share"


def test_L7_the_reasons_do_come_with_the_reveal(room_of_people):
    """The test above would see them."""
    led, question = room_of_people, bank().questions["failover-blip"]
    phone = led.phone()
    led.step("ask", question=question.id)
    led.step("reveal")
    said = words_of(led.seen(phone))
    assert all(option.reason in said for option in question.options)


def test_L7_no_field_of_any_question_of_the_course_names_what_it_fits(room_of_people):
    """The right-hand lines of a match are known by the lines they fit; a form of the room numbers them."""
    seen = 0
    for question in bank().questions.values():
        if question.kind not in VOTABLE:
            continue
        seen += 1
        asked = Asked(question.id, question.version, question.prompt, question=question)
        form = ballot_form(room_of_people.room, asked, None)
        for line in form.lines:
            ids = {choice.value for choice in line.choices}
            assert all(value.isdigit() for value in ids)
        fields = asked.form(solution(question))
        kept = solution(question)
        assert asked.read(fields) == ({"text": kept["text"]} if question.kind == "short" else kept)
        if question.kind == "match":
            assert fields != answer_form(question, solution(question))
        assert asked.form_kind in ("number", "short") or asked.options or form.lines or form.controls
        if asked.form_kind in ("number", "match", "short", "set"):
            assert not asked.options, "wrong numbers that have a name would tell, and so would points of a model answer"
        if question.setting is not None:
            started = {one.name: one.value for one in form.controls}
            assert asked.right(asked.read({name: [value] for name, value in started.items()})) is False
    assert seen > 50


DOES, FAILS = (
    {"set-promote_after_s": "15", "set-fencing": "lease", "set-lease_s": "10"},
    {"set-promote_after_s": "15", "set-fencing": "none", "set-lease_s": "10"},
)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("failover-blip", {"answer": "promote"}, {"answer": "nothing"}),
        (SHORT, {"answer": "The old side is alive."}, {"answer": "No idea at all, sorry."}),
        (SETTING, DOES, FAILS),
    ],
)
def test_L6_screen_and_other_phones_get_the_same_bytes_for_any_distribution(
    room_of_people, another_room, name, first, second
):
    pages = []
    for led, given in ((room_of_people, first), (another_room, second)):
        phones, reads = [led.phone() for _ in range(3)], led.phone()
        led.step("ask", question=name)
        for phone in phones:
            posted = {"question": name, "round": 1, **given}
            assert phone.post(f"/j/{led.code}/vote/", posted).status_code == 303
        for kind in ("close", "discuss"):
            screen = led.seen(led.screen, f"teach/{led.code}/screen/part/")
            pages.append((kind, screen, led.seen(reads, f"j/{led.code}/part/").replace(led.code, "CODE")))
            led.step(kind)
    assert pages[:2] == pages[2:] and 'data-count="voted">3<' in pages[0][1]


def test_L7_a_phone_is_not_told_whether_its_setting_does_it(room_of_people):
    phone, texts = room_of_people.phone(), []
    room_of_people.step("ask", question=SETTING)
    for given in (DOES, FAILS):
        posted = {"question": SETTING, "round": 1, **given}
        answer = phone.post(f"/j/{room_of_people.code}/vote/", posted, headers={"X-Part": "yes"})
        text = answer.content.decode() + room_of_people.seen(phone, f"j/{room_of_people.code}/mine/")
        texts.append(re.sub(r" selected|value=\"[\w.]*\"|<p><strong>You said:</strong>.*?</p>", "", text))
    assert [vote.right for vote in Vote.objects.all()] == [False]
    assert texts[0] == texts[1] and "Your answer is in." in texts[0]


def test_what_the_room_wrote_is_in_nothing_that_is_sent_before_it_is_shown_and_hidden_words_never(room_of_people):
    phones = [room_of_people.phone() for _ in range(3)]
    room_of_people.step("ask", question=SHORT)
    for number, phone in enumerate(phones):
        assert _voted(room_of_people, phone, bank().questions[SHORT], number)
    hidden = Vote.objects.get(participant__session=room_of_people.session, given__text="in words of phone 2")
    for kind in ("close", "reveal"):
        room_of_people.step(kind)
        for where, text in every_response(room_of_people, phones[0]).items():
            assert "of phone 1" not in text and "of phone 2" not in text, f"{where} after {kind}"
    room_of_people.step("hide_text", vote=hidden.pk)
    room_of_people.step("compare")
    for where, text in every_response(room_of_people, phones[0]).items():
        assert "of phone 2" not in text, where
    assert "in words of phone 1" in room_of_people.on_screen(), "the test above would see them"


def test_L6_a_phone_sees_its_own_vote_and_nobody_elses(room_of_people):
    one, two = room_of_people.phone(), room_of_people.phone()
    room_of_people.step("ask", question="failover-blip")
    room_of_people.vote(one, "promote")
    before = room_of_people.seen(one, f"j/{room_of_people.code}/part/")
    room_of_people.vote(two, "nothing")
    assert room_of_people.seen(one, f"j/{room_of_people.code}/part/") == before


def test_L17_pages_of_participants_and_screen_hold_no_token(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question="failover-blip")
    tokens = [link.partition("token=")[2] for link in (room_of_people.teacher_link, room_of_people.screen_link)]
    pages = [*every_response(room_of_people, phone).values(), room_of_people.on_console()]
    assert not [token for token in tokens for page in pages if token in page]
    assert not [page for page in pages if "token=" in page]


def test_L7_predictions_keep_the_answer_of_the_run_until_the_reveal(room_of_people):
    lesson = catalogue().lessons[room_of_people.session.lesson]
    block = next(one for one in lesson.experiments if bank().predictions[one.prediction].prediction.kind == "number")
    phone = room_of_people.phone()
    room_of_people.step("predict", question=block.prediction)
    assert room_of_people.room.state.phase == "predict"
    answer = phone.post(f"/j/{room_of_people.code}/vote/", {"question": block.prediction, "round": 1, "guess": "7"})
    assert answer.status_code == 303
    why = bank().predictions[block.prediction].why
    for text in every_response(room_of_people, phone).values():
        assert "The run says" not in text and (not why or why not in words_of(text)) and "figure-svg" not in text
    room_of_people.step("reveal")
    assert "The run says" in room_of_people.on_screen() and "figure-svg--plot" in room_of_people.on_screen()


def _voted(led, phone, question: Question, number: int) -> bool:
    asked = asked_of(led.room, question.id)
    assert asked is not None
    fields = asked.form(solution(question))
    if question.kind == "short":  # in words, and not in those of the model answer
        fields = {"answer": [f"in words of phone {number}"]}
    if question.kind == "set_controls":  # its own setting stands on a phone, so not the one that does it
        fields = {name: [value] for name, value in FAILS.items()}
    answer = phone.post(f"/j/{led.code}/vote/", {"question": question.id, "round": 1, "confidence": "high", **fields})
    return answer.status_code == 303
