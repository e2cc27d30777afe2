"""Chromium against a live server. A request to another host, a CSP violation or a script error fails the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

expect.set_options(timeout=15_000)  # two browsers and their servers share two cores here

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
WATCH = """
window.__violations = [];
document.addEventListener('securitypolicyviolation',
  (e) => window.__violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine; without one the run ends here, loudly."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "no Chromium found; install it (for example `apt-get install chromium`)"
    return {
        **browser_type_launch_args,
        "executable_path": found,
        "args": ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
    }


class Watched:
    """Opens pages of one profile and remembers what they should not have done."""

    def __init__(self, context: BrowserContext, address: str, scripted: bool) -> None:
        self.context = context
        self.address = address
        self.scripted = scripted
        self.faults: list[str] = []
        context.add_init_script(WATCH)
        context.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"asked another host: {request.url}")

    def open(self, path: str) -> Page:
        """A page at this path, loaded."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.goto(self.address + path)
        if self.scripted:
            page.mouse.move(3, 3)  # the reader's first move, with which updates in place are loaded
            page.wait_for_selector("script[src*=htmx-4]", state="attached")
            page.wait_for_load_state("networkidle")
        return page

    def check(self) -> None:
        """Fails the test when a page did what it should not."""
        for page in self.context.pages:
            if not page.is_closed():
                self.faults += [f"policy: {one}" for one in page.evaluate("window.__violations || []")]
        assert not self.faults, self.faults


@pytest.fixture
def profile(browser: Browser, live_server: Any, db: None) -> Iterator[Any]:
    """`profile(**options)` gives a watched browser context; what it saw is checked when the test ends."""
    made: list[Watched] = []

    def make(**options: Any) -> Watched:
        watched = Watched(browser.new_context(**options), live_server.url, options.get("java_script_enabled", True))
        made.append(watched)
        return watched

    yield make
    for watched in made:
        if watched.scripted:
            watched.check()
        watched.context.close()


@pytest.fixture
def desktop(profile: Any) -> Watched:
    """A desktop with a mouse."""
    return profile(**DESKTOP)


@pytest.fixture
def phone(profile: Any) -> Watched:
    """A small phone with touch."""
    return profile(**PHONE)
