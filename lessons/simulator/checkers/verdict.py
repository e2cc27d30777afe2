"""What does a check answer? Yes, no with the operations that show it, or undecided; never a yes that is not proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Answer = Literal["yes", "no", "undecided"]


class Undecided(Exception):
    """The states that a check may look at are used up."""


class Budget:
    """How many states a check may still look at."""

    def __init__(self, states_max: int) -> None:
        self.states_max = states_max
        self.spent = 0

    def spend(self, states: int = 1) -> None:
        """Count states. Raises Undecided once there are too many."""
        self.spent += states
        if self.spent > self.states_max:
            raise Undecided


@dataclass(frozen=True)
class Witness:
    """Operations of which none can be left out, by their places in the history, and what they show, in sentences."""

    operations: tuple[int, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What a history says about a model. `states` were looked at to find out; only a no has a witness."""

    model: str
    answer: Answer
    states: int
    witness: Witness | None = None
