"""Is a fault in quiz.toml refused with the file and the id?"""

from types import SimpleNamespace

import pytest

from lessons.quizzes.bank import BankError, read_bank

QUESTION = '[[question]]\nid = "one"\nversion = 1\nkind = "choice"\nprompt = "Which?"\nhint = "Think."\n'
RIGHT = '[[question.option]]\nid = "a"\ntext = "A"\nright = true\nreason = "So."\nlink = "#there"\n'
WRONG = '[[question.option]]\nid = "b"\ntext = "B"\nreason = "No."\nmisconception = "m"\nlink = "/widgets/failover/"\n'
NUMBER = QUESTION.replace("choice", "number") + (
    'link = "#there"\nreason_right = "R"\nreason_low = "L"\nreason_high = "H"\n'
    'misconception_low = "m"\nmisconception_high = "m"\n'
)
PREDICTION = '[[prediction]]\nid = "bet"\nprompt = "How long?"\nwhy = "Because."\npath = "times.rto_s"\n'
RANGES = (
    'kind = "choice"\noptions = [{ value = "short", text = "Short", min = 0, max = 60 },'
    ' { value = "long", text = "Long", min = 60, max = 600 }, { value = "never", text = "Never", never = true }]\n'
)


@pytest.fixture
def bank_of(tmp_path):
    """Reads a bank of one lesson with this quiz.toml."""

    def read(text: str):
        lesson = tmp_path / "series" / "010-first-lesson"
        lesson.mkdir(parents=True, exist_ok=True)
        (lesson / "quiz.toml").write_text(text)
        return read_bank(tmp_path)

    return read


def test_a_link_to_a_section_leads_to_its_lesson_from_anywhere(bank_of):
    question = bank_of(QUESTION + RIGHT + WRONG).questions["one"]
    assert [option.link for option in question.options] == ["/lessons/first-lesson/#there", "/widgets/failover/"]


def test_questions_of_one_idea_are_found_together_and_a_section_is_one_idea(bank_of):
    named = QUESTION.replace("one", "two") + 'idea = "light"\n' + RIGHT + WRONG
    same = QUESTION.replace("one", "three") + 'section = "light"\n' + RIGHT + WRONG
    ideas = bank_of(QUESTION + RIGHT + WRONG + named + same).by_idea
    assert {idea: [one.id for one in found] for idea, found in ideas.items()} == {
        "one": ["one"],
        "light": ["two", "three"],
    }


@pytest.fixture
def bank_with_incident(tmp_path):
    """Reads a bank of one lesson, and of one incident with this quiz.toml."""

    def read(text: str):
        for folder, said in (("series/010-first-lesson", QUESTION + RIGHT + WRONG), ("incidents/fire-2021", text)):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / "quiz.toml").write_text(said)
        return read_bank(tmp_path)

    return read


def test_a_question_at_an_incident_belongs_to_the_lesson_it_names_and_comes_after_those_of_the_lessons(
    bank_with_incident,
):
    asked = QUESTION.replace("one", "at-the-fire") + 'lesson = "first-lesson"\n' + RIGHT + WRONG
    questions = bank_with_incident(asked).questions
    assert list(questions) == ["one", "at-the-fire"]
    assert questions["at-the-fire"].lesson == "first-lesson"
    assert questions["at-the-fire"].options[0].link == "/lessons/first-lesson/#there"


def test_a_question_at_an_incident_that_names_no_lesson_is_refused(bank_with_incident):
    with pytest.raises(BankError, match="at-the-fire: names no lesson"):
        bank_with_incident(QUESTION.replace("one", "at-the-fire") + RIGHT + WRONG)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[question", "quiz.toml"),
        (QUESTION.replace('"choice"', '"essay"'), "kind is 'essay'"),
        (QUESTION.replace("version = 1", "version = 0"), "version"),
        (QUESTION.replace('"one"', '"One!"'), "One!"),
        (QUESTION.replace("hint", "hints") + RIGHT + WRONG, "hint is missing"),
        (QUESTION + RIGHT, "1 options"),
        (QUESTION + RIGHT + RIGHT.replace('"a"', '"c"'), "exactly one"),
        (QUESTION + WRONG + WRONG.replace('"b"', '"c"'), "exactly one"),
        (QUESTION + RIGHT + RIGHT, "same id"),
        (QUESTION + RIGHT + WRONG.replace("reason", "because"), "option b: reason is missing"),
        (QUESTION + RIGHT + WRONG.replace("link", "see"), "option b: link is missing"),
        (QUESTION + RIGHT + WRONG.replace("misconception", "belief"), "option b: a wrong option names"),
        (QUESTION.replace("choice", "several") + WRONG + WRONG.replace('"b"', '"c"'), "no option is right"),
        (QUESTION.replace("choice", "order") + RIGHT + RIGHT.replace('"a"', '"c"'), "gives the order"),
        (QUESTION.replace("[[question]]", '[[question]]\nidea = "An idea"') + RIGHT + WRONG, "idea is 'An idea'"),
        (NUMBER, "answer or answer_value"),
        (NUMBER + 'answer = "ten"\n', "are numbers"),
        (NUMBER + "answer = nan\n", "cannot be marked"),
        (NUMBER + 'answer_value = "failover/#no_such_field"\n', "no_such_field"),
        (NUMBER.replace("misconception_low", "belief") + "answer = 1\n", "misconception_low is missing"),
        ((QUESTION + RIGHT + WRONG) * 2, "the id is taken"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_by_name(bank_of, text, words):
    with pytest.raises(BankError, match=r"quiz\.toml") as refused:
        bank_of(text)
    assert words in str(refused.value)
    if "[[question]]" in text:
        assert "one" in str(refused.value).lower()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PREDICTION + 'kind = "essay"\n', "kind is 'essay'"),
        (PREDICTION + 'kind = "order"\n', "0 options"),
        (PREDICTION + RANGES.replace("min", "least"), "needs min and max"),
        (PREDICTION.replace("why", "since") + RANGES, "why is missing"),
        ((PREDICTION + RANGES) * 2, "the id is taken"),
    ],
)
def test_a_prediction_that_cannot_be_asked_is_refused_by_name(bank_of, text, words):
    with pytest.raises(BankError, match="prediction bet") as refused:
        bank_of(text)
    assert words in str(refused.value)


def test_a_number_may_be_computed_by_the_simulator(bank_of, tmp_path, content):
    (tmp_path / "presets").symlink_to(content / "presets")
    text = NUMBER + 'answer_value = "split-brain/forty-three-seconds#unique_writes.old"\ntolerance_fraction = 0.1\n'
    question = bank_of(text).questions["one"]
    assert (question.answer, question.tolerance) == (860, 86)


@pytest.mark.parametrize(("rto_s", "said"), [(0, "short"), (60, "long"), (None, "never"), (9999, None)])
def test_a_range_holds_its_lower_end_and_not_its_upper_one(bank_of, rto_s, said):
    made = bank_of(PREDICTION + RANGES).predictions["bet"]
    assert made.why == "Because."
    assert made.prediction.answer({"times": {"rto_s": rto_s}}) == said


def test_the_path_of_a_prediction_goes_through_keys_and_fields(bank_of):
    prediction = bank_of(PREDICTION + 'kind = "number"\n').predictions["bet"].prediction
    assert prediction.answer({"times": {"rto_s": 5.0}}) == 5.0
    with pytest.raises(LookupError):
        prediction.answer(SimpleNamespace(times={}))
