"""A fault is named at the very line that holds it."""

import re
from pathlib import Path

import pytest

from courses import checks
from courses.blocks import CourseError
from courses.parser import read_lesson
from quizzes.bank import bank
from quizzes.prompts import prompts

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


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("one\n\ntwo {term:none}\n", 13),
        (":::try\nfine\n{source:none}\n:::\n", 13),
        ("fine\n\n| | A |\n|---|---|\n| b | c |\n", 13),
        ("fine\n\n:::experiment failover\nid = 'x'\npreset = \nquestion = 'q'\n:::\n", 15),
        (
            ":::experiment failover\nid='x'\npreset='hot-standby'\nquestion='q'\ncaption='{term:none}'\n:::\n",
            15,
        ),
    ],
)
def test_a_fault_names_its_own_line(tmp_path, body, line):
    path = tmp_path / "lesson.md"
    path.write_text(FRONT + body)
    with pytest.raises(CourseError, match=rf"^{re.escape(str(path))}:{line}: "):
        read_lesson(path)


@pytest.mark.parametrize(("name", "read"), [("quiz.toml", lambda: bank().questions), ("review.toml", prompts)])
def test_a_question_or_prompt_is_found_in_its_file_and_line(name, read):
    assert read()
    for asked in read().values():
        path, line, _ = checks._place(asked.lesson, name, asked.id).split(":", 2)
        assert Path(path).name == name
        assert asked.id in Path(path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
