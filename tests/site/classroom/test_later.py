"""N3, L28: do answers go home only when somebody asks for it, and come back only as numbers?"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom.asked import lesson_of
from classroom.later import later_in
from classroom.models import Participant, ReviewsCounted, Vote
from classroom.services import votes_forget
from classroom.takehome import key_of
from quizzes.bank import bank
from quizzes.prompts import prompts
from study.merge import learner_adopt
from study.models import Answer, Learner, PredictionRecord
from study.services import answer_record, learner_forget, review_record
from tests.site.classroom.conftest import Class

QUESTION, WRONG, RIGHT = "failover-blip", "promote", "nothing"
PROMPT = next(prompt.id for prompt in prompts().values() if prompt.idea == bank().questions[QUESTION].idea)


def take(led: Class, phone: Client, *, count: bool = False):
    return phone.post(f"/j/{led.code}/take-home/", {"count": "yes"} if count else {})


def voted(led: Class, *given: str) -> list[Client]:
    phones = [led.phone() for _ in given]
    led.step("ask", question=QUESTION)
    for phone, one in zip(phones, given, strict=True):
        assert led.vote(phone, one, confidence="high").status_code == 303
    return phones


def receipt(led: Class, phone: Client) -> str:
    return led.seen(phone, f"j/{led.code}/mine/")


def learner_of(participant: Participant) -> Learner:
    """Whose record holds the votes of this participant."""
    vote = participant.votes.latest("id")
    return Answer.objects.get(key=key_of(participant, vote)).learner


def taken_home(led: Class, people: int, *, count: bool = True) -> list[Learner]:
    """So many people who voted, saw the answer and took theirs home; each with a browser of their own."""
    phones = voted(led, *[RIGHT] * people)
    led.step("reveal")
    for phone in phones:
        assert take(led, phone, count=count).status_code == 303
    return [learner_of(one) for one in Participant.objects.filter(session=led.session).order_by("id")]


def days_later(days: float, learners: list[Learner], held: list[bool]) -> None:
    """Reviews of the idea, so many days after the vote. The votes are moved back: nothing is kept from the future."""
    Vote.objects.update(at=timezone.now() - timedelta(days=60))
    for learner, one in zip(learners, held, strict=True):
        review_record(learner=learner, prompt_id=PROMPT, held=one, at=timezone.now() - timedelta(days=60 - days))


def told(led: Class) -> dict[int, tuple[str, str]]:
    return {one.day: (one.people, one.right) for one in later_in(led.room)[QUESTION]}


def test_N3_nothing_is_copied_unless_somebody_asks_for_it(room_of_people):
    (phone,) = voted(room_of_people, WRONG)
    room_of_people.step("reveal")
    room_of_people.step("end")
    page = receipt(room_of_people, phone)
    assert "Take 1 answer into my record" in page and "Do nothing, and nothing is copied" in page
    assert not Answer.objects.exists() and not Learner.objects.exists() and "learner" not in phone.cookies
    assert not re.search(r'name="count" value="yes"[^>]*checked', page), "to be counted is asked for, not assumed"


def test_N3_an_answer_is_copied_once_with_both_votes_after_the_reveal_and_begins_a_record(room_of_people):
    (phone,) = voted(room_of_people, WRONG)
    room_of_people.step("discuss")
    room_of_people.step("vote_again")
    room_of_people.vote(phone, RIGHT, round=2)
    room_of_people.step("reveal")
    for _ in range(2):
        answer = take(room_of_people, phone)
        assert answer.status_code == 303 and answer["Location"].endswith("/mine/#home")
    found = list(Answer.objects.order_by("at"))
    assert [(one.given, one.right, one.asked_in, one.confidence) for one in found] == [
        (WRONG, False, "class", "high"),
        (RIGHT, True, "class", ""),
    ]
    assert [one.at for one in found] == [vote.at for vote in Vote.objects.order_by("round")]
    assert phone.cookies["learner"]["httponly"] and Learner.objects.count() == 1
    page = receipt(room_of_people, phone)
    assert "2 of your answers are in your record" in page and 'href="/review/"' in page
    assert "prompt" in phone.get("/review/").content.decode(), "the lesson counts as begun"


def test_N3_before_the_reveal_the_record_is_told_nothing(room_of_people):
    (phone,) = voted(room_of_people, WRONG)
    assert "into my record" not in receipt(room_of_people, phone)
    take(room_of_people, phone)
    assert not Answer.objects.exists(), "a mark in the record would be the answer"
    room_of_people.step("reveal")
    room_of_people.step("vote_again")
    take(room_of_people, phone)
    assert not Answer.objects.exists(), "it is being voted on again"
    room_of_people.step("reveal")
    take(room_of_people, phone)
    assert Answer.objects.count() == 1


def test_N3_it_goes_into_the_record_that_the_browser_has(room_of_people):
    phone = room_of_people.phone()
    phone.post(reverse("quizzes:question", args=["failover-fence"]), {"answer": ["lease"]})
    own = Learner.objects.get()
    room_of_people.step("ask", question=QUESTION)
    room_of_people.vote(phone, WRONG)
    room_of_people.step("reveal")
    assert "This device keeps a record" in receipt(room_of_people, phone)
    take(room_of_people, phone)
    assert own.answers.filter(asked_in="class").count() == 1 and Learner.objects.count() == 1


def test_N3_what_was_revealed_later_can_be_taken_later(room_of_people):
    (phone,) = voted(room_of_people, WRONG)
    room_of_people.step("reveal")
    take(room_of_people, phone)
    room_of_people.step("ask", question="failover-fence")
    phone.post(f"/j/{room_of_people.code}/vote/", {"question": "failover-fence", "round": 1, "answer": ["lease"]})
    assert "more into my record" not in receipt(room_of_people, phone)
    room_of_people.step("reveal")
    assert "Take 1 more into my record" in receipt(room_of_people, phone)
    take(room_of_people, phone)
    assert Answer.objects.count() == 2


def test_N3_predictions_go_along_and_made_up_questions_and_unmarked_words_do_not(room_of_people):
    phone = room_of_people.phone()
    block = next(
        one
        for one in lesson_of(room_of_people.room).experiments
        if bank().predictions[one.prediction].prediction.kind == "number"
    )
    room_of_people.step("predict", question=block.prediction)
    phone.post(f"/j/{room_of_people.code}/vote/", {"question": block.prediction, "round": 1, "guess": "7"})
    room_of_people.step("reveal")
    made = {"number": room_of_people.room.state.number, "prompt": "Tea or coffee?", "options": "Tea\nCoffee"}
    room_of_people.teacher.post(f"/teach/{room_of_people.code}/improvise/", made)
    room_of_people.vote(phone, "1", question=room_of_people.room.state.question_id)
    room_of_people.step("reveal")
    room_of_people.step("ask", question="failover-why-a-fence")
    room_of_people.vote(phone, "Alive.", question="failover-why-a-fence")
    room_of_people.step("reveal")
    assert "Take 1 answer" in receipt(room_of_people, phone)
    take(room_of_people, phone)
    bet = PredictionRecord.objects.get()
    assert (bet.prediction_id, bet.guess) == (block.prediction, 7.0) and bet.answer is not None
    assert not Answer.objects.exists()
    phone.post(f"/j/{room_of_people.code}/held/", {"question": "failover-why-a-fence", "held": "yes"})
    take(room_of_people, phone)
    assert Answer.objects.get().given == {"text": "Alive.", "held": True}


def test_N3_later_reviews_come_back_as_numbers_of_those_who_agreed(room_of_people):
    learners = taken_home(room_of_people, 12)
    days_later(2, learners, [True] * 12)
    days_later(8, learners, [True] * 6 + [False] * 6)
    assert told(room_of_people) == {
        2: ("10 or more", "100\u2009%"),
        7: ("10 or more", "about 50\u2009%"),
        30: ("", ""),
    }
    page = room_of_people.seen(room_of_people.teacher, f"teach/{room_of_people.code}/results/")
    assert '<th scope="col">Day 7</th>' in page and "about 50\u2009%" in page and "You never see who" in page


def test_N3_whoever_does_not_agree_is_in_no_number(room_of_people):
    learners = taken_home(room_of_people, 12, count=False)
    days_later(2, learners, [True] * 12)
    assert set(told(room_of_people).values()) == {("", "")}


def test_N3_agreeing_is_taken_back_and_given_later_with_one_button(room_of_people):
    (phone,) = voted(room_of_people, RIGHT)
    room_of_people.step("reveal")
    take(room_of_people, phone, count=True)
    assert ReviewsCounted.objects.count() == 1 and "Count them no more" in receipt(room_of_people, phone)
    path = f"/j/{room_of_people.code}/count-reviews/"
    assert phone.post(path, {"count": "no"}).status_code == 303
    assert not ReviewsCounted.objects.exists() and "nobody’s report" in receipt(room_of_people, phone)
    phone.post(path, {"count": "yes"})
    assert ReviewsCounted.objects.count() == 1


def test_L26_the_later_answers_of_a_few_are_hidden(room_of_people):
    learners = taken_home(room_of_people, 8)
    days_later(2, learners[:4], [True] * 4)
    assert told(room_of_people)[2] == ("under 5", "hidden")
    days_later(3, learners[4:], [False] * 4)
    assert told(room_of_people)[2] == ("5 or more", "hidden")


def test_N3_the_same_question_in_practice_counts_and_a_class_and_the_same_day_do_not(room_of_people):
    learners = taken_home(room_of_people, 5)
    Vote.objects.update(at=timezone.now() - timedelta(days=7))
    for learner in learners:
        same = {"learner": learner, "question_id": QUESTION, "version": 1, "given": RIGHT, "right": True}
        answer_record(**same, asked_in="class", key=uuid.uuid4().hex)
        answer_record(**same, at=timezone.now() - timedelta(days=7))
    assert set(told(room_of_people).values()) == {("", "")}
    for learner in learners:
        answer_record(learner=learner, question_id=QUESTION, version=1, given=RIGHT, right=True, asked_in="practice")
    assert told(room_of_people)[7] == ("5 or more", "100\u2009%")


def test_N3_a_record_that_moved_to_an_account_still_counts_once(room_of_people):
    learners = taken_home(room_of_people, 5)
    days_later(2, learners, [True] * 5)
    before = told(room_of_people)
    for learner in learners:
        learner_adopt(learner=Learner.objects.create(), other=learner)
    assert told(room_of_people) == before and before[2] == ("5 or more", "100\u2009%")


def test_N3_deleting_here_or_there_takes_somebody_out_of_the_numbers(room_of_people):
    learners = taken_home(room_of_people, 6)
    days_later(2, learners, [True] * 6)
    people = list(Participant.objects.filter(session=room_of_people.session).order_by("id"))
    votes_forget(participant=people[0])
    assert told(room_of_people)[2] == ("5 or more", "100\u2009%")
    assert not ReviewsCounted.objects.filter(participant=people[0]).exists()
    assert learners[0].answers.filter(asked_in="class").exists(), "the record is the learner's own"
    learner_forget(learner=learners[1])
    assert told(room_of_people)[2] == ("under 5", "hidden")


def test_N3_no_row_and_no_page_of_the_instructor_ties_a_record_to_a_participant(room_of_people):
    taken_home(room_of_people, 6)
    keys = set(Answer.objects.values_list("key", flat=True))
    secrets = (
        keys | {str(one.key) for one in Learner.objects.all()} | {str(one.key) for one in Participant.objects.all()}
    )
    texts = [
        room_of_people.seen(room_of_people.teacher, f"teach/{room_of_people.code}/{path}")
        for path in ("", "results/", "results.csv", "plan.json")
    ]
    assert not [secret for secret in secrets for text in texts if secret in text]
    links = [field for field in (*Participant._meta.get_fields(), *Learner._meta.get_fields()) if field.is_relation]
    assert not {field.related_model for field in links} >= {Participant, Learner}
    assert Learner not in {field.related_model for field in Participant._meta.get_fields() if field.is_relation}


def test_N3_a_key_is_of_one_participant_and_vote_and_does_not_tell_whose(room_of_people, settings):
    voted(room_of_people, WRONG, RIGHT)
    votes = list(Vote.objects.select_related("participant"))
    keys = [key_of(vote.participant, vote) for vote in votes]
    assert len(set(keys)) == 2 and all(re.fullmatch(r"class-[0-9a-f]{32}", key) for key in keys)
    settings.SECRET_KEY = "another"
    assert key_of(votes[0].participant, votes[0]) != keys[0]


@pytest.mark.parametrize("path", ["take-home/", "count-reviews/"])
def test_nobody_takes_home_what_is_not_theirs(room_of_people, another_room, path):
    voted(room_of_people, WRONG)
    room_of_people.step("reveal")
    for who in (another_room.phone(), room_of_people.screen, Client()):
        answer = who.post(f"/j/{room_of_people.code}/{path}", {}, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 404
    assert not Answer.objects.exists() and not ReviewsCounted.objects.exists()


def test_a_hall_that_begins_too_many_records_is_told_and_nothing_is_lost(room_of_people, monkeypatch):
    (phone,) = voted(room_of_people, WRONG)
    room_of_people.step("reveal")
    monkeypatch.setattr("study.learners.NEW_LEARNERS.allows", lambda address: False)
    answer = take(room_of_people, phone, count=True)
    assert answer.status_code == 429 and "Too many new readers" in answer.content.decode()
    assert not Learner.objects.exists() and not ReviewsCounted.objects.exists()
