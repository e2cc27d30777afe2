"""Is a practice bounded, mixed, and does a missed idea come back in another form, whatever is asked and answered?"""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.quizzes.bank import Bank, read_bank
from lessons.quizzes.marking import mark, solution
from lessons.quizzes.practice import (
    CONFIDENCE_EVERY,
    ITEMS_MAX,
    LENGTH_MAX,
    MISSES_THAT_RETURN,
    Item,
    Source,
    SourceError,
    Stake,
    after_miss,
    asks_confidence,
    comes_with_hint,
    minutes,
    plan_of,
    questions_of,
    read_source,
    returns,
    revealed,
    shuffled,
    stake_of,
)
from lessons.quizzes.question import Option, Question

COURSE = read_bank(Path(__file__).resolve().parents[3] / "content")
LESSONS = sorted({question.lesson for question in COURSE.questions.values()})
SEEDS = st.integers(0, 2**31)


def _bank(forms: list[tuple[str, str, bool]]) -> Bank:
    """A bank of questions that say lesson, idea, and whether they vary."""
    questions, variants = {}, {}
    for place, (lesson, idea, varies) in enumerate(forms):
        wrong = Option("b", "B", "No.", misconception=f"m-{idea}")
        name = f"q{place}"
        questions[name] = Question(name, 1, "choice", "?", "!", "", lesson, idea, options=(wrong,))
        if varies:
            questions[name] = replace(questions[name], seed=1)
            variants[name] = lambda seed, name=name: replace(questions[name], seed=seed)
    return Bank(questions, {}, variants)


BANKS = st.lists(st.tuples(st.sampled_from("rst"), st.sampled_from("abcdefgh"), st.booleans()), min_size=1, max_size=20)
SOURCES = st.sampled_from(
    [Source("mixed"), Source("mixed", "r"), Source("lesson", "s"), Source("misconception", "m-a")]
)
STAKES = st.lists(st.sampled_from(Stake), min_size=20, max_size=20)


@st.composite
def planned(draw):
    """A bank, a source of it that has questions, what is at stake, and the plan."""
    bank, source, seed = _bank(draw(BANKS)), draw(SOURCES), draw(SEEDS)
    questions = questions_of(bank, source, ["r", "s", "t"]) or tuple(bank.questions.values())
    stakes = dict(zip(bank.questions, draw(STAKES), strict=False))
    return bank, source, questions, stakes, seed, plan_of(bank, source, questions, seed=seed, stakes=stakes)


def _idea(bank: Bank, item: Item) -> str:
    return bank.questions[item.question_id].idea


def _sat(bank, plan, pool, seed, misses) -> tuple[tuple[Item, ...], list[int]]:
    """A sitting to its end: the plan as it grew, and the places missed. `misses` says so place by place."""
    missed: list[int] = []
    place = 0
    while place < len(plan):
        if misses(place):
            missed.append(place)
            grown = after_miss(bank, plan, missed, pool=pool, seed=seed)
            assert grown[: len(plan)] == plan, "a plan only grows at its end"
            plan = grown
        place += 1
        assert place <= LENGTH_MAX
    return plan, missed


@given(planned())
def test_a_plan_asks_each_question_once_at_most_ten_and_only_of_its_source_s1(made):
    bank, _, questions, _, _, plan = made
    assert len(plan) == min(ITEMS_MAX, len(questions))
    assert len({item.question_id for item in plan}) == len(plan)
    assert {item.question_id for item in plan} <= {question.id for question in questions}
    assert all((item.seed is not None) == (item.question_id in bank.variants) for item in plan)


@given(planned())
def test_the_same_seed_gives_the_same_plan(made):
    bank, source, questions, stakes, seed, plan = made
    assert plan_of(bank, source, questions, seed=seed, stakes=stakes) == plan


def test_other_seeds_give_other_plans_and_every_question_has_its_turn():
    questions = questions_of(COURSE, Source("lesson", "failover-and-failback"), [])
    plans = [plan_of(COURSE, Source("lesson"), questions, seed=seed, stakes={}) for seed in range(60)]
    assert len(set(plans)) > 50
    assert {item.question_id for plan in plans for item in plan} == {question.id for question in questions}


@given(planned())
def test_an_idea_is_asked_a_second_time_only_when_every_idea_was_asked_s5(made):
    bank, source, questions, _, _, plan = made
    if source.kind == "mixed":
        return
    asked = Counter(_idea(bank, item) for item in plan)
    if max(asked.values()) > 1:
        assert set(asked) == {question.idea for question in questions}


@given(planned())
def test_two_of_one_lesson_follow_each_other_in_a_mixed_set_only_when_it_cannot_be_helped_s6(made):
    bank, source, _, _, _, plan = made
    groups = [source.group(bank.questions[item.question_id]) for item in plan]
    most = max(Counter(groups).values())
    together = sum(one == other for one, other in pairwise(groups))
    assert together == max(0, 2 * most - 1 - len(plan))


@given(planned())
def test_a_mixed_set_takes_from_its_lessons_in_turn_and_half_from_the_one_it_is_for_s6(made):
    bank, source, questions, _, _, plan = made
    if source.kind != "mixed":
        return
    there = Counter(question.lesson for question in questions)
    taken = Counter(bank.questions[item.question_id].lesson for item in plan)
    if source.name in there and len(there) > 1:
        others = there.total() - there[source.name]
        assert taken[source.name] >= min(there[source.name], len(plan) // 2)
        assert taken.total() - taken[source.name] >= min(others, len(plan) // 2)
    else:
        for lesson, count in taken.items():
            assert all(taken[other] + 1 >= min(count, there[other]) for other in there), (lesson, taken, there)


@given(planned())
def test_confidence_is_asked_on_at_most_every_third_and_where_most_is_at_stake_s9(made):
    bank, source, _, stakes, _, plan = made
    asked = [place for place in range(LENGTH_MAX) if asks_confidence(place)]
    assert all(later - earlier >= CONFIDENCE_EVERY == 3 for earlier, later in pairwise(asked))
    stake = [stakes[item.question_id] for item in plan]
    group = [source.group(bank.questions[item.question_id]) for item in plan]
    assert stake[0] == max(stake) or Counter(group)[group[0]] > len(plan) // 2
    for place in asked:
        for later in range(place + 1, len(plan)):
            crowded = Counter(group[place:])[group[place]] > len(plan[place:]) // 2
            beside = place > 0 and group[later] == group[place - 1]
            assert stake[place] >= stake[later] or crowded or beside


@given(planned())
def test_what_was_sure_and_wrong_is_chosen_before_what_is_held_s9(made):
    bank, source, questions, stakes, _, plan = made
    if source.kind == "mixed":
        return
    first = {}
    for question in questions:
        first[question.idea] = max(first.get(question.idea, Stake.HELD), stakes[question.id])
    taken = {item.question_id for item in plan}
    for idea, stake in first.items():
        chosen = {_idea(bank, item) for item in plan}
        if idea in chosen:
            asked = max(stakes[name] for name in taken if bank.questions[name].idea == idea)
            assert asked == stake, "of one idea, the form with most at stake comes first"
        else:
            assert all(stake <= first[other] for other in chosen)


@given(planned(), st.sets(st.integers(0, LENGTH_MAX)))
def test_a_missed_idea_returns_later_in_another_form_and_never_the_same_item_at_once_s5(made, dice):
    bank, _, questions, _, seed, plan = made
    plan, missed = _sat(bank, plan, questions, seed, dice.__contains__)
    assert all(one != other for one, other in pairwise(plan))
    for place in missed:
        idea = _idea(bank, plan[place])
        tries = sum(_idea(bank, plan[one]) == idea for one in missed if one <= place)
        if tries > 1:
            continue
        later = [item for item in plan[place + 1 :] if _idea(bank, item) == idea]
        asked = {item.question_id for item in plan}
        unasked = [one for one in bank.questions.values() if one.idea != idea and one.id not in asked]
        assert later or not unasked, "the first miss of an idea always brings it back"
        met = {item.question_id for item in plan[: place + 1]}
        unworn = [one for one in bank.by_idea[idea] if one.id not in met or one.id in bank.variants]
        if later and unworn:
            assert any(item != plan[place] for item in later)


@given(planned(), st.sets(st.integers(0, LENGTH_MAX)))
def test_something_else_stands_between_a_miss_and_its_return_s5(made, dice):
    bank, _, questions, _, seed, plan = made
    planned_length = len(plan)
    plan, missed = _sat(bank, plan, questions, seed, dice.__contains__)
    ideas = {question.idea for question in bank.questions.values()}
    for place in missed:
        following = plan[place + 1 : place + 2]
        if place + 1 >= planned_length and following and len(ideas) > 1 and len(bank.questions) > len(set(plan)):
            assert returns(bank, plan, place + 1, missed) is False or plan[place] != following[0]


@given(planned())
def test_a_sitting_ends_even_when_every_answer_is_wrong_s4(made):
    bank, _, questions, _, seed, plan = made
    grown, _ = _sat(bank, plan, questions, seed, lambda place: True)
    assert len(grown) <= LENGTH_MAX
    asked = Counter(_idea(bank, item) for item in grown)
    first = Counter(_idea(bank, item) for item in plan)
    if set(asked) != {question.idea for question in bank.questions.values()}:  # else something known comes between
        for idea, count in asked.items():
            assert count <= max(first[idea], 1) + MISSES_THAT_RETURN


@given(planned(), st.sets(st.integers(0, LENGTH_MAX)))
def test_an_item_leaves_after_one_success(made, dice):
    bank, _, questions, _, seed, plan = made
    grown, missed = _sat(bank, plan, questions, seed, dice.__contains__)
    for place, item in enumerate(grown):
        if place not in missed:
            assert item not in grown[place + 1 :]
    if not missed:
        assert grown == plan


@given(planned(), st.sets(st.integers(0, LENGTH_MAX)))
def test_the_same_question_comes_again_only_without_another_form_and_then_with_its_hint_s4(made, dice):
    bank, _, questions, _, seed, plan = made
    grown, _ = _sat(bank, plan, questions, seed, dice.__contains__)
    for place, item in enumerate(grown):
        again = item in grown[:place]
        assert comes_with_hint(grown, place) == again
        if again:
            assert item.question_id not in bank.variants
            forms = {one.id for one in bank.by_idea[_idea(bank, item)]}
            assert forms <= {one.question_id for one in grown[:place]}


@given(planned(), st.sets(st.integers(0, LENGTH_MAX), min_size=1))
def test_what_returned_is_known_as_such(made, dice):
    bank, _, questions, _, seed, plan = made
    grown, missed = _sat(bank, plan, questions, seed, dice.__contains__)
    for place in range(len(plan), len(grown)):
        before = {_idea(bank, grown[one]) for one in missed if one < place}
        assert returns(bank, grown, place, missed) == (_idea(bank, grown[place]) in before)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_of_the_course_can_be_practised_to_the_end_by_the_worst_learner_s4(lesson):
    source = Source("lesson", lesson)
    questions = questions_of(COURSE, source, [])
    for seed in range(25):
        plan = plan_of(COURSE, source, questions, seed=seed, stakes={})
        grown, _ = _sat(COURSE, plan, questions, seed, lambda place: True)
        for item in grown:
            assert COURSE.variant(item.question_id, item.seed).seed == item.seed
        ideas = [_idea(COURSE, item) for item in grown]
        for idea in set(ideas):
            first = ideas.index(idea)
            assert idea in ideas[first + 2 :], "the first miss of every idea brings it back"


def test_an_answer_that_is_shown_says_why_and_marks_nothing_as_chosen_s4():
    for question in COURSE.questions.values():
        told = revealed(question)
        assert told.given is None and not told.right
        assert [reason.reason for reason in told.reasons] == [
            reason.reason for reason in mark(question, solution(question)).reasons
        ]
        assert not any(reason.chosen for reason in told.reasons)
        assert any(reason.right for reason in told.reasons)
        assert bool(told.model) == (question.kind in ("short", "set_controls"))


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_options_change_places_and_nothing_else_does(salt):
    for question in COURSE.questions.values():
        made = shuffled(question, str(salt))
        assert sorted(made.options, key=lambda one: one.id) == sorted(question.options, key=lambda one: one.id)
        assert solution(made) == solution(question)
        if question.kind not in ("choice", "several"):
            assert made == question, "the order of these options means something"


def test_the_right_option_stands_in_every_place_about_equally_often():
    choices = [one for one in COURSE.questions.values() if one.kind == "choice" and len(one.options) == 3]
    places = Counter(
        [option.right for option in shuffled(question, str(salt)).shown].index(True)
        for question in choices
        for salt in range(100)
    )
    assert all(abs(places[place] / places.total() - 1 / 3) < 0.05 for place in range(3)), places


def test_a_question_taken_out_of_the_course_does_not_stop_a_sitting_r24():
    plan = (Item("q0"), Item("gone"), Item("q1"))
    bank = _bank([("r", "a", False), ("r", "b", False), ("r", "c", False)])
    assert after_miss(bank, plan, [0], pool=(), seed=1)[3:] == (Item("q0"),)
    assert returns(bank, plan, 2, [0, 1]) is False


def test_a_misconception_brings_every_question_one_of_whose_wrong_answers_names_it():
    named = Counter(name for question in COURSE.questions.values() for name in question.misconceptions)
    for name, count in named.items():
        found = questions_of(COURSE, read_source(f"misconception:{name}"), [])
        assert len(found) == count
        for question in found:
            sides = {question.misconception_low, question.misconception_high}
            assert name in sides | {option.misconception for option in question.options}


@pytest.mark.parametrize("text", ["mixed", "mixed:topologies", "lesson:topologies", "misconception:dns-is-instant"])
def test_a_source_is_read_back_as_it_was_written(text):
    assert str(read_source(text)) == text


@pytest.mark.parametrize("text", ["", "lesson", "lesson:", "Mixed", "all", "lesson:" + "x" * 200, "misconception"])
def test_what_is_no_source_is_named(text):
    with pytest.raises(SourceError, match="allowed"):
        read_source(text)


def test_stakes_stand_in_the_order_of_what_review_asks_first():
    assert sorted(Stake) == [Stake.HELD, Stake.NEW, Stake.MISSED, Stake.SURE_AND_WRONG]
    assert stake_of(right=True, sure=True) == stake_of(right=True, sure=False) == Stake.HELD
    assert stake_of(right=False, sure=True) == Stake.SURE_AND_WRONG
    assert stake_of(right=False, sure=False) == Stake.MISSED


def test_the_time_is_said_in_whole_minutes():
    assert [minutes(count) for count in (0, 1, 4, 10)] == [0, 2, 5, 13]
