"""Which named situation starts a run? content/presets/LENS/NAME.toml, on top of a deployment."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lessons.simulator.engine.deployment import read_deployment
from lessons.simulator.lenses import lens as lens_named


class UnknownPreset(LookupError):
    """No preset has this name."""


@dataclass(frozen=True)
class Preset:
    """A named situation. `values` are typed fields of the lens's scenario; what is not in it keeps its default.

    `deployment` names the file of content/deployments/ that some of the values come from ("" = none of them).
    """

    lens: str
    name: str
    title: str
    description: str
    values: dict[str, Any]
    seed: int
    deployment: str = ""


def presets(content: Path, lens: str) -> dict[str, Preset]:
    """Every preset of a lens by name. Raises ValueError naming file and key when a file is wrong."""
    return {name: _read(path, lens) for name, path in _files(content, lens).items()}


def preset(content: Path, lens: str, name: str) -> Preset:
    """One preset; the others are not read. Raises UnknownPreset."""
    known = _files(content, lens)
    if name not in known:
        raise UnknownPreset(f"no preset {name!r} for {lens}; there are {', '.join(known)}")
    return _read(known[name], lens)


def _files(content: Path, lens: str) -> dict[str, Path]:
    return {path.stem: path for path in sorted((content / "presets" / lens).glob("*.toml"))}


def _read(path: Path, lens: str) -> Preset:
    with path.open("rb") as file:
        table = tomllib.load(file)
    for key in ("title", "description", "set"):
        if key not in table:
            raise ValueError(f"{path}: {key} is missing")
    deployment = table.get("deployment", "")
    values = _of_deployment(path, lens, deployment) if deployment else {}
    return Preset(
        lens=lens,
        name=path.stem,
        title=table["title"],
        description=table["description"],
        values={**values, **table["set"]},
        seed=int(table.get("seed", 1)),
        deployment=deployment,
    )


def _of_deployment(path: Path, lens: str, name: str) -> dict[str, Any]:
    """The fields that the lens takes from a deployment."""
    file = path.parents[2] / "deployments" / f"{name}.toml"
    if not file.is_file():
        raise ValueError(f"{path}: no deployment {name!r} in content/deployments")
    return lens_named(lens).from_deployment(read_deployment(file))
