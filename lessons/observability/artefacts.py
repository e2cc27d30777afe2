"""Which files does a reader take home? Rules, their tests and dashboards, all written from slo.toml and the layers."""

from __future__ import annotations

from pathlib import Path

from lessons.observability.panels import layers
from lessons.observability.rule_tests import rule_test_texts
from lessons.observability.rules import rules_text
from lessons.observability.scraping import configuration_text
from lessons.observability.slo_file import SLO_FILE, read_slo

FOLDER = SLO_FILE.parent
EXAMPLE_TARGET = "127.0.0.1:9464"
WRITTEN_FOLDERS = ("prometheus", "grafana")


class NoGrafanaLibrary(RuntimeError):
    """grafana-foundation-sdk is not installed here."""


def written_texts() -> dict[str, str]:
    """Every file that is written, by its path below content/artefacts. Raises NoGrafanaLibrary."""
    slo = read_slo()
    texts = {
        "prometheus/rules.yml": rules_text(slo),
        "prometheus/prometheus.yml": configuration_text(slo, target=EXAMPLE_TARGET, rules_file="rules.yml"),
    }
    texts |= {f"prometheus/tests/{name}": text for name, text in rule_test_texts(slo).items()}
    return texts | {f"grafana/{slug}.json": text for slug, text in _dashboards(slo.service).items()}


def write(folder: Path = FOLDER) -> tuple[str, ...]:
    """Write what has changed, remove what is not written any more, and say the paths of both."""
    texts = written_texts()
    stale = [name for name in written_files(folder) if name not in texts]
    changed = [name for name, text in texts.items() if _read(folder / name) != text]
    for name in changed:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[name], encoding="utf-8", newline="\n")
    for name in stale:
        (folder / name).unlink()
    return tuple(sorted([*changed, *stale]))


def written_files(folder: Path = FOLDER) -> tuple[str, ...]:
    """The paths of the files that are there, below the folders that `write` owns."""
    found = [path for part in WRITTEN_FOLDERS for path in (folder / part).rglob("*") if path.is_file()]
    return tuple(sorted(path.relative_to(folder).as_posix() for path in found))


def _dashboards(service: str) -> dict[str, str]:
    try:
        from lessons.observability.dashboards import dashboard_texts
    except ModuleNotFoundError as error:
        raise NoGrafanaLibrary(f"{error.name} is missing; `make artefacts` installs it") from None
    return dashboard_texts(layers(), service=service)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
