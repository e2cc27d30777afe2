"""L6, L7, L17: is there anything in what phone and screen are sent from which an answer follows before its reveal?"""

from __future__ import annotations

import re
from html import unescape

import pytest

from classroom.asked import VOTABLE, Asked, asked_of
from classroom.ballots import ballot_form
from courses.catalogue import catalogue
from lessons.quizzes.marking import answer_form, solution
from lessons.quizzes.question import Question
from quizzes.bank import bank

QUESTIONS = ["failover-blip", "failover-fence", "failover-mean-detection", "failback-order"]
# The shortest way into each phase in which the result is not on show yet.
WAYS = {
    "vote_1": ["ask"],
    "closed": ["ask", "close"],
    "discuss": ["ask", "discuss"],
    "vote_2": ["ask", "discuss", "vote_again"],
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
    ]
    return [text for text in reasons if len(text) > 12]


def every_response(led, phone) -> dict[str, str]:
    code = led.code
    return {
        "phone": led.seen(phone),
        "phone part": led.seen(phone, f"j/{code}/part/"),
        "receipt": led.seen(phone, f"j/{code}/mine/"),
        "screen": led.on_screen(),
        "screen part": led.seen(led.screen, f"teach/{code}/screen/part/"),
        "after a vote": led.vote(phone, "", question=led.room.state.question_id).content.decode(),
    }


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_L7_before_the_reveal_no_response_holds_a_reason_a_right_flag_or_a_distribution(room_of_people, name, way):
    led, question = room_of_people, bank().questions[name]
    phones = [led.phone() for _ in range(3)]
    for place, kind in enumerate(WAYS[way]):
        led.step(kind, **({"question": name} if kind == "ask" else {}))
        if place == 0:
            for phone in phones:
                assert _voted(led, phone, question)
    for where, text in every_response(led, phones[0]).items():
        said = words_of(text)
        for secret in secrets_of(question):
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
        assert asked.read(fields) == solution(question)
        if question.kind == "match":
            assert fields != answer_form(question, solution(question))
        assert asked.form_kind == "number" or asked.options or form.lines
        if asked.form_kind in ("number", "match"):
            assert not asked.options, "wrong numbers that have a name would tell"
    assert seen > 50


def test_L6_the_screen_tells_counts_and_the_same_page_for_any_distribution(room_of_people, another_room):
    pages = []
    for led, given in ((room_of_people, ["promote"] * 3), (another_room, ["nothing"] * 3)):
        phones = [led.phone() for _ in range(3)]
        led.step("ask", question="failover-blip")
        for phone, one in zip(phones, given, strict=True):
            led.vote(phone, one)
        pages.append(led.seen(led.screen, f"teach/{led.code}/screen/part/"))
    assert pages[0] == pages[1] and 'data-count="voted">3<' in pages[0]


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


def _voted(led, phone, question: Question) -> bool:
    asked = asked_of(led.room, question.id)
    assert asked is not None
    fields = asked.form(solution(question))
    answer = phone.post(f"/j/{led.code}/vote/", {"question": question.id, "round": 1, "confidence": "high", **fields})
    return answer.status_code == 303
