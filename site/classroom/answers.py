"""How is a page of a session sent: whole, or as the part that a script asked for?"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

PART = "X-Part"


def wants_part(request: HttpRequest) -> bool:
    """Whether the element around the part sent this request."""
    return request.headers.get(PART) == "yes"


def page_or_part(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page `name`, or its part."""
    return render(request, f"classroom/{'_' if wants_part(request) else ''}{name}.html", context, status=status)


def done(request: HttpRequest, name: str, context: dict[str, Any], back: str) -> HttpResponse:
    """The answer to a form that was taken: the part for a script, the way back to the page for everybody else."""
    if wants_part(request):
        return page_or_part(request, name, context)
    return HttpResponseRedirect(back, status=303)
