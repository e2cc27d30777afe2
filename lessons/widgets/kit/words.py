"""How is a number said? Thin space before the unit, three significant digits, "never" for what never happens."""

from __future__ import annotations

import math
from collections.abc import Sequence

THIN_SPACE = "\u2009"
NEVER = "never"
MINUS = "\u2212"
_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def number(value: float | None, unit: str = "") -> str:
    """A quantity: three significant digits, thousands with commas, the unit after a thin space."""
    if value is None:
        return NEVER
    return _with_unit(_three_digits(value), unit)


def count(value: float | None, unit: str = "") -> str:
    """Things that are counted one by one: every digit up to a million, three of them beyond."""
    if value is None:
        return NEVER
    whole = f"{abs(value):,.0f}" if abs(value) < 1e6 else _three_digits(abs(value))
    return _with_unit((MINUS if round(value) < 0 else "") + whole, unit)


def counted(value: float, one: str, many: str) -> str:
    """ "1 write is", "2 writes are": a count with the words that agree with it."""
    return f"{count(value)} {one if round(value) == 1 else many}"


def milliseconds(value_ms: float) -> str:
    """Whole ms, and digits after the point only where they are most of it."""
    return count(value_ms, "ms") if value_ms >= 10 else number(value_ms, "ms")


def percent(fraction: float | None) -> str:
    """A share of 1 as per cent; shares near 1 keep the digits that tell them apart."""
    if fraction is None:
        return NEVER
    missing = abs(1 - fraction)
    if 0 < missing < 0.01:
        digits = min(6, max(1, math.ceil(-math.log10(missing)) - 1))
        return _with_unit(f"{100 * fraction:.{digits}f}".rstrip("0").rstrip("."), "%")
    return _with_unit(_three_digits(100 * fraction), "%")


def nines(fraction: float | None) -> str:
    """An availability with two digits beyond its nines: "99.9 %", "99.97 %", "99.9899 %"."""
    if fraction is None:
        return NEVER
    missing = 1.0 - fraction
    if missing <= 0:
        return _with_unit("100", "%")
    digits = min(10, max(1, -math.floor(math.log10(missing))))
    return _with_unit(f"{100 * fraction:.{digits}f}".rstrip("0").rstrip("."), "%")


def duration(seconds: float | None) -> str:
    """A length of time in the unit a person would take: "0.8 s", "115 s", "3 min 20 s", "1 h 12 min"."""
    if seconds is None:
        return NEVER
    if abs(seconds) < 180:
        return number(seconds, "s")
    sign, rest = (MINUS if seconds < 0 else ""), round(abs(seconds))
    if rest < 3_600:
        return sign + _pair(rest // 60, "min", rest % 60, "s")
    minutes = round(rest / 60)
    if minutes < 48 * 60:
        return sign + _pair(minutes // 60, "h", minutes % 60, "min")
    hours = round(minutes / 60)
    return sign + _pair(hours // 24, "d", hours % 24, "h")


def numbered(moments: Sequence[tuple[float, str]]) -> list[tuple[str, str]]:
    """Rows that say what the numbers on a timeline stand for: ("Event 2", "75 s: Health checks call it lost")."""
    return [(f"Event {order}", f"{duration(at_s)}: {text}") for order, (at_s, text) in enumerate(moments, start=1)]


def tick(value: float) -> str:
    """A short number for an axis: "0", "0.5", "1,000", "20 k"."""
    for size, prefix in _PREFIXES:
        if abs(value) >= 10_000 and abs(value) >= size:
            return f"{value / size:.3g}{THIN_SPACE}{prefix}"
    return (f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}").replace("-", MINUS)


def cell(value: str | float | int | None, unit: str = "") -> str:
    """A table's cell as a person reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return count(value, unit)
    return number(value, unit)


def _three_digits(value: float) -> str:
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    rounded = round(value, 2 - math.floor(math.log10(abs(value))))
    text = f"{rounded:,.{min(digits, 6)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def _with_unit(text: str, unit: str) -> str:
    return f"{text}{THIN_SPACE}{unit}" if unit else text


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    said = _with_unit(str(large), large_unit)
    return f"{said} {_with_unit(str(small), small_unit)}" if small else said
