"""Which layers of panels are there? The one list for Grafana, the dashboard wall and the pages."""

from __future__ import annotations

from functools import cache

from lessons.observability.layers import api, caches, data_stores, executive_slo, network
from lessons.observability.panel import PHASES, Answer, Layer, Panel, Threshold, latest
from lessons.observability.slo import Slo
from lessons.observability.slo_file import read_slo

__all__ = ["PHASES", "Answer", "Layer", "Panel", "Threshold", "latest", "layer", "layers", "panels"]


@cache
def layers(slo: Slo | None = None) -> tuple[Layer, ...]:
    """Every layer, from the first screen downwards; thresholds are those of content/artefacts/slo.toml or the given."""
    asked = slo or read_slo()
    return tuple(made.layer(asked) for made in (executive_slo, api, data_stores, caches, network))


def layer(slug: str) -> Layer:
    """One layer. Raises KeyError."""
    return {found.slug: found for found in layers()}[slug]


def panels() -> dict[str, Panel]:
    """Every panel by its slug, which no other layer uses."""
    return {panel.slug: panel for found in layers() for panel in found.panels}
