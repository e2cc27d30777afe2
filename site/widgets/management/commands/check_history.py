"""Does a recorded history keep to a model? `manage.py check_history FILE --model NAME`; a no names its operations."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import orjson
from django.core.management.base import BaseCommand, CommandParser

from lessons.simulator.checkers import (
    FORMATS,
    MODELS,
    STATES_MAX,
    History,
    HistoryError,
    Verdict,
    check,
    model_named,
    read_history,
)

FILE_BYTES_MAX = 50_000_000
STATES_ALLOWED = 100_000_000
LINES_SHOWN = 40
EXIT = {"yes": 0, "no": 1, "undecided": 3}
PLACES = ("model", "history", "initial", "format", "file")


class Command(BaseCommand):
    """Exit status 0 yes, 1 no, 3 undecided; 2 and one line on standard error when the input is wrong."""

    help = "Check a recorded history (our JSON lines, Jepsen EDN, Jepsen text log) against a consistency model."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = lambda message: _refuse(message.removeprefix("argument "))  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the history")
        parser.add_argument("--model", default="linearizable", help=", ".join(MODELS))
        parser.add_argument("--initial", default="null", help="what every key starts as: JSON, or a plain text")
        parser.add_argument("--format", default="auto", help=", ".join(FORMATS))
        parser.add_argument("--states", default=str(STATES_MAX), help="how many states to look at before giving up")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            history, verdict = _answer(options)
        except HistoryError as error:
            field = error.where if error.where in PLACES else "file"
            problem = error.problem if error.where in PLACES else f"{error.where} {error.problem}"
            _refuse(f"{field}: {problem}" + (f" (allowed: {error.allowed})" if error.allowed else ""))
        self.stdout.write(_told(history, verdict), ending="")
        if EXIT[verdict.answer]:
            raise SystemExit(EXIT[verdict.answer])


def _answer(options: dict[str, Any]) -> tuple[History, Verdict]:
    model = model_named(options["model"])
    if options["format"] not in FORMATS:
        raise HistoryError("format", f"is {options['format'][:60]!r}", allowed=", ".join(FORMATS))
    states_max = _states(options["states"])
    history = read_history(_text(options["file"]), options["format"], initial=_initial(options["initial"]))
    return history, check(history, model, states_max=states_max)


def _text(name: str) -> str:
    path = Path(name)
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise HistoryError("file", f"has {path.stat().st_size:,} bytes", allowed=f"up to {FILE_BYTES_MAX:,}")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise HistoryError("file", "is not text", allowed="UTF-8") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise HistoryError("file", f"{name[:200]!r}: {reason.lower()}", allowed="a file that can be read") from None


def _initial(text: str) -> Any:
    """JSON where it is JSON; a plain text otherwise. Jepsen's nil is null."""
    if text.strip() == "nil":
        return None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    if isinstance(value, (list, dict)):
        raise HistoryError("initial", f"is {text[:60]!r}", allowed="a text, a number, true, false or null")
    return value


def _states(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= STATES_ALLOWED:
        _refuse(f"states: is {text[:60]!r} (allowed: a whole number from 1 to {STATES_ALLOWED})")
    return int(text)


def _told(history: History, verdict: Verdict) -> str:
    """The verdict in the first line; below a no, the operations that show it and why."""
    model = MODELS[verdict.model].lower()
    count = f"{len(history.operations):,} operations"
    if verdict.answer == "undecided":
        return f"{model}: undecided within {verdict.states:,} states ({count})\n"
    lines = [f"{model}: {verdict.answer} ({count}, {verdict.states:,} states)"]
    if verdict.witness is not None:
        shown = len(verdict.witness.operations)
        lines.append("This operation shows it:" if shown == 1 else f"These {shown} operations show it:")
        words = list(verdict.witness.words)
        if len(words) > LINES_SHOWN + 1:
            words[LINES_SHOWN - 1 : shown] = [f"... and {shown - LINES_SHOWN + 1} more"]
        lines += [f"  {line}" for line in words]
    return "\n".join([*lines, ""])


def _refuse(message: str) -> NoReturn:
    sys.stderr.write(f"error: {' '.join(message.split())}\n")
    raise SystemExit(2)
