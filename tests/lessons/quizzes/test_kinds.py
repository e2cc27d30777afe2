"""What must every kind of question keep to? Found by folder: a new kind is tested without new test code."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.quizzes.bank import read_bank
from lessons.quizzes.feedback import AnswerError
from lessons.quizzes.kinds import kinds
from lessons.quizzes.marking import fits, mark, read_answer, solution

QUESTIONS = list(read_bank(Path(__file__).resolve().parents[3] / "content").questions.values())
ids = [question.id for question in QUESTIONS]


def written(question, answer) -> dict[str, list[str]]:
    """The form that gives this answer."""
    if question.kind == "order":
        return {f"place-{option}": [str(place)] for place, option in enumerate(answer, 1)}
    return {"answer": answer if isinstance(answer, list) else [str(answer)]}


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_is_asked_somewhere_in_the_course(kind):
    assert any(question.kind == kind for question in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
def test_a_solution_is_read_back_from_its_form_and_is_right(question):
    answer = read_answer(question, written(question, solution(question)))
    assert answer == solution(question)
    assert fits(question, answer)
    assert mark(question, answer).right
    assert mark(question, answer).message == "Right."


@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
def test_every_reason_is_given_whatever_was_answered(question):
    reasons = mark(question, solution(question)).reasons
    assert len(reasons) == (len(question.options) or 3)
    for reason in reasons:
        assert reason.reason and reason.link
        assert reason.right or reason.misconception


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
    names = st.sampled_from(["answer", *(f"place-{option}" for option in options)])
    try:
        answer = read_answer(question, data.draw(st.dictionaries(names, st.lists(text, max_size=6))))
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
