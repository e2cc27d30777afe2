"""Do the checkers agree with trying everything, on every small history and every model?"""

import random

import pytest

from lessons.simulator.checkers import MODELS, answers, check, history_of
from lessons.simulator.checkers.causes import observations_of
from lessons.simulator.checkers.explaining import explainable
from lessons.simulator.checkers.sequential import sequential
from lessons.simulator.checkers.verdict import Budget

CHUNK = 2_500
STATES_MAX = 100_000
NEVER_WRITTEN = 99


@pytest.mark.parametrize("chunk", range(8))
def test_every_verdict_on_twenty_thousand_histories_is_the_one_of_brute_force(by_force, small_history, chunk):
    broken = dict.fromkeys(MODELS, 0)
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        operations = small_history(seed)
        for model in MODELS:
            expected = by_force(operations, model)
            found = check(operations, model, states_max=STATES_MAX)
            assert found.answer == ("yes" if expected else "no"), (seed, model, operations)
            assert (found.witness is None) == expected
            broken[model] += not expected
    assert all(count > 10 for count in broken.values()), "every promise is broken often enough to be tested"


@pytest.mark.parametrize("chunk", range(2))
def test_searches_that_a_stronger_yes_would_spare_agree_as_well(by_force, small_history, chunk):
    """Alone, without asking first for an order in time, and with many unknown outcomes."""
    for seed in range(100_000 + chunk * 750, 100_000 + (chunk + 1) * 750):
        operations = small_history(seed, most=7, unknown_share=0.4)
        history = history_of(operations)
        assert sequential(history, Budget(STATES_MAX)) == by_force(operations, "sequential"), (seed, operations)
        for model in tuple(MODELS)[2:]:
            found = explainable(observations_of(history), model, Budget(STATES_MAX))
            assert found == by_force(operations, model), (seed, model, operations)


def test_all_answers_at_once_are_the_single_ones(small_history):
    for seed in range(300_000, 301_000):
        history = history_of(small_history(seed))
        assert answers(history) == {model: check(history, model).answer for model in MODELS}, seed


def test_a_value_that_was_never_written_is_always_caught(small_history):
    caught = 0
    for seed in range(200_000, 202_000):
        operations = small_history(seed)
        reads = [one for one in operations if one["op"] == "read" and one["ok"] and one["returned_ms"] is not None]
        if not reads:
            continue
        changed = random.Random(seed).choice(reads)
        changed["value"] = NEVER_WRITTEN
        caught += 1
        for model in MODELS:
            verdict = check(operations, model)
            assert verdict.answer == "no", (seed, model, operations)
            assert len(verdict.witness.operations) <= len(operations)
    assert caught > 1_000


def test_any_other_change_to_a_history_gets_the_verdict_of_brute_force(by_force, small_history):
    for seed in range(400_000, 402_000):
        chance = random.Random(seed)
        operations = small_history(seed)
        _mutate(chance, chance.choice(operations))
        model = chance.choice(list(MODELS))
        expected = "yes" if by_force(operations, model) else "no"
        assert check(operations, model).answer == expected, (seed, model, operations)


def _mutate(chance, one):
    """Another value, another outcome, or no answer at all."""
    change = chance.randrange(4)
    if change == 0:
        one["value"] = [chance.randrange(3), chance.randrange(3)] if one["op"] == "cas" else chance.randrange(3)
    elif change == 1:
        one["ok"] = not one["ok"]
    elif change == 2:
        one["returned_ms"] = None
    elif one["op"] != "cas":
        one["op"] = "write" if one["op"] == "read" else "read"


def test_texts_that_grow_agree_with_brute_force(by_force):
    for seed in range(2_000):
        operations = _grown(random.Random(seed))
        for model in ("linearizable", "sequential"):
            expected = "yes" if by_force(operations, model, "") else "no"
            assert check(operations, model, initial="").answer == expected, (seed, model, operations)


def _grown(chance):
    """Appends, reads and now and then a write, on keys that start as an empty text."""
    free, held, made = dict.fromkeys("abc", 0), {"x": [""], "y": [""]}, []
    kinds = ["read", "append", "append", *["write"] * chance.randrange(2)]
    for _ in range(chance.randint(2, 6)):
        client, key, kind = chance.choice("abc"), chance.choice("xxy"), chance.choice(kinds)
        called = free[client] + chance.randint(0, 2)
        returned = called + chance.randint(0, 5)
        free[client] = returned + chance.randint(0, 1)
        text = chance.choice(["p", "q", "pq"])
        if kind == "read":
            text = chance.choice(held[key]) if chance.random() < 0.3 else held[key][-1]
        else:
            held[key].append(held[key][-1] + text if kind == "append" else text)
        answered = None if chance.random() < 0.25 else returned
        times = {"called_ms": called, "returned_ms": answered, "ok": True}
        made.append({"client": client, "op": kind, "key": key, "value": text, **times})
    return made
