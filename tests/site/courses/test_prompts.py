"""Are the review prompts and the ideas held to the course that they ask about?"""

import dataclasses

import pytest

from courses import checks
from courses.catalogue import catalogue
from lessons.quizzes.bank import Bank
from lessons.quizzes.ideas import Idea
from quizzes.bank import bank
from quizzes.prompts import ideas, prompts

LESSON = "topologies"


@pytest.fixture
def changed(monkeypatch):
    """The faults after one change to the first prompt of a lesson whose prompts are in order."""

    def faults(**changes: str) -> list[str]:
        first = next(prompt for prompt in prompts().values() if prompt.lesson == LESSON)
        kept = {**prompts(), first.id: dataclasses.replace(first, **changes)}
        monkeypatch.setattr(checks, "prompts", lambda: kept)
        return [fault for fault in checks._prompts(catalogue()) if first.id in fault]

    return faults


def test_the_prompts_of_a_lesson_are_in_order(changed):
    assert changed() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"idea": "no-such-idea"}, "no idea 'no-such-idea'"),
        ({"ask": "What about {term:no-such-term}?"}, "no glossary term 'no-such-term'"),
        ({"answer": "{value:failover/hot-standby#no_such_field|s}"}, "no_such_field"),
        ({"answer": "{value:failover/hot-standby#rto_s|furlongs}"}, "furlongs"),
        ({"answer": "So. {source:NO-SUCH}"}, "no source 'NO-SUCH'"),
        ({"answer": "{run:failover?preset=nowhere|Run it}"}, "nowhere"),
        ({"link": "/lessons/topologies/#no-such-section"}, "names no section"),
        ({"link": "/lessons/no-such-lesson/"}, "names no lesson"),
        ({"link": "/widgets/failover/?dns_ttl_s=-1"}, "dns_ttl_s"),
        ({"link": "/widgets/no-such-widget/"}, "no-such-widget"),
    ],
)
def test_a_prompt_that_says_or_links_to_nothing_is_found(changed, changes, words):
    (fault,) = changed(**changes)
    assert words in fault
    assert "review.toml:" in fault


def test_a_prompt_may_not_take_the_id_of_a_question(monkeypatch):
    prompt = next(iter(prompts().values()))
    taken = Bank({prompt.id: next(iter(bank().questions.values()))}, {})
    monkeypatch.setattr(checks, "bank", lambda: taken)
    assert [fault for fault in checks._prompts(catalogue()) if fault.endswith("a question has the same id")]


def test_a_lesson_with_prompts_has_twelve(monkeypatch):
    some = [prompt for prompt in prompts().values() if prompt.lesson == LESSON]
    monkeypatch.setattr(checks, "prompts", lambda: {prompt.id: prompt for prompt in some[:11]})
    assert [f for f in checks._prompts(catalogue()) if f"{LESSON}: has 11 prompts" in f]
    monkeypatch.setattr(checks, "prompts", lambda: {prompt.id: prompt for prompt in some[:12]})
    assert not [f for f in checks._prompts(catalogue()) if "prompts (allowed" in f]


@pytest.mark.parametrize(("what_if", "is_fault"), [(5, True), (6, False), (12, False)])
def test_half_of_a_lessons_prompts_ask_what_would_happen(monkeypatch, what_if, is_fault):
    some = [prompt for prompt in prompts().values() if prompt.lesson == LESSON][:12]
    kinds = ["what_if"] * what_if + ["recall"] * (12 - what_if)
    made = {p.id: dataclasses.replace(p, kind=kind) for p, kind in zip(some, kinds, strict=True)}
    monkeypatch.setattr(checks, "prompts", lambda: made)
    assert bool([f for f in checks._prompts(catalogue()) if "are what_if" in f]) == is_fault


def test_an_idea_has_a_lesson_and_two_forms(monkeypatch):
    lonely = Idea("lonely", "Lonely", "Nobody asks for it.", "no-such-lesson")
    monkeypatch.setattr(checks, "ideas", lambda: {**ideas(), "lonely": lonely})
    found = [fault for fault in checks._ideas(catalogue()) if "[lonely]" in fault]
    assert ["no lesson" in fault or "0 times" in fault for fault in found] == [True, True]


def test_a_question_of_a_lesson_with_prompts_names_a_known_idea(monkeypatch):
    known = {slug: idea for slug, idea in ideas().items() if slug != "conflict-rule"}
    monkeypatch.setattr(checks, "ideas", lambda: known)
    found = [fault for fault in checks._ideas(catalogue()) if "'conflict-rule'" in fault]
    assert any("060-topologies/quiz.toml:" in fault for fault in found)
