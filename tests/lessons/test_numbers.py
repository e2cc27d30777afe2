"""Are a learner's own numbers read rightly, and does a wrong file say on which line and why?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.numbers import Numbers, NumbersError, read_numbers
from lessons.simulator import failover
from lessons.simulator.engine.params import params

KNOWN = {name: field for name, field in params(failover.Scenario).items() if field.kind in ("number", "integer")}
WHOLE = """\
regions = ["b"]
[rtt_ms]
a = { b = 90 }
b = { a = 92.5, b = 1 }
[users]
a = 0.25
b = 0.75
[traffic]
request_rate_rps = 2500
[objectives]
slo_target_fraction = 0.9995
"""


def test_a_whole_file_is_read():
    numbers = read_numbers(WHOLE, KNOWN)
    assert numbers.rtt_ms == {"a": {"b": 90.0}, "b": {"a": 92.5, "b": 1.0}}
    assert numbers.users == {"a": 0.25, "b": 0.75}
    assert numbers.regions == ("b",)
    assert numbers.fields == {"request_rate_rps": 2500.0, "slo_target_fraction": 0.9995}


def test_a_matrix_alone_may_be_csv():
    numbers = read_numbers("\nfrom,a,b\na,0,90\nb,91,\n", KNOWN)
    assert numbers.rtt_ms == {"a": {"a": 0.0, "b": 90.0}, "b": {"a": 91.0}}


def test_a_scenario_takes_only_the_fields_that_it_has():
    values = read_numbers(WHOLE, KNOWN).values_for(failover.Scenario)
    assert values == {"request_rate_rps": 2500.0, "slo_target_fraction": 0.9995}
    assert failover.Scenario(**values).request_rate_rps == 2500
    assert not Numbers(users={"a": 1.0}).values_for(failover.Scenario)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("x" * 20_001, 1, "20,001 characters"),
        ("[traffic]\nrequest_rate_rps =\n", 2, "not TOML"),
        ("[trafic]\n", 1, "'trafic' is not part of the file"),
        ("# mine\n\n[traffic]\nrequest_rate = 5\n", 4, "'request_rate' is not a number of the course"),
        ("[traffic]\nrequest_rate_rps = nan\n", 2, "allowed: a number from"),
        ("[traffic]\nrequest_rate_rps = -1\n", 2, "request_rate_rps is -1"),
        ("[traffic]\nrequest_rate_rps = '5'\n", 2, "not a number"),
        ("traffic = 3\n", 1, "must be a table"),
        ("[users]\na = 0.5\nb = 0.4\n", 1, "sum to 0.9"),
        ("[users]\na = true\n", 2, "not a number"),
        ("[rtt_ms]\na = { b = 9 }\nb = 4\n", 3, "must be a table"),
        ("[rtt_ms]\na = { b = 9 }\nb = { a = -9 }\n", 3, "must be from 0 to 10000"),
        ("[rtt_ms]\na = { c = 9 }\nb = { a = 9 }\n", 2, "'c' has no row"),
        ("[rtt_ms]\na = { b = 9 }\nb = { }\n", 3, "from b to a is missing"),
        ("[rtt_ms.a]\nb = 9\n[rtt_ms.b]\na = inf\n", 4, "not a number"),
        ("regions = ['c']\n[rtt_ms]\na = { b = 9 }\nb = { a = 9 }\n", 1, "you run in 'c'"),
        ("regions = 'a'\n", 1, "must be a list"),
        ("[rtt_ms]\na = { b = 9 }\nb = { a = 9 }\n[users]\nc = 1\n", 5, "users sit in 'c'"),
        ("from,a,b\na,0,x\nb,1,0\n", 2, "'x', not a number"),
        ("from,a,b\na,0,1\n", 1, "no row for b"),
        ("from,a,b\na,0\nb,1,0\n", 2, "1 numbers"),
        ("from,a,b\nc,0,1\n", 2, "the row of 'c'"),
        ("from," + ",".join(map(str, range(41))) + "\n", 1, "up to 40"),
        ("[users]\n'' = 1\n", 1, "1 to 40 characters"),
    ],
)
def test_a_wrong_file_says_where_and_why(text, line, words):
    with pytest.raises(NumbersError) as caught:
        read_numbers(text, KNOWN)
    assert words in caught.value.reason
    assert caught.value.line == line


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_refused_with_a_line(text):
    try:
        read_numbers(text, KNOWN)
    except NumbersError as problem:
        assert 1 <= problem.line <= text.count("\n") + 2
