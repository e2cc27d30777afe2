"""What is told of a run besides numbers? Phases that last, and things that happen at one moment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """A stretch of the run with a name. `ends_s` is None when the run stops before the phase does."""

    name: str
    starts_s: float
    ends_s: float | None


@dataclass(frozen=True)
class Happening:
    """One moment of the run. `kind` groups what looks alike; `text` is a sentence without a full stop."""

    at_s: float
    kind: str
    text: str
