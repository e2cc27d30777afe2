"""Which roles and states are there, and which dash, marker and colour (for print and files only) belong to each?"""

from __future__ import annotations

from typing import Final, Literal

Role = Literal["a", "b", "c", "d", "e", "ink", "good", "bad", "muted"]
State = Literal["healthy", "degraded", "down", "unknown"]
SVG_DASHES: Final = {"b": "14 6", "c": "2 5", "d": "12 5 2 5", "e": "20 4 2 4 2 4", "bad": "9 5", "muted": "4 5"}
PLOTLY_DASHES: Final = {"b": "longdash", "c": "dot", "d": "dashdot", "e": "longdashdot", "bad": "dash", "muted": "dot"}
PLOTLY_SYMBOLS: Final = {
    "a": "circle",
    "b": "square",
    "c": "triangle-up",
    "d": "diamond",
    "e": "x",
    "ink": "circle",
    "good": "circle",
    "bad": "x",
    "muted": "square-open",
}
PLOTLY_PATTERNS: Final = {"healthy": "", "degraded": "/", "down": "x", "unknown": "."}
STATE_ROLES: Final = {"healthy": "good", "degraded": "e", "down": "bad", "unknown": "muted"}
# The light theme, for files that are seen without the site's style sheet.
LIGHT_COLOURS: Final = {
    "role-a": "#003f7d",
    "role-b": "#8f2d00",
    "role-c": "#1e9a73",
    "role-d": "#d05cb4",
    "role-e": "#a08a14",
    "role-ink": "#14181d",
    "role-good": "#1e9a73",
    "role-bad": "#8f2d00",
    "role-muted": "#7b8794",
    "state-healthy": "#1e9a73",
    "state-degraded": "#a08a14",
    "state-down": "#8f2d00",
    "state-unknown": "#7b8794",
    "label": "#14181d",
    "axis": "#7b8794",
    "grid": "#d5dae1",
    "event": "#7b8794",
}
