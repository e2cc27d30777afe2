"""Are words that somebody typed shown as they stand, on every view, whatever they look like?"""

from __future__ import annotations

from html import unescape

import pytest

from classroom.asked import asked_of, lesson_of
from classroom.typed import Typed

NASTY = [
    "<img src=x onerror=alert(1)>",
    "{value:no-such/lens#path|s}",
    "{term:fencing|words}",
    "*stars* and `ticks` & [a link](https://example.org)",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("words", NASTY)
def test_a_question_made_up_on_the_spot_is_text_and_nothing_else(room_of_people, words):
    led, phone = room_of_people, room_of_people.phone()
    made = {"number": 0, "prompt": f"Which? {words}", "options": f"one {words}\ntwo"}
    assert led.teacher.post(f"/teach/{led.code}/improvise/", made).status_code == 303
    assert led.vote(phone, "1", question=led.room.state.question_id, confidence="high").status_code == 303
    pages = [led.seen(phone), led.on_screen(), led.on_console()]
    led.step("discuss")
    pages += [led.seen(phone), led.on_screen()]
    led.step("reveal")
    pages += [led.seen(phone), led.on_screen(), led.on_console(), led.seen(phone, f"j/{led.code}/mine/")]
    pages += [led.seen(led.teacher, f"teach/{led.code}/results/")]
    for page in pages:
        assert words in unescape(page), "the words are there"
        for tag in ("<img", "<script>alert", "<em>stars", "<code>ticks", 'href="https://example.org'):
            assert tag not in page


@pytest.mark.parametrize("words", NASTY)
def test_a_question_for_the_wall_is_text_and_nothing_else(room_of_people, words):
    phone = room_of_people.phone()
    phone.post(f"/j/{room_of_people.code}/ask/", {"text": words})
    for page in (room_of_people.on_console(), room_of_people.seen(phone)):
        assert words in unescape(page) and "<img" not in page and "<script>alert" not in page


def test_the_choice_of_a_setting_is_in_the_words_of_the_course(room_of_people):
    block = next(one for one in lesson_of(room_of_people.room).experiments if one.question)
    posted = {"number": 0, "anchor": block.anchor}
    assert room_of_people.teacher.post(f"/teach/{room_of_people.code}/improvise/", posted).status_code == 303
    asked = asked_of(room_of_people.room, room_of_people.room.state.question_id)
    assert asked is not None and not [text for _, text in asked.options if isinstance(text, Typed)]
    assert not isinstance(asked.prompt, Typed)
