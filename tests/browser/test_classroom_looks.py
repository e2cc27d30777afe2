"""Console, screen and phone in every phase: axe, both schemes, two widths, sizes, the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from classroom.rehearsal import rehearse
from classroom.rooms import Room, room_of
from classroom.services import event_append, wall_ask
from courses.catalogue import catalogue
from tests.browser.class_people import (
    AXE,
    CONSOLE,
    LESSON,
    PROJECTOR,
    QUESTION,
    SMALL,
    Person,
    gathered,
    join,
    session_opened,
)

pytestmark = pytest.mark.browser

NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1920, "height": 1080}
BLOCK = next(block for block in catalogue().lessons[LESSON].experiments if block.prediction)
RUN = {"widget": BLOCK.slug, "query": f"preset={BLOCK.preset}&shown=1", "anchor": BLOCK.anchor}
# The steps of a session that meets every phase, and what the phase is called; simulated people answer what is open.
PHASES: list[tuple[str, str, dict[str, Any]]] = [
    ("reading", "read", {"section": catalogue().lessons[LESSON].sections[1].anchor}),
    ("prediction open", "predict", {"question": BLOCK.prediction}),
    ("prediction closed", "close", {}),
    ("prediction shown", "reveal", {}),
    ("vote 1 open", "ask", {"question": QUESTION}),
    ("vote 1 with a countdown", "countdown", {"seconds": 600}),
    ("vote 1 closed", "close", {}),
    ("discussion", "discuss", {}),
    ("vote 2 open", "vote_again", {}),
    ("vote 2 shown", "reveal", {}),
    ("both votes shown", "compare", {}),
    ("an order to give", "ask", {"question": "failback-order"}),
    ("an order shown", "reveal", {}),
    ("an answer in words to give", "ask", {"question": "failover-why-a-fence"}),
    ("an answer in words closed", "close", {}),
    ("a model answer shown", "reveal", {}),
    ("the words of the room shown", "compare", {}),
    ("controls to set", "ask", {"question": "failover-set-the-fence"}),
    ("a setting that does it shown", "reveal", {}),
    ("several open", "ask_several", {"questions": [QUESTION, "failover-fence"]}),
    ("several shown", "reveal", {}),
    ("experiment on the phones", "run", {**RUN, "where": "phones"}),
    ("experiment on the screen", "run", {**RUN, "where": "screen"}),
    ("pause", "pause", {}),
    ("ended", "end", {}),
]
# What the Tab key has to come to: of radio buttons one of each group.
CONTROLS = """() => {
  const seen = new Set();
  const shown = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary,'
    + ' [tabindex="0"]')].filter((one) => !one.disabled && one.checkVisibility({visibilityProperty: true}));
  const names = shown.filter((one) => {
    if (one.type !== 'radio') return true;
    const group = one.form?.action + one.name;
    return seen.has(group) ? false : seen.add(group);
  }).map((one) => { one.met = one.type === 'radio' ? one.form?.action + one.name : String(Math.random());
    return [one.met, one.outerHTML.slice(0, 120)]; });
  for (const one of shown) if (one.type === 'radio') one.met = one.form?.action + one.name;
  return names;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  const marks = [one, one.closest('label'), one.nextElementSibling].filter(Boolean).map((e) => getComputedStyle(e));
  const visible = marks.some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
  return [one.met ?? '', visible, one.outerHTML.slice(0, 120)];
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll('main button, main select, main summary, main .button,'
  + ' main input:not([type=hidden])')]
  .map((one) => ['radio', 'checkbox'].includes(one.type) ? one.closest('label') : one)
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
  .map((one) => one.outerHTML.slice(0, 120))"""
SMALL_LETTERS = """() => [...document.querySelectorAll('main *')].filter((one) => one.checkVisibility()
  && !one.closest('theme-switch, svg') && [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  .map((one) => [parseFloat(getComputedStyle(one).fontSize), one.textContent.trim().slice(0, 40)])
  .filter(([size]) => size < 28)"""


class Views:
    """The three views of one session, and its steps."""

    def __init__(self, people: Callable[..., Person], scheme: str) -> None:
        self.teacher = people(**CONSOLE, color_scheme=scheme)
        self.screen = people(**PROJECTOR, color_scheme=scheme)
        self.code = session_opened(self.teacher, self.screen)
        self.phone = join(people(**SMALL, color_scheme=scheme), self.code)
        room = self.room
        wall_ask(session=room.session, participant=room.session.participants.get(), text="What is a lease?")

    @property
    def room(self) -> Room:
        found = room_of(self.code)
        assert found is not None
        return found

    def phases(self) -> Iterator[str]:
        """The name of each phase once all three pages show it."""
        yield "lobby"
        for name, kind, data in PHASES:
            event_append(code=self.code, kind=kind, data=data)
            if self.room.state.open_ballots:
                rehearse(room=self.room)
            for one in (self.teacher, self.screen, self.phone):
                one.page.reload()
            yield name


@pytest.fixture
def people(browser, live_server, db):
    with gathered(browser, live_server.url) as made:
        yield made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_console_screen_and_phone_in_any_phase(people, scheme):
    views = Views(people, scheme)
    found = []
    for phase in views.phases():
        if phase == "vote 2 open":  # the panels are the same in every phase
            views.teacher.page.evaluate("document.querySelectorAll('.panel').forEach((one) => { one.open = true; })")
        for one in (views.teacher, views.screen, views.phone):
            rules = Axe().run(one.page, options=AXE[scheme]).response["violations"]
            found += [(phase, rule["id"], [node["html"][:160] for node in rule["nodes"][:3]]) for rule in rules]
    assert not found, found


def test_in_every_phase_the_keyboard_reaches_everything_and_nothing_is_too_wide_or_too_small(people):
    views = Views(people, "light")
    found: list[Any] = []
    for phase in views.phases():
        found += [(phase, one) for one in views.screen.page.evaluate(SMALL_LETTERS)]
        tall = views.screen.page.evaluate("document.documentElement.scrollHeight")
        found += [(phase, "nobody scrolls a screen", tall)] if tall > WIDE["height"] else []
        for name, one in (("console", views.teacher), ("screen", views.screen), ("phone", views.phone)):
            found += [(phase, name, *fault) for fault in keyboard_faults(one)]
            for size in (WIDE, NARROW):
                one.page.set_viewport_size(size)
                wide = one.page.evaluate("document.documentElement.scrollWidth")
                found += [(phase, name, wide)] if wide > size["width"] else []
            found += [(phase, name, target) for target in one.page.evaluate(SMALL_TARGETS)]
        views.screen.page.set_viewport_size(WIDE)
    assert not found, found


def keyboard_faults(person: Person) -> list[tuple[str, str]]:
    """Presses Tab through a page: what was not reached, and what was reached without being seen to be."""
    wanted = dict(person.page.evaluate(CONTROLS))
    assert wanted, "every view has something to press"
    found, met = [], set()
    for _ in range(len(wanted) + 5):
        person.page.keyboard.press("Tab")
        key, visible, html = person.page.evaluate(FOCUSED)
        found += [("no visible focus", html)] if key and not visible else []
        met.add(key)
    return found + [("not reached", html) for key, html in wanted.items() if key not in met]
