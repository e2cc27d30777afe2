"""What people in a session see of a network or a server that is gone, and how they come back by themselves."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager

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


@contextmanager
def silent(server):
    """For a while the server says nothing at all, as on a network that swallows everything: no line breaks."""
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


def test_L23_a_network_that_swallows_everything_is_told_to_the_console_within_five_seconds(person, server):
    teacher, screen = person(**CONSOLE), person(**PROJECTOR)
    session_opened(teacher, screen)
    lost = teacher.page.locator(".live__lost")
    teacher.page.wait_for_timeout(1000)
    expect(lost).to_be_hidden()
    with silent(server):
        started = time.monotonic()
        expect(lost).to_contain_text("No connection to the server. The phones have it, or wait as you do")
        assert time.monotonic() - started < 5.0
    expect(lost).to_be_hidden()
    ask(teacher)
    expect(screen.page.locator(".stage__prompt")).to_be_visible()


def test_L4_L23_a_phone_whose_line_has_gone_silent_opens_another(person, server):
    teacher, screen, phone = person(**CONSOLE), person(**PROJECTOR), person(**SMALL)
    code = session_opened(teacher, screen)
    phone.page.clock.install()
    join(phone, code)
    with phone.page.expect_request("**/live/**") as first:
        phone.page.reload()
    expect(phone.page.locator("h1")).to_have_text("You are in. It begins soon.")
    with silent(server), phone.page.expect_request(lambda one: "/live/" in one.url and one != first.value):
        phone.page.clock.fast_forward(60_000)
    ask(teacher)
    expect(phone.page.locator("h1")).to_have_text("Vote, on your own")


def test_L4_an_answer_that_waits_for_the_network_outlives_a_reload(person, server):
    teacher, screen, phone = person(**CONSOLE), person(**PROJECTOR), person(**SMALL)
    code = session_opened(teacher, screen)
    join(phone, code)
    ask(teacher)
    phone.page.locator("input[value=nothing]").check()
    server.stop()  # and not the browser's own switch, which a page that loads anew can slip past
    phone.page.get_by_role("button", name="Send my answer").click()
    expect(phone.page.locator(".ballot__status")).to_contain_text("Not sent yet")
    phone.page.evaluate("setTimeout(() => location.reload(), 0)")
    phone.page.wait_for_timeout(500)
    assert not server.votes()
    server.start()
    phone.go(f"/j/{code}/")
    expect(phone.page.locator(".ballot__status")).to_contain_text("Your answer is in")
    expect(phone.page.locator("input[value=nothing]")).to_be_checked()
    assert [one[3] for one in server.votes()] == ["nothing"]
    phone.page.reload()
    assert phone.page.evaluate("sessionStorage.getItem(document.querySelector('live-part').dataset.stream)") == "[]"


def test_L4_a_killed_server_loses_no_vote_and_everybody_comes_back_by_themselves(person, server):
    teacher, screen = person(**CONSOLE), person(**PROJECTOR)
    code = session_opened(teacher, screen)
    phones = [join(person(**SMALL), code) for _ in range(3)]
    ask(teacher)
    for phone in phones:
        expect(phone.page.locator("h1")).to_have_text("Vote, on your own")
    vote(phones[0], "promote")
    server.kill()
    assert [one[3] for one in server.votes()] == ["promote"], "what was acknowledged is there"
    phones[1].page.locator("input[value=nothing]").check()
    phones[1].page.get_by_role("button", name="Send my answer").click()
    expect(phones[1].page.locator(".ballot__status")).to_contain_text("Not sent yet")
    for one in (teacher, *phones):
        expect(one.page.locator(".live__lost")).to_be_visible()
    server.start()
    expect(phones[1].page.locator(".ballot__status")).to_contain_text("Your answer is in")
    for one in (teacher, screen, *phones):
        expect(one.page.locator(".live__lost")).to_be_hidden()
    vote(phones[2], "short")
    vote(phones[0], "promote")
    expect(teacher.page.locator("[data-count=voted]")).to_have_text("3")
    press(teacher, "Reveal the result", "Result on show")
    for one in (screen, *phones):
        expect(one.page.locator(".result")).to_be_visible()
    votes = server.votes()
    assert sorted(one[3] for one in votes) == ["nothing", "promote", "short"]
    assert len({one[2] for one in votes}) == 3 and {one[:2] for one in votes} == {(QUESTION, 1)}


def test_L23_streams_come_back_after_a_server_was_away_for_long(person, server):
    teacher, screen, phone = person(**CONSOLE), person(**PROJECTOR), person(**SMALL)
    code = session_opened(teacher, screen)
    phone.page.clock.install()
    join(phone, code)
    tried = []
    phone.page.on("request", lambda one: tried.append(one.url) if "/live/" in one.url else None)
    server.kill()
    deadline = time.monotonic() + 30
    while len(tried) < 2:  # after the line that broke: the third failure, and the page gives streams up for now
        assert time.monotonic() < deadline
        phone.page.clock.run_for(200)
        phone.page.wait_for_timeout(200)
    server.start()
    phone.page.clock.run_for(4_000)
    expect(phone.page.locator(".live__lost")).to_be_hidden()
    phone.heard.clear()
    with phone.page.expect_request("**/live/**"):
        phone.page.clock.fast_forward(50_000)
    ask(teacher)
    expect(phone.page.locator("h1")).to_have_text("Vote, on your own")
    assert phone.heard == ["part"]
