"""Where does chance come from? One named stream for each independent process, all from one seed."""

from __future__ import annotations

import zlib

import numpy as np

from lessons.simulator.errors import ScenarioError

SEED_MAX = 2**63 - 1


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream of this name. Streams of other names never change it, nor does the order of asking."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= SEED_MAX:
        raise ScenarioError("seed", f"is {str(seed)[:40]}", allowed=f"a whole number from 0 to {SEED_MAX}")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()),))))
