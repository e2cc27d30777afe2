"""What do requests need besides their own region: a dependency with a scope, a place and a weight?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from lessons.simulator.errors import ScenarioError

SCOPES = ("zonal", "regional", "global")
NEEDS = ("hard", "soft")
NEEDS_MAX = 5
NAME_LENGTH_MAX = 24
_ALLOWED = f"at most {NEEDS_MAX} tables with name, scope, region, need and share_fraction"


@dataclass(frozen=True)
class Need:
    """A dependency. One of each zone or region by `scope`; a global one lives in `region`, or outside ours ("").

    `share_fraction` of the requests need it: hard ones fail without it, soft ones go on.
    """

    name: str
    scope: str
    region: str = ""
    need: str = "hard"
    share_fraction: float = 1.0


def checked_needs(given: Any, regions: tuple[str, ...]) -> list[dict[str, Any]]:
    """The dependencies as plain tables, complete. Raises ScenarioError."""
    if given is None:
        return []
    if not isinstance(given, (list, tuple)) or len(given) > NEEDS_MAX:
        raise ScenarioError("dependencies", f"is {repr(given)[:60]}", allowed=_ALLOWED)
    needs = [_checked(place, table, regions) for place, table in enumerate(given, start=1)]
    if len({need.name for need in needs}) < len(needs):
        raise ScenarioError("dependencies", "has the same name twice", allowed="names that differ")
    return [asdict(need) for need in needs]


def _checked(place: int, table: Any, regions: tuple[str, ...]) -> Need:
    known = set(Need.__dataclass_fields__)
    if not isinstance(table, dict) or not set(table) <= known or not {"name", "scope"} <= set(table):
        raise ScenarioError("dependencies", f"has {repr(table)[:60]} in place {place}", allowed=_ALLOWED)
    name, share = table["name"], table.get("share_fraction", 1.0)
    if not isinstance(name, str) or not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise ScenarioError("dependencies", f"names {repr(name)[:40]}", allowed=f"1 to {NAME_LENGTH_MAX} characters")
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
        raise ScenarioError("dependencies", f"has the share {repr(share)[:40]}", allowed="shares from 0 to 1")
    region = table.get("region", "")
    for value, allowed in (
        (table["scope"], SCOPES),
        (table.get("need", "hard"), NEEDS),
        (region, ("", *regions) if table["scope"] == "global" else ("",)),
    ):
        if value not in allowed:
            named = ", ".join(one or '""' for one in allowed)
            raise ScenarioError("dependencies", f"has {repr(value)[:40]} in place {place}", allowed=named)
    return Need(name, table["scope"], region, table.get("need", "hard"), float(share))
