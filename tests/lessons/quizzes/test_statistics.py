"""Do the statistics count people once, name wrong answers that nobody picks, and say nothing about a few?"""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.quizzes.bank import read_bank
from lessons.quizzes.marking import solution
from lessons.quizzes.statistics import PEOPLE_MIN, AnswerFact, item_statistics, shown

CHOICE = "failover-blip"  # options nothing (right), promote, short


@pytest.fixture(scope="module")
def bank(content):
    return read_bank(content)


def answers(*given, question_id=CHOICE, version=1, seed=None, confidence=""):
    right = {"nothing"}
    return [
        AnswerFact(
            learner, question_id, version, seed, one, one in right if isinstance(one, str) else False, confidence
        )
        for learner, one in enumerate(given)
    ]


def only(found):
    (item,) = found
    return item


def counts(item):
    return {cell.id: cell.count for cell in item.cells}


def test_only_the_first_answer_of_a_learner_to_a_version_counts(bank):
    first = answers(*["promote"] * 10)
    later = [AnswerFact(fact.learner, CHOICE, 1, None, "nothing", True) for fact in first]
    again = [AnswerFact(fact.learner, CHOICE, 0, None, "nothing", True) for fact in first]
    now, old = sorted(item_statistics(bank, first + later + again), key=lambda item: -item.version)
    assert (now.answers, now.right, counts(now)["promote"]) == (10, None, 10)
    assert (old.answers, old.right, old.current, old.cells) == (10, 10, False, ())


def test_variants_of_a_question_are_one_question_for_one_learner(bank):
    drawn = "slo-minutes-drawn"
    facts = [
        AnswerFact(learner, drawn, 1, seed, bank.variant(drawn, seed).answer, True)
        for learner, seed in itertools.product(range(8), (1, 2, 3))
    ]
    assert (only(item_statistics(bank, facts)).answers, counts(only(item_statistics(bank, facts)))["right"]) == (8, 8)


def test_shares_are_those_of_the_people_who_answered(bank):
    item = only(item_statistics(bank, answers(*["nothing"] * 10, *["promote"] * 6, *[None] * 5)))
    assert (item.answers, item.right) == (21, 10)
    assert item.right_share == pytest.approx(10 / 21)
    assert counts(item)["promote"] == 6 and counts(item)["unknown"] == 5


def test_a_lure_that_nobody_picks_is_named_after_thirty_answers_and_not_before(bank):
    few = only(item_statistics(bank, answers(*["nothing"] * 20, *["promote"] * 9)))
    enough = only(item_statistics(bank, answers(*["nothing"] * 20, *["promote"] * 10)))
    assert not few.lures_to_replace
    assert [cell.id for cell in enough.lures_to_replace] == ["short"]


def test_who_is_sure_and_wrong_comes_first(bank):
    sure = answers(*["promote"] * 7, *["nothing"] * 8, confidence="high")
    vague = answers(*["promote"] * 20, question_id="failback-when", confidence="low")
    items = item_statistics(bank, vague + sure)
    assert [item.question_id for item in items] == [CHOICE, "failback-when"]
    assert (items[0].sure, items[0].sure_and_wrong) == (15, 7)
    assert items[1].sure is None


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(5, 5, 5), (4, 40, None), (36, 40, None), (35, 40, 35), (0, 9, None)]
)
def test_a_count_is_hidden_when_it_or_the_rest_is_about_fewer_than_five(part, whole, said):
    assert shown(part, whole) == said


@given(st.lists(st.sampled_from(["nothing", "promote", "short", None]), max_size=80))
def test_no_count_of_one_to_four_people_is_shown_or_follows_from_what_is(bank, given):
    found = item_statistics(bank, answers(*given))
    if not found:
        assert not given
        return
    item, true = only(found), {name: given.count(name) for name in ("nothing", "promote", "short", None)}
    for cell in item.cells:
        picked = true[None if cell.id == "unknown" else cell.id]
        assert cell.count in (None, picked)
        assert cell.count is None or cell.count >= PEOPLE_MIN or cell.nobody
    for count in (item.answers, item.right):
        assert count is None or count >= PEOPLE_MIN
    known = {cell.id: cell.count for cell in item.cells if cell.count is not None}
    if item.right is not None:
        known["nothing"] = item.right
    if item.answers and len(known) == len(item.cells) - 1:
        left = item.answers - sum(known.values())
        assert left == 0 or left >= PEOPLE_MIN


def test_every_kind_is_counted_and_answers_that_no_longer_fit_are_left_out_of_the_shares(bank):
    chance = random.Random(7)
    facts = []
    for question in bank.questions.values():
        for learner in range(40):
            said = chance.choice([solution(question), None, "of another kind", {"x": 1}])
            facts.append(AnswerFact(learner, question.id, question.version, question.seed, said, False))
    items = item_statistics(bank, facts)
    assert {item.question_id for item in items} == set(bank.questions)
    for item in items:
        assert item.answers == 40
        for cell in item.cells:
            assert cell.share is None or 0 <= cell.share <= 1
    without = {item.question_id for item in items if not item.cells}
    assert {bank.questions[name].kind for name in without} == {"set_controls", "short"}
