"""The people of a class session, each with a browser context of their own that remembers whatever it was sent."""

from __future__ import annotations

import json
import math
import re
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html import unescape
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, expect

from config.served import Server

LESSON, QUESTION = "failover-and-failback", "failover-blip"
SMALL = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
CONSOLE = {"viewport": {"width": 1440, "height": 1000}}
PROJECTOR = {"viewport": {"width": 1920, "height": 1080}}

# Another scheme changes colours and nothing else.
AXE = {"light": {"resultTypes": ["violations"]}, "dark": {"runOnly": {"type": "rule", "values": ["color-contrast"]}}}


class Person:
    """One page, and every response and every message of a stream that reached it."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.address = address
        self.scripted = options.get("java_script_enabled", True)
        self.faults: list[str] = []
        self.received: list[str] = []
        self.heard: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("console", self._console)
        self.network = self.context.new_cdp_session(self.page)
        self.network.send("Network.enable")
        self.network.on("Network.eventSourceMessageReceived", self._message)
        self.network.on("Fetch.requestPaused", self._response)
        everything = [{"urlPattern": f"*{path}*", "requestStage": "Response"} for path in ("/j/", "/join/", "/teach/")]
        self.network.send("Fetch.enable", {"patterns": everything})

    def _console(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _response(self, paused: dict[str, Any]) -> None:
        """Reads an answer before the page gets it: afterwards the page may have gone on, and its bytes with it."""
        one = {"requestId": paused["requestId"]}
        try:
            if paused.get("responseStatusCode", 0) not in (0, 301, 302, 303):
                answer = self.network.send("Fetch.getResponseBody", one)
                text = b64decode(answer["body"]).decode() if answer["base64Encoded"] else answer["body"]
                self.received.append(text)
            self.network.send("Fetch.continueRequest", one)
        except Error as fault:
            if "Invalid InterceptionId" not in fault.message:  # else the page went on, and will never get it
                raise

    def _message(self, message: dict[str, Any]) -> None:
        self.heard.append(message["eventName"])
        self.received.append(message["data"])

    def go(self, path: str) -> Page:
        """The page at a path, or at an address."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        return self.page

    def look(self) -> None:
        """Without scripts a page stands still: asks what there is now."""
        if not self.scripted:
            self.page.get_by_role("button", name="What now?").click()

    @property
    def number(self) -> int:
        """The last step that the page shows."""
        return int(self.page.locator("#part").get_attribute("data-number") or -1)

    def sent(self, after: int = -1) -> str:
        """Everything that came since this was last asked, and the page as it stands; source and words.

        Parts of steps up to `after` are left out: one that was asked for while a result was on show may come late.
        """
        texts = [*self.received, self.page.content()]
        self.received.clear()
        return said_in("\n".join(text for text in texts if _number_of(text) > after))


def _number_of(text: str) -> float:
    found = re.search(r'data-number="(\d+)"', text)
    return float(found[1]) if found else math.inf


def said_in(source: str) -> str:
    """A source as it stands, entities resolved, and then as words without tags. Every kind of space is one space."""
    return f"{' '.join(unescape(source).split())} {words_in(source)}"


def words_in(source: str) -> str:
    """What a reader meets of it."""
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(source)).split())


class OwnServer(Server):
    """The course as `make serve` starts it, with a database of its own that can be looked at."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "class.sqlite3"
        super().__init__(DATABASE_URL=f"sqlite:///{self.database}", DEBUG="1")  # no collected files are needed

    def votes(self) -> list[tuple[str, int, int, str]]:
        """Question, round, participant and answer of every vote."""
        with closing(sqlite3.connect(self.database)) as database:
            rows = database.execute("SELECT question_id, round, participant_id, given FROM classroom_vote").fetchall()
        return [(question, round, who, str(json.loads(given))) for question, round, who, given in rows]


@contextmanager
def served_alone(folder: Path) -> Iterator[OwnServer]:
    """A server that ends with the block."""
    made = OwnServer(folder)
    made.migrate()
    made.start()
    try:
        yield made
    finally:
        made.kill()


def session_opened(teacher: Person, screen: Person) -> str:
    """Console and screen of a new session; its code."""
    page = teacher.go(f"/teach/?lesson={LESSON}")
    page.get_by_role("button", name="Start the session").click()
    link = page.locator("dd a").nth(1).get_attribute("href")
    assert link is not None
    screen.go(link)
    page.get_by_role("link", name="Open the console").click()
    expect(page.locator(".console__phase")).to_have_text("Lobby: people join")
    found = re.search(r"/teach/(\w{6})/", link)
    assert found is not None
    return found[1]


def join(phone: Person, code: str) -> Person:
    """Types the code and presses the one button."""
    page = phone.go("/join/")
    page.get_by_label("The code on the screen").fill(code.lower())
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#part")).to_be_visible()
    return phone


def press(teacher: Person, name: str, phase: str) -> None:
    """One of the large buttons of the console."""
    teacher.page.get_by_role("button", name=name).click()
    expect(teacher.page.locator(".console__phase")).to_contain_text(phase)


def unfold(teacher: Person, panel: str) -> None:
    """Opens a panel of the console, if it is not."""
    found = teacher.page.locator(".panel").filter(has=teacher.page.locator("summary", has_text=panel))
    if found.get_attribute("open") is None:
        found.locator("summary").first.click()


def ask(teacher: Person, question: str = QUESTION) -> None:
    """Asks a question of the lesson."""
    unfold(teacher, "Questions (")
    teacher.page.locator(f".asks form:has(input[name=kind][value=ask]):has(input[value={question}]) button").click()
    expect(teacher.page.locator(".console__phase")).to_contain_text("open")


def vote(phone: Person, option: str) -> None:
    """Chooses, sends, and reads that it is in."""
    phone.look()
    phone.page.locator(f"input[value={option}]").check()
    phone.page.locator(".ballot__send").click()
    expect(phone.page.locator(".ballot__status")).to_contain_text("Your answer is in")


@contextmanager
def gathered(browser: Any, address: str) -> Iterator[Any]:
    """`person(**options)` gives one more; when the block ends, everybody goes, and nobody may have seen a fault."""
    made: list[Person] = []

    def person(**options: Any) -> Person:
        made.append(Person(browser, address, **options))
        return made[-1]

    try:
        yield person
    finally:
        for one in made:
            one.context.close()
    assert not [fault for one in made for fault in one.faults]
