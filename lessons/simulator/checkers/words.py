"""How is a witness told? Each operation in a sentence, then what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from lessons.simulator.checkers.causes import START, Causes, observations_of
from lessons.simulator.checkers.explaining import explanations
from lessons.simulator.checkers.operations import Effect, History, Operation, text_of
from lessons.simulator.checkers.sessions import Missed, broken
from lessons.simulator.checkers.verdict import Budget

PAIRS_MAX = 8
EXPLANATIONS_STATES_MAX = 100_000


def said(operation: Operation) -> str:
    """An operation as a clause, without its time: "client 2 reads x and finds 3"."""
    what = operation.key or "the register"
    value = operation.value
    who = f"client {operation.client}"
    if operation.op == "read":
        return f"{who} reads {what} and finds {value_words(value)}"
    if operation.op == "cas":
        expected, new = (value_words(part) for part in value)
        if operation.unknown:
            return f"{who} asks to change {what} from {expected} to {new} and never gets an answer"
        if not operation.ok:
            return f"{who} would change {what} from {expected} to {new}, but meets another value"
        return f"{who} changes {what} from {expected} to {new}"
    verb = "appends" if operation.op == "append" else "writes"
    unanswered = " and never gets an answer" if operation.unknown else ""
    return f"{who} {verb} {value_words(value)} to {what}{unanswered}"


def value_words(value: object) -> str:
    """A value as a person reads it; null is nothing yet."""
    return "nothing" if value is None else text_of(value)  # type: ignore[arg-type]


def when(operation: Operation) -> str:
    """The place in a file, or the time."""
    if operation.line:
        return f"line {operation.line}"
    if operation.returned_ms is None:
        return f"called at {operation.called_ms:,.0f} ms"
    return f"{operation.called_ms:,.0f} to {operation.returned_ms:,.0f} ms"


def told(history: History, numbers: Sequence[int]) -> tuple[str, ...]:
    """A numbered sentence for each operation."""
    return tuple(
        f"{place}: {_capital(said(history.operations[number]))} ({when(history.operations[number])})."
        for place, number in enumerate(numbers, start=1)
    )


def linearizable_words(history: History, kept: Sequence[Effect], *, from_start: bool) -> str:
    """Why these effects on one key, in the order of their calls, fit no order. `from_start`: the first value counts."""
    named = _names(kept)
    what = kept[0].key or "the register"
    start = f"At first {what} holds {_first_value(history, kept[0].key)}." if from_start else ""
    observers = [effect for effect in kept if effect.observes]
    if len(kept) == 1:
        lacking = "Nobody changes it" if kept[0].needs is None else f"Nobody writes {kept[0].needs}"
        return _sentences(lacking, start)
    for reader in reversed(observers):
        said = _out_of_time(kept, reader, named, start) if reader.needs is not None else ""
        if said:
            return said
    if len(observers) == 2 and not any(one.changes for one in observers):
        one, other = sorted(observers, key=lambda effect: effect.returned)
        if one.returned < other.called and one.needs != other.needs:
            return _sentences(
                f"{named[other]} begins when {_small(named[one])} is over, and finds an older value", start
            )
    rest = "However the rest is put in order, one of them meets a value that it cannot have met"
    return _sentences(_forced(kept, named), rest, start or f"This holds whatever {what} was before")


def _out_of_time(kept: Sequence[Effect], reader: Effect, named: dict[Effect, str], start: str) -> str:
    """Why one of them cannot have met its value, if it is that simple: it was gone, or was not there yet."""
    sources = [one for one in kept if one is not reader and one.sets == reader.needs]
    if sources and all(one.called > reader.returned for one in sources):
        return _sentences(f"{named[reader]} finds a value that nobody had begun to write", start)
    newer = [one for one in kept if one.changes and one is not reader and one.returned < reader.called]
    newer = [one for one in newer if one not in sources]
    if newer and all(any(source.returned < one.called for one in newer) for source in sources):
        latest = max(newer, key=lambda one: one.returned)
        return _sentences(
            f"{named[latest]} is over before {_small(named[reader])} begins, which finds an older value", start
        )
    return ""


def sequential_words(kept: History) -> str:
    """Why these effects fit no order that keeps each client's own."""
    started = sorted({(key or "the register", _first_value(kept, key)) for key in {one.key for one in kept.effects}})
    starts = " and ".join(f"{key} holds {value}" for key, value in started)
    return (
        "No order of these keeps the order of each client and lets every read find the last value written; "
        f"at first {starts}."
    )


def cause_words(kept: History, model: str) -> tuple[str, ...]:
    """What a guarantee of a session, or causality, misses in these effects."""
    seen = observations_of(kept)
    every = list(islice(explanations(seen, Budget(EXPLANATIONS_STATES_MAX)), 2))
    named = _names(kept.effects)
    if not every:
        lost = next(place for place, one in enumerate(kept.effects) if one.observes and not seen.candidates[place])
        return (f"Nobody writes what {_small(named[kept.effects[lost]])} finds.",)
    missed = broken(every[0], model)
    assert missed is not None, "a witness is broken in every way it can be explained"
    said = _missed_words(every[0], model, missed, named)
    if len(every) > 1:
        return ("Which write each read found can be said in more than one way, and each breaks the promise.", *said)
    return said


def _missed_words(causes: Causes, model: str, missed: Missed, named: dict[Effect, str]) -> tuple[str, ...]:
    def name(place: int) -> str:
        return named[causes.effects[place]]

    if missed.read is None:
        ring = ", ".join(_small(name(place)) for place in (*missed.because, missed.because[0]))
        return (f"Each of these comes before the next, in a circle: {ring}.",)
    read, client = name(missed.read), causes.effects[missed.read].client
    if missed.missed == START:
        return (f"No order of the writes lets every read of client {client} find the last one.",)
    gone = name(missed.missed)
    reasons = {
        "read_your_writes": f"{gone} is client {client}'s own write",
        "monotonic_reads": f"Client {client} has already seen {_small(gone)}",
        "monotonic_writes": f"{gone} was made before a later write of the same client, which client {client} has seen",
        "writes_follow_reads": f"{gone} was known to the writer of something that client {client} has seen",
        "causal": f"{gone} is among the causes of {_small(read)}",
    }
    if missed.found == START:
        return (f"{reasons[model]}; {_small(read)} finds nothing newer than the first value.",)
    older = f"{name(missed.found)} is older than {_small(gone)}"
    return (f"{reasons[model]}; {_small(read)} finds {_small(name(missed.found))} instead.", f"{older}.")


def _forced(kept: Sequence[Effect], named: dict[Effect, str]) -> str:
    """The pairs that time puts in order, without those that follow from others."""
    pairs = [(one, other) for one in kept for other in kept if one.returned < other.called]
    direct = [
        (one, other)
        for one, other in pairs
        if not any(one.returned < third.called and third.returned < other.called for third in kept)
    ]
    shown = [f"{_small(named[one])} before {_small(named[other])}" for one, other in direct[:PAIRS_MAX]]
    return f"Time puts {', '.join(shown)}" if shown else ""


def _names(effects: Sequence[Effect]) -> dict[Effect, str]:
    return {effect: f"Operation {place}" for place, effect in enumerate(effects, start=1)}


def _first_value(history: History, key: str) -> str:
    """The first value of a key in words."""
    text = history.initial[key]
    return "nothing" if text in ("null", "") else text


def _sentences(*parts: str) -> str:
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
