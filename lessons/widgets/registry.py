"""Which widgets are there? Every folder beside this file except `kit` that has a WIDGET."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from functools import cache

import lessons.widgets
from lessons.widgets.kit import Widget


class UnknownWidget(LookupError):
    """No widget has this slug."""


@cache
def widgets() -> dict[str, Widget]:
    """Every widget by slug, in alphabetical order."""
    found = {}
    for module in pkgutil.iter_modules(lessons.widgets.__path__):
        if module.ispkg and module.name != "kit":
            made = importlib.import_module(f"lessons.widgets.{module.name}").WIDGET
            slug = module.name.replace("_", "-")
            found[slug] = dataclasses.replace(made, slug=slug)
    return found


def widget(slug: str) -> Widget:
    """The widget with this slug. Raises UnknownWidget."""
    try:
        return widgets()[slug]
    except KeyError:
        raise UnknownWidget(f"no widget {slug!r}; there are {', '.join(widgets())}") from None
