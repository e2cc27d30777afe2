"""Are numbers said as a person would say them?"""

import pytest

from lessons.widgets.kit import words


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (None, "s", "never"),
        (0, "s", "0\u2009s"),
        (142.4, "s", "142\u2009s"),
        (0.0123456, "", "0.0123"),
        (99.96, "ms", "100\u2009ms"),
        (12_345, "rps", "12,300\u2009rps"),
        (-2.5, "s", "\u22122.5\u2009s"),
    ],
)
def test_a_quantity_has_three_digits_and_a_thin_space(value: float | None, unit: str, said: str) -> None:
    assert words.number(value, unit) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "never"),
        (0.75, "0.75\u2009s"),
        (179, "179\u2009s"),
        (200, "3\u2009min 20\u2009s"),
        (240, "4\u2009min"),
        (4_320, "1\u2009h 12\u2009min"),
        (180_000, "2\u2009d 2\u2009h"),
        (3_599.8, "1\u2009h"),
    ],
)
def test_a_duration_is_said_in_the_unit_a_person_takes(seconds: float | None, said: str) -> None:
    assert words.duration(seconds) == said


def test_things_counted_keep_every_digit_up_to_a_million() -> None:
    assert words.count(1_012) == "1,012"
    assert words.count(690_870) == "690,870"
    assert words.count(12_345_678) == "12,300,000"


def test_verbs_agree_with_their_count() -> None:
    assert words.counted(1, "write is", "writes are") == "1 write is"
    assert words.counted(0, "write is", "writes are") == "0 writes are"


def test_shares_near_one_keep_the_digits_that_tell_them_apart() -> None:
    assert words.percent(0.5) == "50\u2009%"
    assert words.percent(0.9995) == "99.95\u2009%"
    assert words.percent(0.99999) == "99.999\u2009%"
    assert words.percent(1.0) == "100\u2009%"


def test_axis_labels_are_short() -> None:
    assert [words.tick(value) for value in (0, 0.5, 1_000, 20_000, 2.5e6)] == [
        "0",
        "0.5",
        "1,000",
        "20\u2009k",
        "2.5\u2009M",
    ]
