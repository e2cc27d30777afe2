"""Does a phone show the section that the instructor is at, and no other?"""

from __future__ import annotations

import re

from classroom.sections import section_html
from courses.blocks import Prose
from courses.catalogue import catalogue


def test_L19_each_paragraph_of_the_course_belongs_to_one_section_and_headings_to_the_page():
    seen = 0
    for lesson in catalogue().lessons.values():
        found = [section_html(lesson, one.anchor) for one in lesson.sections]
        assert not [one for one in found if one is None or "<h2" in one.html]
        assert not [one.title for one in found if one.html.count("<div") != one.html.count("</div>")]
        prose = "".join(block.html for block in lesson.blocks if isinstance(block, Prose))
        for paragraph in re.findall(r"<p>.*?</p>", prose.partition("<h2 ")[2], re.DOTALL):
            assert sum(paragraph in one.html for one in found) == 1, paragraph
            seen += 1
    assert seen > 200


def test_an_unknown_section_is_none():
    assert section_html(next(iter(catalogue().lessons.values())), "no-such-section") is None
