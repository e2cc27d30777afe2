"""What does a reader take home? Dashboards, rules and the lab: a page that lists them, and the files themselves."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.pages import kept_for_everybody
from lessons.observability.alert_rules import condition
from lessons.observability.pace import Pace
from lessons.observability.panel import PHASES, Panel
from lessons.observability.panels import layers
from lessons.observability.slo import Alert, Slo
from lessons.observability.slo_file import read_slo
from lessons.widgets.kit import words

TYPES = {
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".toml": "application/toml",
    ".yml": "application/yaml",
}
ARCHIVE = "blast-radius-observability"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes


@dataclass(frozen=True)
class ShownAlert:
    """An alert as the page shows it."""

    alert: Alert
    rings_while: str
    lasts: str


@dataclass(frozen=True)
class ShownPanel:
    """A panel as the page shows it."""

    panel: Panel
    phase: str
    red: str


@require_safe
@kept_for_everybody
def artefacts(request: HttpRequest) -> HttpResponse:
    """Every layer with its panels, every alert with its condition, and a link to every file."""
    slo = read_slo()
    shown = [(layer, [_shown(panel) for panel in layer.panels]) for layer in layers(slo)]
    context = {"layers": shown, "alerts": [_rings(alert, slo) for alert in slo.alerts], "slo": slo, "files": files()}
    return render(request, "courses/artefacts.html", context)


@require_safe
def artefact(request: HttpRequest, name: str) -> FileResponse:
    """One file, to be saved."""
    path = files().get(name)
    if path is None:
        raise Http404("no such file")
    return FileResponse(path.open("rb"), as_attachment=True, content_type=TYPES[path.suffix])


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """All of them in one file."""
    answer = HttpResponse(_zipped(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{ARCHIVE}.zip"'
    return answer


@cache
def files() -> dict[str, Path]:
    """The files that may be taken, by their path below content/artefacts. No other name leads to a file."""
    folder = settings.CONTENT / "artefacts"
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in TYPES]
    return {path.relative_to(folder).as_posix(): path for path in found}


@cache
def _zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, path in files().items():
            whole.writestr(zipfile.ZipInfo(f"{ARCHIVE}/{name}", LONG_AGO), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _rings(alert: Alert, slo: Slo) -> ShownAlert:
    return ShownAlert(
        alert,
        condition(alert, slo, Pace()),
        f"when it holds for {words.duration(alert.for_s)}" if alert.for_s else "at once",
    )


def _shown(panel: Panel) -> ShownPanel:
    return ShownPanel(panel, PHASES[panel.phase], _red(panel))


def _red(panel: Panel) -> str:
    """From where on it is red, in words."""
    side = panel.threshold.side.replace("_", " ")
    value = panel.threshold.value
    if panel.unit == "yes_no":
        return "when it is no"
    if panel.unit == "fraction":
        return f"{side} {words.percent(value)}"
    unit = {"s": "s", "rps": "rps", "times": "×"}.get(panel.unit, "")
    return f"{side} {words.number(value, unit)}"
