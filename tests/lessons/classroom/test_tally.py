"""Do counts, shifts, advice and guesses say what the votes say?"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lessons.classroom.joining import CODE_LENGTH, CODE_LETTERS, code_drawn, code_read, pseudonym_drawn
from lessons.classroom.tally import (
    BINS,
    advice,
    advice_again,
    counts,
    guesses,
    later,
    right_fraction,
    shift,
    shown_count,
)


def test_every_option_is_counted_and_several_count_for_each():
    found = counts(("a", "b", "c"), ["a", "a", ["a", "b"]])
    assert [(one.option, one.votes) for one in found] == [("a", 3), ("b", 1), ("c", 0)]
    assert found[0].share_fraction == 1.0
    assert counts(("a",), [])[0].share_fraction == 0.0


@pytest.mark.parametrize(
    ("right", "action"),
    [
        (None, "wait"),
        (0.0, "teach again"),
        (0.29, "teach again"),
        (0.3, "discuss and vote again"),
        (0.7, "discuss and vote again"),
        (0.71, "explain briefly"),
        (1.0, "explain briefly"),
    ],
)
def test_advice_follows_the_share_and_says_why(right, action):
    found = advice(right, (0.3, 0.7))
    assert found.action == action
    assert found.reason.endswith(".")


@pytest.mark.parametrize(
    ("first", "second", "action"),
    [
        (0.51, 0.59, "take a smaller step"),
        (0.51, 0.6099, "take a smaller step"),
        (0.51, 0.61, "explain, then ask it in another dress"),
        (0.10, 0.65, "explain, then ask it in another dress"),
        (0.60, 0.40, "take a smaller step"),
        (0.05, 0.08, "take a smaller step"),
        (0.68, 0.71, "explain briefly"),
        (None, 0.5, "discuss and vote again"),
        (0.5, None, "wait"),
    ],
)
def test_after_a_second_vote_a_shift_under_ten_points_asks_for_a_smaller_step(first, second, action):
    found = advice_again(first, second, (0.3, 0.7))
    assert found.action == action
    assert found.reason.endswith(".")


@given(st.integers(0, 100), st.integers(0, 70))
def test_no_second_vote_leads_to_a_third_of_the_same(first, second):
    found = advice_again(first / 100, second / 100, (0.3, 0.7))
    assert "vote again" not in found.action
    assert (found.action == "take a smaller step") == (second - first < 10)


def test_right_fraction_of_nobody_is_unknown():
    assert right_fraction([]) is None
    assert right_fraction([True, False]) == 0.5


def test_a_shift_counts_only_those_who_voted_twice_and_the_largest_group_first():
    moves = shift({"1": "a", "2": "a", "3": "b", "4": "b"}, {"1": "b", "2": "b", "3": "b", "5": "a"})
    assert [(one.before, one.after, one.people) for one in moves] == [("a", "b", 2), ("b", "b", 1)]


@given(st.lists(st.floats(-1e9, 1e9), max_size=60), st.one_of(st.none(), st.floats(-1e9, 1e9)))
@example([-1001.0], -1000.0)
@example([1e9, 1e9 - 1e-7], None)
@example([5e-324], 0.0)
def test_no_guess_is_lost_from_a_histogram(numbers, answer):
    found = guesses(numbers, answer=answer)
    assert sum(found.counts) == len(numbers)
    if numbers:
        assert len(found.edges) == BINS + 1
        assert all(low < high for low, high in zip(found.edges, found.edges[1:], strict=False))
        if answer is not None:
            assert found.edges[0] <= answer <= found.edges[-1]
    else:
        assert found.median is None


def test_small_cells_are_not_shown():
    assert [shown_count(people) for people in (0, 1, 4, 5)] == ["0", "under 5", "under 5", "5"]


def test_N3_the_first_try_in_a_window_counts_and_the_day_of_the_vote_does_not():
    tries = {person: [(0, False), (2, True), (3, False), (20, person < 6)] for person in range(12)}
    found = {one.day: (one.people, one.right) for one in later(tries)}
    assert found[2] == ("10 or more", "100\u2009%")
    assert found[7] == ("", "")
    assert found[30] == ("10 or more", "about 50\u2009%")


@pytest.mark.parametrize(("right", "wrong"), [(1, 0), (4, 4), (4, 20), (20, 4), (1, 99)])
def test_L26_a_later_number_about_few_people_is_not_told(right, wrong):
    (found, *_) = later({person: [(1, person < right)] for person in range(right + wrong)})
    assert found.right == "hidden"
    assert found.people == "under 5" if right + wrong < 5 else found.people.endswith("or more")


@given(st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_L26_one_person_more_hardly_ever_shows_and_no_number_is_exact(right, wrong, knew):
    def told(right: int, wrong: int) -> tuple[str, str]:
        (found, *_) = later({person: [(1, person < right)] for person in range(right + wrong)})
        return found.people, found.right

    before, after = told(right, wrong), told(right + knew, wrong + (not knew))
    for people, share in (before, after):
        assert people in ("", "under 5") or int(people.split()[0]) % 5 == 0
        assert share in ("", "hidden") or int(share.removeprefix("about ").split("\u2009")[0]) % 10 == 0
    if right >= 5 and wrong >= 5:
        assert before[1].startswith("about "), "neither all nor nobody"


def test_codes_have_no_look_alikes_and_are_read_as_people_type_them():
    for _ in range(200):
        code = code_drawn()
        assert len(code) == CODE_LENGTH and not set(code) & set("0O1IL2Z5S8BUV")
        assert code_read(f" {code[:3].lower()}-{code[3:].lower()} ") == code
    assert code_read("ABC") == code_read("ABC120") == code_read("") == ""
    assert len(CODE_LETTERS) ** CODE_LENGTH > 1e8
    assert len(pseudonym_drawn().split()) == 2
