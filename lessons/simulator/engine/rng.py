"""Where does chance come from? One named stream for each independent process, all from one seed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from lessons.simulator.errors import ScenarioError

SEED_MAX = 2**63 - 1
_asked: ContextVar[set[int] | None] = ContextVar("_asked", default=None)


@contextmanager
def seeds_asked() -> Iterator[set[int]]:
    """The seeds that are asked for inside. A run that does not ask for its own is no matter of chance."""
    seeds: set[int] = set()
    token = _asked.set(seeds)
    try:
        yield seeds
    finally:
        _asked.reset(token)


def asks(seed: int) -> None:
    """Notes that a run depends on the seed: `stream` does, and whoever keeps results of runs says it for them."""
    seeds = _asked.get()
    if seeds is not None:
        seeds.add(seed)


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream of this name. Streams of other names never change it, nor does the order of asking."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= SEED_MAX:
        raise ScenarioError("seed", f"is {str(seed)[:40]}", allowed=f"a whole number from 0 to {SEED_MAX}")
    asks(seed)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()),))))
