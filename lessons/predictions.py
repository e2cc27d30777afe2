"""What is a bet on a run, and how near did it come?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Guess = float | str | list[str]


class PredictionError(ValueError):
    """A guess that cannot be kept; the message says what is still missing."""


@dataclass(frozen=True)
class Prediction:
    """The bet a reader makes before a first run.

    `answer(result)` gives a float (None: it never happens) for `number`, a value of `options` for `choice`, the values
    in order for `order`. `options` maps value to words. `axis` says on which axis of the main view a number is drawn
    ("" = in words only).
    """

    id: str
    prompt: str
    kind: Literal["number", "choice", "order"]
    answer: Callable[[Any], Any]
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    tolerance_fraction: float = 0.2
    axis: Literal["x", "y", ""] = ""

    def read(self, texts: Mapping[str, str]) -> Guess:
        """The guess in a posted form: field `guess`, or `guess-VALUE` = place from 1. Raises PredictionError."""
        if self.kind == "order":
            return self._read_order(texts)
        text = texts.get("guess", "").strip()
        if not text:
            raise PredictionError("Give a number first." if self.kind == "number" else "Choose one first.")
        if self.kind == "choice":
            if text not in dict(self.options):
                raise PredictionError(f"{text[:40]!r} is not one of the choices.")
            return text
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            raise PredictionError(
                f"{text[:40]!r} is not a number. Write it in {self.unit or 'plain digits'}."
            ) from None
        if not math.isfinite(number) or abs(number) > 1e12:
            raise PredictionError(f"{text[:40]!r} is out of range.")
        return number

    def _read_order(self, texts: Mapping[str, str]) -> list[str]:
        places: dict[str, str] = {}
        for value, words in self.options:
            place = texts.get(f"guess-{value}", "").strip()
            if place not in {str(number) for number in range(1, len(self.options) + 1)}:
                raise PredictionError(f"Give {words!r} a place from 1 to {len(self.options)}.")
            if place in places:
                raise PredictionError(f"Place {place} is given twice.")
            places[place] = value
        return [places[place] for place in sorted(places, key=int)]

    def fits(self, guess: Any) -> bool:
        """Whether a guess that was kept is still one of this prediction: options may have gone since."""
        if self.kind == "number":
            return isinstance(guess, (int, float)) and not isinstance(guess, bool) and math.isfinite(guess)
        known = [value for value, _ in self.options]
        if self.kind == "choice":
            return isinstance(guess, str) and guess in known
        return isinstance(guess, list) and all(isinstance(one, str) for one in guess) and sorted(guess) == sorted(known)

    def near(self, guess: Guess, answer: Any) -> bool:
        """Whether the guess counts as near the answer of the run."""
        if self.kind != "number":
            return bool(guess == answer)
        if answer is None or not isinstance(guess, float):
            return False
        return bool(abs(guess - answer) <= max(self.tolerance_fraction * abs(answer), 1e-9))

    def words(self, guess: Guess | None) -> str:
        """A guess or an answer as a person would write it."""
        if guess is None:
            return "never"
        if isinstance(guess, list):
            return ", then ".join(dict(self.options)[value] for value in guess)
        if isinstance(guess, str):
            return dict(self.options)[guess]
        number = f"{guess:,.0f}" if abs(guess) >= 100 or guess == int(guess) else f"{guess:.3g}"
        return f"{number}\u2009{self.unit}" if self.unit else number
