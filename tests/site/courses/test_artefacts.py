"""The page of what readers take home: complete, without scripts, and every file as it is."""

import io
import re
import shlex
import zipfile
from html import unescape
from urllib.parse import urlsplit

import pytest
import yaml
from django.core.management import load_command_class

from courses.artefacts import ARCHIVE, TYPES, files
from courses.templatetags.long_names import breaking
from lessons.observability.panels import panels
from lessons.observability.slo_file import read_slo

FILE = re.compile(r'href="/artefacts/files/([^"]+)"')


@pytest.fixture(scope="module")
def folder(content):
    return content / "artefacts"


def test_the_page_shows_every_panel_and_every_alert(client, db):
    page = unescape(client.get("/artefacts/").content.decode())
    for panel in panels().values():
        assert panel.title in page
        assert panel.expr in page
        assert page.count(f'id="{panel.slug}"') == 1
    for alert in read_slo().alerts:
        assert alert.description in page
        assert page.count(f'id="{alert.name}"') == 1
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page, anchor


def test_whoever_is_woken_is_led_to_a_section_of_the_lesson(client, db):
    slo = read_slo()
    lesson = client.get(urlsplit(slo.runbook).path).content.decode()
    for alert in slo.alerts:
        assert f'id="{alert.runbook}"' in lesson, alert.name


def test_it_says_that_no_grafana_has_rendered_the_dashboards(client, db):
    assert "No Grafana has rendered" in client.get("/artefacts/").content.decode()
    assert b"No Grafana has rendered" in client.get("/artefacts/files/lab/README.md").getvalue()


def test_every_link_to_a_file_gives_the_file_to_be_saved(client, db, folder):
    names = FILE.findall(client.get("/artefacts/").content.decode())
    assert {"slo.toml", "prometheus/rules.yml", "lab/compose.yml"} < set(names)
    assert sum(name.startswith("grafana/") for name in names) == 5
    for name in names:
        answer = client.get(f"/artefacts/files/{name}")
        assert answer.getvalue() == (folder / name).read_bytes()
        assert answer["Content-Disposition"] == f'attachment; filename="{name.rpartition("/")[2]}"'
        assert not answer.cookies


@pytest.mark.parametrize(
    "name", ["nothing.yml", "../sources.toml", "..%2f..%2fmanage.py", "grafana/../slo.toml", "prometheus", "lab/"]
)
def test_no_other_name_leads_to_a_file(client, db, name):
    assert client.get(f"/artefacts/files/{name}").status_code == 404


def test_the_archive_holds_every_file_and_is_the_same_each_time(client, db, folder):
    first, again = (client.get("/artefacts/all.zip") for _ in range(2))
    assert first.content == again.content
    assert first["Content-Disposition"] == f'attachment; filename="{ARCHIVE}.zip"'
    with zipfile.ZipFile(io.BytesIO(first.content)) as whole:
        assert whole.testzip() is None
        assert {name.partition("/")[2] for name in whole.namelist()} == set(files())
        assert whole.read(f"{ARCHIVE}/slo.toml") == (folder / "slo.toml").read_bytes()


def test_every_file_of_the_folder_may_be_taken(folder):
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == set(files())
    assert {path.suffix for path in files().values()} <= set(TYPES)


def test_a_page_is_answered_only_to_who_reads(client, db):
    for path in ("/artefacts/", "/artefacts/all.zip", "/artefacts/files/slo.toml"):
        assert client.post(path).status_code in (403, 405)


def lab(folder):
    return yaml.safe_load((folder / "lab/compose.yml").read_text())


def test_the_lab_mounts_only_what_is_there(folder):
    """Nobody starts it here, so at least its names have to be right."""
    for service in lab(folder)["services"].values():
        assert re.search(r":v?\d", service["image"]), "a version, not whatever is newest"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source == "watch" or (folder / "lab" / source).resolve().is_dir(), volume
    assert set(lab(folder)["volumes"]) == {"watch"}


def test_the_lab_starts_the_replay_with_options_that_it_has(folder, content):
    command = lab(folder)["services"]["incident"]["command"]
    asked = re.search(r"manage\.py replay ([^\"]+)", command)[1]
    filled = re.sub(r"\$\{\w+:-([^}]+)\}", r"\1", asked)
    parsed = (
        load_command_class("widgets", "replay").create_parser("manage.py", "replay").parse_args(shlex.split(filled))
    )
    assert (content / f"presets/failover/{parsed.preset}.toml").is_file()
    assert parsed.rules == "/watch"
    assert f":{parsed.port}/metrics" in str(lab(folder)["services"]["incident"]["healthcheck"])


def test_the_lab_looks_back_as_far_as_its_speed_asks(folder):
    text = (folder / "lab/compose.yml").read_text()
    speed, lookback_s = (int(re.search(rf"{name}:-(\d+)", text)[1]) for name in ("SPEED", "LOOKBACK"))
    assert speed * lookback_s == 300


def test_grafana_finds_prometheus_and_the_dashboards(folder):
    services = lab(folder)["services"]
    source = yaml.safe_load((folder / "lab/provisioning/datasources/prometheus.yml").read_text())["datasources"][0]
    assert source["type"] == "prometheus"
    assert source["url"] == "http://127.0.0.1:9090"
    assert services["grafana"]["network_mode"] == services["prometheus"]["network_mode"] == "service:incident"
    provider = yaml.safe_load((folder / "lab/provisioning/dashboards/tally.yml").read_text())["providers"][0]
    place = provider["options"]["path"]
    assert f"../grafana:{place}:ro" in services["grafana"]["volumes"]
    home = services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert (folder / "grafana" / home.removeprefix(f"{place}/")).is_file()


def test_a_long_name_breaks_between_its_words(client):
    page = client.get("/artefacts/").content.decode()
    assert "Availability<wbr>Burns<wbr>Fast" in page
    assert breaking("<b>Fast") == "&lt;b&gt;Fast"
