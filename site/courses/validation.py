"""How does the simulator compare with published figures? Rows of content/validation.toml, computed here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from lessons.simulator.compute import value_of


@dataclass(frozen=True)
class Compared:
    """One published figure and ours."""

    id: str
    figure: str
    source: str
    recipe: str
    published: float
    ours: float | None
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether ours lies within the stated tolerance."""
        return self.ours is not None and abs(self.ours - self.published) <= self.tolerance


@cache
def compared() -> tuple[Compared, ...]:
    """Every row, in file order."""
    with (settings.CONTENT / "validation.toml").open("rb") as file:
        tables = tomllib.load(file)
    return tuple(
        Compared(id=key, ours=value_of(settings.CONTENT, table["recipe"]), **table) for key, table in tables.items()
    )
