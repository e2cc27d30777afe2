"""Is a question that varies asked only in variants that can be asked, and refused by name when it cannot vary?"""

import pytest

from lessons.quizzes.bank import BankError, read_bank
from lessons.quizzes.variants import draw, words

HEAD = '[[question]]\nid = "one"\nversion = 1\nkind = "number"\nprompt = "{a} and {b}?"\nhint = "Add."\nlink = "#x"\n'
SIDES = 'reason_right = "{a} + {b}"\nreason_low = "L"\nreason_high = "H"\n'
SIDES += 'misconception_low = "m"\nmisconception_high = "m"\n'
NAMES = "[question.variant.names]\na = { min = 1, max = 9, step = 1 }\nb = { choices = [10, 20] }\n"
LURE = '[[question.option]]\nid = "{id}"\nformula = "{formula}"\ntext = "{{value}}"\nreason = "No."\n'
LURE += 'misconception = "m"\nlink = "#x"\n'
SUM = HEAD + SIDES + 'tolerance = 0.5\n[question.variant]\nanswer = "a + b"\n' + NAMES


def lure(formula: str, name: str = "wrong") -> str:
    return LURE.format(id=name, formula=formula)


@pytest.fixture
def bank_of(tmp_path):
    def read(text: str):
        lesson = tmp_path / "series" / "010-first-lesson"
        lesson.mkdir(parents=True, exist_ok=True)
        (lesson / "quiz.toml").write_text(text)
        return read_bank(tmp_path)

    return read


def test_names_are_filled_in_everywhere_and_formulas_computed(bank_of):
    question = bank_of(SUM + lure("a * b * 1000")).variant("one", 3)
    a, b = (float(text) for text in question.prompt.removesuffix("?").split(" and "))
    assert question.answer == a + b
    assert question.reason_right == f"{a:.0f} + {b:.0f}"
    assert question.options[0].value == a * b * 1000
    assert question.options[0].text == f"{a * b * 1000:,.0f}"


def test_an_address_has_plain_numbers_and_a_sentence_has_commas(bank_of):
    text = SUM.replace('link = "#x"', 'link = "/widgets/w/?f={big}"', 1).replace(
        'hint = "Add."', 'hint = "{big} ?f={big}"'
    )
    question = bank_of(text + 'big = { formula = "a * 1000 * 60" }\n').questions["one"]
    a = int(question.prompt[0])
    assert question.link == f"/widgets/w/?f={a * 60_000}"
    assert question.hint == f"{a * 60_000:,} ?f={a * 60_000}"


@pytest.mark.parametrize(
    "formula",
    [
        "a + b * max(a - 4, 0)",  # the right answer when a is 5
        "a + b + max(a - 5, 0)",  # ... when a is at most 5
    ],
)
def test_a_variant_whose_wrong_answer_would_be_right_is_drawn_again_and_always_alike(bank_of, formula):
    bank, again = bank_of(SUM + lure(formula)), bank_of(SUM + lure(formula))
    for seed in range(100):
        question = bank.variant("one", seed)
        assert abs(question.options[0].value - question.answer) > 2 * question.tolerance
        assert question == again.variant("one", seed)
    redrawn = [
        seed for seed in range(100) if str(int(draw("one", _table(), seed)["a"])) != bank.variant("one", seed).prompt[0]
    ]
    assert redrawn, "some seed was to be drawn again, or this test shows nothing"


def _table():
    return {"names": {"a": {"min": 1, "max": 9, "step": 1}, "b": {"choices": [10, 20]}}}


def test_a_new_name_leaves_what_the_others_drew():
    more = {"names": {"z": {"choices": [1, 2, 3]}, **_table()["names"]}}
    for seed in range(50):
        old = draw("one", _table(), seed)
        assert {name: draw("one", more, seed)[name] for name in old} == old


def test_every_choice_is_drawn_by_some_seed_about_equally_often():
    drawn = [draw("one", _table(), seed)["a"] for seed in range(900)]
    for value in range(1, 10):
        assert 60 <= drawn.count(value) <= 145


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SUM + lure("a + b"), "variant 1 cannot be asked in 50 draws: two answers lie too near"),
        (SUM + lure("a + b + 0.9"), "two answers lie too near"),
        (SUM + lure("1") + lure("1.2", "other"), "two answers lie too near"),
        (SUM.replace('"a + b"', '"a + b + 1 / 3"').replace("0.5", "0.0"), "wrong once it is rounded"),
        (SUM.replace('"a + b"', '"a + c"'), "'c'"),
        (SUM.replace('"a + b"', '"open(a)"'), "'open'"),
        (SUM.replace("{a} and", "{c} and"), "says 'c'"),
        (SUM.replace("min = 1, ", ""), "a needs min, max and step"),
        (SUM.replace("max = 9", "max = 0"), "a needs min, max and step"),
        (SUM.replace("step = 1", "step = 0.00001"), "a needs min, max and step"),
        (SUM.replace("choices = [10, 20]", "choices = []"), "b needs min, max and step"),
        (SUM.replace("a = {", "max = {"), "max is no name"),
        (SUM.replace("[question.variant]\n", "[question.variant]\nseed = 3\n"), "seed is not known"),
        (SUM.replace(NAMES, "") + "[question.variant.names]\n", "0 names"),
        (SUM + lure("a / (b - b)"), "divides by zero"),
    ],
)
def test_a_question_that_cannot_vary_is_refused_by_name(bank_of, text, said):
    with pytest.raises(BankError, match=r"quiz\.toml: question one") as refused:
        bank_of(text)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.30000000000000004, "0.3"),
        (1234.0, "1,234"),
        (1234.5678, "1,234.57"),
        (21.6, "21.6"),
        ("Ohio", "Ohio"),
        (2e9, "2,000,000,000"),
    ],
)
def test_a_value_is_said_with_no_more_digits_than_it_needs(value, said):
    assert words(value) == said
