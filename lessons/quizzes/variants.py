"""How does one question become many? Names drawn by a seed, and every number that follows from them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

from lessons.quizzes.formula import FormulaError, evaluate
from lessons.quizzes.question import Question
from lessons.simulator.engine.rng import stream

SEED_MAX = 999_999_999
DRAWS_MAX = 50  # for one seed: what cannot be asked is drawn again
CHOICES_MAX = 1_000
NAMES_MAX = 16
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
SLOT = re.compile(r"(=?)\{([a-z][a-z0-9_]*)\}")
RESERVED = ("value", "min", "max", "round", "ceil", "floor")
# Two values of a choice nearer than this, as a share of the right one, can be one value rounded twice.
GAP_FRACTION_MIN = 0.04
AS_REFERENCE = ("link", "answer_value")

Names = Mapping[str, float | str]


class VariantError(ValueError):
    """A question that cannot be varied as its file says; the message says why."""


def draw(question_id: str, variant: Mapping[str, Any], seed: int, attempt: int = 0) -> dict[str, float | str]:
    """The names of one variant in the order of the file. Raises VariantError.

    Each name has a stream of its own, so a new name leaves the others as they were.
    """
    drawn: dict[str, float | str] = {}
    for name, rule in variant.get("names", {}).items():
        drawn[name] = _drawn(name, rule, drawn, seed, f"{question_id}/{name}/{attempt}")
    return drawn


def varied(table: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The table of a question with its names filled in and its formulas computed. Raises VariantError."""
    variant = table["variant"]
    made = {key: value for key, value in table.items() if key not in ("variant", "option")}
    numbers = {name: value for name, value in names.items() if not isinstance(value, str)}
    if "answer" in variant:
        made["answer"] = _computed(variant["answer"], numbers)
    made["option"] = []
    for option in table.get("option", []):
        own = dict(names)
        kept = {key: value for key, value in option.items() if key != "formula"}
        if "formula" in option:
            own["value"] = kept["value"] = _computed(option["formula"], numbers)
        made["option"].append(_filled(kept, own))
    return {key: value if key == "option" else _filled(value, names, key) for key, value in made.items()}


def faults_of_variant(question_id: str, variant: Mapping[str, Any]) -> list[str]:
    """What an author has to mend in a [question.variant]."""
    found = [f"variant: {key} is not known" for key in variant if key not in ("names", "answer", "gap")]
    names = variant.get("names", {})
    if not 1 <= len(names) <= NAMES_MAX:
        found.append(f"variant: {len(names)} names (allowed: 1 to {NAMES_MAX})")
    found += [f"variant: {name} is no name" for name in names if not NAME.fullmatch(name) or name in RESERVED]
    try:
        draw(question_id, variant, 1)
    except VariantError as error:
        found.append(str(error))
    return found


def degenerate(question: Question, variant: Mapping[str, Any]) -> str:
    """Why this variant cannot be asked; nothing when it can.

    Two options that read alike or lie too near, a wrong number within the tolerance of the right one, and an answer
    that is not right any more once it is rounded as the page rounds it. `gap` says what is too near for a choice.
    """
    texts = [option.text for option in question.options]
    if len(set(texts)) != len(texts):
        return "two options read alike"
    values = [option.value for option in question.options if option.value is not None]
    if question.kind == "number":
        if not abs(rounded(question.answer) - question.answer) <= question.tolerance:
            return "the answer is wrong once it is rounded"
        values.append(question.answer)
        gap = 2 * question.tolerance
    else:
        right = next((option.value for option in question.options if option.right and option.value is not None), None)
        gap = variant.get("gap", abs(right or 0.0) * GAP_FRACTION_MIN)
    ordered = sorted(values)
    if any(high - low <= gap for low, high in itertools.pairwise(ordered)):
        return "two answers lie too near to each other"
    return ""


def words(value: float | str) -> str:
    """A drawn or computed value as a text says it: thousands with commas, no more digits than it needs."""
    if isinstance(value, str):
        return value
    shown = rounded(value)
    return f"{shown:,.0f}" if shown == int(shown) else f"{shown:,.10g}"


def rounded(value: float) -> float:
    """The value with the six digits that a page shows of it."""
    return float(f"{value:.6g}")


def _drawn(name: str, rule: Any, drawn: Names, seed: int, stream_name: str) -> float | str:
    if isinstance(rule, dict) and rule.keys() == {"formula"}:
        return _computed(rule["formula"], {key: value for key, value in drawn.items() if not isinstance(value, str)})
    choices = _choices(name, rule)
    return choices[int(stream(seed, stream_name).integers(len(choices)))]


def _choices(name: str, rule: Any) -> list[float | str]:
    if isinstance(rule, dict) and rule.keys() == {"choices"}:
        choices = rule["choices"]
        if isinstance(choices, list) and choices and all(isinstance(one, (int, float, str)) for one in choices):
            return choices
    elif isinstance(rule, dict) and rule.keys() == {"min", "max", "step"}:
        low, high, step = (rule[key] for key in ("min", "max", "step"))
        if all(isinstance(one, (int, float)) for one in (low, high, step)) and step > 0 and high > low:
            count = int(round((high - low) / step, 6)) + 1
            if count <= CHOICES_MAX:
                return [round(low + step * place, 9) for place in range(count)]
    raise VariantError(f"variant: {name} needs min, max and step, or choices, or a formula; it is {rule!r}")


def _computed(formula: Any, numbers: Mapping[str, Any]) -> float:
    try:
        return evaluate(str(formula), numbers)
    except FormulaError as error:
        raise VariantError(f"variant: {error}") from None


def _filled(value: Any, names: Names, key: str = "") -> Any:
    """Every text of a value with its names filled in."""
    if isinstance(value, dict):
        return {part: _filled(one, names, part) for part, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, names, key) for one in value]
    if not isinstance(value, str):
        return value

    def said(match: re.Match[str]) -> str:
        before, name = match.groups()
        if name not in names:
            raise VariantError(f"variant: {value[:60]!r} says {name!r}, which is not a name here")
        found = names[name]
        # In the address of a run a number is plain: `?dns_ttl_s={ttl_s}`; in a sentence it has its commas.
        plain = before == "=" or key in AS_REFERENCE
        return before + (f"{found:.12g}" if plain and not isinstance(found, str) else words(found))

    return SLOT.sub(said, value)
