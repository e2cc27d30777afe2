"""Can the owner give a learner their data, delete it, and keep the whole safe, without ever seeing a traceback?"""

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command

from study.models import Learner
from study.phrase import phrase_make
from study.services import answer_record, lesson_done_set


@pytest.fixture
def learner(db) -> Learner:
    made = Learner.objects.create()
    answer_record(learner=made, question_id="failover-blip", version=1, given="promote", right=False)
    lesson_done_set(learner=made, lesson="topologies", done=True)
    return made


def run(name, *arguments) -> str:
    written = io.StringIO()
    call_command(name, *arguments, stdout=written)
    return written.getvalue()


def refused(capsys, name, *arguments) -> str:
    with pytest.raises(SystemExit) as caught:
        run(name, *arguments)
    assert caught.value.code == 2
    line = capsys.readouterr().err
    assert line.startswith("error: ") and line.count("\n") == 1
    return line


def test_a_record_is_exported_as_the_learner_could_save_it(learner, reader):
    found = json.loads(run("export_learner", str(learner.key)))
    assert [one["question"] for one in found["answers"]] == ["failover-blip"]
    reader.post("/quiz/failover-fence/", {"action": "unknown"})
    number = str(Learner.objects.exclude(pk=learner.pk).get().key)
    assert number in reader.get("/progress/").content.decode(), "the learner can name the record"
    assert run("export_learner", number) == reader.get("/progress/export/").content.decode()


def test_a_record_is_found_by_address_and_by_phrase(learner, monkeypatch):
    learner.user = User.objects.create(username="a", email="reader@example.org")
    learner.save()
    expected = run("export_learner", str(learner.key))
    assert run("export_learner", "--email", "Reader@Example.org") == expected
    monkeypatch.setattr("sys.stdin", io.StringIO(phrase_make(learner=learner) + "\n"))
    assert run("export_learner", "--phrase") == expected


def test_a_record_is_deleted_after_a_list_and_a_yes(learner):
    assert "Would delete: 1 answers" in run("delete_learner", str(learner.key))
    assert Learner.objects.exists()
    assert "Deleted: 1 answers" in run("delete_learner", str(learner.key), "--yes")
    assert not Learner.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["export_learner"],
        ["export_learner", "nobody"],
        ["export_learner", "00000000-0000-0000-0000-000000000000"],
        ["delete_learner", "--email", "nobody@example.org", "--yes"],
        ["delete_learner", "a", "--email", "b"],
        ["backup"],
        ["backup", "/no/such/folder/file.sqlite3"],
        ["restore", "/no/such/file.sqlite3", "--yes"],
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(db, capsys, arguments):
    refused(capsys, *arguments)


def test_everything_comes_back_from_a_backup(tmp_path, monkeypatch, capsys):
    """On files of their own, as an owner would: fill, copy, lose, bring back."""
    live, copy = tmp_path / "live.sqlite3", tmp_path / "copy.sqlite3"
    for name in ("backup", "restore"):
        monkeypatch.setattr(f"study.management.commands.{name}.database_path", lambda: live)
    assert manage(live, "migrate", "--skip-checks", "-v0").returncode == 0
    with closing(sqlite3.connect(live)) as database, database:
        rows = [(f"{number:032x}",) for number in range(3)]
        database.executemany("INSERT INTO study_learner (key, begun_at) VALUES (?, '2026-01-02')", rows)
    assert "checked" in run("backup", str(copy))
    assert "is there already" in refused(capsys, "backup", str(copy))
    with closing(sqlite3.connect(live)) as database, database:
        database.execute("DELETE FROM study_learner")
    assert "Say --yes" in run("restore", str(copy)) and learners(live) == 0
    assert "as it was" in manage(live, "restore", str(copy), "--yes").stdout
    assert learners(live) == 3
    for name, data in (("broken", b"no database at all" * 100), ("empty", b""), ("cut", copy.read_bytes()[:20_000])):
        (tmp_path / name).write_bytes(data)
        refused(capsys, "restore", str(tmp_path / name), "--yes")
    assert learners(live) == 3


def manage(live, *arguments):
    """The command in a process of its own, on this database."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(settings.ROOT), str(settings.ROOT / "site"))),
        "SECRET_KEY": "x",
        "DATABASE_URL": f"sqlite:///{live}",
    }
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.ROOT, env=environment, capture_output=True, text=True, check=False)


def learners(live) -> int:
    with closing(sqlite3.connect(live)) as database:
        return database.execute("SELECT count(*) FROM study_learner").fetchone()[0]
