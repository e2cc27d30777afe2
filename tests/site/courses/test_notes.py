"""Are an instructor's notes held to the lesson they are for?"""

import dataclasses

import pytest

from courses import checks
from courses.blocks import CourseError
from courses.catalogue import catalogue
from courses.notes import notes_of

NOTES = """\
+++
[[step]]
title = "Vote"
minutes = 6
question = "topologies-home-region"
say = "Let them *think*."

[[step]]
title = "Talk"
minutes = 10
section = "two-active-regions-move-the-problem-from-time-to-meaning"
say = "Listen."

[[question]]
id = "topologies-home-region"
under_30 = "Teach it again."
between = "Discuss."
above_70 = "Go on."
[question.probes]
any = "Who wrote last?"
single = "How far is it?"
+++
Print the {term:conflict}.
"""


@pytest.fixture
def lesson(tmp_path):
    """A lesson whose folder is empty but for notes."""
    return dataclasses.replace(catalogue().lessons["topologies"], path=tmp_path / "lesson.md")


def test_a_lesson_without_notes_has_none(lesson):
    assert notes_of(lesson) is None


def test_notes_add_up_and_lead_to_what_they_are_about(lesson):
    lesson.path.with_name("notes.md").write_text(NOTES)
    notes = notes_of(lesson)
    assert notes.minutes == 16
    assert [step.starts for step in notes.steps] == [0, 6]
    assert notes.steps[0].link == "/lessons/topologies/#question-topologies-home-region"
    assert notes.advice[0].probes[0] == ("Any region writes, the last write wins.", "Who wrote last?")
    assert "data-definition" in notes.html


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('question = "topologies-home-region"', 'question = "failover-blip"', 3, "does not ask 'failover-blip'"),
        ("minutes = 6", "minutes = 0", 3, "minutes is 0"),
        ('say = "Listen."', 'says = "Listen."', 9, "says is not a key"),
        ('section = "two-', 'section = "too-', 9, "no section"),
        ('single = "How far is it?"', "", 15, "the probes of topologies-home-region must be for any, single"),
        ('above_70 = "Go on."', "", 15, "above_70 is missing"),
        ("{term:conflict}", "{term:no-such}", 23, "no glossary term"),
    ],
)
def test_wrong_notes_say_where(lesson, old, new, line, words):
    assert old in NOTES
    lesson.path.with_name("notes.md").write_text(NOTES.replace(old, new))
    with pytest.raises(CourseError, match=rf"notes\.md:{line}: ") as caught:
        notes_of(lesson)
    assert words in str(caught.value)


def test_a_heading_leads_to_the_notes_and_any_other_link_into_the_lesson(lesson):
    course = dataclasses.replace(catalogue(), lessons={**catalogue().lessons, "topologies": lesson})
    lesson.path.with_name("notes.md").write_text(f"{NOTES}\n## Before the session\n")
    assert not [fault for fault in checks._notes(course) if str(lesson.path.parent) in fault]
    lesson.path.with_name("notes.md").write_text(f"{NOTES}\nSee [there](#no-such-section).\n")
    assert [fault for fault in checks._notes(course) if "'#no-such-section' names no section" in fault]


@pytest.mark.django_db
@pytest.mark.parametrize("slug", list(catalogue().lessons))
def test_every_lesson_with_notes_shows_them(client, slug):
    made = notes_of(catalogue().lessons[slug])
    page = client.get(f"/lessons/{slug}/notes/")
    assert page.status_code == (200 if made else 404)
    linked = f"/lessons/{slug}/notes/" in client.get(f"/lessons/{slug}/").content.decode()
    assert linked == bool(made)
