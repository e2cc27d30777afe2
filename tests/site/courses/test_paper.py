"""The handout: whole on paper, each run with its address and a code, answers apart."""

import re

import pytest

from courses.catalogue import catalogue


@pytest.mark.parametrize("slug", catalogue().lessons)
def test_a_handout_has_each_run_as_a_still_figure_with_code_and_link(client, db, slug):
    lesson = catalogue().lessons[slug]
    page = client.get(f"/lessons/{slug}/handout/").content.decode()
    assert page.count('class="handout__code"') == len(lesson.experiments)
    assert page.count("http://testserver/widgets/") == 2 * len(lesson.experiments)
    assert "<sim-" not in page and "<form" not in page
    assert not re.search(r"style=|\{(term|value|source|run):", page)


@pytest.mark.parametrize("slug", catalogue().lessons)
def test_answers_stand_apart_at_the_end_of_a_handout(client, db, slug):
    page = client.get(f"/lessons/{slug}/handout/").content.decode()
    before, _, after = page.partition('id="answers"')
    assert after.count("<dt>") == len(catalogue().lessons[slug].questions)
    assert "<strong>Question" in before and "<strong>Question" not in after


def test_a_handout_sets_no_cookie_and_an_unknown_one_is_not_found(client, db):
    assert not client.get("/lessons/topologies/handout/").cookies
    assert client.get("/lessons/none/handout/").status_code == 404


def test_every_heading_of_a_lesson_has_a_link_that_can_be_copied(client, db):
    page = client.get("/lessons/topologies/").content.decode()
    for section in catalogue().lessons["topologies"].sections:
        assert f'<copy-link href="#{section.anchor}"><a class="anchor" href="#{section.anchor}"' in page
