"""Learning rules 6 and 8: what does a second vote suggest, and is it ready to be done?"""

from __future__ import annotations

import pytest

from classroom.advising import advised_for, experiment_for, twins_of
from classroom.asked import Asked, asked_of, beyond_page, lesson_of, on_page
from courses.catalogue import catalogue
from courses.notes import notes_of
from quizzes.bank import bank

QUESTION, WRONG, RIGHT = "failover-fence", ["message"], ["lease", "numbers", "power"]
BLIP, BLIP_WRONG, BLIP_RIGHT = "failover-blip", "promote", "nothing"


def voted_twice(led, first: int, second: int, people: int = 5) -> None:
    """So many of these people are right in each vote on one question."""
    phones = [led.phone() for _ in range(people)]
    led.step("ask", question=BLIP)
    for place, phone in enumerate(phones):
        led.vote(phone, BLIP_RIGHT if place < first else BLIP_WRONG)
    led.step("discuss")
    led.step("vote_again")
    for place, phone in enumerate(phones):
        led.vote(phone, BLIP_RIGHT if place < second else BLIP_WRONG, round=2)


def test_rule_8_a_vote_that_barely_moved_suggests_what_is_prepared_and_no_third_vote(room_of_people):
    voted_twice(room_of_people, 2, 2)
    assert "Suggestion:" not in room_of_people.on_console(), "the second vote is still open"
    room_of_people.step("close")
    page = room_of_people.on_console()
    assert "Suggestion: take a smaller step." in page
    assert "40% were right, then 40%: under 10 points." in page
    assert "discuss and vote again" not in page
    asked = asked_of(room_of_people.room, BLIP)
    found = advised_for(room_of_people.room, asked, notes_of(lesson_of(room_of_people.room)))
    assert found is not None and found.experiment is not None
    assert f'aria-label="On all phones: {found.experiment.anchor}"' in page
    assert room_of_people.room.state.phase == "vote_2", "a suggestion does nothing by itself"


def test_rule_8_a_vote_that_moved_by_ten_points_suggests_to_explain(room_of_people):
    voted_twice(room_of_people, 1, 2)
    room_of_people.step("close")
    assert "Suggestion: explain, then ask it in another dress." in room_of_people.on_console()


def test_rule_8_nothing_is_suggested_to_the_screen_or_a_phone(room_of_people):
    voted_twice(room_of_people, 2, 2)
    room_of_people.step("close")
    phone = room_of_people.phone()
    for text in (room_of_people.on_screen(), room_of_people.seen(phone)):
        assert "Suggestion" not in text and "under 10 points" not in text


def test_rule_6_a_twin_asks_for_the_same_idea_and_was_not_asked_yet(room_of_people):
    room = room_of_people.room
    lesson = lesson_of(room)
    known = [*on_page(lesson), *beyond_page(lesson)]
    with_twins = [one for one in known if twins_of(room, one)]
    assert with_twins, "the lesson has pairs"
    for question in with_twins:
        for twin in twins_of(room, question):
            assert twin.idea == question.idea and twin.id != question.id
    first = with_twins[0]
    twin = twins_of(room, first)[0]
    room_of_people.step("ask", question=twin.id)
    assert twin not in twins_of(room_of_people.room, first)


def test_the_questions_beside_the_page_can_be_asked_and_belong_to_this_lesson_alone(room_of_people):
    lesson = lesson_of(room_of_people.room)
    further = beyond_page(lesson)
    assert further and not {one.id for one in further} & {one.id for one in on_page(lesson)}
    assert {one.lesson for one in further} == {lesson.slug}
    assert "The same ideas in another dress" in room_of_people.on_console()
    room_of_people.step("ask", question=further[0].id)
    assert room_of_people.room.state.question_id == further[0].id
    other = next(one for one in bank().questions.values() if one.lesson != lesson.slug)
    room_of_people.step("ask", question=other.id, status=409)


@pytest.mark.parametrize("slug", sorted(catalogue().lessons))
def test_every_question_has_an_experiment_of_its_own_lesson_to_step_back_to(slug):
    lesson = catalogue().lessons[slug]
    for question in (*on_page(lesson), *beyond_page(lesson)):
        found = experiment_for(lesson, question)
        assert found in lesson.experiments, question.id
        assert Asked(question.id, question.version, question.prompt, question=question).prompt
