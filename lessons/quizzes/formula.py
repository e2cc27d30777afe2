"""What does a formula of an author come to? Numbers, names, + - * / **, brackets, and five functions; nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

LENGTH_MAX = 200
DEPTH_MAX = 20
EXPONENT_MAX = 100
NUMBER_MAX = 1e15
TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)|([A-Za-z_]\w{0,39})|(\*\*|[-+*/(),]))", re.ASCII)


class FormulaError(ValueError):
    """A formula that has no value; the message quotes it."""


def evaluate(text: str, names: Mapping[str, float]) -> float:
    """The value of a formula with these names. Raises FormulaError.

    `round` goes half up, as people do it: round(2.5) is 3 and round(0.25, 1) is 0.3.
    """
    return _Reader(text, names).value()


def _rounded(value: float, digits: float = 0) -> float:
    # Twelve digits first: 1.005 * 100 is 100.49999999999999 and means 100.5.
    exact = Decimal(repr(round(value, 12)))
    return float(exact.quantize(Decimal(1).scaleb(-int(digits)), rounding=ROUND_HALF_UP))


FUNCTIONS: dict[str, tuple[Callable[..., float], int, int]] = {
    "min": (min, 2, 8),
    "max": (max, 2, 8),
    "round": (_rounded, 1, 2),
    "ceil": (lambda value: float(math.ceil(round(value, 9))), 1, 1),
    "floor": (lambda value: float(math.floor(round(value, 9))), 1, 1),
}


class _Reader:
    """One pass over the formula, from left to right; each method reads one rank of the grammar."""

    def __init__(self, text: str, names: Mapping[str, float]) -> None:
        self.text = text
        self.names = names
        self.tokens = self._tokens()
        self.place = 0
        self.depth = 0

    def value(self) -> float:
        found = self._sum()
        if self.place < len(self.tokens):
            raise self._error(f"does not end before {self._next!r}")
        return found

    def _tokens(self) -> list[str]:
        if len(self.text) > LENGTH_MAX:
            raise FormulaError(f"a formula of {len(self.text)} characters (allowed: {LENGTH_MAX})")
        found, at, text = [], 0, self.text.rstrip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None:
                raise self._error(f"has {text[at:].strip()[:1]!r}, which is not part of a formula")
            found.append(match.group().strip())
            at = match.end()
        return found

    @property
    def _next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _take(self, *wanted: str) -> str:
        found = self._next
        if found not in wanted:
            return ""
        self.place += 1
        return found

    def _sum(self) -> float:
        found = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            found = self._checked(found + other if sign == "+" else found - other)
        return found

    def _product(self) -> float:
        found = self._signed()
        while sign := self._take("*", "/"):
            other = self._signed()
            if sign == "/" and other == 0:
                raise self._error("divides by zero")
            found = self._checked(found * other if sign == "*" else found / other)
        return found

    def _signed(self) -> float:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self._error(f"is nested deeper than {DEPTH_MAX}")
        found = -self._signed() if self._take("-") else self._power()
        self.depth -= 1
        return found

    def _power(self) -> float:
        base = self._atom()
        if not self._take("**"):
            return base
        exponent = self._signed()
        if abs(exponent) > EXPONENT_MAX:
            raise self._error(f"raises to the power of {exponent:g} (allowed: up to {EXPONENT_MAX})")
        try:
            return self._checked(base**exponent)
        except (OverflowError, ZeroDivisionError):
            raise self._error("leaves the numbers that can be counted with") from None

    def _atom(self) -> float:
        token = self._next
        self.place += 1
        if token == "(":
            found = self._sum()
            self._closed()
            return found
        if token[:1].isdigit():
            return self._checked(float(token))
        if token in FUNCTIONS and self._take("("):
            return self._function(token)
        if token in self.names:
            return self._checked(float(self.names[token]))
        if not token:
            raise self._error("ends too early")
        raise self._error(f"has {token!r}; names here are {', '.join([*self.names, *FUNCTIONS]) or 'none'}")

    def _function(self, name: str) -> float:
        function, least, most = FUNCTIONS[name]
        values = [self._sum()]
        while self._take(","):
            values.append(self._sum())
        self._closed()
        if not least <= len(values) <= most:
            raise self._error(f"gives {name} {len(values)} values (allowed: {least} to {most})")
        if name == "round" and len(values) == 2 and values[1] not in range(0, 11):
            raise self._error(f"rounds to {values[1]:g} digits (allowed: 0 to 10)")
        return self._checked(function(*values))

    def _closed(self) -> None:
        if not self._take(")"):
            raise self._error("lacks a closing bracket")

    def _checked(self, value: float | complex) -> float:
        if isinstance(value, complex) or not math.isfinite(value) or abs(value) > NUMBER_MAX:
            raise self._error("leaves the numbers that can be counted with")
        return float(value)

    def _error(self, problem: str) -> FormulaError:
        return FormulaError(f"the formula {self.text!r} {problem}")
