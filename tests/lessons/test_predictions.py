"""Is a bet read, kept and judged as the reader meant it?"""

import pytest

from lessons.predictions import Prediction, PredictionError

NUMBER = Prediction(id="n", prompt="?", kind="number", answer=lambda result: result, unit="s")
CHOICE = Prediction(
    id="c", prompt="?", kind="choice", answer=lambda result: result, options=(("a", "One"), ("b", "Two"))
)
ORDER = Prediction(
    id="o", prompt="?", kind="order", answer=lambda result: result, options=(("a", "One"), ("b", "Two"), ("c", "Three"))
)


@pytest.mark.parametrize(("text", "guess"), [("90", 90.0), (" 90.5 ", 90.5), ("90,5", 90.5), ("0", 0.0), ("-3", -3.0)])
def test_a_number_is_read_as_people_write_it(text: str, guess: float) -> None:
    assert NUMBER.read({"guess": text}) == guess


@pytest.mark.parametrize("text", ["", "soon", "NaN", "inf", "1e308", "-1e13"])
def test_what_is_no_number_says_so(text: str) -> None:
    with pytest.raises(PredictionError):
        NUMBER.read({"guess": text})


def test_nothing_guessed_asks_for_a_guess() -> None:
    for prediction in (NUMBER, CHOICE, ORDER):
        with pytest.raises(PredictionError):
            prediction.read({})


def test_a_choice_is_one_of_those_offered() -> None:
    assert CHOICE.read({"guess": "b"}) == "b"
    with pytest.raises(PredictionError, match="not one of"):
        CHOICE.read({"guess": "z"})


def test_an_order_is_read_from_places() -> None:
    assert ORDER.read({"guess-a": "3", "guess-b": "1", "guess-c": "2"}) == ["b", "c", "a"]


def test_an_order_needs_every_place_once() -> None:
    with pytest.raises(PredictionError, match="twice"):
        ORDER.read({"guess-a": "1", "guess-b": "1", "guess-c": "2"})
    with pytest.raises(PredictionError, match="Three"):
        ORDER.read({"guess-a": "1", "guess-b": "2"})
    with pytest.raises(PredictionError):
        ORDER.read({"guess-a": "1", "guess-b": "2", "guess-c": "4"})


def test_a_number_is_near_within_its_tolerance() -> None:
    assert NUMBER.near(80.0, 100.0) and NUMBER.near(120.0, 100.0)
    assert not NUMBER.near(79.0, 100.0)
    assert NUMBER.near(0.0, 0.0)
    assert not NUMBER.near(5.0, None), "nothing is near what never happens"


def test_other_kinds_are_right_or_not() -> None:
    assert CHOICE.near("a", "a") and not CHOICE.near("a", "b")
    assert ORDER.near(["a", "b", "c"], ["a", "b", "c"]) and not ORDER.near(["b", "a", "c"], ["a", "b", "c"])


def test_guesses_are_said_in_words() -> None:
    assert NUMBER.words(1_234.0) == "1,234\u2009s"
    assert NUMBER.words(2.5) == "2.5\u2009s"
    assert NUMBER.words(None) == "never"
    assert CHOICE.words("b") == "Two"
    assert ORDER.words(["b", "a", "c"]) == "Two, then One, then Three"


@pytest.mark.parametrize(
    ("prediction", "fitting", "others"),
    [
        (NUMBER, [1, 2.5, -3.0], [None, "1", True, float("nan"), [1.0], {}]),
        (CHOICE, [CHOICE.options[0][0]], [None, "gone", 1, [CHOICE.options[0][0]], {}]),
        (ORDER, [[value for value, _ in reversed(ORDER.options)]], [None, [], ["gone"], [[1]], "abc", {}]),
    ],
)
def test_a_guess_that_was_kept_is_checked_before_it_is_said_again_r24(prediction, fitting, others):
    assert all(prediction.fits(guess) for guess in fitting)
    assert not any(prediction.fits(guess) for guess in others)
    assert all(prediction.words(guess) for guess in fitting)
