"""Does a history keep to what a consistency model promises? Checks of what clients saw; no lens, and bounded.

`check(operations, "linearizable")` gives a Verdict; `read_history(text)` reads recorded ones.
"""

from lessons.simulator.checkers.check import MODELS, STATES_MAX, answers, check, implied_by, model_named
from lessons.simulator.checkers.operations import History, HistoryError, Operation, history_of, operation_of
from lessons.simulator.checkers.recorded import FORMATS, read_history
from lessons.simulator.checkers.verdict import Answer, Verdict, Witness

__all__ = [
    "FORMATS",
    "MODELS",
    "STATES_MAX",
    "Answer",
    "History",
    "HistoryError",
    "Operation",
    "Verdict",
    "Witness",
    "answers",
    "check",
    "history_of",
    "implied_by",
    "model_named",
    "operation_of",
    "read_history",
]
