"""Console, screen and phones of a class session where no stream can be had: every view asks by itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from classroom.models import Vote
from study.models import Answer
from tests.browser.class_people import (
    AXE,
    CONSOLE,
    PROJECTOR,
    SMALL,
    Person,
    ask,
    gathered,
    join,
    press,
    session_opened,
    unfold,
    vote,
)

pytestmark = pytest.mark.browser

SOON = 8_000  # two polls and a little


@pytest.fixture
def people(browser, live_server, db):
    """`people(**options)` gives one more person with a browser; faults are checked when the test ends."""
    with gathered(browser, live_server.url) as made:
        yield made


@pytest.fixture
def session(people):
    """Console and screen of a session that has just been opened, and its code."""
    teacher, screen = people(**CONSOLE), people(**PROJECTOR)
    return teacher, screen, session_opened(teacher, screen)


def joined(people: Any, code: str, **options: Any) -> Person:
    return join(people(**{**SMALL, **options}), code)


def test_L4_a_phone_that_loses_the_network_sends_its_answer_later_and_says_so_only_then(session, people):
    teacher, _, code = session
    phone = joined(people, code)
    ask(teacher)
    phone.page.locator("input[value=promote]").check(timeout=SOON)
    phone.context.set_offline(True)
    phone.page.get_by_role("button", name="Send my answer").click()
    expect(phone.page.locator(".ballot__status")).to_contain_text("Not sent yet")
    expect(phone.page.locator(".live__lost")).to_contain_text("The session is still on; your answer will be sent")
    assert not Vote.objects.exists()
    phone.context.set_offline(False)
    expect(phone.page.locator(".ballot__status")).to_contain_text("Your answer is in", timeout=SOON)
    expect(phone.page.locator(".live__lost")).to_be_hidden(timeout=SOON)
    assert Vote.objects.count() == 1


def test_L23_the_console_says_within_five_seconds_that_the_network_is_gone(session):
    teacher, _, _ = session
    teacher.context.set_offline(True)
    expect(teacher.page.locator(".live__lost")).to_contain_text("No connection to the server", timeout=5_000)
    teacher.context.set_offline(False)
    expect(teacher.page.locator(".live__lost")).to_be_hidden(timeout=SOON)


def test_L4_a_reload_keeps_the_vote_and_the_right_to_change_it(session, people):
    teacher, _, code = session
    phone = joined(people, code)
    ask(teacher)
    vote(phone, "promote")
    phone.page.reload()
    expect(phone.page.locator("input[value=promote]")).to_be_checked()
    phone.page.locator("input[value=nothing]").check()
    phone.page.get_by_role("button", name="Change my answer").click()
    expect(phone.page.locator("input[value=nothing]")).to_be_checked()
    expect(phone.page.locator(".ballot__status")).to_contain_text("Your answer is in")
    assert [one.given for one in Vote.objects.all()] == ["nothing"]


def test_what_somebody_is_writing_survives_a_step_of_the_instructor(session, people):
    teacher, _, code = session
    phone = joined(people, code)
    phone.page.locator(".phone__wall summary").click()
    field = phone.page.get_by_label("Ask, without your name")
    field.fill("Why does a lease")
    ask(teacher)
    expect(phone.page.locator(".ballot")).to_be_visible(timeout=SOON)
    expect(field).to_have_value("Why does a lease")
    expect(field).to_be_focused()


def test_L15_a_countdown_ticks_is_said_twice_and_more_time_is_kept_through_a_step(session, people):
    teacher, screen, code = session
    quick, slow = joined(people, code), joined(people, code)
    plain = joined(people, code, java_script_enabled=False)
    ask(teacher)
    teacher.page.get_by_role("spinbutton", name="Seconds").fill("20")
    teacher.page.get_by_role("button", name="Start a countdown").click()
    voice = quick.page.locator("body > [role=status]")
    expect(voice).to_have_text("A countdown of 20 seconds runs. You can take more time, once.", timeout=SOON)
    expect(screen.page.get_by_role("timer")).to_have_text(re.compile(r"^0:\d\d$"), timeout=SOON)
    slow.page.get_by_role("button", name="30 s more for me").click(timeout=SOON)
    expect(slow.page.get_by_role("timer")).to_have_text(re.compile(r"^0:[34]\d$"))
    plain.page.get_by_role("button", name="What now?").click()
    expect(plain.page.get_by_role("timer")).to_have_text(re.compile(r"^\d+ s left when this page was made$"))
    expect(voice).to_have_text("10 seconds left.", timeout=20_000)
    assert quick.page.locator("[aria-live], [role=status]").filter(has=quick.page.get_by_role("timer")).count() == 0
    press(teacher, "30 seconds more", "Vote 1 open")
    expect(slow.page.get_by_role("timer")).to_have_text(re.compile(r"^1:\d\d$"), timeout=SOON)
    assert not slow.page.get_by_role("button", name="30 s more for me").is_visible()
    expect(quick.page.get_by_role("timer")).to_have_text(re.compile(r"^0:[34]\d$"), timeout=SOON)
    vote(quick, "promote")


def test_an_answer_in_words_stays_with_its_writer_until_the_room_is_shown_what_it_wrote(session, people):
    teacher, screen, code = session
    one, two = joined(people, code), joined(people, code)
    unfold(teacher, "The same ideas in another dress")
    short = "failover-why-a-fence"
    teacher.page.locator(f".asks form:has(input[value={short}]) button").click()
    for phone, words in ((one, "It is alive.\nIt writes on."), (two, "My boss is a fool.")):
        phone.page.get_by_role("textbox", name="Your answer").fill(words, timeout=SOON)
        phone.page.get_by_role("button", name="Send my answer").click()
        expect(phone.page.locator(".ballot__status")).to_contain_text("Your answer is in")
    press(teacher, "Close the vote", "closed")
    teacher.page.get_by_role("button", name="Hide: My boss is a fool.").click()
    expect(teacher.page.get_by_role("button", name="Show: My boss is a fool.")).to_be_visible()
    press(teacher, "Reveal the result", "Result on show")
    expect(one.page.locator("own-words")).to_have_text(re.compile(r"^It is alive\.\s*It writes on\.$"), timeout=SOON)
    one.page.get_by_role("button", name="I had it").click()
    expect(one.page.get_by_role("button", name="I had it")).to_have_attribute("aria-pressed", "true")
    assert "It is alive" not in "".join(screen.received) + "".join(two.received)
    teacher.page.get_by_role("button", name="Show what the room wrote").click()
    for person in (screen, two):
        expect(person.page.locator(".result__words")).to_contain_text("It is alive.", timeout=SOON)
    expect(one.page.locator(".result__words")).to_be_visible(timeout=SOON)
    expect(one.page.get_by_role("button", name="I had it")).to_have_attribute("aria-pressed", "true")
    assert "My boss" not in "".join(screen.received) + "".join(one.received)


def test_answers_go_home_with_one_button_and_lead_to_the_review(session, people):
    teacher, _, code = session
    phone = joined(people, code)
    ask(teacher)
    vote(phone, "promote")
    press(teacher, "Reveal the result", "Result on show")
    press(teacher, "End the session", "Ended")
    phone.page.get_by_role("link", name="Your answers, and what is right").click(timeout=SOON)
    assert not phone.page.get_by_role("checkbox").is_checked()
    phone.page.get_by_role("button", name="Take 1 answer into my record").click()
    expect(phone.page.get_by_text("Your later reviews count in nobody’s report.")).to_be_visible()
    phone.page.get_by_role("link", name="Your review set").click()
    expect(phone.page.get_by_role("link", name="Start")).to_be_visible()
    assert [one.asked_in for one in Answer.objects.all()] == ["class"]


def test_a_whole_vote_by_keyboard_alone(session, people):
    teacher, _, code = session
    phone = joined(people, code, has_touch=False, is_mobile=False)
    teacher.page.locator(".panel > summary").filter(has_text=re.compile(r"^Questions")).focus()
    teacher.page.keyboard.press("Enter")
    teacher.page.keyboard.press("Tab")
    teacher.page.keyboard.press("Enter")
    expect(teacher.page.locator(".console__phase")).to_have_text("Vote 1 open")
    expect(teacher.page.locator(".console__phase")).to_be_focused()
    expect(phone.page.locator(".ballot")).to_be_visible(timeout=SOON)
    phone.page.locator(".ballot input[type=radio]").first.focus()
    phone.page.keyboard.press("Space")
    for _ in range(2):
        phone.page.keyboard.press("Tab")
    expect(phone.page.get_by_role("button", name="Send my answer")).to_be_focused()
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator(".ballot__status")).to_contain_text("Your answer is in")
    expect(phone.page.get_by_role("button", name="Change my answer")).to_be_focused()
    teacher.page.keyboard.press("Tab")
    expect(teacher.page.get_by_role("button", name="Close the vote")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_around_a_session_and_they_fit_a_small_phone(people, scheme):
    teacher, screen = people(**CONSOLE, color_scheme=scheme), people(**PROJECTOR, color_scheme=scheme)
    code = session_opened(teacher, screen)
    phone = joined(people, code, color_scheme=scheme)
    ask(teacher)
    vote_of(phone)
    press(teacher, "Reveal the result", "Result on show")
    found = []
    for who, paths in (
        (phone, ("/join/", f"/j/{code}/", f"/j/{code}/mine/", f"/j/{code}/lesson/")),
        (teacher, ("/teach/", f"/teach/{code}/results/", f"/teach/{code}/delete/")),
    ):
        for path in paths:
            page = who.go(path)
            rules = Axe().run(page, options=AXE[scheme]).response["violations"]
            found += [(path, rule["id"], [node["html"][:160] for node in rule["nodes"][:3]]) for rule in rules]
            page.set_viewport_size({"width": 320, "height": 640})
            wide = page.evaluate("document.documentElement.scrollWidth")
            found += [(path, wide)] if wide > 320 else []
    assert not found, found


def vote_of(phone: Person) -> None:
    """One vote, by a page that asks by itself."""
    expect(phone.page.locator(".ballot")).to_be_visible(timeout=SOON)
    vote(phone, "promote")


def test_the_options_and_the_button_of_a_phone_are_large(session, people):
    teacher, _, code = session
    phone = joined(people, code)
    ask(teacher)
    expect(phone.page.locator(".ballot")).to_be_visible(timeout=SOON)
    for option in phone.page.locator(".ballot__option, .ballot__send").all():
        assert option.bounding_box()["height"] >= 56
