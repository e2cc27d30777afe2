"""Turn a few controls until something holds: the engine says whether it does, and any setting counts that does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lessons.quizzes.feedback import RIGHT, AnswerError, Feedback, Reason
from lessons.quizzes.question import Option, Question
from lessons.quizzes.setting import Setting, found_words, read_condition, read_setting
from lessons.simulator.errors import ScenarioError

OPTIONS = (1, 4)


def parse(content: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """The widget, its preset, and the controls that may be turned. The conditions are the options."""
    return {"setting": read_setting(content, table.get("setting", {}))}


def faults(question: Question) -> Iterator[str]:
    """Every condition can be read and has a misconception; the preset fails as it stands, and the solution does it."""
    for option in question.options:
        if not option.misconception:
            yield f"option {option.id}: a condition names the misconception of those who miss it"
        if option.right:
            yield f"option {option.id}: a condition is neither right nor wrong before the run"
        try:
            read_condition(option.holds)
        except ValueError as error:
            yield f"option {option.id}: {error}"
            return
    try:
        if not mark(question, solution(question)).right:
            yield f"the solution does not do it: {_missed(question, solution(question))}"
        if mark(question, start(question)).right:
            yield "the preset does it before anything is turned"
    except (ScenarioError, LookupError) as error:
        yield f"the setting cannot be run: {error}"


def read(question: Question, texts: Mapping[str, list[str]]) -> dict[str, Any]:
    """The values of the controls from fields `set-FIELD`, run once to see that they can be."""
    setting, given = _setting(question), {}
    for dial in setting.dials:
        text = (texts.get(dial.field) or [""])[0]
        if not text.strip():
            raise AnswerError(f"Set “{dial.label}” first.")
        try:
            given[dial.param.name] = dial.param.read(text)
        except ScenarioError as problem:
            raise AnswerError(f"“{dial.label}” {problem.problem}. It may be {problem.allowed}.") from None
    try:
        _found(question, given)
    except ScenarioError as problem:
        raise AnswerError(f"That cannot be run: {problem}.") from None
    return given


def form(question: Question, given: Mapping[str, Any]) -> dict[str, list[str]]:
    """One field for each control."""
    return {dial.field: [dial.param.write(given[dial.param.name])] for dial in _setting(question).dials}


def fits(question: Question, given: Any) -> bool:
    """Whether these are still the controls, within their limits, and can be run."""
    setting = _setting(question)
    if not isinstance(given, dict) or given.keys() != {dial.param.name for dial in setting.dials}:
        return False
    try:
        for dial in setting.dials:
            dial.param.check(given[dial.param.name])
        _found(question, given)
    except ScenarioError:
        return False
    return True


def mark(question: Question, given: Any) -> Feedback:
    """Right when every condition holds of the run; each says what was found."""
    setting, found = _setting(question), _found(question, given)
    reasons = tuple(_reason(option, value) for option, value in zip(question.options, found, strict=True))
    right = all(reason.right for reason in reasons)
    missed = sum(not reason.right for reason in reasons)
    failed = "one condition does not hold" if missed == 1 else f"{missed} conditions do not hold"
    return Feedback(
        right,
        given,
        RIGHT if right else f"Not yet: {failed}.",
        reasons,
        said=setting.words(given),
        run=setting.link(given),
        model=setting.words(setting.solution),
        model_run=setting.link(setting.solution),
    )


def picks(question: Question, given: Any) -> tuple[str, ...]:
    """A setting chooses none of the conditions."""
    return ()


def solution(question: Question) -> dict[str, Any]:
    """One setting that does it."""
    return dict(_setting(question).solution)


def start(question: Question) -> dict[str, Any]:
    """The controls as the preset leaves them."""
    return {dial.param.name: dial.param.read(dial.start) for dial in _setting(question).dials}


def _setting(question: Question) -> Setting:
    assert question.setting is not None, f"{question.id} has no setting; parse() refuses that"
    return question.setting


def _found(question: Question, given: Mapping[str, Any]) -> tuple[Any, ...]:
    return _setting(question).found(given, tuple(read_condition(option.holds).path for option in question.options))


def _reason(option: Option, found: Any) -> Reason:
    holds = read_condition(option.holds).holds(found)
    return Reason(
        text=f"{option.text}: the run gives {found_words(found, option.unit)}",
        right=holds,
        chosen=False,
        reason=option.reason,
        misconception="" if holds else option.misconception,
        link=option.link,
        id=option.id,
        sign="✓ holds" if holds else "✗ does not hold",
    )


def _missed(question: Question, given: Mapping[str, Any]) -> str:
    return "; ".join(reason.text for reason in mark(question, given).reasons if not reason.right)
