"""How long does something take, when it does not always take the same? Delays in ms, read from plain data.

Every kind turns one uniform number into one delay (its quantile function; a mixture first picks a part). So a run uses
the same dice whatever the delay is: another mean moves the curve and draws nothing anew.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lessons.simulator.engine.stats import Array, normal_quantile
from lessons.simulator.errors import ScenarioError

DELAY_MS_MAX = 1e7
VALUES_MAX = 500
PARTS_MAX = 12
DEPTH_MAX = 3
KINDS_MAX = 40
# Below it even the mean of a million draws is one draw; published fits lie above 1.
ALPHA_MIN, ALPHA_MAX = 0.5, 1_000.0
RATE_MIN, RATE_MAX = 1e-7, 1e6
# A part that is rarer than this is never met; a weight near nothing would not survive a division.
WEIGHT_MIN, WEIGHT_MAX = 1e-9, 1e9
SHAPE = (
    "ms, or one of constant {value_ms}, uniform {min_ms, max_ms}, exponential {rate_per_ms}, pareto {min_ms, alpha}, "
    "normal {mean_ms, sd_ms}, empirical {values_ms}, mixture {parts: [[weight, delay], ...]} with its kind, for "
    'example {"kind": "exponential", "rate_per_ms": 0.1}'
)

Plain = float | dict[str, Any]


class Delay(ABC):
    """A time in ms that may differ from draw to draw; never negative, never infinite."""

    kind: ClassVar[str]

    @abstractmethod
    def at(self, uniform: Array) -> Array:
        """The delays that these numbers from [0, 1) stand for, in the same shape. Never changes its argument."""

    @property
    @abstractmethod
    def mean_ms(self) -> float:
        """The expected delay, infinite for a Pareto whose alpha is at most 1."""

    @abstractmethod
    def plain(self) -> Plain:
        """What `read_delay` turns back into this delay: numbers, texts, lists and dicts only."""

    @property
    def work(self) -> float:
        """What a draw costs, as a multiple of an exponential one, for estimates before a run."""
        return 1.0

    def sample(self, chance: np.random.Generator, size: int | tuple[int, ...]) -> Array:
        """So many independent draws. Uses one uniform number for each, whatever the kind."""
        return self.at(chance.random(size))


@dataclass(frozen=True)
class Constant(Delay):
    """Always the same."""

    value_ms: float
    kind: ClassVar[str] = "constant"

    def at(self, uniform: Array) -> Array:
        return np.full(np.shape(uniform), self.value_ms)

    @property
    def mean_ms(self) -> float:
        return self.value_ms

    def plain(self) -> Plain:
        return self.value_ms

    def sample(self, chance: np.random.Generator, size: int | tuple[int, ...]) -> Array:
        """As many as asked for. The dice are thrown all the same, so that what is drawn next stays what it was."""
        chance.random(size)
        return np.full(size, self.value_ms)


@dataclass(frozen=True)
class Uniform(Delay):
    """Anything between two ends, all equally likely."""

    min_ms: float
    max_ms: float
    kind: ClassVar[str] = "uniform"

    def at(self, uniform: Array) -> Array:
        return self.min_ms + (self.max_ms - self.min_ms) * uniform

    @property
    def mean_ms(self) -> float:
        return (self.min_ms + self.max_ms) / 2

    def plain(self) -> Plain:
        return {"kind": self.kind, "min_ms": self.min_ms, "max_ms": self.max_ms}


@dataclass(frozen=True)
class Exponential(Delay):
    """A wait without memory; `rate_per_ms` is 1 / mean."""

    rate_per_ms: float
    kind: ClassVar[str] = "exponential"

    def at(self, uniform: Array) -> Array:
        return -np.log1p(-uniform) / self.rate_per_ms

    @property
    def mean_ms(self) -> float:
        return 1 / self.rate_per_ms

    def plain(self) -> Plain:
        return {"kind": self.kind, "rate_per_ms": self.rate_per_ms}


@dataclass(frozen=True)
class Pareto(Delay):
    """At least `min_ms`, with a tail that falls as the power `alpha`: P(delay > t) = (min_ms / t) ** alpha."""

    min_ms: float
    alpha: float
    kind: ClassVar[str] = "pareto"

    def at(self, uniform: Array) -> Array:
        return self.min_ms * np.exp(-np.log1p(-uniform) / self.alpha)

    @property
    def mean_ms(self) -> float:
        return self.min_ms * self.alpha / (self.alpha - 1) if self.alpha > 1 else math.inf

    def plain(self) -> Plain:
        return {"kind": self.kind, "min_ms": self.min_ms, "alpha": self.alpha}


@dataclass(frozen=True)
class Normal(Delay):
    """The absolute value of a normal number: a time cannot be negative."""

    normal_mean_ms: float
    sd_ms: float
    kind: ClassVar[str] = "normal"

    def at(self, uniform: Array) -> Array:
        # 0 would be minus infinity; the middle of the first step of a 53-bit number is as likely.
        return np.abs(self.normal_mean_ms + self.sd_ms * normal_quantile(np.maximum(uniform, 2.0**-54)))

    @property
    def work(self) -> float:
        return 4.0

    @property
    def mean_ms(self) -> float:
        mean, deviation = self.normal_mean_ms, self.sd_ms
        if deviation == 0:
            return mean
        folded = deviation * math.sqrt(2 / math.pi) * math.exp(-(mean**2) / (2 * deviation**2))
        return folded + mean * math.erf(mean / (deviation * math.sqrt(2)))

    def plain(self) -> Plain:
        return {"kind": self.kind, "mean_ms": self.normal_mean_ms, "sd_ms": self.sd_ms}


@dataclass(frozen=True)
class Empirical(Delay):
    """One of the values that were measured, each as likely as the others."""

    values_ms: tuple[float, ...]
    kind: ClassVar[str] = "empirical"

    def at(self, uniform: Array) -> Array:
        places = (np.asarray(uniform) * len(self.values_ms)).astype(np.intp)
        return np.asarray(self.values_ms)[np.minimum(places, len(self.values_ms) - 1)]

    @property
    def mean_ms(self) -> float:
        return math.fsum(self.values_ms) / len(self.values_ms)

    def plain(self) -> Plain:
        return {"kind": self.kind, "values_ms": list(self.values_ms)}


@dataclass(frozen=True)
class Mixture(Delay):
    """Now this delay, now that one. Weights count relative to their sum."""

    weighted: tuple[tuple[float, Delay], ...]
    kind: ClassVar[str] = "mixture"

    def at(self, uniform: Array) -> Array:
        flat = np.ravel(uniform)
        drawn = np.empty(len(flat))
        reached = np.cumsum([weight for weight, _ in self.weighted])
        ends = reached / reached[-1]
        starts = 0.0
        for (_, delay), ends_at in zip(self.weighted, ends, strict=True):
            chosen = np.flatnonzero((flat >= starts) & (flat < ends_at))
            if len(chosen):
                # What is left of the number after the choice is uniform again, and serves the part chosen.
                rest = (flat[chosen] - starts) / (ends_at - starts)
                drawn[chosen] = delay.at(np.minimum(rest, 1 - 2.0**-53))
            starts = ends_at
        return drawn.reshape(np.shape(uniform))

    @property
    def mean_ms(self) -> float:
        total = math.fsum(weight for weight, _ in self.weighted)
        return math.fsum(weight / total * delay.mean_ms for weight, delay in self.weighted)

    @property
    def work(self) -> float:
        # Each part is asked for its share of the draws only, but choosing looks at all of them.
        total = math.fsum(weight for weight, _ in self.weighted)
        return len(self.weighted) + math.fsum(weight / total * delay.work for weight, delay in self.weighted)

    def plain(self) -> Plain:
        return {"kind": self.kind, "parts": [[weight, delay.plain()] for weight, delay in self.weighted]}


def read_delay(field: str, value: Any) -> Delay:
    """The delay that plain data (a number, or a table with its `kind`) describe.

    Raises ScenarioError naming `field` for whatever is not one: a wrong kind, key or type, a number that is negative,
    not finite or too large, an empty list, more than DEPTH_MAX mixtures in one another or KINDS_MAX kinds in all.
    """
    return _Reader(field).read(value, "", DEPTH_MAX)


class _Reader:
    """Reads one value; counts what it has met, so that a short text cannot ask for much work."""

    def __init__(self, field: str) -> None:
        self.field = field
        self.met = 0

    def read(self, value: Any, place: str, depth: int) -> Delay:
        self.met += 1
        if self.met > KINDS_MAX:
            raise self.wrong(place, f"holds more than {KINDS_MAX} delays")
        if not isinstance(value, Mapping):
            return Constant(self.number(value, place, 0, DELAY_MS_MAX))
        kind = value.get("kind")
        if not isinstance(kind, str) or kind not in _READERS:
            raise self.wrong(place, f"has the kind {quoted(kind)}")
        keys, make = _READERS[kind]
        for key in value:
            if key != "kind" and key not in keys:
                raise self.wrong(place, f"has {quoted(key)}, which {kind} does not have")
        for key in keys:
            if key not in value:
                raise self.wrong(place, f"lacks {key}")
        return make(self, value, place, depth)

    def wrong(self, place: str, problem: str, allowed: str = SHAPE) -> ScenarioError:
        where = place.rstrip(".")
        return ScenarioError(self.field, f"{problem} at {where}" if where else problem, allowed=allowed)

    def number(self, value: Any, place: str, lowest: float, highest: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong(place, f"is {quoted(value)}, which is not a delay" if not place else f"is {quoted(value)}")
        # False for NaN, and exact for whole numbers that no float can hold.
        if not lowest <= value <= highest:
            raise self.wrong(place, f"is {quoted(value)}", f"a number from {lowest:g} to {highest:g}")
        return float(value)

    def named(self, value: Mapping[str, Any], place: str, key: str, lowest: float, highest: float) -> float:
        return self.number(value[key], f"{place}{key}", lowest, highest)

    def listed(self, value: Any, place: str, most: int) -> list[Any]:
        if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= most:
            said = f"has {len(value)} entries" if isinstance(value, (list, tuple)) else f"is {quoted(value)}"
            raise self.wrong(place, said, f"a list of 1 to {most}")
        return list(value)


def _constant(reader: _Reader, value: Mapping[str, Any], place: str, _: int) -> Delay:
    return Constant(reader.named(value, place, "value_ms", 0, DELAY_MS_MAX))


def _uniform(reader: _Reader, value: Mapping[str, Any], place: str, _: int) -> Delay:
    lowest = reader.named(value, place, "min_ms", 0, DELAY_MS_MAX)
    return Uniform(lowest, reader.named(value, place, "max_ms", lowest, DELAY_MS_MAX))


def _exponential(reader: _Reader, value: Mapping[str, Any], place: str, _: int) -> Delay:
    return Exponential(reader.named(value, place, "rate_per_ms", RATE_MIN, RATE_MAX))


def _pareto(reader: _Reader, value: Mapping[str, Any], place: str, _: int) -> Delay:
    return Pareto(
        reader.named(value, place, "min_ms", 0, DELAY_MS_MAX),
        reader.named(value, place, "alpha", ALPHA_MIN, ALPHA_MAX),
    )


def _normal(reader: _Reader, value: Mapping[str, Any], place: str, _: int) -> Delay:
    return Normal(
        reader.named(value, place, "mean_ms", 0, DELAY_MS_MAX), reader.named(value, place, "sd_ms", 0, DELAY_MS_MAX)
    )


def _empirical(reader: _Reader, value: Mapping[str, Any], place: str, _: int) -> Delay:
    values = reader.listed(value["values_ms"], f"{place}values_ms", VALUES_MAX)
    return Empirical(
        tuple(reader.number(one, f"{place}values_ms.{index}", 0, DELAY_MS_MAX) for index, one in enumerate(values))
    )


def _mixture(reader: _Reader, value: Mapping[str, Any], place: str, depth: int) -> Delay:
    if depth == 0:
        raise reader.wrong(place, f"holds mixtures more than {DEPTH_MAX} deep")
    parts = []
    for index, part in enumerate(reader.listed(value["parts"], f"{place}parts", PARTS_MAX)):
        here = f"{place}parts.{index}"
        if not isinstance(part, (list, tuple)) or len(part) != 2:
            raise reader.wrong(here, f"is {quoted(part)}", "[weight, delay]")
        weight = reader.number(part[0], f"{here}.0", WEIGHT_MIN, WEIGHT_MAX)
        parts.append((weight, reader.read(part[1], f"{here}.1.", depth - 1)))
    return Mixture(tuple(parts))


_READERS = {
    "constant": (("value_ms",), _constant),
    "uniform": (("min_ms", "max_ms"), _uniform),
    "exponential": (("rate_per_ms",), _exponential),
    "pareto": (("min_ms", "alpha"), _pareto),
    "normal": (("mean_ms", "sd_ms"), _normal),
    "empirical": (("values_ms",), _empirical),
    "mixture": (("parts",), _mixture),
}


def quoted(value: Any) -> str:
    """A value as an error names it: short, whatever it is."""
    if isinstance(value, int) and abs(value) > 10**15:
        return "a number with more than 15 digits"
    if isinstance(value, (list, tuple, Mapping)):
        return f"a {'table' if isinstance(value, Mapping) else 'list'} with {len(value)} entries"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
