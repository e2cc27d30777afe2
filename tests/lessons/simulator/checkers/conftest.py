"""What the checkers' tests share: the brute-force reference, and small random histories."""

import importlib.util
import random
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def by_force():
    """`holds(operations, model, initial)`: the model that tries every order and every explanation."""
    path = TESTS / "reference" / "histories_by_force.py"
    spec = importlib.util.spec_from_file_location("histories_by_force", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made.holds


@pytest.fixture(scope="session")
def small_history():
    """A function from a seed to a few operations of a store that now and then answers with an old value."""
    return _history


def _history(seed, *, most=6, unknown_share=0.15):
    chance = random.Random(seed)
    clients = [str(number) for number in range(chance.randint(1, 3))]
    keys, values = "xy"[: chance.randint(1, 2)], chance.randint(1, 4)
    free = {client: chance.randint(0, 3) for client in clients}
    held = {key: [None] for key in keys}
    stale_share = chance.random()
    made = []
    for _ in range(chance.randint(2, most)):
        client, key = chance.choice(clients), chance.choice(keys)
        called = free[client] + chance.randint(0, 2)
        returned = called + chance.randint(0, 4)
        free[client] = returned + chance.randint(0, 1)
        now = chance.choice(held[key]) if chance.random() < stale_share else held[key][-1]
        one = _operation(chance, now, values)
        if one["op"] != "read" and one["ok"]:
            held[key].append(one["value"] if one["op"] == "write" else one["value"][1])
        if one["op"] != "cas" and chance.random() < 0.05:
            one["ok"] = False
        unknown = chance.random() < unknown_share
        times = {"called_ms": called, "returned_ms": None if unknown else returned}
        made.append({"client": client, "key": key, **one, **times})
    return made


def _operation(chance, now, values):
    kind = chance.choices(["read", "write", "cas"], [5, 4, 1.5])[0]
    if kind == "read":
        return {"op": "read", "value": now, "ok": True}
    if kind == "write":
        return {"op": "write", "value": chance.randrange(values), "ok": True}
    expected = now if chance.random() < 0.6 else chance.randrange(values)
    return {"op": "cas", "value": [expected, chance.randrange(values)], "ok": expected == now}
