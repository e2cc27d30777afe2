"""What happens when a part of a picture is chosen? Fields of the scenario are set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pick:
    """What choosing a part of a picture sets: fields of the scenario with their texts, and the words of that choice.

    On a page it is a link; a script turns it into a change of the controls.
    """

    sets: tuple[tuple[str, str], ...]
    words: str
