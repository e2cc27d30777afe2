"""N17: is the session the same for who has no scripts, and for who cannot see it change?"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.class_people import (
    CONSOLE,
    PROJECTOR,
    QUESTION,
    SMALL,
    ask,
    gathered,
    join,
    press,
    served_alone,
    session_opened,
    unfold,
    vote,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def server(tmp_path):
    with served_alone(tmp_path) as made:
        yield made


@pytest.fixture
def person(browser, server):
    with gathered(browser, server.address) as made:
        yield made


def test_N17_L17_a_whole_session_where_nobody_has_scripts(person, server):
    """Console, screen and phone by plain forms and links: predict, vote, discuss, vote again, result, experiment."""
    teacher = person(**CONSOLE, java_script_enabled=False)
    screen = person(**PROJECTOR, java_script_enabled=False)
    code = session_opened(teacher, screen)
    phone = join(person(**SMALL, java_script_enabled=False), code)
    unfold(teacher, "Experiments and predictions")
    teacher.page.get_by_role("button", name="Predict: ").first.click()
    phone.look()
    phone.page.locator("input[name=guess]").fill("90")
    phone.page.get_by_role("button", name="Send my answer").click()
    expect(phone.page.locator(".ballot__status")).to_contain_text("Your answer is in")
    press(teacher, "Reveal the result", "Result on show")
    phone.look()
    expect(phone.page.get_by_text("The run says")).to_be_visible()
    ask(teacher)
    vote(phone, "promote")
    for button, phase in (("Close the vote", "closed"), ("Discuss", "Discussion"), ("Vote again", "Vote 2 open")):
        press(teacher, button, phase)
    phone.look()
    phone.page.locator("input[value=nothing]").check()
    phone.page.get_by_label("sure", exact=True).check()
    phone.page.get_by_role("button", name="Send my answer").click()
    expect(phone.page.locator(".ballot__status")).to_contain_text("Your answer is in")
    press(teacher, "Reveal the result", "Result on show")
    phone.look()
    screen.page.reload()
    for one in (phone, screen):
        expect(one.page.get_by_text("Vote 2: 1 answer")).to_be_visible()
    phone.page.locator("details summary", has_text="As a table").click()
    expect(phone.page.get_by_role("cell", name="1", exact=True)).to_be_visible()
    phone.page.get_by_role("button", name="I am lost").click()
    expect(phone.page.get_by_role("status").filter(has_text="Passed on")).to_be_visible()
    phone.page.locator(".phone__wall summary").click()
    phone.page.get_by_label("Ask, without your name").fill("Why a lease?")
    phone.page.get_by_role("button", name="Put it on the wall").click()
    expect(phone.page.get_by_role("status").filter(has_text="on the wall")).to_be_visible()
    press(teacher, "End the session", "Ended")
    phone.page.reload()
    phone.page.get_by_role("link", name="Your answers, and what is right").click()
    expect(phone.page.get_by_text("No promotion. · your answer")).to_be_visible()
    assert [one[:2] for one in server.votes()][1:] == [(QUESTION, 1), (QUESTION, 2)]


def test_N17_a_change_of_phase_is_said_once_and_a_vote_of_others_never(person, server):
    teacher, screen = person(**CONSOLE), person(**PROJECTOR)
    code = session_opened(teacher, screen)
    phone, other = join(person(**SMALL), code), join(person(**SMALL), code)
    phone.page.evaluate(
        """() => {
          window.said = [];
          const voices = document.querySelectorAll('[role=status], [aria-live]');
          for (const voice of voices) new MutationObserver(() => {
            const words = voice.textContent.trim();
            if (words && !voice.hidden) window.said.push(words);
          }).observe(voice, { childList: true, characterData: true, subtree: true });
        }"""
    )
    ask(teacher)
    expect(phone.page.locator(".ballot")).to_be_visible()
    vote(other, "promote")
    expect(screen.page.locator("[data-count=voted]")).to_have_text("1")
    press(teacher, "Close the vote", "closed")
    expect(phone.page.locator("h1")).to_have_text("The vote is closed")
    press(teacher, "Discuss", "Discussion")
    expect(phone.page.locator("h1")).to_contain_text("Talk to somebody")
    said = ["Vote, on your own", "The vote is closed", "Talk to somebody who answered differently"]
    assert phone.page.evaluate("window.said") == said
