"""Which numbers of their own did a reader send along? Read with the request, and gone with it."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lessons.numbers import TEXT_LENGTH_MAX, Numbers, NumbersError
from lessons.simulator.engine.params import Param, params
from lessons.widgets.kit import Widget
from lessons.widgets.registry import widgets

FIELD = "numbers"
EXAMPLE = """\
# Round trips in ms, from the row to the column.
[rtt_ms]
ashburn   = { frankfurt = 92, singapore = 218 }
frankfurt = { ashburn = 92, singapore = 160 }
singapore = { ashburn = 218, frankfurt = 160 }

# Where your users sit: shares that sum to 1.
[users]
ashburn = 0.5
frankfurt = 0.35
singapore = 0.15

[traffic]
request_rate_rps = 2500
write_fraction = 0.1

[objectives]
slo_target_fraction = 0.9995
rto_objective_s = 900
rpo_objective_s = 60
read_p99_objective_ms = 250
"""


@cache
def known_fields() -> dict[str, Param]:
    """The number fields of every experiment, by name."""
    found: dict[str, Param] = {}
    for made in widgets().values():
        for name, field in params(made.scenario).items():
            if field.kind in ("number", "integer"):
                found.setdefault(name, field)
    return found


def numbers_text(request: HttpRequest) -> str:
    """The text in a posted form: of the file that came along, or of the field."""
    file = request.FILES.get("file")
    if file is None:
        return str(request.POST.get(FIELD, ""))
    return bytes(file.read(4 * TEXT_LENGTH_MAX + 1)).decode("utf-8", errors="replace")


def numbers_page(
    request: HttpRequest, *, text: str = "", numbers: Numbers | None = None, problem: NumbersError | None = None
) -> HttpResponse:
    """The page on which numbers are written, checked and taken away again."""
    context = {
        "text": text,
        "numbers": numbers,
        "problem": problem,
        "example": EXAMPLE,
        "length_max": TEXT_LENGTH_MAX,
        "runs": [made for made in widgets().values() if numbers and numbers.values_for(made.scenario)],
    }
    response = render(request, "widgets/numbers.html", context, status=422 if problem else 200)
    response["Cache-Control"] = "no-store"
    return response


def takes_numbers(widget: Widget) -> bool:
    """Whether an experiment has a field that a file of numbers could replace."""
    known = params(widget.scenario)
    return any(name in known for name in (*known_fields(), "rtt_ms"))
