"""What the service worker is told, and what it may keep."""

import re
import shutil
from html import unescape

import orjson
import pytest
from django.contrib.staticfiles import finders

from config.every_page import every_page
from courses import offline
from courses.catalogue import catalogue
from courses.version import FOLDERS, LOCK, version_of
from quizzes.bank import bank

LINES_MAX = 120  # one sitting
SCRIPT = (offline.settings.ROOT / "static" / offline.SOURCE).read_text()
KEPT = re.compile(re.search(r"const KEPT = /(.+)/;", SCRIPT).group(1).replace(r"\/", "/"))
ASKED = re.compile(r'(?:src|href|data-htmx|data-modules)="([^"]*/static/[^"]*)"')


@pytest.fixture
def told(client):
    """What the server puts in front of the script."""
    response = client.get("/service-worker.js")
    first, rest = response.content.decode().split("\n", 1)
    assert rest == SCRIPT
    return orjson.loads(first.removeprefix("self.COURSE = ").removesuffix(";"))


def test_the_worker_is_served_for_the_whole_site_and_asked_for_anew_each_time(client):
    response = client.get("/service-worker.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in response["Content-Security-Policy"]
    assert client.get("/service-worker.js", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_there_is_no_worker_while_developing(client, settings):
    settings.DEBUG = True
    assert client.get("/service-worker.js").status_code == 404


def test_the_worker_can_be_read_in_one_sitting():
    assert len(SCRIPT.splitlines()) <= LINES_MAX


@pytest.mark.parametrize("path", ["/", *(f"/lessons/{slug}/" for slug in catalogue().lessons), "/offline/"])
def test_every_file_that_a_page_asks_for_is_kept_but_the_charts(client, db, told, path):
    page = client.get(path).content.decode()
    asked = {file for files in ASKED.findall(page) for file in files.split()}
    assert asked, "a page without any file would prove nothing"
    assert {file for file in asked if "/vendor/" not in file} <= set(told["files"])


def test_every_file_that_is_kept_is_there(told):
    assert not [file for file in told["files"] if not finders.find(file.removeprefix("/static/"))]


@pytest.mark.parametrize("path", [path for path in every_page().values() if KEPT.fullmatch(path)])
def test_what_may_be_kept_is_the_same_for_everybody_without_a_cookie(reader, client, path):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    first, second = client.get(path), client.get(path)
    assert first.status_code == 200 and first.content == second.content
    assert not first.cookies and "feedback__verdict--" not in first.content.decode()


@pytest.mark.parametrize(
    "path", ["/progress/", "/review/", "/practice/", "/numbers/", "/widgets/failover/", "/embed/failover/"]
)
def test_what_is_somebodys_own_or_worked_out_is_never_kept(path):
    assert not KEPT.fullmatch(path)


def test_the_questions_of_a_lesson_are_kept_with_it_those_in_its_text_or_those_elsewhere(client, db, told):
    for slug in catalogue().lessons:
        page = client.get(f"/lessons/{slug}/").content.decode()
        elsewhere = {path.split("/")[2] for path in told["questions"][f"/lessons/{slug}/"]}
        inside = set(re.findall(r'id="question-([a-z0-9-]+)"', page))
        assert inside | elsewhere == {one.id for one in bank().questions.values() if one.lesson == slug}
        assert not inside & elsewhere


def test_the_privacy_page_says_what_is_kept_offline_and_how_much_at_most(client, db):
    page = client.get("/privacy/").content.decode()
    queue = (offline.settings.ROOT / "static/js/elements/answer-queue.js").read_text()
    pages_max = re.search(r"const PAGES_MAX = (\d+);", SCRIPT).group(1)
    waiting_max = re.search(r"const WAITING_MAX = (\d+);", queue).group(1)
    assert f"Up to {pages_max} pages and {waiting_max} answers are kept" in page
    assert 'href="/offline/"' in page and "without a network" in page


@pytest.mark.parametrize("slug", catalogue().lessons)
def test_no_copy_holds_a_right_answer(client, db, slug):
    asked = [one for one in bank().questions.values() if one.lesson == slug]
    pages = [f"/lessons/{slug}/", *(f"/quiz/{one.id}/" for one in asked)]
    texts = [unescape(client.get(page).content.decode()) for page in pages]
    for question in asked:
        reasons = [option.reason for option in question.options] + [question.reason_right, question.model]
        assert not [said for said in filter(None, reasons) for text in texts if said in text]


def test_the_version_changes_with_a_byte_of_any_folder_and_with_nothing_else(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in FOLDERS:
        (first / folder / "deep").mkdir(parents=True)
        (first / folder / "deep" / "file.txt").write_text(folder)
    (first / LOCK).write_text("django==5.2")
    shutil.copytree(first, second)
    assert version_of(first) == version_of(second), "every machine finds the same"
    (second / "site" / "__pycache__").mkdir()
    (second / "site" / "__pycache__" / "x.pyc").write_bytes(b"1")
    assert version_of(first) == version_of(second)
    seen = {version_of(first)}
    for path in [*(second / folder / "deep" / "file.txt" for folder in FOLDERS), second / LOCK]:
        path.write_text(path.read_text() + "!")
        seen.add(version_of(second))
    (second / "content" / "deep" / "file.txt").rename(second / "content" / "file.txt")
    seen.add(version_of(second))
    assert len(seen) == len(FOLDERS) + 3
