"""How does the conclusion move when one constant does? The same run, with that field at the ends of its spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from lessons.simulator.engine.params import Param, params
from lessons.simulator.engine.passports import Passport
from lessons.widgets.kit import words
from widgets.drawing import Drawing, draw
from widgets.passports import passports

OTHERS_MAX = 4  # other choices tried of a field that is no number
FACTOR = 2.0  # without a stated spread, a number is tried at half and at twice its value


class NoSuchField(LookupError):
    """The widget has no such field."""


@dataclass(frozen=True)
class Tried:
    """The run at one value: what it was called, the value in words, the sentence, the fields that link to it."""

    name: str
    value: str
    sentence: str
    query: str


@dataclass(frozen=True)
class Card:
    """One constant and how the conclusion of a run depends on it."""

    label: str
    passport: Passport
    now: Tried
    tried: tuple[Tried, ...]

    @property
    def moves(self) -> bool:
        """Whether any of the values tried changes the sentence."""
        return any(one.sentence != self.now.sentence for one in self.tried)


def card(drawing: Drawing, field: str) -> Card:
    """The card of a field of a run. Raises NoSuchField."""
    known = params(drawing.widget.scenario).get(field)
    passport = passports().get(known.passport) if known else None
    if known is None or passport is None:
        raise NoSuchField(f"{drawing.widget.slug} has no field {field[:80]!r}")
    value = getattr(drawing.scenario, field)
    others = _ends(known, passport, value) if known.kind in ("number", "integer") else _choices(known, value)
    tried = (_tried(drawing, known, name, other) for name, other in others)
    return Card(
        label=known.label,
        passport=passport,
        now=Tried("this run", _said(known, value), drawing.output.sentence, drawing.query),
        tried=tuple(one for one in tried if one is not None),
    )


def _ends(known: Param, passport: Passport, value: Any) -> list[tuple[str, Any]]:
    """The ends of the stated spread, or half and twice the value, within what the field allows."""
    assert known.min is not None and known.max is not None
    base = float(value if value is not None else passport.value)
    low, high = passport.low, passport.high
    pairs = [
        ("low end of the spread" if low is not None else "half", base / FACTOR if low is None else low),
        ("high end of the spread" if high is not None else "twice", base * FACTOR if high is None else high),
    ]
    ends = []
    for name, end in pairs:
        kept = min(max(end, known.min), known.max)
        kept = round(kept) if known.kind == "integer" else kept
        if kept != value:
            ends.append((name, kept))
    return ends


def _choices(known: Param, value: Any) -> list[tuple[str, Any]]:
    if known.kind == "switch":
        return [("the other way", not value)]
    return [("instead", other) for other in known.choices if other != value][:OTHERS_MAX]


def _tried(drawing: Drawing, known: Param, name: str, value: Any) -> Tried | None:
    """The run with this value; None when it does not go together with the rest."""
    texts: Mapping[str, str] = dict(parse_qsl(drawing.query)) | {known.name: known.write(value)}
    other = draw(drawing.widget, texts)
    if other.problems:
        return None
    return Tried(name, _said(known, value), other.output.sentence, other.query or urlencode(texts))


def _said(known: Param, value: Any) -> str:
    if known.kind == "choice":
        return dict(zip(known.choices, known.choice_labels, strict=True))[value]
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (int, float)):
        return words.number(value, known.unit)
    return known.write(value)
