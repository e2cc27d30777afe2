"""Is what fades asked in time, never too much of it, and is only what was shown to hold called held?"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.review import (
    ITEMS_A_DAY_MAX,
    CardState,
    Pile,
    Recall,
    ReviewError,
    ask_again,
    card_state,
    minutes,
    plan,
    recalled,
    replayed,
    retrievability,
    span,
    standing,
)

TODAY = date(2026, 3, 9)
START = datetime(2026, 1, 5, 21, tzinfo=UTC)


def _recalls(*days_and_held: tuple[int, bool], prompt: str = "p") -> list[Recall]:
    """Recalls on days after the start; two on one day are a minute apart."""
    return [
        Recall(prompt, held, START + timedelta(days=day, minutes=place))
        for place, (day, held) in enumerate(days_and_held)
    ]


def _state(due_in: int, *, gap: int = 5, stability: float = 5.0) -> CardState:
    due = TODAY + timedelta(days=due_in)
    return CardState(stability, 5.0, due - timedelta(days=gap), due)


def test_recall_over_a_gap_stretches_the_next_gap_and_a_miss_cuts_it():
    state = recalled(None, held=True, on=TODAY)
    gaps = []
    for _ in range(5):
        gaps.append((state.due_on - state.recalled_on).days)
        state = recalled(state, held=True, on=state.due_on)
    assert gaps[0] == 2
    assert all(later > 2 * earlier for earlier, later in pairwise(gaps)), gaps
    missed = recalled(state, held=False, on=state.due_on)
    assert (missed.due_on - missed.recalled_on).days < gaps[-1] / 4


@given(st.lists(st.tuples(st.integers(0, 120), st.booleans()), min_size=1, max_size=20), st.randoms())
def test_the_same_recalls_give_the_same_state_in_whatever_order_they_arrive(history, dice):
    recalls = _recalls(*sorted(history, key=lambda one: one[0]))
    one_by_one = None
    for recall in recalls:
        one_by_one = recalled(one_by_one, held=recall.held, on=recall.on)
    dice.shuffle(recalls)
    assert replayed(recalls) == one_by_one
    assert card_state(one_by_one.as_dict()) == one_by_one
    assert 0 < retrievability(one_by_one, on=TODAY + timedelta(days=400)) <= 1


@pytest.mark.parametrize(
    "change",
    [
        {"stability_days": 0},
        {"stability_days": float("nan")},
        {"stability_days": 1e9},
        {"stability_days": True},
        {"difficulty": "5"},
        {"difficulty": 11},
        {"due_on": "soon"},
        {"recalled_on": 7},
        {"more": 1},
    ],
)
def test_plain_data_that_is_no_state_is_refused(change):
    with pytest.raises(ReviewError):
        card_state(_state(0).as_dict() | change)


@pytest.mark.parametrize("data", [None, [], {}, "x"])
def test_what_is_not_even_a_table_is_refused(data):
    with pytest.raises(ReviewError):
        card_state(data)


def test_what_the_learner_was_sure_about_and_wrong_comes_first_then_what_fades_most_s9():
    cards = {"firm": _state(0, stability=40), "faded": _state(0, stability=0.5), "sure": _state(30, stability=90)}
    asked = plan(Pile(cards, new=["new", "new-sure"], urgent={"sure", "new-sure"}), today=TODAY)[0]
    assert asked == ("new-sure", "sure", "faded", "firm", "new")


@given(due=st.lists(st.integers(-60, 12), max_size=90), new=st.integers(0, 90), asked=st.integers(0, 30))
def test_a_day_never_asks_more_than_twenty_and_nothing_is_asked_twice_s11(due, new, asked):
    cards = {f"c{place}": _state(days) for place, days in enumerate(due)}
    before = {f"c{place}" for place in range(min(asked, len(due)))}
    days = plan(Pile(cards, [f"n{number}" for number in range(new)]), today=TODAY, asked_today=before, days=10)
    assert len(days[0]) + len(before) <= max(ITEMS_A_DAY_MAX, len(before))
    assert all(len(day) <= ITEMS_A_DAY_MAX for day in days)
    chosen = [name for day in days for name in day]
    assert len(set(chosen)) == len(chosen)
    assert not before & set(chosen)


def test_what_does_not_fit_is_spread_over_the_days_after_s11():
    cards = {f"c{number:02d}": _state(-number % 30) for number in range(90)} | {"later": _state(5)}
    days = plan(Pile({name: _state(-3, stability=3 + place) for place, name in enumerate(cards)}), today=TODAY, days=7)
    assert [len(day) for day in days] == [20, 20, 20, 20, 11, 0, 0]


def test_a_full_pile_keeps_places_for_what_was_just_read():
    cards = {f"c{number:02d}": _state(-1) for number in range(60)}
    first = plan(Pile(cards, [f"n{number}" for number in range(30)]), today=TODAY)[0]
    assert len(first) == ITEMS_A_DAY_MAX
    assert [name for name in first if name.startswith("n")] == [f"n{number}" for number in range(6)]


def test_new_prompts_fill_a_day_on_which_little_is_due():
    first = plan(Pile({"c": _state(0)}, [f"n{number}" for number in range(30)]), today=TODAY)[0]
    assert len(first) == ITEMS_A_DAY_MAX
    assert first[0] == "c"


def test_a_target_date_brings_everything_in_time_and_the_weak_once_more_before_it():
    target = TODAY + timedelta(days=12)
    cards = {f"c{number}": _state(20 + number, gap=30, stability=20) for number in range(5)}
    cards["firm"] = _state(300, gap=300, stability=300)
    new = [f"n{number:03d}" for number in range(100)]
    days = plan(Pile(cards, new, target_on=target), today=TODAY, days=12)
    met = [name for day in days[:8] for name in day if name.startswith("n")]
    assert met == new
    assert {name for day in days[8:] for name in day} == set(cards) - {"firm"}
    assert not any(name in cards for day in plan(Pile(cards, new), today=TODAY, days=12) for name in day)


@pytest.mark.parametrize("days_off", [-400, -1, 0, 1, 5000])
def test_any_target_date_can_be_planned_for(days_off):
    days = plan(Pile({"c": _state(0)}, ["n"], target_on=TODAY + timedelta(days=days_off)), today=TODAY)
    assert set(days[0]) == {"c", "n"}
    assert len(days) == 7


def test_what_was_missed_returns_in_the_same_session_until_it_is_recalled_but_not_for_ever_s5():
    morning = [Recall("a", False, START), Recall("b", True, START + timedelta(minutes=1))]
    assert ask_again(morning) == ("a",)
    later = [*morning, Recall("c", False, START + timedelta(minutes=2)), Recall("a", False, START + timedelta(hours=1))]
    assert ask_again(later) == ("c", "a")
    assert ask_again([*later, Recall("c", True, START + timedelta(hours=2))]) == ("a",)
    assert ask_again([Recall("a", False, START + timedelta(minutes=n)) for n in range(4)]) == ()


@pytest.mark.parametrize(
    ("history", "word", "sentence"),
    [
        ([], "new", "new"),
        ([(60, True)], "shaky", "shaky: recalled in 1 of 3 sessions"),
        ([(50, True), (50, True), (50, True)], "shaky", "shaky: recalled in 1 of 3 sessions"),
        ([(50, True), (52, True)], "shaky", "shaky: recalled in 2 of 3 sessions"),
        ([(50, True), (52, True), (60, True)], "held", "held for 1 week"),
        ([(30, True), (33, True), (40, True), (58, True)], "held", "held for 4 weeks"),
        ([(57, True), (58, True), (60, True)], "held", "held for 3 days"),
        ([(30, True), (33, True), (40, True), (62, False)], "shaky", "shaky: missed yesterday"),
        ([(30, True), (33, True), (40, True), (49, False), (49, True)], "shaky", "shaky: missed 2 weeks ago"),
        ([(30, False), (33, True), (40, True), (58, True)], "held", "held for 3 weeks"),
    ],
)
def test_held_needs_three_sessions_and_says_for_how_long_s12(history, word, sentence):
    found = standing(_recalls(*history), today=TODAY)
    assert (found.word, found.sentence) == (word, sentence)


def test_a_miss_of_one_form_makes_the_idea_shaky_s12():
    good = _recalls((30, True), (33, True), (40, True), (50, True))
    assert standing(good, today=TODAY).word == "held"
    assert standing([*good, *_recalls((50, False), prompt="other form")], today=TODAY).word == "shaky"


def test_an_idea_with_a_form_that_was_never_asked_is_not_called_held_s12():
    found = standing(_recalls((30, True), (33, True), (40, True)), today=TODAY, forms_unmet=1)
    assert (found.word, found.sentence) == ("shaky", "shaky: 1 form of it not asked yet")


def test_what_was_held_and_has_faded_since_is_no_longer_called_held_s12():
    recalls = _recalls((0, True), (2, True), (9, True))
    state = replayed(recalls)
    assert standing(recalls, today=date(2026, 2, 1), states=[state]).word == "held"
    faded = standing(recalls, today=date(2027, 9, 1), states=[state])
    assert faded.sentence.startswith("shaky: held for 1 week, last asked")


@pytest.mark.parametrize(
    ("days", "words"), [(0, "0 days"), (1, "1 day"), (6, "6 days"), (7, "1 week"), (27, "3 weeks")]
)
def test_lengths_are_said_in_days_and_then_in_weeks(days, words):
    assert span(days) == words


def test_minutes_are_whole_and_never_too_few():
    assert [minutes(items) for items in (0, 1, 2, 20)] == [0, 1, 1, 10]
