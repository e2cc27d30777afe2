"""Does the command line judge a recorded history by its exit status, and refuse in one line what it cannot read?"""

import io
import json

import pytest
from django.core.management import call_command

GOOD = [("a", "write", 1, 0, 1), ("b", "read", 1, 2, 3)]
STALE = [("a", "write", 1, 0, 1), ("b", "read", None, 2, 3)]


def lines(operations):
    names = ("client", "op", "value", "called_ms", "returned_ms")
    return "\n".join(json.dumps(dict(zip(names, one, strict=True))) for one in operations)


@pytest.fixture
def told(tmp_path):
    """A function from a text and arguments to the exit status and what was written."""

    def run(text, *arguments):
        path = tmp_path / "history"
        path.write_text(text, encoding="utf-8")
        written = io.StringIO()
        try:
            call_command("check_history", str(path), *arguments, stdout=written)
        except SystemExit as end:
            return end.code, written.getvalue()
        return 0, written.getvalue()

    return run


@pytest.fixture
def refused(told, capsys):
    """A function from a text and arguments to the one line that refuses them."""

    def run(text, *arguments):
        status, written = told(text, *arguments)
        line = capsys.readouterr().err
        assert (status, written) == (2, "")
        assert line.startswith("error: ") and line.count("\n") == 1
        assert "Traceback" not in line
        return line

    return run


def test_a_history_that_keeps_the_model_ends_with_0(told):
    assert told(lines(GOOD)) == (0, "linearizable: yes (2 operations, 1 states)\n")


def test_a_history_that_breaks_it_ends_with_1_and_names_its_operations(told):
    status, written = told(lines(STALE))
    assert status == 1
    assert written.splitlines() == [
        "linearizable: no (2 operations, 1 states)",
        "These 2 operations show it:",
        "  1: Client a writes 1 to the register (line 1).",
        "  2: Client b reads the register and finds nothing (line 2).",
        "  Operation 1 is over before operation 2 begins, which finds an older value. At first the register holds "
        "nothing.",
    ]


def test_a_check_that_gives_up_ends_with_3(told):
    waiting = [("a", "write", number, 0, None) for number in range(9)]
    found = [(f"r{number}", "read", number, 0, 100) for number in range(9)]
    status, written = told(lines([*waiting, *found, ("late", "read", 3, 200, 201)]), "--states", "2")
    assert status == 3
    assert written == "linearizable: undecided within 2 states (19 operations)\n"


@pytest.mark.parametrize(
    ("model", "status"),
    [("linearizable", 1), ("sequential", 0), ("causal", 0), ("read-your-writes", 0), ("monotonic_reads", 0)],
)
def test_each_model_has_its_own_answer(told, model, status):
    assert told(lines(STALE), "--model", model)[0] == status


@pytest.mark.parametrize(
    ("initial", "status"), [("0", 0), ("null", 1), ("nil", 1), ("false", 1), ('"0"', 1), ("zero", 1)]
)
def test_the_first_value_is_json_or_a_plain_text(told, initial, status):
    assert told(lines([("a", "read", 0, 0, 1)]), "--initial", initial)[0] == status


def test_every_format_may_be_named_or_found(told):
    log = "INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:ok\t:read\tnil\n"
    edn = "[{:process 0, :type :invoke, :f :read, :value nil}\n{:process 0, :type :ok, :f :read, :value 7}]"
    for text, form, status in ((log, "jepsen-log", 0), (edn, "edn", 1), (lines(GOOD), "jsonl", 0)):
        assert told(text, "--format", form)[0] == told(text)[0] == status


@pytest.mark.parametrize(
    ("text", "arguments", "start"),
    [
        ('{"client": 1', [], "error: file: line 1 is '{\"client\": 1', which is not JSON (allowed: "),
        (lines(GOOD) + "\n7", [], "error: file: line 3 is 7 (allowed: "),
        ("", [], "error: file: holds no operation (allowed: "),
        ("[{:process 0", [], "error: file: line 1 opens {"),
        (lines(GOOD), ["--model", "strong"], "error: model: is 'strong' (allowed: linearizable, "),
        (lines(GOOD), ["--format", "xml"], "error: format: is 'xml' (allowed: auto, jsonl, edn, jepsen-log)"),
        (lines(GOOD), ["--initial", "[1]"], "error: initial: is '[1]' (allowed: "),
        (lines(GOOD), ["--states", "-4"], "error: states: is '-4' (allowed: "),
        (lines(GOOD), ["--frob"], "error: unrecognized arguments: --frob"),
        (
            lines([("a", "write", 1, 0, 9), ("a", "read", 1, 5, 8)]),
            ["--model", "causal"],
            "error: file: line 2 is called",
        ),
    ],
)
def test_bad_input_is_refused_in_one_line(refused, text, arguments, start):
    assert refused(text, *arguments).startswith(start)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path, capsys):
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    for name in ("nowhere", "bytes", "."):
        with pytest.raises(SystemExit) as caught:
            call_command("check_history", str(tmp_path / name))
        assert caught.value.code == 2
        assert capsys.readouterr().err.startswith("error: file: ")


def test_what_the_simulator_writes_the_command_reads(told):
    written = io.StringIO()
    call_command("simulate", "histories", "--format", "json", stdout=written)
    result = json.loads(written.getvalue())["result"]
    operations = result["operations"]
    for model, answer in result["verdicts"].items():
        assert told(json.dumps(operations), "--model", model)[0] == (0 if answer == "yes" else 1)
        assert told("\n".join(map(json.dumps, operations)), "--model", model)[0] == (0 if answer == "yes" else 1)
