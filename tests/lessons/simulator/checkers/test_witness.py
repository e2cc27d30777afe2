"""Is a witness itself broken, as small as it can be, and told in words that name every operation?"""

import pytest

from lessons.simulator.checkers import MODELS, Operation, check, history_of


def plain(operation):
    names = ("client", "op", "key", "value", "called_ms", "returned_ms", "ok")
    return {name: getattr(operation, name) for name in names}


def test_a_witness_is_broken_by_itself_and_each_of_its_operations_counts(by_force, small_history):
    """Leaving out one that nothing else could have read from always mends it."""
    looked_at = 0
    for seed in range(600_000, 602_000):
        history = history_of(small_history(seed))
        for model in MODELS:
            verdict = check(history, model)
            if verdict.answer != "no":
                continue
            shown = [history.operations[number] for number in verdict.witness.operations]
            looked_at += 1
            anything = model == "linearizable" and "At first" not in verdict.witness.words[-1]
            assert not _allowed(by_force, shown, model, anything), (seed, model)
            for one in shown:
                rest = [other for other in shown if other is not one]
                if not _read_by(one, rest):
                    assert _allowed(by_force, rest, model, anything), (seed, model, one)
    assert looked_at > 1_000


def _allowed(by_force, operations, model, anything):
    """Whether the model allows them, from nothing or (`anything`) from some first value."""
    starts = [None, 0, 1, 2, 3, "other"] if anything else [None]
    return any(by_force([plain(one) for one in operations], model, start) for start in starts)


def _read_by(one, others):
    """Whether another one may have met what this one left."""
    if one.op == "read":
        return False
    left = one.value[1] if one.op == "cas" else one.value
    return any(
        other.key == one.key
        and (
            (other.op == "read" and other.value == left)
            or (other.op == "cas" and (other.value[0] == left or not other.ok))
        )
        for other in others
    )


def test_the_words_name_each_operation_once_and_end_with_what_is_wrong(small_history):
    for seed in range(700_000, 700_500):
        history = history_of(small_history(seed))
        for model in MODELS:
            verdict = check(history, model)
            if verdict.witness is None:
                continue
            size = len(verdict.witness.operations)
            assert len(verdict.witness.words) > size
            assert [line.split(":")[0] for line in verdict.witness.words[:size]] == [str(n + 1) for n in range(size)]
            assert all(line.endswith(".") and line[0].isupper() | line[0].isdigit() for line in verdict.witness.words)


@pytest.mark.parametrize(
    ("model", "operations", "words"),
    [
        (
            "read_your_writes",
            [("A", "write", 1), ("A", "read", None)],
            "Operation 1 is client A's own write; operation 2 finds nothing newer than the first value.",
        ),
        (
            "monotonic_reads",
            [("A", "write", 1), ("B", "read", 1), ("B", "read", None)],
            "Client B has already seen operation 1; operation 3 finds nothing newer than the first value.",
        ),
        (
            "linearizable",
            [("A", "write", 1), ("B", "read", None)],
            "Operation 1 is over before operation 2 begins, which finds an older value. At first x holds nothing.",
        ),
        ("causal", [("B", "read", 7)], "Nobody writes what operation 1 finds."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(model, operations, words):
    made = [Operation(who, op, "x", value, 10.0 * n, 10.0 * n + 1) for n, (who, op, value) in enumerate(operations)]
    assert check(made, model).witness.words[-1] == words


def test_only_the_end_of_a_long_history_is_shown():
    calm = [Operation("A", "write", "x", number, 10 * number, 10 * number + 1) for number in range(200)]
    calm += [Operation("B", "read", "x", number, 10 * number + 3, 10 * number + 4) for number in range(200)]
    late = Operation("B", "read", "x", 150, 5_000, 5_001)
    witness = check([*calm, late], "linearizable").witness
    assert len(witness.operations) <= 3
    assert max(witness.operations) == 400
