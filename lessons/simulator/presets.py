"""Which named situation starts a run? content/presets/LENS/NAME.toml, on top of a deployment."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class UnknownPreset(LookupError):
    """No preset has this name."""


@dataclass(frozen=True)
class Preset:
    """A named situation. `values` are typed fields of the lens's scenario; what is not in it keeps its default."""

    lens: str
    name: str
    title: str
    description: str
    values: dict[str, Any]
    seed: int


def presets(content: Path, lens: str) -> dict[str, Preset]:
    """Every preset of a lens by name. Raises ValueError naming file and key when a file is wrong."""
    return {path.stem: _read(path, lens) for path in sorted((content / "presets" / lens).glob("*.toml"))}


def preset(content: Path, lens: str, name: str) -> Preset:
    """One preset. Raises UnknownPreset."""
    known = presets(content, lens)
    try:
        return known[name]
    except KeyError:
        raise UnknownPreset(f"no preset {name!r} for {lens}; there are {', '.join(known)}") from None


def _read(path: Path, lens: str) -> Preset:
    with path.open("rb") as file:
        table = tomllib.load(file)
    for key in ("title", "description", "set"):
        if key not in table:
            raise ValueError(f"{path}: {key} is missing")
    return Preset(lens, path.stem, table["title"], table["description"], dict(table["set"]), int(table.get("seed", 1)))
