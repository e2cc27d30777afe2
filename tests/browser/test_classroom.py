"""A whole class session in a browser: console, screen and phones, one of them without scripts.

The live route is not there under the test server; every view falls back to asking by itself.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from classroom.models import Participant, Vote

pytestmark = pytest.mark.browser

LESSON, QUESTION = "failover-and-failback", "failover-blip"
RIGHT = "The cut heals by itself, and nothing has to be merged."
SMALL = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SOON = 8_000  # two polls and a little


class Watched:
    """A page of one person, with what it was sent."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.address = address
        self.faults: list[str] = []
        self.received: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("console", self._console)
        self.page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _response(self, response: Any) -> None:
        if response.request.resource_type in ("document", "fetch") and response.status == 200:
            self.received.append(response.text())

    def go(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self.address + path)
        return self.page


@pytest.fixture
def people(browser, live_server, db):
    """`people(**options)` gives one more person with a browser; faults are checked when the test ends."""
    made: list[Watched] = []

    def make(**options: Any) -> Watched:
        made.append(Watched(browser, live_server.url, **options))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
    assert not [fault for one in made for fault in one.faults]


@pytest.fixture
def session(people):
    """Console and screen of a session that has just been opened, and its code."""
    teacher, screen = people(viewport={"width": 1440, "height": 1000}), people(viewport={"width": 1920, "height": 1080})
    page = teacher.go(f"/teach/?lesson={LESSON}")
    page.get_by_role("button", name="Start the session").click()
    link = page.locator("dd a").nth(1).get_attribute("href")
    screen.go(link)
    page.get_by_role("link", name="Open the console").click()
    expect(page.locator(".console__phase")).to_have_text("Lobby: people join")
    return teacher, screen, re.search(r"/teach/(\w{6})/", link)[1]


def joined(people: Any, code: str, **options: Any) -> Watched:
    person = people(**{**SMALL, **options})
    page = person.go("/join/")
    page.get_by_label("The code on the screen").fill(code.lower())
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#part")).to_be_visible()
    return person


def ask(teacher: Watched, name: str = QUESTION) -> None:
    teacher.page.locator(".panel > summary").filter(has_text=re.compile(r"^Questions")).click()
    teacher.page.locator(f".asks form:has(input[name=kind][value=ask]):has(input[value={name}]) button").click()
    expect(teacher.page.locator(".console__phase")).to_contain_text("open")


def press(teacher: Watched, name: str, phase: str) -> None:
    teacher.page.get_by_role("button", name=name).click()
    expect(teacher.page.locator(".console__phase")).to_contain_text(phase)


def vote(phone: Watched, option: str) -> None:
    phone.page.locator(f"input[value={option}]").check(timeout=SOON)
    phone.page.get_by_role("button", name="Send my answer").click()
    expect(phone.page.locator(".ballot__status")).to_contain_text("Your answer is in")


def test_a_whole_session_with_console_screen_and_three_phones_one_without_scripts(session, people):
    teacher, screen, code = session
    phones = [joined(people, code), joined(people, code), joined(people, code, java_script_enabled=False)]
    plain = phones[2].page
    ask(teacher)
    expect(screen.page.locator(".stage__prompt")).to_contain_text("The link to the primary", timeout=SOON)
    plain.get_by_role("button", name="What now?").click()
    for phone, option in zip(phones, ("promote", "promote", "nothing"), strict=True):
        vote(phone, option)
    expect(teacher.page.locator("[data-count=voted]")).to_have_text("3", timeout=SOON)
    expect(screen.page.locator("[data-count=voted]")).to_have_text("3", timeout=SOON)
    press(teacher, "Close the vote", "closed")
    expect(teacher.page.locator(".advised").first).to_contain_text("Suggestion: discuss and vote again. 33% are right")
    press(teacher, "Discuss", "Discussion")
    expect(phones[0].page.locator("h1")).to_contain_text("Talk to somebody", timeout=SOON)
    press(teacher, "Vote again", "Vote 2 open")
    plain.get_by_role("button", name="What now?").click()
    for phone in phones:
        expect(phone.page.locator("h1")).to_have_text("Vote again", timeout=SOON)
        vote(phone, "nothing")
    everything = "\n".join(text for one in (screen, *phones) for text in one.received)
    for secret in (RIGHT, "figure-svg", "result__", "✓", "Misconception"):
        assert secret not in everything, secret
    press(teacher, "Reveal the result", "Result on show")
    expect(screen.page.get_by_text("Vote 2: 3 answers")).to_be_visible(timeout=SOON)
    assert not screen.page.get_by_text("Who moved").count()
    teacher.page.get_by_role("button", name="Show vote 1 and who moved").click()
    expect(screen.page.get_by_text("Who moved between the votes")).to_be_visible(timeout=SOON)
    expect(phones[0].page.get_by_text(RIGHT)).to_be_visible(timeout=SOON)
    plain.get_by_role("button", name="What now?").click()
    expect(plain.get_by_text(RIGHT)).to_be_visible()
    teacher.page.get_by_text("Experiments and predictions").click()
    teacher.page.get_by_role("button", name=re.compile("^On all phones")).first.click()
    expect(phones[0].page.get_by_role("link", name="Open the experiment")).to_be_visible(timeout=SOON)
    press(teacher, "End the session", "Ended")
    for phone in phones[:2]:
        phone.page.get_by_role("link", name="Your answers, and what is right").click(timeout=SOON)
        expect(phone.page.get_by_text(RIGHT)).to_be_visible()
    assert Vote.objects.count() == 6 and Participant.objects.count() == 3


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
def test_axe_finds_nothing_on_the_three_views_in_any_phase(people, scheme, session):
    teacher, screen, code = session
    phone = joined(people, code)
    for one in (teacher, screen, phone):
        one.page.emulate_media(color_scheme=scheme)
    found = _axe(teacher, screen, phone)
    teacher.page.get_by_text("Rehearsal, thresholds, skipping").click()
    ask(teacher)
    expect(phone.page.locator(".ballot")).to_be_visible(timeout=SOON)
    expect(screen.page.locator(".stage__prompt")).to_be_visible(timeout=SOON)
    teacher.page.get_by_role("button", name="Fill with simulated people").click()
    vote(phone, "promote")
    found += _axe(teacher, screen, phone)
    press(teacher, "Reveal the result", "Result on show")
    expect(phone.page.locator(".result")).to_be_visible(timeout=SOON)
    expect(screen.page.locator(".result")).to_be_visible(timeout=SOON)
    found += _axe(teacher, screen, phone)
    for path in (f"/j/{code}/mine/", f"/j/{code}/lesson/", "/join/"):
        phone.go(path)
        found += _axe(phone)
    for path in (f"/teach/{code}/results/", f"/teach/{code}/delete/", "/teach/"):
        teacher.go(path)
        found += _axe(teacher)
    assert not found, found


def _axe(*people: Watched) -> list[Any]:
    return [
        (one.page.url, rule["id"], [node["html"][:160] for node in rule["nodes"][:3]])
        for one in people
        for rule in Axe().run(one.page).response["violations"]
    ]


def test_nothing_is_too_small_or_too_wide(session, people):
    teacher, screen, code = session
    phone = joined(people, code)
    ask(teacher)
    expect(phone.page.locator(".ballot")).to_be_visible(timeout=SOON)
    for option in phone.page.locator(".ballot__option, .ballot__send").all():
        assert option.bounding_box()["height"] >= 56
    expect(screen.page.locator(".stage__prompt")).to_be_visible(timeout=SOON)
    sizes = screen.page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.offsetParent && e.tagName !== 'BUTTON'"
        " && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))"
        ".map(e => [parseFloat(getComputedStyle(e).fontSize), e.textContent.trim().slice(0, 40)])"
    )
    assert sizes and not [one for one in sizes if one[0] < 28]
    teacher.page.set_viewport_size({"width": 360, "height": 740})
    for one in (teacher, phone):
        assert one.page.evaluate("document.documentElement.scrollWidth") <= 360
    phone.page.set_viewport_size({"width": 320, "height": 640})
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 320
    for path in ("/join/", f"/j/{code}/mine/", f"/j/{code}/lesson/"):
        assert phone.go(path).evaluate("document.documentElement.scrollWidth") <= 320
