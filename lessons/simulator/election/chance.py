"""Which delay does a timer or a message get? Each has its own number, so that a knob does not reshuffle the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lessons.simulator.engine.distributions import Delay
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import Array

Indices = npt.NDArray[np.intp]
# The first so many delays of each place are drawn before the play; later ones as they come up.
KEPT = 2


class Draws:
    """Delays of one kind. `places` is the shape of what can ask for one: (trials, servers), (trials, from, to)."""

    def __init__(self, delay: Delay, seed: int, name: str, places: tuple[int, ...]) -> None:
        trials, *others = places
        self.delay = delay
        # Trial by trial, so that more trials leave the first ones as they were.
        self.kept = delay.at(stream(seed, name).random((trials, KEPT, *others)))
        self.later = stream(seed, f"{name} later")

    def take(self, turn: Indices, trial: Indices, *place: Indices) -> Array:
        """The `turn`-th delay (from 0) of each of these places; whole rows where the last index is left out."""
        early = turn < KEPT
        if early.all():
            return np.asarray(self.kept[(trial, turn, *place)])
        drawn: Array = self.delay.at(self.later.random((len(turn), *self.kept.shape[len(place) + 2 :])))
        known: tuple[Any, ...] = tuple(index[early] for index in (trial, turn, *place))
        drawn[early] = self.kept[known]
        return drawn
