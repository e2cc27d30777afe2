"""The pages to read: complete, kept, searchable, and loud about faults of the content."""

import re
import subprocess
import sys
from pathlib import Path

import brotli
import pytest

from courses.blocks import CourseError
from courses.catalogue import catalogue
from courses.checks import faults
from courses.parser import read_lesson
from courses.validation import compared
from widgets.inline import InlineError, expand

ROOT = Path(__file__).resolve().parents[3]
FRONT = """+++
title = "A"
slug = "a"
decision = "d"
minutes = 1
prerequisites = []
objectives = []
sources = []
updated = 2026-01-01
+++
"""


def test_the_content_is_right():
    assert faults() == []


@pytest.mark.parametrize("slug", catalogue().lessons)
def test_a_lesson_is_complete_without_scripts(client, db, slug):
    page = client.get(f"/lessons/{slug}/").content.decode()
    lesson = catalogue().lessons[slug]
    assert 3 <= len(lesson.experiments) <= 5
    assert 6 <= len(lesson.questions) <= 9
    for experiment in lesson.experiments:
        assert f'id="{experiment.anchor}"' in page
    assert page.count("<svg") > 2 * len(lesson.experiments)
    assert not re.search(r"\{(term|value|source|run):", page)


@pytest.mark.parametrize("slug", catalogue().lessons)
def test_a_lesson_has_the_length_of_a_lesson(slug):
    text = (catalogue().lessons[slug].path).read_text().split("+++")[2]
    assert 1_500 <= len(re.findall(r"\w[\w’'-]*", re.sub(r"\{[^}]*\}", "x", text))) <= 2_700


def test_a_page_is_kept_as_compressed_bytes_and_answers_304(client, db):
    first = client.get("/lessons/topologies/", headers={"Accept-Encoding": "br"})
    assert first["Content-Encoding"] == "br"
    assert b"<h1>" in brotli.decompress(first.content)
    assert client.get("/lessons/topologies/", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_lesson_weighs_little(client, db):
    for slug in catalogue().lessons:
        assert len(client.get(f"/lessons/{slug}/", headers={"Accept-Encoding": "br"}).content) < 26_000


def test_search_names_lesson_and_section(client, db):
    page = client.get("/search/?q=fencing").content.decode()
    assert "Failover and failback" in page and "/glossary/#fencing" in page
    entries = client.get("/search/index.json").json()
    assert {"address", "lesson", "section", "text"} == set(entries[0])


def test_published_figures_hold():
    assert len(compared()) >= 3
    for row in compared():
        assert row.holds, row


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (":::experiment nothing\n:::", "no widget 'nothing'"),
        (":::experiment failover\nid = 'x'\n:::", "preset is missing"),
        (":::experiment failover\nid='x'\npreset='no'\nquestion=''\ncaption=''\n:::", "no preset 'no'"),
        (
            ":::experiment failover\nid='x'\npreset='hot-standby'\nset={dns_ttl_s=-1}\nquestion=''\ncaption=''\n:::",
            "dns_ttl_s",
        ),
        (":::question none\n:::", "no question 'none'"),
        (":::misconception none\nx\n:::", "no misconception 'none'"),
        (":::shout\n:::", "no directive 'shout'"),
        (":::try\nnever closed", "never closed"),
        ("{term:none}", "no glossary term"),
        ("{value:failover/hot-standby#nothing|s}", "nothing stands at"),
        ("{source:none}", "no source"),
        ("## Twice\n\n## Other\n\n:::try\nx\n:::\n\n## Twice", "used twice"),
    ],
)
def test_a_wrong_directive_names_file_and_line(tmp_path, body, words):
    path = tmp_path / "lesson.md"
    path.write_text(f"{FRONT}\n{body}\n")
    with pytest.raises(CourseError, match=re.escape(words)) as error:
        read_lesson(path)
    assert re.match(rf"{re.escape(str(path))}:\d+: ", str(error.value))


def test_values_in_the_prose_are_computed():
    assert "142" in expand("{value:failover/hot-standby#rto_s|s}")
    assert "never" in expand("{value:failover/slow-not-dead#detected_at_s|s}")
    with pytest.raises(InlineError):
        expand("{value:failover/hot-standby#rto_s|miles}")


def test_check_content_says_that_all_is_well():
    done = subprocess.run(
        [sys.executable, "manage.py", "check_content"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", ["/", "/glossary/", "/sources/", "/validation/", "/healthz", "/readyz", "/widgets/"])
def test_every_page_answers(client, db, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/lessons/none/", "/widgets/none/", "/quiz/none/", "/nowhere/"])
def test_what_is_not_there_is_a_page_that_speaks(client, db, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "Nothing you answered is lost" in response.content.decode()
