"""Does a fault in the content end the start with file and line, instead of failing page by page?"""

import importlib
import sys
from pathlib import Path

import pytest

import config.wsgi
from courses import catalogue
from courses.blocks import CourseError


def test_a_fault_in_the_course_ends_the_start_with_file_and_line(monkeypatch):
    def faulty():
        raise CourseError(Path("content/multi-region/overview.md"), 7, "no glossary term 'x'")

    monkeypatch.setattr(catalogue, "catalogue", faulty)
    with pytest.raises(SystemExit) as caught:
        importlib.reload(sys.modules["config.wsgi"])
    assert str(caught.value) == "error: content/multi-region/overview.md:7: no glossary term 'x'"


def test_the_handler_stands_when_the_course_is_right():
    assert callable(importlib.reload(config.wsgi).application)
