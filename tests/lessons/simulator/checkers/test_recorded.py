"""Do recorded histories of real systems get the verdicts that others gave them, and are all three formats read?"""

import csv
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator.checkers import FORMATS, HistoryError, check, read_history
from lessons.simulator.checkers.recorded import format_of

FOLDER = "RECORDED_HISTORIES"
SECONDS_MAX = 5.0
INITIAL = {"nil": None, "0": 0, '""': ""}
KNOWN = 14


def test_recorded_histories_get_their_published_verdicts(capsys):
    """The files are not ours to hand on: the folder is named by RECORDED_HISTORIES."""
    named = os.environ.get(FOLDER)
    if not named:
        with capsys.disabled():
            print(f"\n{FOLDER} names no folder: the {KNOWN} recorded histories were not looked at")
        return
    folder = Path(named)
    assert folder.is_dir(), f"{FOLDER} names {folder}, which is no folder"
    rows = list(csv.DictReader((folder / "verdicts.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == KNOWN
    for row in rows:
        started = time.perf_counter()
        text = (folder / row["file"]).read_text(encoding="utf-8")
        form = "jepsen-log" if row["file"].endswith(".log") else "edn"
        assert format_of(text) == form, "the format is seen without being told"
        verdict = check(read_history(text, form, initial=INITIAL[row["initial_value"]]), "linearizable")
        assert verdict.answer == ("yes" if row["linearizable"] == "true" else "no"), row["file"]
        assert (verdict.witness is None) == (verdict.answer == "yes")
        assert time.perf_counter() - started < SECONDS_MAX, row["file"]


LOG = """INFO  jepsen.core - Running test
INFO  jepsen.util - 0\t:invoke\t:write\t1
INFO  jepsen.util - 0\t:ok\t:write\t1
INFO  jepsen.util - 1\t:invoke\t:cas\t[{expected} 2]
INFO  jepsen.util - 1\t:{outcome}\t:cas\t[{expected} 2]
INFO  jepsen.util - 2\t:invoke\t:read\tnil
INFO  jepsen.util - 2\t:ok\t:read\t{read}
"""


@pytest.mark.parametrize(
    ("expected", "outcome", "read", "answer"),
    [
        (1, "ok", 2, "yes"),
        (1, "ok", 1, "no"),
        (3, "fail", 1, "yes"),
        (1, "fail", 1, "no"),  # it met another value, but there was none
        (1, "info", 1, "yes"),  # it may never have happened
        (1, "info", 2, "yes"),
        (1, "info", 3, "no"),
        (1, "ok", "nil", "no"),  # nil is a value here
    ],
)
def test_the_words_of_a_text_log_mean_what_jepsen_means(expected, outcome, read, answer):
    text = LOG.format(expected=expected, outcome=outcome, read=read)
    assert check(read_history(text), "linearizable").answer == answer


EDN = """; a register that starts as 0
[{{:process 0, :type :invoke, :f :write, :value 1}}
 {{:process 0, :type :{outcome}, :f :write, :value 1, :error [:timeout nil]}}
 #jepsen.history.Op{{:process :nemesis, :type :info, :f :start, :value nil}}
 {{:process 1, :type :invoke, :f :read, :value nil}}
 {{:process 1, :type :ok, :f :read, :value {read}}}]
"""


@pytest.mark.parametrize(
    ("outcome", "read", "answer"),
    [
        ("ok", 1, "yes"),
        ("ok", 0, "no"),
        ("ok", "nil", "yes"),  # fits anything
        ("fail", 0, "yes"),
        ("fail", 1, "no"),  # it did not happen
        ("info", 0, "yes"),
        ("info", 1, "yes"),
    ],
)
def test_the_words_of_edn_mean_what_knossos_means(outcome, read, answer):
    assert check(read_history(EDN.format(outcome=outcome, read=read), initial=0), "linearizable").answer == answer


def test_a_nil_read_is_an_observation_where_the_register_starts_as_nil():
    assert check(read_history(EDN.format(outcome="ok", read="nil"), initial=None), "linearizable").answer == "no"


def test_keys_of_edn_maps_stand_alone_and_texts_grow():
    lines = [
        '{:process 0, :type :invoke, :f :append, :key "a", :value "x y"}',
        '{:process 0, :type :ok, :f :append, :key "a", :value "x y"}',
        '{:process 1, :type :invoke, :f :get, :key "a", :value nil}',
        '{:process 1, :type :ok, :f :get, :key "a", :value "x y"}',
        '{:process 1, :type :invoke, :f :get, :key "b", :value nil}',
        '{:process 1, :type :ok, :f :get, :key "b", :value ""}',
    ]
    assert check(read_history("\n".join(lines), initial=""), "linearizable").answer == "yes"
    lines[3] = lines[3].replace("x y", "y x")
    verdict = check(read_history("\n".join(lines), initial=""), "linearizable")
    assert verdict.answer == "no"
    assert [verdict.witness.words[0][-9:], len(verdict.witness.operations)] == ["(line 3).", 1]


LIN4 = """{{"client": 0, "op": "put", "value": {put}, "called_ms": 0, "returned_ms": 100}}
{{"client": 1, "op": "get", "value": {put}, "called_ms": {first[0]}, "returned_ms": {first[1]}}}
{{"client": 2, "op": "get", "value": 0, "called_ms": {second[0]}, "returned_ms": {second[1]}, "ok": true}}
"""


def test_the_quiz_of_mit_6_824_has_its_answers():
    """LIN-4: the old value may be read beside the new one while the write runs, and not after it was read."""
    easy = LIN4.format(put=100, first=(25, 75), second=(30, 60))
    hard = LIN4.format(put=200, first=(10, 30), second=(40, 90))
    assert check(read_history(easy, "jsonl", initial=0), "linearizable").answer == "yes"
    verdict = check(read_history(hard, initial=0), "linearizable")
    assert verdict.answer == "no"
    assert verdict.witness.operations == (0, 1, 2)
    assert verdict.witness.words[-1] == (
        "Operation 3 begins when operation 2 is over, and finds an older value. At first the register holds 0."
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"client": 1', "line 1"),
        ('{"client":1,"op":"read","called_ms":0,"returned_ms":1}\n[]', "line 2"),
        ('\n\n{"client":1,"op":"fly","called_ms":0,"returned_ms":1}', "line 3"),
        ('{"client":1,"op":"read","called_ms":2,"returned_ms":1}', "line 1"),
        ('{"client":1,"op":"read","called_ms":"now","returned_ms":1}', "line 1"),
        ('{"client":1,"op":"cas","value":3,"called_ms":0,"returned_ms":1}', "line 1"),
        ('{"client":1,"op":"write","value":{"a":1},"called_ms":0,"returned_ms":1}', "line 1"),
        ('{"client":1,"op":"read","called_ms":0,"returned_ms":1,"ok":"no"}', "line 1"),
        ('[{"client":1},\n 7]', "operation 1"),
        ("", "file"),
        ("{:process 0, :type :ok, :f :read, :value 1}", "line 1"),
        ("{:process 0, :type :invoke, :f :fly, :value 1}", "line 1"),
        ("{:process 0, :type :went, :f :read, :value 1}", "line 1"),
        ("[{:process 0, :type :invoke,\n :f :read, :value 1", "line 1"),
        ("[{:process 0}\n]", "line 1"),
        ("(1 2 3]", "line 1"),
        ("{:process 0, :type :invoke, :f :read, :value {:a 1}}", "line 1"),
        ("[" * 100, "line 1"),
        ('{:process 0, :type :invoke, :f :write, :value "open}', "line 1"),
        ("INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:invoke\t:read\tnil", "line 2"),
        ("INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:ok\t:write\t1", "line 2"),
        ("INFO  jepsen.util - 0\t:invoke\t:write\t[1", "line 1"),
        ("INFO  jepsen.core - nothing here", "file"),
    ],
)
def test_what_is_no_history_is_refused_with_its_place(text, where):
    with pytest.raises(HistoryError) as caught:
        read_history(text)
    assert caught.value.where == where
    assert caught.value.problem and caught.value.allowed


@given(st.text(st.sampled_from('{}[]()":;#_\\ \n,.0123abc-:invokeokfailprocesstypefvalueread'), max_size=200))
@settings(max_examples=400, deadline=None)
def test_no_text_does_worse_than_be_refused(text):
    for form in FORMATS:
        try:
            history = read_history(text, form)
        except HistoryError:
            continue
        check(history, "linearizable", states_max=1_000)
