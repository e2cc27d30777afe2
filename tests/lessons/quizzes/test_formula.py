"""Does a formula come to what arithmetic says, and is everything else refused?"""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.quizzes.formula import LENGTH_MAX, FormulaError, evaluate

NAMES = {"a": 3.0, "b": 0.5}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("24 / 4 / 3", 2),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("2 ** -1", 0.5),
        ("a * b - -1", 2.5),
        ("min(a, b, 7) + max(1, 2)", 2.5),
        ("round(2.5)", 3),
        ("round(1.005, 2)", 1.01),
        ("round(-2.5)", -3),
        ("ceil(10 * 0.3)", 3),
        ("ceil(3.2) + floor(3.8)", 7),
        ("floor(0.29 * 100)", 29),
        ("1.5e2", 150),
    ],
)
def test_a_formula_is_arithmetic(text, value):
    assert evaluate(text, NAMES) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("(1 + 2", "closing bracket"),
        ("1 2", "does not end"),
        ("c", "names here are a, b"),
        ("__import__('os')", "not part of a formula"),
        ("a.b", "not part of a formula"),
        ("a[0]", "not part of a formula"),
        ("a == b", "not part of a formula"),
        ("open(1)", "'open'"),
        ("1 / (a - 3)", "divides by zero"),
        ("0 ** -1", "counted with"),
        ("(-8) ** 0.5", "counted with"),
        ("9 ** 99", "counted with"),
        ("9 ** 9 ** 9", "up to 100"),
        ("1e15 + 1e15", "counted with"),
        ("round(1, 1, 1)", "1 to 2"),
        ("round(1, 99)", "0 to 10"),
        ("min(1)", "2 to 8"),
        ("(" * 30 + "1" + ")" * 30, "nested deeper"),
        ("1+" * LENGTH_MAX + "1", "characters"),
        ("min", "'min'"),
    ],
)
def test_what_is_no_formula_is_refused_and_quoted(text, words):
    with pytest.raises(FormulaError) as refused:
        evaluate(text, NAMES)
    assert words in str(refused.value)


@given(st.text("0123456789.ab+-*/() ,minround", max_size=40))
def test_any_text_has_a_finite_value_or_is_refused(text):
    with contextlib.suppress(FormulaError):
        assert math.isfinite(evaluate(text, NAMES))


@given(
    st.recursive(
        st.integers(0, 50).map(str),
        lambda s: st.tuples(s, st.sampled_from("+-*"), s).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        max_leaves=8,
    )
)
def test_a_formula_agrees_with_python_where_both_have_a_value(text):
    assert evaluate(text, {}) == eval(text)
