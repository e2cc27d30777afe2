"""Are the committed files those that slo.toml and the layers give, byte by byte?"""

import pytest

from lessons.observability import artefacts
from lessons.observability.artefacts import FOLDER, NoGrafanaLibrary, write, written_files, written_texts


def test_the_committed_files_are_fresh():
    texts = written_texts()
    assert set(written_files()) == set(texts), "run `make artefacts`"
    for name, text in texts.items():
        assert (FOLDER / name).read_bytes() == text.encode(), f"{name}: run `make artefacts`"


def test_writing_again_changes_nothing_and_removes_what_is_stale(tmp_path):
    first = write(tmp_path)
    assert first == written_files(tmp_path) == tuple(sorted(written_texts()))
    assert write(tmp_path) == ()
    (tmp_path / "grafana/old-layer.json").write_text("{}")
    (tmp_path / "prometheus/rules.yml").write_text("groups: []\n")
    (tmp_path / "notes.md").write_text("mine")
    assert write(tmp_path) == ("grafana/old-layer.json", "prometheus/rules.yml")
    assert written_files(tmp_path) == first
    assert (tmp_path / "notes.md").read_text() == "mine"


def test_without_the_library_of_grafana_it_says_what_is_missing(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "grafana_foundation_sdk.builders", None)
    monkeypatch.delitem(sys.modules, "lessons.observability.dashboards", raising=False)
    with pytest.raises(
        NoGrafanaLibrary, match=r"grafana_foundation_sdk.builders is missing; `make artefacts` installs"
    ):
        artefacts.written_texts()
