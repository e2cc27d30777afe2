"""What must every kind of question keep to? Found by folder: a new kind is tested without new test code."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.quizzes.bank import read_bank
from lessons.quizzes.feedback import AnswerError
from lessons.quizzes.kinds import kinds
from lessons.quizzes.marking import answer_form, fits, mark, picks, read_answer, solution

QUESTIONS = list(read_bank(Path(__file__).resolve().parents[3] / "content").questions.values())
ids = [question.id for question in QUESTIONS]


def others(question) -> list:
    """Answers beside the solution that a form can give: one field of its form at a time says what another says."""
    fields = answer_form(question, solution(question))
    values = [*fields.values()] + [[option.id] for option in question.options] + [["1"], ["no"]]
    found = []
    for name in fields:
        for texts in values:
            try:
                found.append(read_answer(question, fields | {name: texts}))
            except AnswerError:
                continue
    return found


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_is_asked_somewhere_in_the_course(kind):
    assert any(question.kind == kind for question in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
def test_a_solution_is_read_back_from_its_form_and_is_right(question):
    answer = read_answer(question, answer_form(question, solution(question)))
    assert answer == solution(question)
    assert fits(question, answer)
    assert mark(question, answer).right
    assert mark(question, answer).message == "Right."


@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
def test_every_reason_is_given_whatever_was_answered(question):
    reasons = mark(question, solution(question)).reasons
    assert {option.id for option in question.options} <= {reason.id for reason in reasons}
    assert len({reason.id for reason in reasons}) == len(reasons) >= 1
    for reason in reasons:
        assert reason.reason and reason.link
        assert reason.right or reason.misconception


@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
def test_what_an_answer_picked_is_what_its_feedback_marks_as_chosen(question):
    for answer in (solution(question), *others(question)):
        chosen = {reason.id for reason in mark(question, answer).reasons if reason.chosen}
        assert not chosen or chosen == set(picks(question, answer))
        assert set(picks(question, answer)) <= {reason.id for reason in mark(question, answer).reasons}
        assert json.loads(json.dumps(answer)) == answer, "an answer is plain data"


@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
def test_an_answer_that_is_not_the_solution_names_a_misconception_and_still_gives_every_reason(question):
    for answer in others(question):
        told = mark(question, answer)
        assert told.right == (told.message == "Right.")
        assert all(reason.reason and reason.link for reason in told.reasons)
        assert all(reason.right or reason.misconception for reason in told.reasons)


@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
def test_an_empty_form_is_told_what_is_missing(question):
    with pytest.raises(AnswerError, match=r"first\.|every line"):
        read_answer(question, {})


@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_any_form_is_marked_or_refused_in_words(question, data):
    options = [option.id for option in question.options]
    text = st.sampled_from([*options, "1", "2", "NaN", "1e999", "-1", ""]) | st.text(max_size=60)
    fields = answer_form(question, solution(question))
    names = st.sampled_from(["answer", *fields])
    drawn = data.draw(st.dictionaries(names, st.lists(text, max_size=6)))
    try:
        answer = read_answer(question, data.draw(st.sampled_from([drawn, fields | drawn])))
    except AnswerError as problem:
        assert str(problem).endswith(".")
    else:
        assert fits(question, answer)
        assert mark(question, answer).right == (mark(question, answer).message == "Right.")


@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
@pytest.mark.parametrize("kept", [None, True, [], {}, "gone", ["gone"], 1e300, float("nan")], ids=repr)
def test_an_answer_that_no_longer_fits_is_recognised(question, kept):
    assert not fits(question, kept)


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.kind == "order"], ids=lambda q: q.id)
def test_an_order_is_never_shown_solved_and_always_shown_alike(question):
    assert question.shown == question.shown
    assert set(question.shown) == set(question.options)
    assert question.shown != question.options


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1000", 1000),
        ("1,000", 1000),
        ("1 000", 1000),
        ("1,234,567.5", 1234567.5),
        ("0,5", 0.5),
        ("2.5", 2.5),
        ("-3", -3),
    ],
)
def test_a_number_may_be_written_as_people_write_numbers(text, number):
    question = next(one for one in QUESTIONS if one.kind == "number")
    assert read_answer(question, {"answer": [text]}) == number


@pytest.mark.parametrize("text", ["1_000", "inf", "nan", "0x10", "ten", "1,00,0", "5 s", "1" * 41])
def test_what_is_no_number_is_named(text):
    question = next(one for one in QUESTIONS if one.kind == "number")
    with pytest.raises(AnswerError, match=text[:9]):
        read_answer(question, {"answer": [text]})


def test_a_number_is_right_up_to_its_tolerance_and_a_miss_has_the_reason_of_its_side():
    question = next(one for one in QUESTIONS if one.id == "topologies-lost-writes")
    assert mark(question, question.answer + question.tolerance).right
    assert mark(question, question.answer - question.tolerance).right
    low, high = mark(question, 1.0), mark(question, 1e6)
    assert [reason.reason for reason in low.reasons if reason.chosen] == [question.reason_low]
    assert [reason.reason for reason in high.reasons if reason.chosen] == [question.reason_high]
