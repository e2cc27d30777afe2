"""Does any setting count that does it, and does the engine say what failed?"""

from pathlib import Path

import pytest

from lessons.quizzes import setting
from lessons.quizzes.bank import BankError, read_bank
from lessons.quizzes.feedback import AnswerError
from lessons.quizzes.marking import answer_form, fits, mark, read_answer, solution
from lessons.quizzes.setting import read_condition
from lessons.widgets.registry import widget

CONTENT = Path(__file__).resolve().parents[3] / "content"
BANK = read_bank(CONTENT)
ASKED = [question for question in BANK.questions.values() if question.kind == "set_controls"]
QUESTION = BANK.questions["failover-set-ninety-seconds"]
TEXT = """
[[question]]
id = "one"
version = 1
kind = "set_controls"
prompt = "Set it."
hint = "Turn."
[question.setting]
widget = "failover"
preset = "hot-standby"
solution = { dns_ttl_s = 20, health_check_interval_s = 10 }
[[question.setting.control]]
field = "dns_ttl_s"
[[question.setting.control]]
field = "health_check_interval_s"
[[question.option]]
id = "return"
holds = "rto_s <= 90"
unit = "s"
text = "Back within 90 s"
reason = "So."
misconception = "m"
link = "#x"
"""


def given(**values):
    return {**solution(QUESTION), **values}


@pytest.mark.parametrize("question", ASKED, ids=lambda one: one.id)
def test_s8_the_question_fails_as_it_is_set_and_can_be_done(question):
    start = {dial.field: [dial.start] for dial in question.setting.dials}
    assert not mark(question, read_answer(question, start)).right
    assert mark(question, solution(question)).right


@pytest.mark.parametrize(
    "values", [{"dns_ttl_s": 5.0}, {"health_check_interval_s": 5.0, "failure_threshold": 4, "dns_ttl_s": 40.0}]
)
def test_s8_any_setting_that_does_it_counts(values):
    assert given(**values) != solution(QUESTION)
    assert mark(QUESTION, given(**values)).right


def test_s8_the_condition_that_failed_is_named_with_what_the_run_gave():
    told = mark(QUESTION, given(replication="async"))
    returned, writes = told.reasons
    assert (returned.right, writes.right) == (True, False)
    assert told.message == "Not yet: one condition does not hold."
    made = widget("failover")
    run = made.run(made.scenario(**{**QUESTION.setting.preset.values, **given(replication="async")}), seed=1)
    assert run.lost_writes > 0 and f"the run gives {run.lost_writes:,}" in writes.text
    assert writes.misconception and not returned.misconception


def test_s8_the_run_that_was_marked_is_linked_and_a_setting_that_does_it_too():
    told = mark(QUESTION, given(replication="async"))
    assert told.run.startswith("/widgets/failover/?preset=hot-standby&")
    assert "replication" not in told.run, "what is as in the preset stays out of the address"
    assert "replication=sync" in told.model_run


def test_what_is_missing_or_out_of_its_limits_is_named():
    form = answer_form(QUESTION, solution(QUESTION))
    for field, text, words in (
        ("set-dns_ttl_s", "", "DNS time to live” first"),
        ("set-dns_ttl_s", "4", "from 5 to 3600 s"),
        ("set-dns_ttl_s", "soon", "not a number"),
        ("set-failure_threshold", "2.5", "whole number from 2 to 5"),
        ("set-replication", "maybe", "async, sync"),
    ):
        with pytest.raises(AnswerError) as refused:
            read_answer(QUESTION, form | {field: [text]})
        assert words in str(refused.value)


@pytest.mark.parametrize("wrong", [{"dns_ttl_s": 4.0}, {"replication": "maybe"}, {"runs": 10_000}, {"dns_ttl_s": "30"}])
def test_what_could_not_be_set_does_not_fit(wrong):
    assert fits(QUESTION, solution(QUESTION))
    assert not fits(QUESTION, given(**wrong))


def test_a_run_that_takes_too_long_is_refused_and_never_started(bank_of, monkeypatch):
    text = TEXT.replace("dns_ttl_s", "runs").replace("runs = 20", "runs = 1").replace("rto_s <= 90", "rto_s <= 100")
    question = bank_of(text).questions["one"]
    monkeypatch.setattr(setting, "_found", lambda *_: pytest.fail("the run was started"))
    with pytest.raises(AnswerError, match="runs of up to 250 ms"):
        read_answer(question, {"set-runs": ["10000"], "set-health_check_interval_s": ["10"]})
    assert not fits(question, {"runs": 10_000, "health_check_interval_s": 10.0})


@pytest.fixture
def bank_of(tmp_path):
    for folder in ("presets", "deployments"):
        (tmp_path / folder).symlink_to(CONTENT / folder)

    def read(text):
        lesson = tmp_path / "series" / "010-first-lesson"
        lesson.mkdir(parents=True, exist_ok=True)
        (lesson / "quiz.toml").write_text(text)
        return read_bank(tmp_path)

    return read


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("dns_ttl_s = 20", "dns_ttl_s = 600", "the solution does not do it"),
        ("rto_s <= 90", "rto_s <= 900", "does it before anything is turned"),
        ("rto_s <= 90", "rto_s about 90", "holds is"),
        ("rto_s <= 90", "no_such <= 90", "no_such"),
        ('"hot-standby"', '"no-such"', "no preset"),
        ('widget = "failover"', 'widget = "no-such"', "no widget"),
        ('field = "dns_ttl_s"', 'field = "no_such"', "no control"),
        ('field = "dns_ttl_s"', 'field = "dns_ttl_s"\nmax = 10', "dns_ttl_s"),
        ('field = "dns_ttl_s"', 'field = "dns_ttl_s"\nstops = 10', "no key 'stops'"),
        ("dns_ttl_s = 20, ", "", "names every control"),
        ('misconception = "m"\n', "", "misconception"),
    ],
)
def test_a_setting_that_cannot_be_asked_is_refused_by_name(bank_of, old, new, said):
    assert bank_of(TEXT).questions["one"]
    with pytest.raises(BankError, match=r"quiz\.toml: question one") as refused:
        bank_of(TEXT.replace(old, new))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("condition", "found", "holds"),
    [
        ("a <= 3", 3, True),
        ("a < 3", 3, False),
        ("a.b >= -1.5", -1.5, True),
        ("a == 0", 0, True),
        ("a != 0", None, True),
        ("a == never", None, True),
        ("a != never", 7, True),
        ("a <= 3", None, False),
        ("a >= 3", None, False),
        ("a == never", 0, False),
    ],
)
def test_what_never_happens_is_in_no_order_with_a_number(condition, found, holds):
    assert read_condition(condition).holds(found) is holds
